import type { Schema } from './documented.ts'

const id = { type: 'integer', minimum: 1 }
const time = { type: 'string', format: 'date-time' }
const object = (properties: Record<string, Schema>): Schema => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
})

/** What the API sends. Everything that is sent is named here, and nothing else is. */
export const schemas: Record<string, Schema> = {
  Category: object({ id, name: { type: 'string' }, posts: { type: 'integer', minimum: 0 } }),
  Post: object({
    id,
    title: { type: 'string' },
    body: { type: 'string', description: 'In lists at most 20,000 characters.' },
    category: { type: 'string' },
    author: { type: ['string', 'null'], description: 'null when the account is gone.' },
    likes: { type: 'integer', minimum: 0 },
    createdAt: time,
    editedAt: { ...time, type: ['string', 'null'] },
  }),
  Likes: object({ post: id, likes: { type: 'integer', minimum: 0 } }),
  OwnLike: object({ post: id, likes: { type: 'integer', minimum: 0 }, liked: { type: 'boolean' } }),
  User: object({
    id,
    username: { type: 'string' },
    role: { enum: ['member', 'admin'] },
    createdAt: time,
  }),
  Viewer: object({ id, username: { type: 'string' }, role: { enum: ['member', 'admin'] } }),
  Token: object({ id, name: { type: 'string' }, createdAt: time }),
  NewToken: object({
    id,
    name: { type: 'string' },
    createdAt: time,
    token: { type: 'string', pattern: '^agora_', description: 'Shown this once.' },
  }),
  Logs: object({
    requests: { type: 'array', items: { $ref: '#/components/schemas/Pair' } },
    db_accesses: { type: 'array', items: { $ref: '#/components/schemas/Pair' } },
    db_access_count: { type: 'integer', minimum: 0 },
  }),
  SiteStatus: object({
    servedBy: { type: 'string' },
    missing: { type: 'array', items: { type: 'string' }, description: 'What this replica does not reach.' },
    site: {
      type: ['object', 'null'],
      description: 'What the scaler tells: scaling, processes, decisions. null while it tells nothing.',
    },
  }),
  Pair: {
    type: 'array',
    prefixItems: [{ type: 'string' }, { type: 'string' }],
    items: false,
    minItems: 2,
    description: 'Method and path, or verb and name of a statement.',
  },
  Act: object({
    actId: { type: 'integer', minimum: 0, description: 'Of any size.' },
    username: { type: 'string' },
    timestamp: { type: 'string', pattern: '^\\d\\d-\\d\\d-\\d{4}:\\d\\d-\\d\\d-\\d\\d$' },
    caption: { type: 'string' },
    upvotes: { type: 'integer', minimum: 0 },
    categoryName: { type: 'string' },
    imgB64: { type: 'string', contentEncoding: 'base64' },
  }),
  Number: { type: 'array', prefixItems: [{ type: 'integer', minimum: 0 }], items: false, minItems: 1 },
  Nothing: { type: 'object', maxProperties: 0 },
  Problem: {
    type: 'object',
    description: 'RFC 9457. `errors` says of each field what is wrong with it.',
    properties: {
      type: { type: 'string' },
      title: { type: 'string' },
      status: { type: 'integer', minimum: 400, maximum: 599 },
      detail: { type: 'string' },
      errors: { type: 'object', additionalProperties: { type: 'string' } },
    },
    required: ['type', 'title', 'status', 'detail'],
  },
}
