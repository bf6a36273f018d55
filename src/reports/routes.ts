import { Type as t } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { ReportedPage, ReportPage } from '../../views/reports.tsx'
import { viewerOf } from '../accounts/sessions.ts'
import type { Context } from '../context.ts'
import { idempotent, idempotentForm } from '../http/idempotency/idempotency.ts'
import { pageContextFor, seeOther, viewerIn } from '../http/page-context.ts'
import { json, notKept } from '../http/respond.ts'
import { operation } from '../openapi/operation.ts'
import { readBody } from '../openapi/read.ts'
import { id as idSchema, object, oneOf } from '../openapi/schema.ts'
import { Refusal } from '../platform/errors.ts'
import { reportable, reportReasons } from './queries.ts'
import {
  longestReport,
  parts,
  type ReportDraft,
  type Reporter,
  readReport,
  refusePictureless,
  reportedAt,
  reporterOf,
  storeReport,
} from './service.ts'

/** Telling moderators of something, with an account or without. */
export const reports = (context: Context) =>
  new Elysia({ name: 'reports' })
    .get('/reports/:kind/:id', async ({ params: { kind, id }, request }) => {
      const reported = await reportedAt(context, kind, id)
      const pageContext = await pageContextFor(context, request)
      if (new URL(request.url).searchParams.has('sent')) return ReportedPage({ pageContext, reported })
      return ReportPage({ pageContext, reported, once: crypto.randomUUID(), hasMail: hasMail(context) })
    })

    .post('/reports/:kind/:id', async ({ params: { kind, id }, body, request, set }) => {
      const pageContext = await pageContextFor(context, request)
      const viewer = viewerIn(pageContext)
      const reported = await reportedAt(context, kind, id)
      const { typed, errors, draft } = readReport(body)
      refusePictureless(reported, typed)
      if (Object.keys(errors).length > 0) {
        set.status = 422
        const form = { once: crypto.randomUUID(), hasMail: hasMail(context), typed, errors }
        return ReportPage({ pageContext, reported, ...form })
      }
      const reporter = reporterOf(context, request, viewer)
      const identity = { by: viewer?.id ?? ('' as const), content: [reporter.key, draft] }
      await idempotentForm(
        context,
        request,
        body,
        identity,
        (sql) => storeReport(sql, reported, reporter, withAddress(context, draft)),
        [turnOf(reporter)],
      )
      return seeOther(`/reports/${reported.kind}/${reported.id}?sent`)
    })

    .post(
      '/api/reports',
      async ({ request }) => {
        const viewer = await viewerOf(context, request)
        const { kind, id, ...sent } = await readBody(request, operations.add)
        const { typed, errors, draft } = readReport(sent)
        if (Object.keys(errors).length > 0)
          throw new Refusal(422, 'Something in this request cannot be taken as it is.', errors)
        const reporter = reporterOf(context, request, viewer)
        const identity = { by: viewer?.id ?? ('' as const), content: [reporter.key, kind, id, draft] }
        const { result } = await idempotent(
          context,
          request,
          identity,
          async (sql) => {
            const reported = await reportedAt(context, kind, `${id}`)
            refusePictureless(reported, typed)
            return storeReport(sql, reported, reporter, withAddress(context, draft))
          },
          [turnOf(reporter)],
        )
        const { reason, body: text } = draft
        return json({ report: result, kind, id, reason, text }, notKept, 201)
      },
      operations.add,
    )

/** Whose open reports are counted: two who count them at once stand in each other's way. */
const turnOf = ({ key }: Reporter) => `reports of ${key}`

const hasMail = ({ config }: Context) => config.mail !== undefined

/** Where no mail is sent nobody can be answered. */
const withAddress = (context: Context, draft: ReportDraft): ReportDraft =>
  hasMail(context) ? draft : { ...draft, address: null }

const said = {
  kind: oneOf(reportable),
  id: idSchema,
  reason: oneOf(reportReasons, {
    description: '`rule`: against a rule of the board. `illegal`: against the law.',
  }),
  text: t.String({ judged: { minLength: 1, maxLength: longestReport }, description: 'Why.' }),
}

const operations = {
  add: operation({
    tag: 'moderation',
    summary: 'Reports a post, a comment, an item or a member to moderators',
    description:
      'With an account or without; once for each person and thing until moderators have looked at it, and 20 that they have not at a time: 409 and 429. Of one thing 1,000 wait at most: 409.',
    body: object({
      ...said,
      of: t.Optional(oneOf(parts, { description: 'Its picture alone.' })),
      address: t.Optional(
        t.String({ description: 'For the answer, by mail. It is deleted when that is written.' }),
      ),
    }),
    answers: { 201: object({ report: idSchema, ...said }) },
    problems: [404, 409, 410, 429],
    isIdempotent: true,
  }),
}
