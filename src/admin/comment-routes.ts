import { Elysia } from 'elysia'
import { RemoveCommentForm, RemoveCommentPage } from '../../views/admin-comments.tsx'
import { commentThere } from '../comments/service.ts'
import type { Context } from '../context.ts'
import { isFragmentRequest, seeOther } from '../frame.ts'
import { asFields, textOf } from '../platform/fields.ts'
import { removeComment } from './comments.ts'
import { adminsOnly } from './guard.ts'
import { reasonErrors } from './posts.ts'

/** Taking a comment off the board with a reason. */
export const commentRoutes = (context: Context) =>
  new Elysia({ name: 'comment-routes' })
    .use(adminsOnly(context))
    .get('/admin/comments/:id/remove', async ({ params: { id }, frame }) =>
      RemoveCommentPage({ frame, comment: await commentThere(context, id) }),
    )

    .post('/admin/comments/:id/remove', async ({ params: { id }, body, frame, request, set }) => {
      const reason = textOf(asFields(body).reason).trim()
      const errors = reasonErrors(reason)
      if (Object.keys(errors).length === 0) {
        const { postId } = await removeComment(context, id, reason)
        const location = `/posts/${postId}#comments`
        return isFragmentRequest(request)
          ? new Response(null, { headers: { 'hx-redirect': location } })
          : seeOther(location)
      }
      const comment = await commentThere(context, id)
      set.status = 422
      return isFragmentRequest(request)
        ? RemoveCommentForm({ comment, reason, errors })
        : RemoveCommentPage({ frame, comment, reason, errors })
    })
