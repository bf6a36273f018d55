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

test.each<[string, keyof typeof far, string, (n: number) => object, table: string]>([
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
    const { app, context, database } = far[role]
    const count = async () => (await database.rows<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table}`))[0]!.n
    const before = await count()
    const ask = (n: number) =>
      app.handle(
        new Request(origin + path, {
          method: 'POST',
          headers: { accept: 'application/json', 'content-type': 'application/json', cookie, origin },
          body: JSON.stringify(body(n)),
        }),
      )

    // Their connections are open.
    await Promise.all(Array.from({ length: 10 }, () => context.db.rows('sleeper', 'SELECT SLEEP(0.1)')))

    way.delayMs = delayMs
    const answers = await Promise.all(Array.from({ length: atOnce }, (_, n) => ask(n)))
    way.delayMs = 0

    const done = answers.filter(({ status }) => status === 201)
    const reasons = await Promise.all(
      answers.filter((answer) => !done.includes(answer)).map(async (answer) => (await answer.json()).detail),
    )
    expect([...new Set(reasons)]).toEqual(
      reasons.length > 0 ? ['Very many people want this at the moment. Please try again soon.'] : [],
    )
    expect(done.length).toBeGreaterThan(0)
    expect((await count()) - before).toBe(done.length)
  },
)
