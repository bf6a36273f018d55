import { type TProperties, type TSchema, type TUnsafe, Type as t } from '@sinclair/typebox'

/** JSON Schema 2020-12, as far as it is used here. */
export type Schema = { [keyword: string]: unknown }

/*
 * Schemas are TypeBox's. Two keywords are ours: `$id` names a schema, which the document then refers to, and
 * `judged` has what the document says of a field and only its feature judges: what counts characters after
 * composing them, or has a sentence in both languages.
 */

/** An object with these fields and no others. */
export const object = <Fields extends TProperties>(fields: Fields, options: Schema = {}) =>
  t.Object(fields, { ...options, additionalProperties: false })

/** The body of a change: at least one of these fields. What is left out stays as it is. */
export const changeOf = <Fields extends TProperties>(fields: Fields) =>
  t.Partial(t.Object(fields), { additionalProperties: false, minProperties: 1 })

export const oneOf = <const Value extends string>(values: readonly Value[], options: Schema = {}) =>
  t.Union(
    values.map((value) => t.Literal(value)),
    options,
  ) as unknown as TUnsafe<Value>

export const nullOr = <Of extends TSchema>(schema: Of, options: Schema = {}) =>
  t.Union([schema, t.Null()], options)

export const id = t.Integer({ minimum: 1 })
export const count = t.Integer({ minimum: 0 })
export const time = t.String({ format: 'date-time' })

/**
 * A schema as the document has it. `name` is called with each schema that has one, and that then stands there
 * by its name.
 */
export function documentSchema(schema: Schema, name: (id: string, schema: Schema) => void): Schema {
  const { $id, ...unnamed } = schema
  if (typeof $id !== 'string') return plainSchema(unnamed, name)
  name($id, plainSchema(unnamed, name))
  return { $ref: `#/components/schemas/${$id}` }
}

function plainSchema(schema: Schema, name: (id: string, schema: Schema) => void): Schema {
  const inner = (value: unknown) => documentSchema(value as Schema, name)
  const { judged, anyOf, const: only, type, properties, items, ...rest } = schema
  const inners = (of: object) =>
    Object.fromEntries(Object.entries(of).map(([key, each]) => [key, inner(each)]))
  return {
    ...rest,
    ...(only === undefined ? { type } : { enum: [only] }),
    ...(properties ? { properties: inners(properties) } : {}),
    ...(items === undefined ? {} : { items: items && inner(items) }),
    ...(Array.isArray(anyOf) ? oneSchema(anyOf.map(inner)) : {}),
    ...(judged as Schema | undefined),
  }
}

/**
 * Values to choose from are an `enum`, and types to choose from a list of types, where each has its own
 * keywords.
 */
function oneSchema(schemas: Schema[]): Schema {
  if (schemas.every((schema) => schema.enum)) return { enum: schemas.flatMap((schema) => schema.enum) }
  if (!schemas.every((schema) => typeof schema.type === 'string')) return { anyOf: schemas }
  return { ...Object.assign({}, ...schemas), type: schemas.map(({ type }) => type) }
}
