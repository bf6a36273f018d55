import type { Static, TObject, TSchema } from '@sinclair/typebox'
import { type TypeCheck, TypeCompiler } from '@sinclair/typebox/compiler'
import { type ValueError, ValueErrorType } from '@sinclair/typebox/errors'
import { readFields, readObject } from '../http/json.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { documentSchema, type Schema } from './schema.ts'

/*
 * Bodies and queries are checked by the schemas of their route when its handler asks for them: after it knows
 * who may call it and that the thing is there, so that a stranger reads 401 and nobody learns from a 422 what
 * they may not touch. Elysia checks before its handlers, and takes the text "5" and "5e1" for numbers.
 */

/** The schemas of a request. `form` is a body with files, which it takes as well, or alone. */
export type Takes = { query?: TObject; body?: TSchema; form?: TObject }

type Body<Of> =
  | (Of extends { body: infer Fields extends TSchema } ? Static<Fields> : never)
  | (Of extends { form: infer Fields extends TObject } ? Static<Fields> : never)

/**
 * Returns the body of a request, which has the fields of its route's schema and no others. Throws a 400 for
 * what cannot be read, a 422 that says of each field what is wrong with it. What a field may say is for the
 * feature to judge.
 */
export async function readBody<Of extends Takes>(
  request: Request,
  { takes }: { takes: Of },
): Promise<Body<Of>> {
  const isForm = takes.form && /^multipart\/form-data\b/i.test(request.headers.get('content-type') ?? '')
  if (takes.form && !takes.body && !isForm) throw new Refusal(415, 'A body of this type is not read here.')
  const fields = isForm ? await readFields(request) : await readObject(request)
  const schema = isForm ? takes.form : takes.body
  if (!schema) throw new TypeError('This route takes no body.')
  return checked(
    schema,
    fields,
    'Something in this request cannot be taken as it is.',
    wrongField,
  ) as Body<Of>
}

/**
 * Returns the parameters of an address that its route names; one that is there and empty, as of an empty
 * search box, is as if it was not there. Throws a 422 that says of each what is wrong with it.
 */
export function readQuery<Query extends TObject>(
  request: Request,
  { takes: { query } }: { takes: { query: Query } },
): Static<Query> {
  const { searchParams } = new URL(request.url)
  const given = Object.entries(query.properties).flatMap(([name, schema]) => {
    const text = searchParams.get(name) || undefined
    const isWhole = schema.type === 'integer' && /^\d{1,15}$/.test(text ?? '')
    const value: unknown = isWhole ? Number(text) : (text ?? schema.default)
    return value === undefined ? [] : [[name, value] as const]
  })
  return checked(
    query,
    Object.fromEntries(given),
    'The list cannot be made as it was asked for.',
    wrongParameter,
  )
}

const mostNamed = 10

const checks = new WeakMap<TSchema, TypeCheck<TSchema>>()

function checkOf(schema: TSchema): TypeCheck<TSchema> {
  const check = checks.get(schema) ?? TypeCompiler.Compile(schema)
  checks.set(schema, check)
  return check
}

function checked<Of extends TSchema>(
  schema: Of,
  value: unknown,
  says: string,
  wrong: (name: string, error: ValueError) => string,
): Static<Of> {
  const check = checkOf(schema)
  if (check.Check(value)) return value as Static<Of>
  // A field may be called "__proto__", which would be set nowhere on a usual object.
  const errors: FieldErrors = Object.create(null)
  for (const error of check.Errors(value)) {
    if (error.type === ValueErrorType.ObjectMinProperties)
      throw new Refusal(422, 'This changes nothing: name a field.')
    const name = nameOf(error.path)
    errors[name] ??= wrong(name, error)
    if (Object.keys(errors).length === mostNamed) break
  }
  throw new Refusal(422, says, errors)
}

/** `items[0].price` of `/items/0/price`. */
const nameOf = (path: string) =>
  path
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~').slice(0, 60))
    .reduce((whole, part) => (/^\d+$/.test(part) ? `${whole}[${part}]` : `${whole}.${part}`))

function wrongField(_name: string, { type, schema }: ValueError): string {
  if (type === ValueErrorType.ObjectRequiredProperty) return 'This is missing.'
  if (type === ValueErrorType.ObjectAdditionalProperties) return 'There is no such field.'
  const { enum: allowed, type: types } = documented(schema)
  return allowed
    ? `This must be ${(allowed as string[]).join(' or ')}.`
    : `This must be ${[types].flat().map(typeNamed).join(' or ')}.`
}

function wrongParameter(name: string, { schema }: ValueError): string {
  const { enum: allowed, minimum, maximum } = documented(schema)
  if (allowed) return `${name} is ${(allowed as string[]).join(' or ')}.`
  return maximum === undefined
    ? `${name} is what the Link header of a page gave.`
    : `${name} is a whole number from ${minimum} to ${maximum}.`
}

const documented = (schema: Schema) => documentSchema(schema, () => undefined)

const typeNames: Record<string, string> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  array: 'a list',
}
const typeNamed = (type: unknown) => typeNames[String(type)] ?? String(type)
