import { Elysia } from 'elysia'
import { AdminPostsPage, RemoveForm, RemovePage } from '../../views/admin-posts.tsx'
import { refuseElsewhere } from '../accounts/access.ts'
import type { Context } from '../context.ts'
import { idIn, idParam } from '../http/params.ts'
import { leadTo, respond } from '../http/respond.ts'
import { adminsOnly, moderatorsOnly } from '../moderation/admins-only.ts'
import { newestModerated } from '../moderation/queries.ts'
import { groundsErrors, typedGrounds } from '../rules/grounds.ts'
import { rulesOf } from '../rules/service.ts'
import { cursorIn, listPosts } from './list.ts'
import { bringPostBack, removePostBy } from './removal.ts'
import { postAt } from './service.ts'

const moderatedShown = 20

/** The newest posts, and what admins did lately. */
export const postsAdmin = (context: Context) =>
  new Elysia({ name: 'posts-admin' })
    .use(adminsOnly(context))
    .get('/admin/posts', async ({ pageContext, request }) => {
      const cursor = cursorIn(idParam(request, 'before') ?? '', 'new')
      const { posts, nextCursor } = await listPosts(context, { cursor })
      const moderated = await newestModerated(context.db, moderatedShown)
      return AdminPostsPage({ pageContext, posts, nextCursor, moderated })
    })

/** Taking a post off the board with a reason, and bringing it back. */
export const postHiding = (context: Context) =>
  new Elysia({ name: 'post-hiding' })
    .use(moderatorsOnly(context))
    .get('/admin/posts/:id/remove', async ({ params: { id }, pageContext, request, set }) => {
      const { post } = await postAt(context, id)
      refuseElsewhere(pageContext.viewer, post.categoryId)
      const form = { post, rules: await rulesOf(context) }
      return respond(
        { request, set },
        { page: () => RemovePage({ pageContext, ...form }), fragment: () => RemoveForm(form) },
      )
    })

    .post('/admin/posts/:id/remove', async ({ params: { id }, body, pageContext, request, set }) => {
      const [typed, rules] = [typedGrounds(body), await rulesOf(context)]
      const errors = groundsErrors(rules, typed)
      const { post } = await postAt(context, id)
      if (Object.keys(errors).length === 0) {
        await removePostBy(context, pageContext.viewer, post, typed)
        return leadTo(request, pageContext.viewer.role === 'admin' ? '/admin/posts' : '/')
      }
      const form = { post, rules, typed, errors }
      return respond(
        { request, set },
        { page: () => RemovePage({ pageContext, ...form }), fragment: () => RemoveForm(form), status: 422 },
      )
    })

    .post('/admin/posts/:id/restore', async ({ params: { id }, pageContext, request }) => {
      await bringPostBack(context, pageContext.viewer, Number(idIn(id, 'There is no such post.')))
      return leadTo(request, `/posts/${id}`)
    })
