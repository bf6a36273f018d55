import { stringify } from 'csv-stringify/sync'
import { Elysia } from 'elysia'
import { fill } from '../../texts/say.ts'
import { actSentence, ModerationPage } from '../../views/moderation.tsx'
import { entriesOfYear, firstYear, type HashedEntry, newestEntries } from '../action-log/queries.ts'
import type { Context } from '../context.ts'
import { atomOf } from '../feeds/atom.ts'
import { pageContextFor, siteOf } from '../http/page-context.ts'
import { maxId, pageOf } from '../http/paging.ts'
import { idParam } from '../http/params.ts'
import { streamed } from '../http/slices.ts'
import type { Db } from '../platform/db.ts'
import { Refusal } from '../platform/errors.ts'
import { standingFor } from '../rules/grounds.ts'
import { lookOf } from '../settings/look.ts'
import { columns, type LegibleEntry, legible, type Published } from './legible.ts'
import { namesOf } from './queries.ts'

const pageSize = 50
const entriesAtOnce = 1_000

/** What moderators did, for everybody to read: a page, a feed, and each year as CSV and JSON. */
export const moderationLog = (context: Context) => {
  const { config, db } = context
  const isNamed = config.moderationNames === 'moderators'

  /** What the reader may read of entries, with who did it where the operator wants that to be known. */
  const published = async (all: HashedEntry[]): Promise<Published[]> => {
    const entries = await legible(context, all)
    if (!isNamed) return entries.map(({ by: _, ...entry }) => entry)
    const names = await namesOf(db, [...new Set(entries.filter(isByModerator).map(({ by }) => by))])
    return entries.map((entry) =>
      isByModerator(entry) ? { ...entry, by: names.get(entry.by) ?? null } : { ...entry, by: undefined },
    )
  }

  /** A year's entries, some at a time, in the order in which they were added. */
  async function* entriesOf(year: number): AsyncGenerator<Published[]> {
    for (let after = 0, isMore = true; isMore; ) {
      const entries = await entriesOfYear(db, year, after, entriesAtOnce)
      yield await published(entries)
      after = entries.at(-1)?.number ?? after
      isMore = entries.length === entriesAtOnce
    }
  }

  return new Elysia({ name: 'moderation-log' })
    .get('/moderation', async ({ request }) => {
      const before = idParam(request, 'before')
      const { rows, last } = pageOf(await newestEntries(db, before ?? maxId, pageSize + 1), pageSize)
      return ModerationPage({
        pageContext: await pageContextFor(context, request),
        entries: await published(rows),
        nextCursor: last?.number,
        isFirstPage: before === undefined,
        years: await yearsOf(db),
      })
    })

    .get('/moderation/feed', async ({ request }) => {
      const entries = await published(await newestEntries(db, maxId, pageSize))
      const page = `${siteOf(request)}/moderation`
      const body = await atomOf({
        address: `${page}/feed`,
        page,
        title: `Moderation · ${(await lookOf(context)).name}`,
        entries: entries.map((entry) => ({
          address: `${page}?before=${entry.number + 1}#action-${entry.number}`,
          title: titleOf(entry),
          author: entry.by ?? null,
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
      const pieces =
        type === 'json' ? asJson(entriesOf(Number(year))) : asCsv(entriesOf(Number(year)), columnsOf(isNamed))
      // Before anything is sent: who asks while nobody answers for the log is told so.
      const first = await pieces.next()
      const next = async () => (await pieces.next()).value ?? undefined
      let isBegun = false
      const body = streamed(async () => {
        if (isBegun) return next()
        isBegun = true
        return first.value ?? undefined
      })
      return new Response(body, { headers: { 'content-type': types[type as keyof typeof types] } })
    })
}

/** Those in which something was done, the last first; without anything this one. */
async function yearsOf(db: Db): Promise<number[]> {
  const now = new Date().getUTCFullYear()
  const first = (await firstYear(db)) ?? now
  return Array.from({ length: Math.max(1, now - first + 1) }, (_, back) => now - back)
}

const types = { json: 'application/json', csv: 'text/csv; charset=utf-8' }

/** Whoever appealed is no moderator. */
const isByModerator = ({ act }: LegibleEntry) => act !== 'appeal'

const columnsOf = (isNamed: boolean) => (isNamed ? [...columns, 'by'] : [...columns])

async function* asJson(parts: AsyncGenerator<Published[]>): AsyncGenerator<string> {
  let before = '['
  for await (const part of parts) {
    if (part.length === 0) continue
    yield before + JSON.stringify(part).slice(1, -1)
    before = ','
  }
  yield before === '[' ? '[]' : ']'
}

async function* asCsv(parts: AsyncGenerator<Published[]>, of: string[]): AsyncGenerator<string> {
  let header = true
  for await (const part of parts) {
    yield stringify(part, { header, columns: of, escape_formulas: true })
    header = false
  }
}

/** In English, as all of a feed that nobody wrote: it is the same for everybody. */
const titleOf = ({ act, kind, subject }: Published) =>
  fill(actSentence({ act, kind }), { what: `${kind[0]?.toUpperCase()}${kind.slice(1)} ${subject}` })
