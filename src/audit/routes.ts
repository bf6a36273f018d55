import { Elysia } from 'elysia'
import { AuditPage, HistoryPage } from '../../views/audit.tsx'
import type { Context } from '../context.ts'
import { frameFor, seeOther } from '../http/page-context.ts'
import { documented, ref } from '../openapi/operation.ts'
import { Refusal } from '../platform/errors.ts'
import { isId } from '../platform/fields.ts'
import { postOrRefuse } from '../posts/service.ts'
import { audit as auditOf, historyOf, recountNow } from './service.ts'

/** Anyone may check that every like was counted exactly once. Nothing here is kept by any cache on the way. */
export const audit = (context: Context) =>
  new Elysia({ name: 'audit' })
    .get(
      '/api/audit',
      async ({ set }) => {
        set.headers['cache-control'] = 'no-store'
        return auditOf(context)
      },
      described,
    )
    .get('/audit', async ({ request, set }) => {
      set.headers['cache-control'] = 'no-store'
      return AuditPage({ frame: await frameFor(context, request), audit: await auditOf(context) })
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
        frame: await frameFor(context, request),
        post,
        history: await historyOf(context, request, post.id),
      })
    })

const described = documented({
  tag: 'ops',
  summary: 'The count of all likes, and a recount that is at most a few seconds old',

  gives: { 200: ref('Audit') },
})
