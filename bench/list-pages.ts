/**
 * The pages of `./agora bench lists`: how long does somebody alone wait for each list of a whole stack?
 * Asked through HAProxy, one request after the other, from the machine that the stack runs on: as the caches
 * have it, and with nothing of it in them.
 */
import { Redis } from 'ioredis'
import { createPool, type ResultSetHeader } from 'mysql2/promise'
import { nativeBoard } from '../stack/native/backup.ts'
import { readSecrets } from '../stack/secrets.ts'
import { newVisitor, sessionCookieOf } from '../test/support/site/visitor.ts'
import { until } from '../test/support/until.ts'
import { fillPages } from './fill-lists.ts'
import { signedIn } from './pages.ts'
import { type PrivateStack, startPrivateStack } from './private-stack.ts'

const requestsOfPage = 250
const paperRequests = 20
const indexingMs = 3_600_000
const joiningMs = 120_000
/** No page may take longer, alone. */
const mostMs = 100
/** But for the audit, which counts all likes of all posts anew, every ten seconds at most. */
const aCountMs = 1_000

type Who = 'stranger' | 'member' | 'admin'
/** A page may take so long while nothing is cached where that is longer than others may. */
type Page = { what: string; path: string; who: Who; mostUncachedMs?: number; requests?: number }
type Times = { p50: number; p99: number; worst: number }
export type TimedPage = Page & { kib: number; cached: Times; uncached: Times }

/** `only`: those alone that have one of these, between commas, in their name or their path. */
export async function listPages(posts: number, only: string): Promise<TimedPage[]> {
  const stack = await startPrivateStack({ env: { SAMPLE: 'off' } })
  try {
    await fill(stack, posts)
    const cookies = await cookiesOf(stack)
    await giveOrders(stack)
    const forget = await openForgetting(stack)
    const timed = []
    const pages = pagesOf(posts).filter(({ what, path }) =>
      only.split(',').some((each) => `${what} ${path}`.includes(each)),
    )
    for (const page of pages) timed.push(await timePage(stack, cookies, forget, page))
    forget.end()
    return timed
  } finally {
    await stack.down()
  }
}

/** Every 300th order, and one that is paid, is of the member who looks. */
async function giveOrders(stack: PrivateStack): Promise<void> {
  const { url } = await nativeBoard(stack.data)
  const pool = createPool({ uri: url, connectionLimit: 1 })
  await pool.query(
    'UPDATE orders SET user_id = (SELECT MAX(id) FROM users) WHERE id % 300 = 0 OR id IN (?, ?)',
    [paidOrder, owedOrder],
  )
  await pool.end()
}

const [paidOrder, owedOrder] = [77_777, 77_778]

async function fill(stack: PrivateStack, posts: number): Promise<void> {
  const { url } = await nativeBoard(stack.data)
  const pool = createPool({ uri: url, connectionLimit: 1, timezone: 'Z' })
  await fillPages(
    {
      write: async (statement, values = []) => {
        const [{ insertId, affectedRows }] = await pool.query<ResultSetHeader>(statement, values)
        return { insertId, affectedRows }
      },
    },
    posts,
  )
  await pool.query(
    'ANALYZE TABLE posts, post_ranks, post_tags, users, comments, offers, items, orders, order_lines, window_orders',
  )
  await pool.end()
  await until(async () => (await textsFound(stack)) >= posts, { withinMs: indexingMs, everyMs: 1_000 })
}

/** How many posts the search process has in its index. */
async function textsFound(stack: PrivateStack): Promise<number> {
  const search = (await stack.processes()).find(({ role }) => role === 'search')
  const metrics = await (await fetch(`http://127.0.0.1:${search?.port}/metrics`)).text()
  return Number(metrics.match(/^agora_search_texts\{kind="post"\} (\d+)/m)?.[1] ?? 0)
}

type Cookies = Record<Who, string | undefined>

async function cookiesOf(stack: PrivateStack): Promise<Cookies> {
  const admin = newVisitor(stack.url)
  await admin.post('/login', { username: 'admin', password: readSecrets(stack.data)?.demoAdmin ?? '' })
  // Whoever joins first waits for what 100,000 names look like.
  const signIn = () => signedIn(stack).catch(() => false as const)
  const member = (await until(signIn, { withinMs: joiningMs, everyMs: 1_000 })).replace('Cookie: ', '')
  return { stranger: undefined, member, admin: sessionCookieOf(admin) }
}

/** Takes out of Redis what replicas keep there of pages, as if it had never been asked for. */
async function openForgetting(stack: PrivateStack) {
  const server = (await stack.processes()).find(({ role }) => role === 'redis')
  const redis = new Redis(`redis://:${readSecrets(stack.data)?.redis}@127.0.0.1:${server?.port}/0`)
  return {
    all: async () => {
      const keys = await redis.keys('cache:*')
      if (keys.length > 0) await redis.del(keys)
    },
    end: () => redis.disconnect(),
  }
}

export const isQuick = ({ cached, uncached, mostUncachedMs = mostMs }: TimedPage) =>
  cached.p99 <= mostMs && uncached.p99 <= mostUncachedMs

const by = (who: Who) => (what: string, path: string) => ({ what, path, who })

function pagesOf(posts: number): Page[] {
  const [stranger, member, admin] = [by('stranger'), by('member'), by('admin')]
  const far = Math.floor(posts / 2)
  return [
    ...[
      stranger('front page, new', '/?sort=new'),
      stranger('front page, hot', '/?sort=hot'),
      stranger('front page, top', '/?sort=top'),
      stranger('new, half a million posts on', `/?before=${far}`),
      stranger('top, far down', `/?sort=top&before=500-${far}`),
      stranger('a category of 45,000 posts', '/c/c7'),
      stranger('the same, top', '/c/c7?sort=top'),
      stranger('the same, far down', `/c/c7?before=${far}`),
      stranger('a tag of half a million posts', '/tags/tag1000'),
      stranger('the same, hot', '/tags/tag1000?sort=hot'),
      stranger('1,000 categories', '/categories'),
      stranger('the same, later', '/categories?after=900'),
      stranger('a post with 5,000 comments', `/posts/${posts}`),
      stranger('a member', '/users/u777'),
      stranger('market, 5,000 items', '/market'),
      stranger('market, searched', '/market?q=jar+77'),
      stranger('market, a category', '/market?category=Shelf+7'),
      stranger('market, a late page', '/market?page=90'),
      stranger('market, cheapest in stock', '/market?sort=cheapest&stock=in'),
      stranger('an item', '/market/777'),
      stranger('offers, 100,000', '/offers'),
      stranger('offers, gifts, any state', '/offers?kind=gift&state=any'),
      stranger('search, a word in all posts', '/search?q=text'),
      stranger('search, a rare word', '/search?q=777777'),
      stranger('search, best first', '/search?q=some+text&sort=best'),
      stranger('search, members', '/search?q=u777&in=members'),
      { ...stranger('audit', '/audit'), mostUncachedMs: aCountMs },
    ],
    ...[
      member('front page', '/'),
      member('market', '/market'),
      member('offers', '/offers'),
      member('notices', '/notices'),
      member('orders, 333 of 100,000', '/market/orders'),
      member('orders, the last of them', '/market/orders?before=2000'),
      member('an order, with its transfer', `/market/orders/${owedOrder}`),
      member('an order that is paid', `/market/orders/${paidOrder}`),
      member('an item, with a form', '/market/776'),
      { ...member('an invoice, PDF', `/market/orders/${paidOrder}/invoice.pdf`), requests: paperRequests },
      { ...member('a receipt, PDF', `/market/orders/${paidOrder}/receipt.pdf`), requests: paperRequests },
    ],
    ...[
      admin('overview', '/admin/overview'),
      admin('overview of two years, by week', `/admin/overview?${twoYears()}&by=week`),
      admin('items, 5,000', '/admin'),
      admin('items, searched', '/admin?q=jar+77'),
      admin('items, a late page', '/admin?page=90'),
      admin('orders to hand over, of 100,000', '/admin/orders'),
      admin('orders, all', '/admin/orders?state=any'),
      admin('orders, closed, far down', '/admin/orders?state=closed&before=1000'),
      admin('orders, open and paid', '/admin/orders?paid=yes'),
      admin('orders, not paid', '/admin/orders?state=any&paid=no'),
      admin('orders, by number', '/admin/orders?q=777'),
      admin('orders, by member', '/admin/orders?q=u777&state=any'),
      admin('orders, by item', '/admin/orders?q=jar+777&state=any'),
      admin('orders, of very many', '/admin/orders?q=jar&state=any'),
      admin('an order, for an admin', `/admin/orders/${paidOrder}`),
      admin('an item, for an admin', '/admin/items/777/details'),
      admin('who is paid', '/admin/payment'),
      admin('windows, 100', '/admin/windows'),
      admin('a window', '/admin/windows/50'),
      admin('a packing list, 1,000 orders', '/admin/windows/50/packing'),
      admin('a hand-over, 1,000 orders', '/admin/windows/50/hand-over'),
      admin('a supplier’s list, 1,000 orders', '/admin/windows/50/supplier'),
      admin('members, 100,000', '/admin/members'),
      admin('members, searched', '/admin/members?q=u77'),
      admin('categories, 1,000', '/admin/categories'),
      admin('moderators, 5,000', '/admin/moderators'),
      admin('moderators, searched', '/admin/moderators?q=u77'),
      admin('posts, a million', '/admin/posts'),
      admin('queue, 5,000 reports', '/moderation/queue'),
      admin('joining, 5,000 of each', '/admin/joining'),
      admin('mail, 5,000 failed', '/admin/mail'),
    ],
  ]
}

function twoYears(): URLSearchParams {
  const day = (at: number) => new Date(at).toISOString().slice(0, 10)
  return new URLSearchParams({ from: day(Date.now() - 730 * 86_400_000), until: day(Date.now()) })
}

type Forgetting = Awaited<ReturnType<typeof openForgetting>>

async function timePage(
  { url }: PrivateStack,
  cookies: Cookies,
  forget: Forgetting,
  page: Page,
): Promise<TimedPage> {
  const { requests = requestsOfPage } = page
  const cookie = cookies[page.who]
  const once = async (headers: Record<string, string>) => {
    const began = performance.now()
    const answer = await fetch(url + page.path, {
      redirect: 'manual',
      headers: { accept: 'text/html', ...(cookie && { cookie }), ...headers },
    })
    const { byteLength } = await answer.bytes()
    const ms = performance.now() - began
    if (answer.status !== 200) throw new Error(`${page.path} was answered ${answer.status}`)
    return { ms, byteLength }
  }
  const many = async (headers: Record<string, string>, before: () => Promise<void>) => {
    const times: number[] = []
    for (let n = 0; n < requests; n++) {
      await before()
      times.push((await once(headers)).ms)
    }
    return timesOf(times)
  }
  const { byteLength } = await once({})
  const cached = await many({}, async () => {})
  const uncached = await many({ 'cache-control': 'no-cache' }, forget.all)
  return { ...page, kib: byteLength / 1_024, cached, uncached }
}

function timesOf(times: number[]): Times {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? 0
  return { p50: at(0.5), p99: at(0.99), worst: at(1) }
}
