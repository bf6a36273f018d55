import { Elysia } from 'elysia'
import { LikeButton } from '../../views/likes.tsx'
import type { Context } from '../context.ts'
import { backOf, isFormPost, seeOther } from '../frame.ts'
import { Refusal } from '../platform/errors.ts'
import { isId } from '../platform/fields.ts'

/** A press on a like button, as a fragment, a form and JSON. Answered when the like is on disk. */
export const likes = ({ likes }: Context) => {
  const like = async (id: string, request: Request) => {
    if (!isId(id)) throw new Refusal(404, 'There is no such post.')
    const { total } = await likes.add(Number(id), { id: request.headers.get('idempotency-key') ?? undefined })
    return { post: Number(id), likes: total }
  }

  return new Elysia({ name: 'likes' })
    .post('/posts/:id/likes', async ({ params: { id }, request }) => {
      const { post, likes } = await like(id, request)
      return isFormPost(request) ? seeOther(backOf(request, `/posts/${id}`)) : LikeButton({ id: post, likes })
    })
    .post('/api/posts/:id/likes', ({ params: { id }, request }) => like(id, request))
}
