import { Type as t } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { LogRows, LogsPage } from '../../views/logs.tsx'
import { adminOf } from '../accounts/access.ts'
import type { Context } from '../context.ts'
import { isForProgram, pageContextFor } from '../http/page-context.ts'
import { respond } from '../http/respond.ts'
import { operation } from '../openapi/operation.ts'
import { count, object } from '../openapi/schema.ts'
import { longestLog, type Pair } from '../platform/access-log.ts'
import { Refusal } from '../platform/errors.ts'

const onPage = 200

/** The last calls and database accesses of all replicas: JSON, for browsers a page that follows them. */
export const logs = (context: Context) =>
  new Elysia({ name: 'logs' }).get(
    '/logs',
    async ({ request, set }) => {
      if (context.config.logs === 'off') throw new Refusal(404, 'This site keeps no log of its calls.')
      if (context.config.logs === 'admin') await adminOf(context, request)
      const { limit, filter } = queryIn(request)
      set.headers['cache-control'] = 'no-store'
      set.headers.vary = 'Accept, HX-Request'

      const { requests, databaseAccesses, databaseAccessCount } = await context.accessLog.read(longestLog)
      const shown = {
        requests: matching(requests, filter).slice(-limit),
        db_accesses: matching(databaseAccesses, filter).slice(-limit),
        db_access_count: databaseAccessCount,
      }
      return respond(
        { request, set },
        {
          page: async () =>
            LogsPage({ pageContext: await pageContextFor(context, request), logs: shown, filter }),
          fragment: () => LogRows({ logs: shown }),
          data: () => shown,
        },
      )
    },
    readLogs,
  )

function queryIn(request: Request) {
  const { searchParams } = new URL(request.url)
  const usual = isForProgram(request) ? longestLog : onPage
  const text = searchParams.get('limit') || `${usual}`
  const limit = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (limit < 1 || limit > longestLog)
    throw new Refusal(422, 'limit is a whole number from 1 to 10000.', { limit: 'Out of range.' })
  return { limit, filter: (searchParams.get('filter') ?? '').trim() }
}

function matching(pairs: Pair[], filter: string): Pair[] {
  const wanted = filter.toLowerCase()
  return wanted === '' ? pairs : pairs.filter((pair) => pair.join(' ').toLowerCase().includes(wanted))
}

const pair = t.Unsafe<Pair>({
  $id: 'Pair',
  type: 'array',
  prefixItems: [{ type: 'string' }, { type: 'string' }],
  items: false,
  minItems: 2,
  description: 'Method and path, or verb and name of a statement.',
})

const readLogs = operation({
  tag: 'ops',
  summary: 'The last calls and database accesses of all replicas, oldest first',
  query: object({
    limit: t.Optional(t.Integer({ minimum: 1, maximum: longestLog, description: 'How many of each.' })),
    filter: t.Optional(t.String({ description: 'Only what has this in it.' })),
  }),
  answers: {
    200: object(
      { requests: t.Array(pair), db_accesses: t.Array(pair), db_access_count: count },
      { $id: 'Logs' },
    ),
  },
  problems: [401, 403, 404, 422],
})
