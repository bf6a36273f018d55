import { Elysia } from 'elysia'
import { AdminPostsPage, RemoveForm, RemovePage } from '../../views/admin-posts.tsx'
import type { Context } from '../context.ts'
import { isFragmentRequest, seeOther } from '../http/page-context.ts'
import { adminsOnly } from '../moderation/admins-only.ts'
import { newestModerated } from '../moderation/queries.ts'
import { Refusal } from '../platform/errors.ts'
import { asFields, isId, textOf } from '../platform/fields.ts'
import { cursorIn, listPosts } from './list.ts'
import { reasonErrors, removePostBy } from './removal.ts'
import { postOrRefuse } from './service.ts'

const moderatedShown = 20

/** Posts, and taking one off the board with a reason. */
export const postsAdmin = (context: Context) =>
  new Elysia({ name: 'posts-admin' })
    .use(adminsOnly(context))
    .get('/admin/posts', async ({ frame, request }) => {
      const before = new URL(request.url).searchParams.get('before') ?? ''
      const { posts, nextCursor } = await listPosts(context, { cursor: cursorIn(before, 'new') })
      const moderated = await newestModerated(context.db, moderatedShown)
      return AdminPostsPage({ frame, posts, nextCursor, moderated })
    })

    .get('/admin/posts/:id/remove', async ({ params: { id }, frame, request }) => {
      const { post } = await postOrRefuse(context, idIn(id))
      return isFragmentRequest(request) ? RemoveForm({ post }) : RemovePage({ frame, post })
    })

    .post('/admin/posts/:id/remove', async ({ params: { id }, body, frame, request, set }) => {
      const reason = textOf(asFields(body).reason).trim()
      const errors = reasonErrors(reason)
      const { post } = await postOrRefuse(context, idIn(id))
      if (Object.keys(errors).length === 0) {
        await removePostBy(context, frame.viewer, post, reason)
        return isFragmentRequest(request)
          ? new Response(null, { headers: { 'hx-redirect': '/admin/posts' } })
          : seeOther('/admin/posts')
      }
      set.status = 422
      return isFragmentRequest(request)
        ? RemoveForm({ post, reason, errors })
        : RemovePage({ frame, post, reason, errors })
    })

function idIn(text: string): string {
  if (!isId(text)) throw new Refusal(404, 'There is no such post.')
  return text
}
