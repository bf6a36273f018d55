import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { openReplica, origin, type Replica } from '../support/servers/replica.ts'
import { type SlowProxy, startSlowProxy } from '../support/servers/slow-proxy.ts'
import { newMember } from '../support/site/members.ts'
import { password } from '../support/site/page.ts'
import { sessionCookieOf } from '../support/site/visitor.ts'

setDefaultTimeout(60_000)

/** Of each answer of MySQL: eight who hold a row for four answers each take 1.9 s, and have 1.75. */
const delayMs = 60
const atOnce = 24

let way: SlowProxy
let far: Record<'web' | 'accounts' | 'admin', Omit<Replica, 'as'>>
let cookie: string

beforeAll(async () => {
  const web = await openReplica()
  const { database } = web
  way = await startSlowProxy(Number(new URL(database.url).port))
  const slowly = (role: 'web' | 'accounts' | 'admin') => {
    const url = new URL(database.urls[role])
    url.port = `${way.port}`
    return web.as(role, { databaseUrl: url.href, databaseConnections: 10 })
  }
  far = { web: await slowly('web'), accounts: await slowly('accounts'), admin: await slowly('admin') }
  cookie = sessionCookieOf(await newMember(web, 'ana'))
  await database.write(
    "INSERT INTO categories (id, name, name_key) VALUES (1, 'Books', UNHEX(SHA2('Books', 256)))",
  )
  await database.write("INSERT INTO posts (id, category_id, title, body) VALUES (1, 1, 'Wanted', 'by all')")
  await database.write("INSERT INTO items (id, name, quantity, price) VALUES (1, 'Ticket', 1000, '30.00')")
})

type Role = keyof typeof far

const ask = (role: Role, method: string, path: string, body?: object) =>
  far[role].app.handle(
    new Request(origin + path, {
      method,
      headers: { accept: 'application/json', 'content-type': 'application/json', cookie, origin },
      ...(body && { body: JSON.stringify(body) }),
    }),
  )

/** Asks all at once, while every answer of MySQL is slow. Returns how many got `status`. */
async function rush(role: Role, status: number, requests: (() => Promise<Response>)[]): Promise<number> {
  // Their connections are open.
  const { db } = far[role].context
  await Promise.all(Array.from({ length: 10 }, () => db.rows('sleeper', 'SELECT SLEEP(0.1)')))

  way.delayMs = delayMs
  const answers = await Promise.all(requests.map((request) => request()))
  way.delayMs = 0

  const done = answers.filter((answer) => answer.status === status)
  const reasons = await Promise.all(
    answers.filter((answer) => !done.includes(answer)).map(async (answer) => (await answer.json()).detail),
  )
  expect([...new Set(reasons)]).toEqual(
    reasons.length > 0 ? ['Very many people want this at the moment. Please try again soon.'] : [],
  )
  expect(done.length).toBeGreaterThan(0)
  return done.length
}

const countOf = async (rows: string) =>
  (await far.web.database.rows<{ n: number }>(`SELECT COUNT(*) AS n FROM ${rows}`))[0]!.n

test.each<[string, Role, string, (n: number) => object, table: string]>([
  ['order one item', 'admin', '/api/orders', () => ({ item: 1, quantity: 1 }), 'orders'],
  ['discuss one post', 'web', '/api/posts/1/comments', (n) => ({ body: `me, ${n}` }), 'comments'],
  [
    'write in one category',
    'web',
    '/api/posts',
    (n) => ({ category: 'Books', title: `T ${n}`, body: 'x' }),
    'posts',
  ],
  ['sign up', 'accounts', '/api/users', (n) => ({ username: `member-${n}`, password }), 'users'],
])(
  'of many who %s at once each is served or sent away, and none stopped half-way',
  async (_, role, path, body, table) => {
    const before = await countOf(table)

    const done = await rush(
      role,
      201,
      Array.from({ length: atOnce }, (_, n) => () => ask(role, 'POST', path, body(n))),
    )

    expect((await countOf(table)) - before).toBe(done)
  },
)

type Ending = {
  what: string
  role: Role
  /** How each is made of which there are many. */
  path: string
  body: (n: number) => object
  method: string
  place: string
  end?: object
  status: number
  rows: string
}

test.each<Ending>([
  {
    ...{ what: 'cancel orders of one item', role: 'admin', path: '/api/orders' },
    body: () => ({ item: 1, quantity: 1 }),
    ...{ method: 'PATCH', place: '/api/orders/', end: { state: 'cancelled' }, status: 200 },
    rows: "orders WHERE state = 'open'",
  },
  {
    ...{ what: 'remove comments of one post', role: 'web', path: '/api/posts/1/comments' },
    body: (n) => ({ body: `gone, ${n}` }),
    ...{ method: 'DELETE', place: '/api/comments/', status: 204, rows: 'comments' },
  },
  {
    ...{ what: 'remove posts of one category', role: 'web', path: '/api/posts' },
    body: (n) => ({ category: 'Books', title: `Gone ${n}`, body: 'x' }),
    ...{ method: 'DELETE', place: '/api/posts/', status: 204, rows: 'posts' },
  },
])(
  'of many who $what at once each is served or sent away, too',
  async ({ role, path, body, method, place, end, status, rows }) => {
    const ids: number[] = []
    for (let n = 0; n < atOnce; n++) ids.push((await (await ask(role, 'POST', path, body(n))).json()).id)
    const before = await countOf(rows)

    const done = await rush(
      role,
      status,
      ids.map((id) => () => ask(role, method, `${place}${id}`, end)),
    )

    expect(before - (await countOf(rows))).toBe(done)
  },
)
