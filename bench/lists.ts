/**
 * `./agora bench lists`: how long do lists take at a million posts, 100,000 members, 5,000 items and 1,000
 * categories? First the pages, of a whole stack. Then statements of who is told, what is new and who is
 * mailed, asked as the replicas' and the courier's accounts: what pages and HTTP take comes on top of those.
 * `--pages market,items` times the pages alone that have one of these in their name or address.
 */
import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { askMembers, membersToAsk, nextAsking } from '../courier/asking/queries.ts'
import { dueDigests, noticesToMail, unmailedOf } from '../courier/digests/queries.ts'
import { followersAfter } from '../courier/fan-out/queries.ts'
import { duePushes, settledAfter, unpushed } from '../courier/push/queries.ts'
import { viewerBySession } from '../src/accounts/queries.ts'
import { answersTo, membersMissing } from '../src/announcements/queries.ts'
import { followedBy } from '../src/follows/queries.ts'
import { maxId } from '../src/http/paging.ts'
import { membersToMention } from '../src/mentions/queries.ts'
import { newestNotices, sessionsToldOf, unreadOf } from '../src/notices/queries.ts'
import { listedOffers, type OfferFilter } from '../src/offers/queries.ts'
import { openDb, type Sql } from '../src/platform/db.ts'
import { sha256 } from '../src/platform/sha256.ts'
import { nothingHidden } from '../src/removal/queries.ts'
import { newInCategories, newInThreads } from '../src/unread/queries.ts'
import { columns } from '../stack/status.ts'
import { planOf } from '../test/support/plan.ts'
import { closeAll } from '../test/support/servers/cleanup.ts'
import { freshDatabase, type TestDatabase } from '../test/support/servers/database.ts'
import { fillLists } from './fill-lists.ts'
import { isQuick, listPages, type TimedPage } from './list-pages.ts'
import { median } from './median.ts'
import { serverVersion } from './queries.ts'

const rounds = 21
/** Who has 3,000 notices, and follows as many posts. */
const member = 777
const withinMs = 60_000

type List = { what: string; by: 'web' | 'courier'; ask: (sql: Sql) => Promise<unknown> }

export async function lists(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      posts: { type: 'string', default: '1000000' },
      pages: { type: 'string', default: '' },
      json: { type: 'string' },
    },
  })
  const database = await freshDatabase()
  const load = loadavg().map((each) => each.toFixed(2))
  const [[version]] = [Object.values((await database.rows<Record<string, string>>(serverVersion))[0] ?? {})]
  const machine = `${cpus().length} x ${cpus()[0]?.model.trim()}, ${version}; load before: ${load.join(' ')}`
  console.log(machine)
  try {
    const posts = Number(values.posts)
    const pages = await listPages(posts, values.pages)
    console.log(pagesText(pages))
    if (values.pages !== '') return pages.every(isQuick) ? 0 : 1
    const known = await fillLists(database, posts)
    const measured = []
    for (const list of listsOf(posts, known)) measured.push(await measure(database, list))
    const rows = measured.map(({ what, ms, worstMs, plan }) => [
      what,
      ms.toFixed(2),
      worstMs.toFixed(2),
      plan,
    ])
    console.log(columns([['milliseconds', 'median', 'worst', 'walks'], ...rows]).join('\n'))
    if (values.json)
      await Bun.write(values.json, `${JSON.stringify({ machine, posts, pages, measured }, null, 2)}\n`)
    return pages.every(isQuick) ? 0 : 1
  } finally {
    await closeAll()
  }
}

function pagesText(pages: TimedPage[]): string {
  const head = ['milliseconds', 'KiB', 'p50', 'p99', 'worst', 'uncached p50', 'p99', 'worst', '']
  const rows = pages.map((page) => {
    const { what, who, kib, cached, uncached } = page
    const times = [cached, uncached].flatMap(({ p50, p99, worst }) => [p50, p99, worst])
    return [
      `${what}${who === 'stranger' ? '' : `, ${who}`}`,
      kib.toFixed(0),
      ...times.map((ms) => ms.toFixed(1)),
      isQuick(page) ? '' : 'MISSED',
    ]
  })
  return `${columns([head, ...rows]).join('\n')}\n`
}

type Known = Awaited<ReturnType<typeof fillLists>>

const listsOf = (posts: number, { before, told, followed, category }: Known): List[] => [
  ...[
    list('notices of one with 3,000', (sql) => noticesFrom(sql, false)),
    list('those of them that are unread', (sql) => noticesFrom(sql, true)),
    list('how many are unread', (sql) => unreadOf(sql, [member])),
    list('a session, with all numbers', (sql) => viewerBySession(sql, sha256(`u${member}`))),
    list('members to mention, of 100,000', (sql) => membersToMention(sql, member, 'u%', 8)),
    list('members to mention, of 1,111', (sql) => membersToMention(sql, member, 'u77%', 8)),
    list('new in 20 threads of 5,000 comments', (sql) => newInThreads(sql, member, threadsOf(posts))),
    list('new in categories', (sql) => newInCategories(sql, member, posts / 2, [])),
    list('posts followed, of 3,000', (sql) => followedBy(sql, member, 'post', 101)),
    list('who of 10,000 told of a post is here', (sql) => sessionsToldOf(sql, { of: 'post', id: told })),
    list('how many of 100,000 have confirmed', (sql) => answersTo(sql, told)),
    list('offers that are open, of 100,000', (sql) => offersOf(sql, { state: 'open' })),
    list('gifts that are open', (sql) => offersOf(sql, { kind: 'gift', state: 'open' })),
    list('offers in any state, far down', (sql) => offersOf(sql, { before: posts - 90_000 })),
    list('offers in streets, any state', (sql) => offersOf(sql, { placeKey: 'street' })),
    list('reserved in a street', (sql) => offersOf(sql, { placeKey: 'street 7', state: 'reserved' })),
    list('who of them has not', (sql) => membersMissing(sql, told, '50000', 51)),
  ],
  ...[
    byCourier('the next 500 of 10,000 followers', (sql) =>
      followersAfter(
        sql,
        { id: 1, post: followed, comment: null, afterUser: 5_000 },
        { author: 1, category },
        500,
      ),
    ),
    byCourier('what is to be asked about', (sql) => nextAsking(sql)),
    byCourier('the next 500 to be asked', (sql) => membersToAsk(sql, asking(told), 500)),
    byCourier('who of 500 may read it', (sql) => askMembers(unwritten(sql), told, aFewHundred)),
    byCourier('digests that are due', (sql) => dueDigests(sql, new Date(), 50)),
    byCourier('what 50 members are to be mailed', (sql) => unmailedOf(sql, fifty, new Date())),
    byCourier('what one mail names', (sql) => noticesToMail(sql, member, { after: 0, upTo: 10_000_000 }, 21)),
    byCourier('to be pushed, behind 10,000 notices', (sql) => unpushed(sql, before, 500)),
    byCourier('how far nothing more will come', (sql) => settledAfter(sql, 0, 500)),
    byCourier('pushes that are due', (sql) => duePushes(sql, 200)),
  ],
]

const list = (what: string, ask: List['ask']): List => ({ what, by: 'web', ask })
const byCourier = (what: string, ask: List['ask']): List => ({ what, by: 'courier', ask })
const noticesFrom = (sql: Sql, unread: boolean) =>
  newestNotices(sql, member, { before: maxId, limit: 51, unread })
const offersOf = (sql: Sql, filter: Partial<OfferFilter>) =>
  listedOffers(sql, { limit: 21, hidden: nothingHidden, ...filter })
const threadsOf = (posts: number) => Array.from({ length: 20 }, (_, n) => ({ post: posts - n, behind: 0 }))
const asking = (post: number) => ({ post, isEverywhere: 1 as const, afterUser: 50_000 })
const fifty = Array.from({ length: 50 }, (_, n) => member + n)
const aFewHundred = Array.from({ length: 500 }, (_, n) => 50_000 + n)

/** What is asked alone is measured. */
const unwritten = (sql: Sql): Sql => ({
  ...sql,
  write: async () => ({ insertId: 0, affectedRows: 0, changedRows: 0 }),
})

async function measure(database: TestDatabase, { what, by, ask }: List) {
  const db = openDb({ url: database.urls[by], connections: 1, queryTimeoutMs: withinMs })
  const times: number[] = []
  for (let round = 0; round < rounds; round++) {
    const began = performance.now()
    await ask(db)
    times.push(performance.now() - began)
  }
  await db.close()
  return { what, ms: median(times), worstMs: Math.max(...times), plan: await walkedBy(database, ask) }
}

/** The largest step of the plan: the table, its index and the rows that the server expects. */
async function walkedBy(database: TestDatabase, ask: List['ask']): Promise<string> {
  const steps = await planOf(database, ask)
  const [largest] = steps
    .filter(({ table }) => table !== null && !table.startsWith('<'))
    .sort((a, b) => Number(b.rows) - Number(a.rows))
  return largest ? `${largest.table} by ${largest.key ?? 'nothing'}, ${largest.rows} rows` : 'nothing'
}
