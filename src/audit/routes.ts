import { Type as t } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { AuditPage, HistoryPage } from '../../views/audit.tsx'
import type { Context } from '../context.ts'
import { pageContextFor, seeOther } from '../http/page-context.ts'
import { unkept } from '../http/respond.ts'
import { operation } from '../openapi/operation.ts'
import { count, nullOr, object, time } from '../openapi/schema.ts'
import { Refusal } from '../platform/errors.ts'
import { isId } from '../platform/fields.ts'
import { postOrRefuse } from '../posts/service.ts'
import { audit as auditOf, historyOf, recountNow } from './service.ts'

/** Anyone may check that every like was counted exactly once. No cache on the way stores any of it. */
export const audit = (context: Context) =>
  new Elysia({ name: 'audit' })
    .get('/api/audit', async () => unkept(await auditOf(context)), readAudit)
    .get('/audit', async ({ request, set }) => {
      set.headers['cache-control'] = 'no-store'
      return AuditPage({ pageContext: await pageContextFor(context, request), audit: await auditOf(context) })
    })
    .post('/audit/recount', async () => {
      await recountNow(context)
      return seeOther('/audit')
    })
    .get('/audit/posts/:id', async ({ params: { id }, request, set }) => {
      if (!isId(id)) throw new Refusal(404, 'There is no such post.')
      const { post } = await postOrRefuse(context, id)

      set.headers['cache-control'] = 'no-store'
      return HistoryPage({
        pageContext: await pageContextFor(context, request),
        post,
        history: await historyOf(context, request, post.id),
      })
    })

const batcher = t.Object({
  name: t.String(),
  answered: count,
  waiting: count,
  applied: count,
  parted: t.Optional(
    nullOr(t.Object({}), { description: 'Set while its journal and MySQL disagree, and it takes no likes.' }),
  ),
})

const lastBatch = t.Object({
  batcher: t.String(),
  number: count,
  hash: t.String({ pattern: '^[0-9a-f]{64}$' }),
  appliedAt: time,
})

const recount = t.Object({
  at: time,
  tookMs: count,
  imported: count,
  drifted: t.Array(t.Unknown()),
  unaccounted: t.Array(t.Unknown(), {
    description: 'By batcher: answered, but neither waiting nor applied.',
  }),
  flaws: t.Array(t.Unknown()),
  moderation: t.Object({
    entries: { ...count, description: 'Entries of the moderation log.' },
    broken: nullOr(count, { description: 'The first that was changed or is missing.' }),
  }),
})

const readAudit = operation({
  tag: 'ops',
  summary: 'The count of all likes, and a recount that is at most a few seconds old',
  answers: {
    200: object(
      {
        answered: { ...count, description: 'Likes that batchers answered since their journals began.' },
        waiting: { ...count, description: 'Of these, not in MySQL yet.' },
        applied: { ...count, description: 'What all batches added, those of posts that are gone included.' },
        batches: count,
        drift: {
          ...count,
          description:
            'How far posts are from what their batches add up to, and batches from what was answered.',
        },
        lastBatch: nullOr(lastBatch),
        batchers: t.Array(batcher),
        silent: { ...count, description: 'Batchers that did not answer.' },
        recount,
      },
      { $id: 'Audit' },
    ),
  },
})
