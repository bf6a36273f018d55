import { Type as t } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { memberOf } from '../accounts/access.ts'
import { sinceOf, type Viewer } from '../accounts/queries.ts'
import type { Context } from '../context.ts'
import { backOf, seeOther } from '../http/page-context.ts'
import { gone, unkept } from '../http/respond.ts'
import { operation } from '../openapi/operation.ts'
import { count, id, object } from '../openapi/schema.ts'
import { markAllRead, newInCategoriesOf } from './service.ts'

/** What is new to a member since they were here last. */
export const unread = (context: Context) =>
  new Elysia({ name: 'unread' })
    .post('/unread/read', async ({ request }) => {
      await markAllRead(context, await memberOf(context, request))
      return seeOther(backOf(request, '/'))
    })

    .get(
      '/api/unread',
      async ({ request }) => {
        const viewer = await withSince(context, await memberOf(context, request))
        const categories = await newInCategoriesOf(context, viewer)
        const { post: sincePost = 0, comment: sinceComment = 0 } = viewer.since ?? {}
        return unkept({
          sincePost,
          sinceComment,
          categories: [...categories].map(([category, posts]) => ({ category, posts })),
        })
      },
      operations.list,
    )

    .post(
      '/api/unread/read',
      async ({ request }) => {
        await markAllRead(context, await memberOf(context, request))
        return gone()
      },
      operations.read,
    )

/** A program's token does not bring along when its member was here last. */
const withSince = async ({ db }: Context, viewer: Viewer): Promise<Viewer> => {
  const since = viewer.since ?? (await sinceOf(db, viewer.id))
  return since ? { ...viewer, since } : viewer
}

const operations = {
  list: operation({
    tag: 'notices',
    summary: 'What is new since one was here last',
    description: 'A post or comment with a higher number than these is new, but for one’s own.',
    needs: 'member',
    answers: {
      200: object({
        sincePost: count,
        sinceComment: count,
        categories: t.Array(object({ category: id, posts: count }), {
          description: 'How many posts are new in which, 1,000 at most.',
        }),
      }),
    },
  }),
  read: operation({
    tag: 'notices',
    summary: 'Marks all that is there as not new',
    needs: 'member',
    answers: { 204: null },
  }),
}
