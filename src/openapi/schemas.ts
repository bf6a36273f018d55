import type { Schema } from './operation.ts'

const id = { type: 'integer', minimum: 1 }
const time = { type: 'string', format: 'date-time' }
const count = { type: 'integer', minimum: 0 }
const hexHash = { type: 'string', pattern: '^[0-9a-f]{64}$' }
const price = {
  type: 'string',
  pattern: '^\\d+(\\.\\d{2,4})?$',
  description: 'Exact, as text, with the decimals of the currency.',
}
const currency = { type: 'string', pattern: '^[A-Z]{3}$', description: 'ISO 4217.' }
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
    image: { anyOf: [{ $ref: '#/components/schemas/Image' }, { type: 'null' }] },
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
  Image: object({
    url: { type: 'string', pattern: '^/images/[0-9a-f]{64}-large\\.webp$', description: 'Never changes.' },
    width: { type: 'integer', minimum: 1 },
    height: { type: 'integer', minimum: 1 },
    alt: { type: 'string' },
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
  SiteStatus: object({
    servedBy: { type: 'string' },
    missing: { type: 'array', items: { type: 'string' }, description: 'What this replica does not reach.' },
    parted: {
      type: 'array',
      items: { type: 'string' },
      description: 'Batchers that take no likes, because their journal and MySQL disagree.',
    },
    shortOfRoom: {
      type: 'array',
      items: object({ batcher: { type: 'string' }, megabytes: { type: 'integer', minimum: 0 } }),
      description: 'Batchers whose disk has less than 2,000 MB left.',
    },
    site: {
      type: ['object', 'null'],
      description: 'What the scaler tells: scaling, processes, decisions. null while it tells nothing.',
    },
  }),
  Item: object({
    id,
    name: { type: 'string', minLength: 1, maxLength: 60 },
    quantity: { type: 'integer', minimum: 0, maximum: 1_000_000 },
    price,
    currency,
  }),
  Order: object({
    id,
    buyer: { type: ['string', 'null'], description: 'null when the account is gone.' },
    state: { enum: ['open', 'completed', 'cancelled'] },
    createdAt: time,
    closedAt: { ...time, type: ['string', 'null'] },
    lines: { type: 'array', items: { $ref: '#/components/schemas/OrderLine' }, minItems: 1 },
    total: price,
    currency,
  }),
  OrderLine: object({
    item: { ...id, type: ['integer', 'null'], description: 'null when it is no longer sold.' },
    name: { type: 'string', description: 'As it was called when it was ordered.' },
    quantity: { type: 'integer', minimum: 1 },
    price,
  }),
  Pair: {
    type: 'array',
    prefixItems: [{ type: 'string' }, { type: 'string' }],
    items: false,
    minItems: 2,
    description: 'Method and path, or verb and name of a statement.',
  },
  Audit: object({
    answered: { ...count, description: 'Likes that batchers answered since their journals began.' },
    waiting: { ...count, description: 'Of these, not in MySQL yet.' },
    applied: { ...count, description: 'What all batches added, those of posts that are gone included.' },
    batches: count,
    drift: {
      ...count,
      description: 'How far posts are from what their batches add up to, and batches from what was answered.',
    },
    lastBatch: {
      type: ['object', 'null'],
      properties: { batcher: { type: 'string' }, number: count, hash: hexHash, appliedAt: time },
      required: ['batcher', 'number', 'hash', 'appliedAt'],
    },
    batchers: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          name: { type: 'string' },
          answered: count,
          waiting: count,
          applied: count,
          parted: {
            type: ['object', 'null'],
            description: 'Set while its journal and MySQL disagree, and it takes no likes.',
          },
        },
        required: ['name', 'answered', 'waiting', 'applied'],
      },
    },
    silent: { ...count, description: 'Batchers that did not answer.' },
    recount: {
      type: 'object',
      properties: {
        at: time,
        tookMs: count,
        imported: count,
        drifted: { type: 'array' },
        unaccounted: { type: 'array', description: 'By batcher: answered, but neither waiting nor applied.' },
        flaws: { type: 'array' },
      },
      required: ['at', 'tookMs', 'imported', 'drifted', 'unaccounted', 'flaws'],
    },
  }),
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
