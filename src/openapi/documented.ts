import type { DocumentDecoration } from 'elysia'
import type { Operation } from './operation.ts'
import type { Schema } from './schema.ts'

/** A route as its author describes it; what follows from that is filled in. */
export type Description = {
  tag: string
  summary: string
  description?: string
  /** Who may call it; absent: everyone. `session`: a member with a cookie, and no token. */
  needs?: 'member' | 'admin' | 'session'
  query?: Record<string, Schema & { description: string }>
  /** The body that it takes, and the form with files that it takes as well. */
  takes?: Schema
  takesForm?: Schema
  /** Its successful answers by status; null where there is no body. */
  gives: Record<number, Schema | null>
  /** Their media type, where that is not JSON. */
  givesAs?: string
  headers?: Record<string, string>
  /** Statuses of problems beside those that any route may have. */
  refuses?: number[]
  /** POSTs that are done once for each Idempotency-Key. */
  isOnce?: boolean
  /** Writes that are done only while the thing is as an `If-Match` says. */
  isConditional?: boolean
}

type Told = Operation['responses'][string]

/**
 * The third argument of a route: how it stands in `/api/openapi.json`. Bodies are read by the route itself,
 * with `readTaken`, and addresses with `readQuery`, by what is described here.
 */
export const documented = <const Given extends Description>(description: Given) => ({
  parse: 'none' as const,
  takes: description.takes,
  takesForm: description.takesForm,
  asks: (description.query ?? {}) as NonNullable<Given['query']>,
  // Elysia's type is that of OpenAPI 3.0; ours is 3.1, where a schema is any JSON Schema.
  detail: operationOf(description) as unknown as DocumentDecoration,
})

export const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` })
export const listOf = (items: Schema): Schema => ({ type: 'array', items })

/** A body with these fields and no others. */
export const bodyOf = (properties: Record<string, Schema>, required: string[]): Schema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
})

/** The same for a change: at least one of them. What is left out stays as it is. */
export const changeOf = (properties: Record<string, Schema>): Schema => ({
  ...bodyOf(properties, []),
  minProperties: 1,
})

function operationOf(of: Description): Operation {
  const refused = [
    ...new Set([
      ...(of.refuses ?? []),
      ...(of.takes ? [400, 422] : []),
      ...conditional(of),
      ...access(of.needs),
    ]),
  ]
  return {
    tags: [of.tag],
    summary: of.summary,
    ...(of.description ? { description: of.description } : {}),
    parameters: [
      ...queryOf(of.query ?? {}),
      ...(of.isOnce ? [idempotencyKey] : []),
      ...(of.isConditional ? [ifMatch] : []),
    ],
    ...(of.takes ? { requestBody: { required: true, content: takenBy(of.takes, of.takesForm) } } : {}),
    responses: {
      ...Object.fromEntries(
        Object.entries(of.gives).map(([status, schema]) => [status, success(status, schema, of)]),
      ),
      ...Object.fromEntries(refused.map((status) => [status, { $ref: '#/components/responses/Problem' }])),
      default: { $ref: '#/components/responses/Problem' },
    },
    ...(of.needs ? { security: [...(of.needs === 'session' ? [] : [{ token: [] }]), { cookie: [] }] } : {}),
  }
}

const access = (needs: Description['needs']) => (needs === 'member' ? [401] : needs ? [401, 403] : [])

const conditional = ({ isOnce, isConditional }: Description) => [
  ...(isOnce ? [410] : []),
  ...(isConditional ? [412] : []),
]

const json = (schema: Schema) => ({ 'application/json': { schema } })
const takenBy = (body: Schema, form?: Schema) => ({
  ...json(body),
  ...(form ? { 'multipart/form-data': { schema: form } } : {}),
})

const meanings: Record<string, string> = {
  200: 'Done',
  201: 'Made',
  204: 'Done; there is nothing to say',
  304: 'Unchanged',
}

function success(status: string, schema: Schema | null, { headers = {}, givesAs }: Description): Told {
  const told = Object.entries(headers).map(([name, description]) => [
    name,
    { description, schema: { type: 'string' } },
  ])
  return {
    description: meanings[status] ?? 'Done',
    ...(schema ? { content: givesAs ? { [givesAs]: { schema } } : json(schema) } : {}),
    ...(told.length > 0 ? { headers: Object.fromEntries(told) } : {}),
  }
}

const queryOf = (query: NonNullable<Description['query']>) =>
  Object.entries(query).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    description,
    schema,
  }))

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  description:
    'Repeating a request with the same key within a day does nothing more and gives the same answer; 410 when what it made is gone by now, 422 when it asks for something else.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
}

const ifMatch = {
  name: 'If-Match',
  in: 'header',
  description:
    'The ETag of what was read: it is done only while nothing but its counts is another by now, else 412.',
  schema: { type: 'string' },
}
