import { type Static, Type as t } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { HeldPage } from '../../views/held.tsx'
import { keepsOrder } from '../../views/keeps-order.ts'
import { asModerator, memberOf } from '../accounts/access.ts'
import type { Viewer } from '../accounts/queries.ts'
import type { Context } from '../context.ts'
import { signInPath } from '../http/local-path.ts'
import { type PageContext, pageContextFor, seeOther, viewerIn } from '../http/page-context.ts'
import { idIn } from '../http/params.ts'
import { unkept } from '../http/respond.ts'
import { exactPrice } from '../market/money.ts'
import { offerKinds } from '../offers/queries.ts'
import { operation } from '../openapi/operation.ts'
import { readBody } from '../openapi/read.ts'
import { id as idSchema, nullOr, object, oneOf, time } from '../openapi/schema.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { asFields } from '../platform/fields.ts'
import { type TypedGrounds, typedGrounds } from '../rules/grounds.ts'
import { rulesOf } from '../rules/service.ts'
import { currencyOf } from '../settings/look.ts'
import { deleteOwnHeld, type Held, heldFor, heldOf } from './queries.ts'
import { approve, refuse } from './service.ts'

const mostShown = 50

/** A decision that was refused, as it was typed. */
type Refused = { id: number; typed: TypedGrounds; errors: FieldErrors }

/** Texts that wait for moderators: an author sees their own, moderators those of their categories. */
export const held = (context: Context) => {
  const { db } = context

  const page = async (pageContext: PageContext, viewer: Viewer, refused?: Refused) => {
    const own = await heldOf(db, viewer.id, mostShown)
    const isModerator = keepsOrder(viewer)
    const waiting = isModerator ? await heldFor(db, viewer.id, mostShown) : []
    const rules = waiting.length > 0 ? await rulesOf(context) : []
    return HeldPage({
      pageContext,
      currency: currencyOf(context),
      own,
      waiting: isModerator ? waiting : undefined,
      rules,
      refused,
    })
  }

  return new Elysia({ name: 'held' })
    .get(
      '/api/held',
      async ({ request }) => {
        const viewer = await memberOf(context, request)
        const [own, waiting] = [
          await heldOf(db, viewer.id, mostShown),
          keepsOrder(viewer) ? await heldFor(db, viewer.id, mostShown) : [],
        ]
        const others = waiting.filter(({ authorId }) => authorId !== viewer.id)
        return unkept([...own, ...others].map(serialize))
      },
      operations.list,
    )
    .post(
      '/api/held/:id',
      async ({ params, request }) => {
        const viewer = asModerator(await memberOf(context, request))
        const id = idIn(params.id, noSuchText)
        const { decision, rule, reason = '' } = await readBody(request, operations.decide)
        if (decision === 'approve') return unkept({ place: await approve(context, viewer, id) })
        await refuse(context, viewer, id, { rule: `${rule ?? ''}`, reason })
        return unkept({ place: null })
      },
      operations.decide,
    )

    .get('/held', async ({ request }) => {
      const pageContext = await pageContextFor(context, request)
      const viewer = viewerIn(pageContext)
      return viewer ? page(pageContext, viewer) : seeOther(signInPath(request))
    })

    .post('/held/:id', async ({ params, body, request, set }) => {
      const viewer = asModerator(await memberOf(context, request))
      const id = idIn(params.id, noSuchText)
      const { decision } = asFields(body)
      if (decision !== 'approve' && decision !== 'refuse')
        throw new Refusal(422, 'Take it, or do not take it.')
      if (decision === 'approve') return seeOther(await approve(context, viewer, id))
      const typed = typedGrounds(body)
      try {
        await refuse(context, viewer, id, typed)
        return seeOther('/held#waiting')
      } catch (error) {
        if (!(error instanceof Refusal) || error.status !== 422) throw error
        set.status = 422
        return page(await pageContextFor(context, request), viewer, { id, typed, errors: error.fields })
      }
    })

    .post('/held/:id/remove', async ({ params, request }) => {
      const { id: member } = await memberOf(context, request)
      if (!(await deleteOwnHeld(db, idIn(params.id, noSuchText), member))) throw new Refusal(404, noSuchText)
      return seeOther('/held')
    })
}

const noSuchText = 'There is no such text.'

const serialize = (text: Held): Static<typeof heldSchema> => {
  const { id, postId, parentId, title, body, category, author, cause, createdAt } = text
  const { rule, reason, offer, price, place } = text
  return {
    ...{ id, kind: postId === null ? 'post' : 'comment', post: postId, parent: parentId },
    ...{ title, body, category, author, cause, createdAt },
    ...{ isRefused: text.refusedAt !== null, rule, reason },
    offer: offer && { kind: offer, price, place: place ?? '' },
  }
}

const heldSchema = object(
  {
    id: idSchema,
    kind: oneOf(['post', 'comment']),
    post: nullOr(idSchema, { description: 'That a comment is on.' }),
    parent: nullOr(idSchema),
    title: t.String(),
    body: t.String(),
    category: t.String(),
    author: nullOr(t.String()),
    cause: oneOf(['first', 'words'], {
      description: '`first`: one of a new member’s first. `words`: it holds something of a list.',
    }),
    createdAt: time,
    isRefused: t.Boolean({ description: 'Moderators have not taken it.' }),
    rule: nullOr(t.String()),
    reason: t.String(),
    offer: nullOr(object({ kind: oneOf(offerKinds), price: nullOr(exactPrice), place: t.String() })),
  },
  { $id: 'HeldText' },
)

const operations = {
  list: operation({
    tag: 'moderation',
    summary: 'Texts that wait for moderators',
    description: 'One’s own, also those that were not taken; for moderators those of their categories, too.',
    needs: 'member',
    answers: { 200: t.Array(heldSchema) },
  }),
  decide: operation({
    tag: 'moderation',
    summary: 'Puts a text that waits on the board, or does not take it',
    needs: 'member',
    body: object({
      decision: oneOf(['approve', 'refuse']),
      rule: t.Optional(t.Integer({ minimum: 1, description: 'Where the board has rules: one’s number.' })),
      reason: t.Optional(t.String({ description: 'Why it is not taken: its author reads it.' })),
    }),
    answers: {
      200: object({ place: nullOr(t.String(), { description: 'Where it stands; null: it was not taken.' }) }),
    },
    problems: [403, 404, 409, 422],
  }),
}
