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
}
