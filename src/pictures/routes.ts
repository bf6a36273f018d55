import { Elysia } from 'elysia'
import { keptPicture } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { operation } from '../openapi/operation.ts'
import { pictureNamed } from './service.ts'

/** The pictures of posts, under names that change with their content. */
export const pictures = (context: Context) =>
  new Elysia({ name: 'pictures' }).get(
    '/images/:name',
    async ({ params: { name } }) => {
      const bytes = await pictureNamed(context, name)
      return new Response(bytes, {
        headers: { 'content-type': 'image/webp', 'cache-control': keptPicture(context.config.read) },
      })
    },
    readPicture,
  )

const readPicture = operation({
  tag: 'posts',
  summary: 'The picture of a post',
  description: 'Its name is in the post. It never changes, so it may be kept for ever.',
  answers: { 200: {} },
  answersAs: 'image/webp',
  problems: [404],
})
