import { type Static, Type as t } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { Looking, QueuePage, ThingPage } from '../../views/queue.tsx'
import { asModerator, memberOf } from '../accounts/access.ts'
import type { HashedEntry, Kind } from '../action-log/queries.ts'
import { applicationsWaiting } from '../applications/queries.ts'
import { categories } from '../categories/service.ts'
import type { Context } from '../context.ts'
import { heldFor } from '../held/queries.ts'
import { isFragmentRequest, seeOther } from '../http/page-context.ts'
import { largestLimit, pageOf, pageParams } from '../http/paging.ts'
import { idIn, idParam } from '../http/params.ts'
import { json, list, notKept } from '../http/respond.ts'
import { type AdminPageContext, moderatorsOnly } from '../moderation/admins-only.ts'
import { nextPage, operation } from '../openapi/operation.ts'
import { readBody, readQuery } from '../openapi/read.ts'
import { id as idSchema, nullOr, object, oneOf, time } from '../openapi/schema.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { asFields, isId, textOf, writtenIn } from '../platform/fields.ts'
import { reportable, reportReasons } from '../reports/queries.ts'
import { typedGrounds } from '../rules/grounds.ts'
import { rulesOf } from '../rules/service.ts'
import { currencyOf } from '../settings/look.ts'
import { isSeen } from '../text/seen.ts'
import { act, doable, type ModeratorAct, thingFor, type Wanted } from './act.ts'
import { decideAbout, type RefusedDecision } from './decide.ts'
import { possibleActs } from './possible.ts'
import {
  deedsConcerning,
  deedsTo,
  insertNote,
  noteLook,
  notesOf,
  openAppeals,
  openReports,
  othersLooking,
  type Report,
  reportsOf,
  sanctionsOf,
  waitingFor,
} from './queries.ts'

const waitingShown = 50
const shownOfThing = 50
const longestNote = 1_000

/** What waits for moderators, and what they do about it. */
export const queue = (context: Context) => {
  const { db } = context

  const thingPage = async (
    { pageContext, request }: { pageContext: AdminPageContext; request: Request },
    kind: Kind,
    id: number,
    refused: { wanted?: Wanted; errors?: FieldErrors; says?: string } = {},
  ) => {
    const { viewer } = pageContext
    const thing = await thingFor(context, viewer, kind, id)
    if (request.method === 'GET') await noteLook(db, kind, id, viewer.id)
    const [reports, deeds, notes, others] = await Promise.all([
      reportsOf(db, kind, id, shownOfThing),
      deedsTo(db, kind, id, shownOfThing),
      notesOf(db, kind, id, shownOfThing),
      othersLooking(db, kind, id, viewer.id),
    ])
    const { authorId } = thing
    const history = authorId === null ? [] : await deedsConcerning(db, authorId, shownOfThing)
    const sanctions = authorId === null ? [] : await sanctionsOf(db, authorId)
    const isReported = reports.length > 0
    return ThingPage({
      ...{ pageContext, kind, thing, reports, deeds, notes, others, history, sanctions },
      acts: await possibleActs(context, kind, thing, { isReported, sanctions }),
      rules: await rulesOf(context),
      categories: doable[kind].includes('move')
        ? context.doors.writable(await categories(context), viewer)
        : [],
      ...refused,
    })
  }

  const queuePage = async (pageContext: AdminPageContext, request: Request, refused?: RefusedDecision) => {
    const { viewer } = pageContext
    const after = idParam(request, 'after')
    const found = await waitingFor(db, viewer.id, { after: after ?? '0', limit: waitingShown + 1 })
    const { rows, last } = pageOf(found, waitingShown)
    const appeals = await openAppeals(db, viewer.id, waitingShown)
    const isFirstPage = after === undefined
    const held = isFirstPage ? await heldFor(db, viewer.id, waitingShown) : []
    const rules = held.length > 0 ? await rulesOf(context) : []
    const applications = viewer.role === 'admin' ? await applicationsWaiting(db) : 0
    return QueuePage({
      ...{ pageContext, waiting: rows, next: last?.first, isFirstPage, appeals, refused, held, rules },
      ...{ applications, currency: currencyOf(context) },
    })
  }

  return new Elysia({ name: 'queue' })
    .get(
      '/api/moderation/reports',
      async ({ request }) => {
        const viewer = asModerator(await memberOf(context, request))
        const { after = '0', limit } = readQuery(request, operations.list)
        const { rows, last } = pageOf(await openReports(db, viewer.id, { after, limit: limit + 1 }), limit)
        return list(request, rows.map(serializeReport), last && { after: `${last.id}` })
      },
      operations.list,
    )
    .post(
      '/api/moderation/actions',
      async ({ request }) => {
        const viewer = asModerator(await memberOf(context, request))
        const sent = await readBody(request, operations.act)
        const {
          rule,
          reason = '',
          until = '',
          category,
          into,
          isOnFront = false,
          asks = false,
          ...wanted
        } = sent
        const typed = { rule: `${rule ?? ''}`, reason }
        const entry = await act(context, viewer, {
          ...{ ...wanted, typed, until, category: `${category ?? ''}`, into: `${into ?? ''}` },
          ...{ isOnFront, asks },
          seen: wanted.seen,
        })
        return json(entry ? serializeEntry(entry) : dismissed(wanted), notKept, 201)
      },
      operations.act,
    )

    .use(moderatorsOnly(context))
    .get('/moderation/queue', ({ pageContext, request }) => queuePage(pageContext, request))

    .get('/moderation/queue/:kind/:id', ({ params, pageContext, request }) =>
      thingPage({ pageContext, request }, ...placeIn(params)),
    )

    .get('/moderation/queue/:kind/:id/looks', async ({ params, pageContext: { viewer }, request }) => {
      const [kind, id] = placeIn(params)
      // A fragment is no page: whoever comes here from the sign-in goes on to that.
      if (!isFragmentRequest(request)) return seeOther(`/moderation/queue/${kind}/${id}`)
      await thingFor(context, viewer, kind, id)
      await noteLook(db, kind, id, viewer.id)
      return Looking({ kind, id, others: await othersLooking(db, kind, id, viewer.id) })
    })

    .post('/moderation/queue/:kind/:id', async ({ params, body, pageContext, request, set }) => {
      const [kind, id] = placeIn(params)
      const wanted = wantedIn(body, kind, id)
      try {
        await act(context, pageContext.viewer, wanted)
        return seeOther(`/moderation/queue/${kind}/${id}`)
      } catch (error) {
        if (!(error instanceof Refusal) || ![409, 410, 422].includes(error.status)) throw error
        set.status = error.status
        const says = Object.keys(error.fields).length > 0 ? undefined : error.message
        return thingPage({ pageContext, request }, kind, id, {
          ...{ wanted, errors: error.fields },
          ...(says === undefined ? {} : { says }),
        })
      }
    })

    .post('/moderation/queue/:kind/:id/notes', async ({ params, body, pageContext }) => {
      const [kind, id] = placeIn(params)
      const { viewer } = pageContext
      const thing = await thingFor(context, viewer, kind, id)
      const text = writtenIn(asFields(body).text)
      if (!isSeen(text) || [...text].length > longestNote || !text.isWellFormed())
        throw new Refusal(422, 'A note has 1 to 1,000 characters.')
      await insertNote(db, { kind, subject: id, author: viewer.id, body: text }, thing.categoryId)
      return seeOther(`/moderation/queue/${kind}/${id}#notes`)
    })

    .post('/moderation/queue/appeals/:number', async ({ params, body, pageContext, request, set }) => {
      const number = idIn(params.number, 'There is no such appeal.')
      const { decision, answer } = asFields(body)
      if (decision !== 'undo' && decision !== 'keep') throw new Refusal(422, 'Undo it, or leave it as it is.')
      const typed = textOf(answer)
      try {
        const isGranted = decision === 'undo'
        await decideAbout(context, pageContext.viewer, number, { isGranted, answer: typed })
        return seeOther('/moderation/queue#appeals')
      } catch (error) {
        if (!(error instanceof Refusal) || error.status !== 422) throw error
        set.status = 422
        return queuePage(pageContext, request, { number, answer: typed, errors: error.fields })
      }
    })
}

function placeIn({ kind, id }: { kind: string; id: string }): [Kind, number] {
  const found = reportable.find((each) => each === kind)
  if (!found) throw new Refusal(404, 'There is no such page.')
  return [found, idIn(id, 'This is gone.')]
}

const acts = [...new Set(Object.values(doable).flat())]

function wantedIn(body: unknown, kind: Kind, id: number): Wanted {
  const { act, until, category, into, place, asks, seen } = asFields(body)
  const wanted = acts.find((each) => each === act)
  if (!wanted) throw new Refusal(422, 'This cannot be done to it.')
  return {
    ...{ act: wanted, kind, id, typed: typedGrounds(body) },
    ...{ until: textOf(until), category: textOf(category), into: textOf(into) },
    isOnFront: place === 'front',
    asks: textOf(asks) === 'on',
    seen: seen === '0' || isId(textOf(seen)) ? Number(seen) : undefined,
  }
}

const serializeReport = ({ id, kind, subject, reason, text, reporter, createdAt }: Report) => ({
  report: id,
  ...{ kind, id: subject, reason, text, reporter, createdAt },
})

const serializeEntry = (entry: HashedEntry): Static<typeof done> => ({
  number: entry.number,
  act: entry.act as ModeratorAct,
  kind: entry.kind,
  id: entry.subject,
  rule: entry.rule,
  reason: entry.reason,
  until: entry.until,
})

const dismissed = ({ act, kind, id }: Pick<Wanted, 'act' | 'kind' | 'id'>): Static<typeof done> => ({
  number: null,
  ...{ act, kind, id, rule: null, reason: '', until: null },
})

const report = object(
  {
    report: idSchema,
    kind: oneOf(reportable),
    id: idSchema,
    reason: oneOf(reportReasons),
    text: t.String(),
    reporter: nullOr(t.String(), { description: 'null: without an account, or that is gone.' }),
    createdAt: time,
  },
  { $id: 'Report' },
)

const done = object(
  {
    number: nullOr(idSchema, { description: 'In the log of moderators; null: nothing was done.' }),
    act: oneOf(acts),
    kind: oneOf(reportable),
    id: idSchema,
    rule: nullOr(t.String()),
    reason: t.String(),
    until: nullOr(time),
  },
  { $id: 'ModerationAction' },
)

const operations = {
  list: operation({
    tag: 'moderation',
    summary: 'Reports that nobody has looked at yet, in the order in which they came',
    description: 'Of the categories that one moderates.',
    needs: 'member',
    query: object(pageParams({ description: 'Reports.', maximum: largestLimit } as { description: string })),
    answers: { 200: t.Array(report) },
    headers: nextPage,
    problems: [422],
  }),
  act: operation({
    tag: 'moderation',
    summary: 'Does something as a moderator, and answers the reports of it',
    description:
      'Each has an entry in the public log, and its author is told. `dismiss` answers the reports, and does nothing. With `seen`, the number of the last entry about it that one knows, or 0, it is done only while there is none after that, else 409.',
    needs: 'member',
    body: object({
      act: oneOf(acts),
      kind: oneOf(reportable),
      id: idSchema,
      rule: t.Optional(t.Integer({ minimum: 1, description: 'Where the board has rules: one’s number.' })),
      reason: t.Optional(t.String({ description: 'A sentence; all but undoing and `dismiss` need one.' })),
      until: t.Optional(
        t.String({
          description:
            'Of `silence`, `suspend` and, where it ends by itself, `pin`: a day, such as 2026-12-24.',
        }),
      ),
      category: t.Optional(t.Integer({ minimum: 1, description: 'Of `move`: the number of a category.' })),
      into: t.Optional(t.Integer({ minimum: 1, description: 'Of `merge`: the number of another post.' })),
      isOnFront: t.Optional(
        t.Boolean({ description: 'Of `pin`: on the front page, too, and not in its category alone.' }),
      ),
      asks: t.Optional(
        t.Boolean({
          description:
            'Of `pin`, with a day: members are asked to confirm that they read it. Where it is on the front page, or groups read its category, all who may read it; else who follows its category.',
        }),
      ),
      seen: t.Optional(t.Integer({ minimum: 0 })),
    }),
    answers: { 201: done },
    problems: [404, 409, 410],
  }),
}
