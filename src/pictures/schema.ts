import { Type as t } from '@sinclair/typebox'
import { object } from '../openapi/schema.ts'
import { longestAlt } from './service.ts'

export const pictureAddress = t.String({
  pattern: '^/images/[0-9a-f]{64}-large\\.webp$',
  description: 'Never changes.',
})

/** A picture as the API has it. */
export const pictureSchema = object(
  {
    url: pictureAddress,
    width: t.Integer({ minimum: 1 }),
    height: t.Integer({ minimum: 1 }),
    alt: t.String(),
  },
  { $id: 'Image' },
)

/** A picture as a form sends it. */
export const pictureFields = {
  image: t.Optional(
    t.Unknown({
      judged: { type: 'string', format: 'binary' },
      description:
        'JPEG, PNG, WebP or GIF of at most 10 MB and 40 megapixels. Stored as WebP, without what else was in it.',
    }),
  ),
  alt: t.Optional(
    t.String({
      judged: { maxLength: longestAlt },
      description: 'What the picture shows, for those who cannot see it. Without a picture it is not stored.',
    }),
  ),
}
