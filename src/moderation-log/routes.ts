import { stringify } from 'csv-stringify/sync'
import { Elysia } from 'elysia'
import { fill } from '../../texts/say.ts'
import { actSentences, ModerationPage } from '../../views/moderation.tsx'
import { entriesOfYear, newestEntries } from '../action-log/queries.ts'
import type { Context } from '../context.ts'
import { atomOf } from '../feeds/atom.ts'
import { pageContextFor, siteOf } from '../http/page-context.ts'
import { maxId, pageOf } from '../http/paging.ts'
import { idParam } from '../http/params.ts'
import { json } from '../http/respond.ts'
import { Refusal } from '../platform/errors.ts'
import { standingFor } from '../rules/grounds.ts'
import { lookOf } from '../settings/look.ts'
import { type LegibleEntry, legible } from './legible.ts'

const pageSize = 50
const entriesAtOnce = 1_000

/** What moderators did, for everybody to read: a page, a feed, and each year as CSV and JSON. */
export const moderationLog = (context: Context) =>
  new Elysia({ name: 'moderation-log' })
    .get('/moderation', async ({ request }) => {
      const before = idParam(request, 'before')
      const { rows, last } = pageOf(await newestEntries(context.db, before ?? maxId, pageSize + 1), pageSize)
      return ModerationPage({
        pageContext: await pageContextFor(context, request),
        entries: await legible(context, rows),
        nextCursor: last?.number,
        isFirstPage: before === undefined,
        year: new Date().getUTCFullYear(),
      })
    })

    .get('/moderation/feed', async ({ request }) => {
      const entries = await legible(context, await newestEntries(context.db, maxId, pageSize))
      const page = `${siteOf(request)}/moderation`
      const body = await atomOf({
        address: `${page}/feed`,
        page,
        title: `Moderation · ${(await lookOf(context)).name}`,
        entries: entries.map((entry) => ({
          address: `${page}?before=${entry.number + 1}#action-${entry.number}`,
          title: titleOf(entry),
          author: null,
          publishedAt: entry.doneAt,
          updatedAt: entry.doneAt,
          text: entry.reason === null ? '' : standingFor({ ...entry, reason: entry.reason }),
        })),
      })
      return new Response(body, { headers: { 'content-type': 'application/atom+xml; charset=utf-8' } })
    })

    .get('/moderation/:year', async ({ params }) => {
      const [, year, type] = /^(\d{4})\.(csv|json)$/.exec(params.year) ?? []
      if (!year) throw new Refusal(404, 'There is no such page.')
      const entries = await allOf(context, Number(year))
      if (type === 'json') return json(entries)
      const body = stringify(entries, { header: true, columns: [...columns], escape_formulas: true })
      return new Response(body, { headers: { 'content-type': 'text/csv; charset=utf-8' } })
    })

const columns = [
  ...(['number', 'act', 'kind', 'subject', 'reason', 'doneAt', 'hash'] as const),
  ...(['rule', 'detail', 'until', 'refersTo'] as const),
] as const

/** Without who did it. */
type Published = Pick<LegibleEntry, (typeof columns)[number]>

async function allOf(context: Context, year: number): Promise<Published[]> {
  const all: Published[] = []
  for (let after = 0, isMore = true; isMore; after = all.at(-1)?.number ?? 0) {
    const entries = await legible(context, await entriesOfYear(context.db, year, after, entriesAtOnce))
    all.push(...entries.map(({ by: _, ...published }) => published))
    isMore = entries.length === entriesAtOnce
  }
  return all
}

/** In English, as all of a feed that nobody wrote: it is the same for everybody. */
const titleOf = ({ act, kind, subject }: LegibleEntry) =>
  fill(actSentences[act], { what: `${kind[0]?.toUpperCase()}${kind.slice(1)} ${subject}` })
