import { documented, listOf, type Operation, ref, type Schema } from '../api/documented.ts'

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

/** How the acts API stands in the document, by method and path below `/api/v1`. */
export const documentedActs: Record<string, ReturnType<typeof row>> = {
  'POST /users': row('Adds a user', made, [400], credentials),
  'GET /users': row('The names of all users', { 200: listOf({ type: 'string' }), 204: null }),
  'DELETE /users/:username': row('Removes a user; their acts stay', done, [400]),
  'POST /validate_user': row('Is this the password?', { ...done, 204: null }, [400], credentials),
  'GET /categories': row('All categories and the number of their acts', {
    200: { type: 'object', additionalProperties: { type: 'integer', minimum: 0 } },
    204: null,
  }),
  'POST /categories': row('Adds a category', made, [400], oneOf(text)),
  'DELETE /categories/:name': row('Removes a category and its acts', done, [400]),
  'GET /categories/:name/acts': row(
    'Acts of a category, the newest first, a hundred at most',
    { 200: listOf(ref('Act')), 204: null },
    [400, 413],
    undefined,
    range,
  ),
  'GET /categories/:name/acts/size': row('The number of its acts', { 200: ref('Number') }, [400]),
  'POST /acts': row(
    'Uploads an act',
    made,
    [400],
    object({ actId, username: text, timestamp: text, caption: text, categoryName: text, imgB64: text }),
  ),
  'DELETE /acts/:actId': row('Removes an act', done, [400]),
  'POST /acts/upvote': row('One upvote more', done, [400], oneOf(actId)),
  'GET /acts/count': row('The number of all acts', { 200: ref('Number') }),
  'GET /list_act_user/:username': row('Acts of a user, the newest first', {
    200: listOf(ref('Act')),
    204: null,
  }),
  'GET /_count': row('Calls to this service since the last reset', { 200: ref('Number') }),
  'DELETE /_count': row('Counts anew', done),
  'GET /_health': row('Can this replica serve?', { 200: null }),
}
