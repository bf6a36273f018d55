import type { TObject, TSchema } from '@sinclair/typebox'
import type { DocumentDecoration } from 'elysia'
import { documentSchema, type Schema } from './schema.ts'

/** A route as its author describes it; what follows from that is filled in by the document. */
export type Description = {
  tag: string
  summary: string
  description?: string
  /** Who may call it; absent: everyone. `session`: a member with a cookie, and no token. */
  needs?: 'member' | 'admin' | 'session'
  query?: TObject
  body?: TSchema
  /** A body with files, which it takes as well, or alone. */
  form?: TObject
  /** Its successful answers by status; null where there is no body. */
  answers: Record<number, Schema | null>
  /** Their media type, where that is not JSON. */
  answersAs?: string
  headers?: Record<string, { description: string }>
  /** The schema of its refusals, where they are no problem documents. */
  refusal?: 'Refused'
  /** Statuses of problems beside those that any route may have. */
  problems?: readonly number[]
  /** POSTs that are done once for each Idempotency-Key. */
  isIdempotent?: boolean
  /** Writes that are done only while the thing is as an `If-Match` says. */
  isConditional?: boolean
}

type Answer =
  | { description: string; content?: unknown; headers?: unknown; $ref?: undefined }
  | { $ref: string }

/** A route as OpenAPI has it. */
export type Operation = {
  tags: string[]
  summary: string
  description?: string
  parameters: unknown[]
  requestBody?: unknown
  responses: Record<string, Answer>
  security?: Record<string, string[]>[]
}

/**
 * The third argument of a route: how it stands in `/api/openapi.json`, and by which schemas its handler reads
 * what it is sent, with `readBody` and `readQuery`.
 */
export const operation = <const Of extends Description>(described: Of) => ({
  parse: 'none' as const,
  takes: { query: described.query, body: described.body, form: described.form } as Pick<
    Of,
    Extract<keyof Of, 'query' | 'body' | 'form'>
  >,
  // Elysia's type is that of an OpenAPI operation; the document makes one of what is here.
  detail: described as unknown as DocumentDecoration,
})

type Name = (id: string, schema: Schema) => void

/**
 * The route as the document has it; `scope` is what a token needs for it. `name` is called with each schema
 * that has a name.
 */
export function operationOf(of: Description, path: string, scope: string | undefined, name: Name): Operation {
  const problem = { $ref: `#/components/responses/${of.refusal ?? 'Problem'}` }
  const schemaOf = (schema: Schema) => documentSchema(schema, name)
  const problems = [
    ...(of.problems ?? []),
    ...(of.body && !of.refusal ? [400, 422] : []),
    ...(of.isIdempotent ? [410] : []),
    ...(of.isConditional ? [412] : []),
    ...(of.needs ? [401] : []),
    ...(of.needs ? [403] : []),
  ]
  return {
    tags: [of.tag],
    summary: of.summary,
    ...(of.description ? { description: of.description } : {}),
    parameters: [
      ...pathParameters(path),
      ...queryParameters(of.query, schemaOf),
      ...(of.isIdempotent ? [idempotencyKey] : []),
      ...(of.isConditional ? [ifMatch] : []),
    ],
    ...(of.body || of.form
      ? {
          requestBody: {
            required: true,
            content: {
              ...(of.body ? { 'application/json': { schema: schemaOf(of.body) } } : {}),
              ...(of.form ? { 'multipart/form-data': { schema: schemaOf(of.form) } } : {}),
            },
          },
        }
      : {}),
    responses: {
      ...Object.fromEntries(
        Object.entries(of.answers).map(([status, schema]) => [
          status,
          success(status, schema && schemaOf(schema), of),
        ]),
      ),
      ...Object.fromEntries(problems.map((status) => [status, problem])),
      default: problem,
    },
    ...(of.needs
      ? { security: [...(scope === 'session' ? [] : [{ token: scope ? [scope] : [] }]), { cookie: [] }] }
      : {}),
  }
}

const meanings: Record<string, string> = {
  200: 'Done',
  201: 'Made',
  204: 'Done; there is nothing to say',
  304: 'Unchanged',
}

function success(status: string, schema: Schema | null, { headers = {}, answersAs }: Description): Answer {
  const described = Object.entries(headers).map(([name, { description }]) => [
    name,
    { description, schema: { type: 'string' } },
  ])
  return {
    description: meanings[status] ?? 'Done',
    ...(schema ? { content: { [answersAs ?? 'application/json']: { schema } } } : {}),
    ...(described.length > 0 ? { headers: Object.fromEntries(described) } : {}),
  }
}

const pathParameters = (path: string) =>
  [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))

const queryParameters = (query: TObject | undefined, schemaOf: (schema: Schema) => Schema) =>
  Object.entries(query?.properties ?? {}).map(([name, property]) => {
    const { description, ...schema } = schemaOf(property)
    return { name, in: 'query', description, schema }
  })

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

/** Headers of answers. */
export const nextPage = { Link: { description: 'The next page, rel="next".' } }
export const newAddress = { Location: { description: 'Where it is.' } }
export const etag = { ETag: { description: 'For If-None-Match.' } }
