import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { createApp } from '../../src/app.ts'
import { openReplica, origin, type Replica } from '../support/servers/replica.ts'
import { type Events, readEvents } from '../support/site/events.ts'
import { attributeIn } from '../support/site/markup.ts'
import { password } from '../support/site/page.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

let web: Replica
let other: Omit<Replica, 'as'>
beforeAll(async () => {
  web = await openReplica()
  other = await web.as('web', { name: 'web-2' })
  await web.database.write(
    `INSERT INTO categories (id, name, name_key, posts) VALUES (1, 'Books', UNHEX(SHA2('Books', 256)), 3)`,
  )
  const posts = [1, 2, 3].map((id) => `(${id}, 1, NULL, 'Post ${id}', 'Text', ${id * 100})`)
  await web.database.write(
    `INSERT INTO posts (id, category_id, author_id, title, body, likes) VALUES ${posts.join()}`,
  )
})

type At = Pick<Replica, 'app'>

const ask = ({ app }: At, query: string, method = 'GET') =>
  app.handle(new Request(`${origin}/live?${query}`, { method }))

/** A stream that has its snapshot. */
async function follow(replica: At, query: string): Promise<Events> {
  const events = readEvents((await ask(replica, query)).body!)
  await until(() => events.of('likes').length > 0)
  return events
}

const sendLike = ({ app }: At, post: number) =>
  app.handle(new Request(`${origin}/api/posts/${post}/likes`, { method: 'POST', headers: { origin } }))

test('a like at one replica is sent by the other, with its total and a version', async () => {
  const ana = await follow(other, 'posts=1,2')

  expect((await sendLike(web, 1)).status).toBe(200)
  await until(() => ana.last(1)?.total === 101)
  expect((await sendLike(web, 1)).status).toBe(200)
  await until(() => ana.last(1)?.total === 102)

  const versions = ana
    .of('likes')
    .flat()
    .map(([, , version]) => version)
  expect(versions).toEqual(versions.toSorted((one, next) => one - next))
  expect(ana.last(2)).toBeUndefined()
})

test('the button that was pressed has the version of what the stream sends', async () => {
  const ana = await follow(other, 'posts=3')

  const visitor = web.visitor()
  const button = await (await visitor.post('/posts/3/likes', {}, { 'hx-request': 'true' })).text()
  const sent = await until(() => ana.last(3))

  expect(attributeIn(button, '[data-likes]', 'data-likes')).toBe(`${sent.total}:${sent.version}`)
})

test.each([
  'posts=9999999999999999',
  'posts=1,9007199254740992',
  'lists=category:9999999999999999.1',
  'lists=posts.9999999999999999',
  'lists=category.1',
])('a stream of %s is refused', async (query) => {
  expect((await ask(web, query)).status).toBe(422)
})

test.each(['POST /api/posts/9999999999999999/likes', 'POST /posts/9007199254740992/likes'])(
  '%s is of no post, at once',
  async (route) => {
    const [method = '', path] = route.split(' ')
    const before = await web.batcher.stats()

    const answer = await web.app.handle(new Request(`${origin}${path}`, { method, headers: { origin } }))

    expect(answer.status).toBe(404)
    expect((await web.batcher.stats()).refused).toBe(before.refused)
  },
)

test('who was long away hears what MySQL has, too', async () => {
  const [ana, bo] = [await follow(web, 'posts=2'), await follow(web, 'posts=2&away=long')]

  expect(ana.of('likes')[0]).toEqual([])
  expect(bo.of('likes')[0]).toEqual([[2, 200, 0]])
})

test('a new post is sent to those who look at its lists', async () => {
  const accounts = await web.as('accounts')
  const visitor = accounts.visitor()
  await visitor.post('/signup', { username: 'ana', password })
  const [all, books, elsewhere] = [
    await follow(other, 'posts=1&lists=posts.3'),
    await follow(other, 'lists=category:1.3'),
    await follow(other, 'lists=category:9.0'),
  ]

  const headers = { cookie: `session=${visitor.cookies.get('session')}`, origin }
  const body = new URLSearchParams({ category: 'Books', title: 'New', body: 'Just now' })
  const answer = await web.app.handle(new Request(`${origin}/posts`, { method: 'POST', headers, body }))
  const id = Number(answer.headers.get('location')?.split('/').at(-1))
  await until(() => all.of('news').length > 0 && books.of('news').length > 0)
  const late = await follow(web, 'lists=posts.3')
  await until(() => late.of('news').length > 0)

  expect(all.of('news')).toEqual([{ topic: 'posts', kind: 'post', ids: [id] }])
  expect(books.of('news')).toEqual([{ topic: 'category:1', kind: 'post', ids: [id] }])
  expect(late.of('news')).toEqual([{ topic: 'posts', kind: 'post', ids: [id] }])
  expect(elsewhere.of('news')).toEqual([])
})

test('a stream stays open while Redis is away, and sends what it missed when Redis is back', async () => {
  const ana = await follow(other, 'posts=2')
  let isOver = false
  void ana.ended.then(() => {
    isOver = true
  })

  await web.redis.kill()
  const { likes } = (await (await sendLike(web, 2)).json()) as { likes: number }
  await web.redis.restart()

  await until(() => ana.last(2)?.total === likes)
  expect(isOver).toBe(false)
})

test.each(['posts=x', 'posts=0', 'lists=posts', 'lists=a.1,b.1,c.1,d.1,e.1', `posts=${'1,'.repeat(2)}-1`])(
  'what no page of ours shows is refused: %s',
  async (query) => {
    expect((await ask(web, query)).status).toBe(422)
  },
)

test('HEAD says what a stream would be, and opens none', async () => {
  const before = web.context.live.streams()

  const { status, headers, body } = await ask(web, 'posts=1', 'HEAD')

  expect([status, headers.get('content-type'), body]).toEqual([200, 'text/event-stream', null])
  expect(headers.get('cache-control')).toBe('no-store, no-transform')
  expect(web.context.live.streams()).toBe(before)
})

test('beyond the limit there is no stream, and the answer says when to come back', async () => {
  const small = await web.as('web', { liveStreams: 1 })
  await follow(small, 'posts=1')

  const { status, headers } = await ask(small, 'posts=1')

  expect([status, headers.get('retry-after')]).toEqual([503, '10'])
})

test('a replica that stops ends its streams at once, and takes no more', async () => {
  const { app, context } = await served()
  const url = `http://localhost:${app.server?.port}/live?posts=1`
  const streams = await Promise.all([1, 2, 3].map(async () => readEvents((await fetch(url)).body!)))

  context.live.end()
  await Promise.all(streams.map(({ ended }) => ended))
  const refused = await fetch(url)
  // It waits for open streams without an end.
  await app.stop()

  expect(refused.status).toBe(503)
  expect(streams.map((each) => each.retries().length)).toEqual([2, 2, 2])
})

/** A replica on a port of its own. */
async function served() {
  const { context } = await web.as('web')
  return { app: createApp(context).listen({ hostname: 'localhost', port: 0, reusePort: false }), context }
}
