import type { Static } from '@sinclair/typebox'
import { Type as t } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { AnnouncementPage } from '../../views/announcements.tsx'
import { memberOf, refuseBystanders } from '../accounts/access.ts'
import type { Viewer } from '../accounts/queries.ts'
import type { Context } from '../context.ts'
import { signInPath } from '../http/local-path.ts'
import { pageContextFor, seeOther, viewerIn } from '../http/page-context.ts'
import { pageOf, pageParams } from '../http/paging.ts'
import { idParam } from '../http/params.ts'
import { gone, nextLink, unkept } from '../http/respond.ts'
import { nextPage, operation } from '../openapi/operation.ts'
import { readQuery } from '../openapi/read.ts'
import { count, id as idSchema, object } from '../openapi/schema.ts'
import type { Post } from '../posts/queries.ts'
import { postAt } from '../posts/service.ts'
import { answersTo, membersMissing } from './queries.ts'
import { confirmRead, isAnnounced } from './service.ts'

const missingOnPage = 50

/** Who has confirmed that they read a post that is pinned, and confirming it. */
export const announcements = (context: Context) => {
  const { db } = context

  return new Elysia({ name: 'announcements' })
    .get('/announcements/:id', async ({ params: { id }, request }) => {
      const pageContext = await pageContextFor(context, request)
      const viewer = viewerIn(pageContext)
      if (!viewer) return seeOther(signInPath(request))
      const post = await postOf(context, viewer, id)
      const after = idParam(request, 'after')
      const [asks, answers, found] = await Promise.all([
        isAnnounced(context, post.id),
        answersTo(db, post.id),
        membersMissing(db, post.id, after ?? '0', missingOnPage + 1),
      ])
      const { rows: missing, last } = pageOf(found, missingOnPage)
      const isFirstPage = after === undefined
      return AnnouncementPage({ pageContext, post, asks, ...answers, missing, next: last?.id, isFirstPage })
    })

    .post('/announcements/:id/confirm', async ({ params: { id }, request }) => {
      const viewer = await memberOf(context, request)
      const { post } = await postAt(context, id)
      await confirmRead(context, viewer, post.id)
      return seeOther(`/posts/${post.id}`)
    })

    .get(
      '/api/announcements/:id',
      async ({ params: { id }, request }) => {
        const post = await postOf(context, await memberOf(context, request), id)
        const [asks, answers] = await Promise.all([isAnnounced(context, post.id), answersTo(db, post.id)])
        return unkept({ post: post.id, asks, ...answers } satisfies Static<typeof announcement>)
      },
      operations.read,
    )

    .get(
      '/api/announcements/:id/missing',
      async ({ params: { id }, request }) => {
        const post = await postOf(context, await memberOf(context, request), id)
        const { after = '0', limit } = readQuery(request, operations.missing)
        const { rows, last } = pageOf(await membersMissing(db, post.id, after, limit + 1), limit)
        return unkept(rows, last && { link: nextLink(request, { after: `${last.id}` }) })
      },
      operations.missing,
    )

    .post(
      '/api/announcements/:id/confirm',
      async ({ params: { id }, request }) => {
        const viewer = await memberOf(context, request)
        const { post } = await postAt(context, id)
        await confirmRead(context, viewer, post.id)
        return gone()
      },
      operations.confirm,
    )
}

/** Returns a post of theirs, or of a category in which they keep order. Throws a 403, a 404. */
async function postOf(context: Context, viewer: Viewer, id: string): Promise<Post> {
  const { post } = await postAt(context, id)
  refuseBystanders(viewer, post.authorId, post.categoryId)
  return post
}

const announcement = object(
  {
    post: idSchema,
    asks: t.Boolean({ description: 'It is pinned, and members are asked to confirm that they read it.' }),
    asked: count,
    confirmed: count,
  },
  { $id: 'Announcement' },
)

const missing = object({ id: idSchema, name: t.String() }, { $id: 'Missing' })

const operations = {
  read: operation({
    tag: 'notices',
    summary: 'How many were asked to confirm that they read a post, and how many did',
    description: 'For its author and who keeps order in its category. Who may not read it is not counted.',
    needs: 'member',
    answers: { 200: announcement },
    problems: [404, 410],
  }),
  missing: operation({
    tag: 'notices',
    summary: 'A page of the members who were asked and have not confirmed',
    description: 'For its author and who keeps order in its category.',
    needs: 'member',
    query: object(pageParams({ description: 'Members.' })),
    answers: { 200: t.Array(missing) },
    headers: nextPage,
    problems: [404, 410, 422],
  }),
  confirm: operation({
    tag: 'notices',
    summary: 'Confirms that one has read a post',
    description: 'Again it stays confirmed. Where one is not asked, or is not any more, a 404.',
    needs: 'member',
    answers: { 204: null },
    problems: [404, 410],
  }),
}
