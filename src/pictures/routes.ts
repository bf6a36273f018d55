import { Elysia } from 'elysia'
import { documented } from '../api/documented.ts'
import type { Context } from '../context.ts'
import { pictureNamed } from './service.ts'

const forever = 'public, max-age=31536000, immutable'

/** The pictures of posts, under names that change with their content. */
export const pictures = (context: Context) =>
  new Elysia({ name: 'pictures' }).get(
    '/images/:name',
    async ({ params: { name } }) => {
      const bytes = await pictureNamed(context, name)
      return new Response(bytes, { headers: { 'content-type': 'image/webp', 'cache-control': forever } })
    },
    described,
  )

const described = documented({
  tag: 'posts',
  summary: 'The picture of a post',
  description: 'Its name is in the post. It never changes, so it may be kept for ever.',
  gives: { 200: {} },
  givesAs: 'image/webp',
  refuses: [404],
})
