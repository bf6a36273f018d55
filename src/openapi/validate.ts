import { readFields, readObject } from '../http/json.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import type { Schema } from './schema.ts'

type Taking = { takes?: Schema; takesForm?: Schema }
type ObjectSchema = { properties?: Record<string, Schema>; required?: string[]; minProperties?: number }

const mostNamed = 10

/**
 * Reads a body whose fields are those that the document names, of the types that it names; what a field may
 * say is for the feature to judge. A form with files is read where one is taken. Throws a 400 for what cannot
 * be read, a 422 that says of each field what is wrong with it.
 */
export async function readBody(
  request: Request,
  { takes = {}, takesForm }: Taking,
): Promise<Record<string, unknown>> {
  const isForm = takesForm && /^multipart\/form-data\b/i.test(request.headers.get('content-type') ?? '')
  const fields = isForm ? await readFields(request) : await readObject(request)
  const errors = fieldErrors(isForm ? takesForm : takes, fields)
  if (Object.keys(errors).length > 0)
    throw new Refusal(422, 'Something in this request cannot be taken as it is.', errors)
  if (Object.keys(fields).length < ((takes as ObjectSchema).minProperties ?? 0))
    throw new Refusal(422, 'This changes nothing: name a field.')
  return fields
}

function fieldErrors(schema: Schema, fields: object, path = ''): FieldErrors {
  const { properties = {}, required = [] } = schema as ObjectSchema
  const missing = required.filter((name) => !Object.hasOwn(fields, name))
  // A field may be called "__proto__", which would be set nowhere on a usual object.
  const errors: FieldErrors = Object.create(null)
  for (const name of missing) errors[path + name] = 'This is missing.'
  for (const [name, value] of Object.entries(fields)) {
    if (Object.keys(errors).length === mostNamed) break
    const at = path + name.slice(0, 60)
    const field = Object.hasOwn(properties, name) ? properties[name] : undefined
    if (!field) errors[at] = 'There is no such field.'
    else if (!isOfType(field, value)) errors[at] = `This must be ${typesOf(field).map(named).join(' or ')}.`
    else if (Array.isArray(value)) Object.assign(errors, elementErrors(field, value, at))
  }
  return errors
}

function elementErrors({ items }: Schema, values: unknown[], at: string): FieldErrors {
  const errors: FieldErrors = {}
  for (const [index, value] of values.entries()) {
    if (Object.keys(errors).length >= mostNamed) break
    if (isOfType(items as Schema, value))
      Object.assign(errors, fieldErrors(items as Schema, value as object, `${at}[${index}].`))
  }
  return errors
}

const typesOf = ({ type }: Schema) => [type ?? []].flat() as string[]

/** A type that the document leaves open, as that of an enumeration, is the feature's to judge. */
const isOfType = (schema: Schema, value: unknown) => {
  const types = typesOf(schema)
  return types.length === 0 || types.some((type) => isOf[type]?.(value))
}

const isOf: Record<string, (value: unknown) => boolean> = {
  string: (value) => typeof value === 'string' || value instanceof Blob,
  integer: (value) => Number.isInteger(value),
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
  array: (value) => Array.isArray(value),
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
}

const names: Record<string, string> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  array: 'a list',
}
const named = (type: string) => names[type] ?? type

/**
 * Reads the parameters of an address that the document names; one that is there and empty, as of an empty
 * search box, is as if it was not there. Throws a 422 that says of each what is wrong with it.
 */
export function readQuery<Name extends string>(
  request: Request,
  { asks }: { asks: Record<Name, Schema> },
): Partial<Record<Name, string>> {
  const { searchParams } = new URL(request.url)
  const given = Object.entries<Schema>(asks).flatMap(([name, schema]) => {
    const value = searchParams.get(name) ?? ''
    return value === '' ? [] : [{ name, schema, value }]
  })
  const errors = Object.fromEntries(
    given.flatMap(({ name, schema, value }) => {
      const wrong = wrongParameter(name, schema, value)
      return wrong ? [[name, wrong]] : []
    }),
  )
  if (Object.keys(errors).length > 0)
    throw new Refusal(422, 'The list cannot be made as it was asked for.', errors)
  return Object.fromEntries(given.map(({ name, value }) => [name, value])) as Partial<Record<Name, string>>
}

type Limits = { enum?: string[]; pattern?: string; minimum?: number; maximum?: number }

function wrongParameter(name: string, schema: Schema, value: string): string | undefined {
  const { enum: allowed, pattern, minimum = 0, maximum = 0 } = schema as Limits
  if (allowed && !allowed.includes(value)) return `${name} is ${allowed.join(' or ')}.`
  if (pattern && !new RegExp(pattern).test(value)) return `${name} is what the Link header of a page gave.`
  const isWhole = /^\d{1,15}$/.test(value) && Number(value) >= minimum && Number(value) <= maximum
  if (schema.type === 'integer' && !isWhole) return `${name} is a whole number from ${minimum} to ${maximum}.`
  return undefined
}
