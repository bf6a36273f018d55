import type { Schema } from './schema.ts'

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
  Image: object({
    url: { type: 'string', pattern: '^/images/[0-9a-f]{64}-large\\.webp$', description: 'Never changes.' },
    width: { type: 'integer', minimum: 1 },
    height: { type: 'integer', minimum: 1 },
    alt: { type: 'string' },
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
