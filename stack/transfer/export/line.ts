import { type TObject, type TSchema, TypeGuard } from '@sinclair/typebox'
import { type Kind, lineFault, lineSchemas } from '../format.ts'
import type { Row } from './queries.ts'

type Json = string | number | boolean | Json[] | { [name: string]: Json }

/**
 * Makes a line of a row: what is NULL is left out, and an object of which all is; a number is a boolean where
 * the format says so. Throws when the line is none of the format.
 */
export function lineOf(kind: Kind, row: Row, lists: Record<string, Json[]> = {}): Record<string, Json> {
  const schema = lineSchemas[kind] as TObject
  const line: Record<string, Json> = {}
  for (const [column, value] of Object.entries(row)) {
    if (value === null) continue
    const [first = '', second] = column.split('.')
    if (second === undefined) line[first] = typed(schema.properties[first], value)
    else line[first] = { ...objectIn(line[first]), [second]: typed(within(schema, first, second), value) }
  }
  for (const [field, list] of Object.entries(lists))
    if (list.length > 0 || !isOptional(schema.properties[field])) line[field] = list
  const fault = lineFault(kind, line)
  if (fault) throw new Error(`a row of ${kind} has no line, ${fault}: ${JSON.stringify(line).slice(0, 200)}`)
  return line
}

const isOptional = (schema: TSchema | undefined) => schema !== undefined && TypeGuard.IsOptional(schema)

const objectIn = (value: Json | undefined) =>
  typeof value === 'object' && !Array.isArray(value) ? value : {}

function within(schema: TObject, first: string, second: string): TSchema | undefined {
  const inner = schema.properties[first]
  return TypeGuard.IsObject(inner) ? inner.properties[second] : undefined
}

const typed = (schema: TSchema | undefined, value: string | number): Json =>
  TypeGuard.IsBoolean(schema) ? value !== 0 : value
