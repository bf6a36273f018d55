import type { Schema } from './documented.ts'

const id = { type: 'integer', minimum: 1 }
const time = { type: 'string', format: 'date-time' }
const usedAt = {
  ...time,
  type: ['string', 'null'],
  description: 'Within five minutes; null when it was never used.',
}
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
    body: {
      type: 'string',
      description: 'Markdown as it was typed, of an act a plain caption; in lists at most 20,000 characters.',
    },
    category: { type: 'string' },
    author: { type: ['string', 'null'], description: 'null when the account is gone.' },
    likes: { type: 'integer', minimum: 0 },
    comments: { type: 'integer', minimum: 0 },
    createdAt: time,
    editedAt: { ...time, type: ['string', 'null'] },
  }),
  Comment: object({
    id,
    post: id,
    parent: { ...id, type: ['integer', 'null'], description: 'What it answers; null: the post.' },
    author: { type: ['string', 'null'], description: 'null when it is removed or the account is gone.' },
    body: { type: 'string', description: 'Markdown as it was typed; empty when it is removed.' },
    createdAt: time,
    editedAt: { ...time, type: ['string', 'null'] },
    removed: {
      type: 'boolean',
      description: 'It stays because there are replies to it, or for the reason given.',
    },
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
  Token: object({ id, name: { type: 'string' }, createdAt: time, usedAt }),
  NewToken: object({
    id,
    name: { type: 'string' },
    createdAt: time,
    usedAt,
    token: { type: 'string', pattern: '^agora_', description: 'Shown this once.' },
  }),
  Logs: object({
    requests: { type: 'array', items: { $ref: '#/components/schemas/Pair' } },
    db_accesses: { type: 'array', items: { $ref: '#/components/schemas/Pair' } },
    db_access_count: { type: 'integer', minimum: 0 },
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
