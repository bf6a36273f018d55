import { type Static, Type as t } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { NoticesPage } from '../../views/notices.tsx'
import { placeOf } from '../../views/told.ts'
import { memberOf } from '../accounts/access.ts'
import type { Context } from '../context.ts'
import { signInPath } from '../http/local-path.ts'
import { pageContextFor, seeOther, viewerIn } from '../http/page-context.ts'
import { largestLimit, maxId, usualLimit } from '../http/paging.ts'
import { idParam } from '../http/params.ts'
import { json, nextLink, notKept, unkept } from '../http/respond.ts'
import { nextPage, operation } from '../openapi/operation.ts'
import { readBody, readQuery } from '../openapi/read.ts'
import { count, id as idSchema, nullOr, object, oneOf, time } from '../openapi/schema.ts'
import { Refusal } from '../platform/errors.ts'
import { asFields, isId, textOf } from '../platform/fields.ts'
import { type Notice, noticeKinds } from './queries.ts'
import { noticesOf, readNotices } from './service.ts'

const noticesOnPage = 50

/** What a member is told of. */
export const notices = (context: Context) =>
  new Elysia({ name: 'notices' })
    .get('/notices', async ({ request }) => {
      const pageContext = await pageContextFor(context, request)
      const viewer = viewerIn(pageContext)
      if (!viewer) return seeOther(signInPath(request))
      const before = idParam(request, 'before')
      const page = await noticesOf(context, viewer, { before: before ?? maxId, limit: noticesOnPage })
      const isMailed = context.config.mail !== undefined
      return NoticesPage({ pageContext, ...page, isFirstPage: before === undefined, isMailed })
    })

    .post('/notices/read', async ({ body, request }) => {
      const viewer = await memberOf(context, request)
      const { notice, upTo } = asFields(body)
      if (isId(textOf(notice))) await readNotices(context, viewer, { ids: [Number(notice)] })
      else if (isId(textOf(upTo))) await readNotices(context, viewer, { upTo: Number(upTo) })
      else throw new Refusal(422, 'Say which notices you have read.')
      return seeOther('/notices')
    })

    .get(
      '/api/notices',
      async ({ request }) => {
        const viewer = await memberOf(context, request)
        const { before = maxId, limit, unread } = readQuery(request, operations.list)
        const isUnread = unread === 'true'
        const { notices, next } = await noticesOf(context, viewer, { before, limit, unread: isUnread })
        return json(notices.map(serialize), {
          ...notKept,
          ...(next ? { link: nextLink(request, { before: `${next}` }) } : {}),
        })
      },
      operations.list,
    )

    .post(
      '/api/notices/read',
      async ({ request }) => {
        const viewer = await memberOf(context, request)
        const { ids, upTo } = await readBody(request, operations.read)
        if ((ids === undefined) === (upTo === undefined))
          throw new Refusal(422, 'Say which notices you have read.')
        const read = ids === undefined ? { upTo: upTo as number } : { ids }
        return unkept({ unread: await readNotices(context, viewer, read) })
      },
      operations.read,
    )

const serialize = (notice: Notice): Static<typeof noticeSchema> => ({
  id: notice.id,
  kind: notice.kind,
  by: notice.by,
  post: notice.postId,
  title: notice.title,
  comment: notice.commentId,
  order: notice.orderId,
  item: notice.itemId,
  window: notice.windowId,
  path: placeOf(notice),
  createdAt: notice.createdAt,
  isRead: notice.readAt !== null,
})

const noticeSchema = object(
  {
    id: idSchema,
    kind: oneOf(noticeKinds, {
      description:
        '`answer`: to one’s post or comment. `mention`: by one’s name. `follow`: new in what one follows. `order`: one’s order was closed. `moderation`: moderators did something. `approved`: a text of one’s own that waited is on the board. `confirm`: one is asked to confirm that one read it. `interest`: in an offer of one’s own. `reserved`: an offer, for one. `low`: few pieces of an item are left, for admins. `back`: an item is in stock again. `opens`, `closes`: an order window; `packing`: the same for admins. `ready`: what one ordered in it may be picked up.',
    }),
    by: nullOr(t.String(), {
      description: 'Who wrote it; null for what is of the market, and when the account is gone.',
    }),
    post: nullOr(idSchema),
    title: nullOr(t.String(), { description: 'Of the post.' }),
    comment: nullOr(idSchema),
    order: nullOr(idSchema),
    item: nullOr(idSchema, { description: 'Of the market.' }),
    window: nullOr(idSchema, { description: 'In which one orders.' }),
    path: t.String({ description: 'Where it is.' }),
    createdAt: time,
    isRead: t.Boolean(),
  },
  { $id: 'Notice' },
)

const operations = {
  list: operation({
    tag: 'notices',
    summary: 'A page of what one is told of, the newest first',
    needs: 'member',
    query: object({
      unread: t.Optional(oneOf(['true'], { description: 'Only what is not read.' })),
      before: t.Optional(
        t.String({ pattern: '^[1-9]\\d{0,15}$', description: 'From the Link header of the page before.' }),
      ),
      limit: t.Integer({ minimum: 1, maximum: largestLimit, default: usualLimit, description: 'Notices.' }),
    }),
    answers: { 200: t.Array(noticeSchema) },
    headers: nextPage,
    problems: [422],
  }),
  read: operation({
    tag: 'notices',
    summary: 'Marks notices as read',
    description: 'Some by their ids, or all up to one. What is read already stays so.',
    needs: 'member',
    body: t.Partial(
      object({
        ids: t.Array(idSchema, { minItems: 1, maxItems: largestLimit }),
        upTo: idSchema,
      }),
      { additionalProperties: false },
    ),
    answers: { 200: object({ unread: count }, { description: 'How many are left; counted up to 1,000.' }) },
  }),
}
