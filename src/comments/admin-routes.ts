import { Elysia } from 'elysia'
import { RemoveCommentForm, RemoveCommentPage } from '../../views/admin-comments.tsx'
import { refuseElsewhere } from '../accounts/access.ts'
import type { Context } from '../context.ts'
import { idIn } from '../http/params.ts'
import { leadTo, respond } from '../http/respond.ts'
import { moderatorsOnly } from '../moderation/admins-only.ts'
import { postAt } from '../posts/service.ts'
import { groundsErrors, typedGrounds } from '../rules/grounds.ts'
import { rulesOf } from '../rules/service.ts'
import { bringCommentBack, commentThere, removeCommentBy } from './service.ts'

/** Taking a comment off the board with a reason. */
export const commentsAdmin = (context: Context) =>
  new Elysia({ name: 'comments-admin' })
    .use(moderatorsOnly(context))
    .get('/admin/comments/:id/remove', async ({ params: { id }, pageContext }) => {
      const comment = await commentThere(context, id)
      const { post } = await postAt(context, `${comment.postId}`)
      refuseElsewhere(pageContext.viewer, post.categoryId)
      return RemoveCommentPage({ pageContext, comment, rules: await rulesOf(context) })
    })

    .post('/admin/comments/:id/remove', async ({ params: { id }, body, pageContext, request, set }) => {
      const [typed, rules] = [typedGrounds(body), await rulesOf(context)]
      const errors = groundsErrors(rules, typed)
      if (Object.keys(errors).length === 0) {
        const comment = await commentThere(context, id)
        await removeCommentBy(context, pageContext.viewer, comment, typed)
        const location = `/posts/${comment.postId}#comments`
        return leadTo(request, location)
      }
      const comment = await commentThere(context, id)
      const form = { comment, rules, typed, errors }
      return respond(
        { request, set },
        {
          page: () => RemoveCommentPage({ pageContext, ...form }),
          fragment: () => RemoveCommentForm(form),
          status: 422,
        },
      )
    })

    .post('/admin/comments/:id/restore', async ({ params: { id }, pageContext, request }) => {
      const comment = idIn(id, 'There is no such comment.')
      await bringCommentBack(context, pageContext.viewer, comment)
      return leadTo(request, `/comments/${comment}`)
    })
