import { Elysia } from 'elysia'
import type { Context } from '../context.ts'
import { pictureNamed } from './service.ts'

const forever = 'public, max-age=31536000, immutable'

/** The pictures of posts, under names that change with their content. */
export const pictures = (context: Context) =>
  new Elysia({ name: 'pictures' }).get('/images/:name', async ({ params: { name } }) => {
    const bytes = await pictureNamed(context, name)
    return new Response(bytes, { headers: { 'content-type': 'image/webp', 'cache-control': forever } })
  })
