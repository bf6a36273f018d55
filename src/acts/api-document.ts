import { documented, listOf, ref } from '../openapi/documented.ts'
import type { Operation } from '../openapi/operation.ts'
import type { Schema } from '../openapi/schema.ts'

const object = (properties: Record<string, Schema>): Schema => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
})
const oneOf = (items: Schema): Schema => ({ type: 'array', items, minItems: 1, maxItems: 1 })
const text = { type: 'string', minLength: 1 }
const actId = { type: 'integer', minimum: 0 }
const credentials = object({ username: text, password: { type: 'string', pattern: '^[0-9A-Fa-f]{40}$' } })
const done = { 200: ref('Nothing') }
const made = { 201: ref('Nothing') }

const row = (
  summary: string,
  gives: Record<number, Schema | null>,
  refuses: number[] = [],
  takes?: Schema,
  query?: Record<string, Schema & { description: string }>,
) => {
  const { detail, parse } = documented({ tag: 'acts', summary, gives, ...(query ? { query } : {}) })
  const operation = detail as unknown as Operation
  const refused = [...refuses, 405, 500].map((status) => [status, { $ref: '#/components/responses/Refused' }])
  operation.responses = { ...operation.responses, ...Object.fromEntries(refused), default: refusal }
  if (takes) operation.requestBody = { required: true, content: { 'application/json': { schema: takes } } }
  return { detail, parse }
}

const refusal = { $ref: '#/components/responses/Refused' }

const range = {
  start: { type: 'integer', minimum: 1, description: 'The first of a range; 1 is the newest.' },
  end: { type: 'integer', minimum: 1, description: 'The last of it.' },
}

/** How the acts API stands in the document, by path below `/api/v1`. */
export const documentedActs: Record<string, Partial<Record<string, ReturnType<typeof row>>>> = {
  '/users': {
    POST: row('Adds a user', made, [400], credentials),
    GET: row('The names of all users', { 200: listOf({ type: 'string' }), 204: null }),
  },
  '/users/:username': {
    DELETE: row('Removes a user; their acts stay. With ACTS_API=open alone', done, [400, 403]),
  },
  '/validate_user': {
    POST: row('Is this the password?', { ...done, 204: null }, [400], credentials),
  },
  '/categories': {
    GET: row('All categories and the number of their acts', {
      200: { type: 'object', additionalProperties: { type: 'integer', minimum: 0 } },
      204: null,
    }),
    POST: row('Adds a category', made, [400], oneOf(text)),
  },
  '/categories/:name': {
    DELETE: row('Removes a category and its acts', done, [400]),
  },
  '/categories/:name/acts': {
    GET: row(
      'Acts of a category, the newest first, a hundred at most',
      { 200: listOf(ref('Act')), 204: null },
      [400, 413],
      undefined,
      range,
    ),
  },
  '/categories/:name/acts/size': {
    GET: row('The number of its acts', { 200: ref('Number') }, [400]),
  },
  '/acts': {
    POST: row(
      'Uploads an act',
      made,
      [400],
      object({ actId, username: text, timestamp: text, caption: text, categoryName: text, imgB64: text }),
    ),
  },
  '/acts/:actId': {
    DELETE: row('Removes an act', done, [400]),
  },
  '/acts/upvote': {
    POST: row('One upvote more', done, [400], oneOf(actId)),
  },
  '/acts/count': {
    GET: row('The number of all acts', { 200: ref('Number') }),
  },
  '/list_act_user/:username': {
    GET: row('Acts of a user, the newest first', {
      200: listOf(ref('Act')),
      204: null,
    }),
  },
  '/_count': {
    GET: row('Calls to this service since the last reset', { 200: ref('Number') }),
    DELETE: row('Counts anew', done),
  },
  '/_health': {
    GET: row('Can this replica serve?', { 200: null }),
  },
}
