import { Elysia } from 'elysia'
import { OverviewPage } from '../../views/overview.tsx'
import type { Context } from '../context.ts'
import { mailCounts } from '../mail/queries.ts'
import { adminsOnly } from '../moderation/admins-only.ts'
import { countsBetween } from './overview.ts'
import { readPeriod, usualPeriod } from './period.ts'
import { presentState } from './queries.ts'

/** How the board does: what waits for somebody now, and what came by day or week, as plots. */
export const overview = (context: Context) =>
  new Elysia({ name: 'overview' })
    .use(adminsOnly(context))
    .get('/admin/overview', async ({ pageContext, request, set }) => {
      const asked = new URL(request.url).searchParams
      const typed = {
        from: asked.get('from') ?? '',
        until: asked.get('until') ?? '',
        by: asked.get('by') ?? '',
      }
      const now = new Date()
      const read = readPeriod(typed, now)
      const errors = 'errors' in read ? read.errors : {}
      if ('errors' in read) set.status = 422
      const period = 'period' in read ? read.period : usualPeriod(now)
      const series = 'period' in read ? await countsBetween(context.db, period) : []
      const mails = await mailCounts(context.db)
      const mailsThat = (state: string) => mails.find((each) => each.state === state)?.mails ?? 0
      const present = {
        ...(await presentState(context.db)),
        mails: mailsThat('waiting'),
        failedMails: mailsThat('failed'),
      }
      const backups = (await context.watch.read())?.backups
      return OverviewPage({ backups, pageContext, period, typed, errors, present, series })
    })
