import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { routes } from '../../src/site.ts'
import { addPosts } from '../support/servers/batcher.ts'
import { openReplica, origin, type Replica } from '../support/servers/replica.ts'
import { type Service, startMysql } from '../support/servers/services.ts'
import { find } from '../support/site/markup.ts'
import { addCategory, newMember } from '../support/site/members.ts'
import { postsShown } from '../support/site/page.ts'
import { addressOf } from '../support/site/routes.ts'
import type { Visitor } from '../support/site/visitor.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

let mysql: Service
let web: Replica
let ana: Visitor
let pools: Record<'accounts' | 'admin', Omit<Replica, 'as'>>
let post: number

const english = 'This page shows what was known last'
const arabic = 'تعرض هذه الصفحة آخر ما كان معروفًا'

const get = async (path: string, headers: Record<string, string> = {}) => {
  const answer = await web.app.handle(new Request(origin + path, { headers }))
  return { status: answer.status, headers: answer.headers, page: await answer.text() }
}
const cookieOf = (visitor: Visitor) =>
  [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ')

const pages = () => [
  '/',
  '/?sort=top',
  `/?before=${post}`,
  '/c/Books',
  `/posts/${post}`,
  '/users/ana',
  '/market',
  '/market/1',
  '/search?q=text',
]

beforeAll(async () => {
  mysql = await startMysql()
  web = await openReplica({ logs: 'admin' }, mysql)
  await addCategory(web, 'Books')
  pools = { accounts: await web.as('accounts'), admin: await web.as('admin') }
  ana = await newMember(web, 'ana')
  const ids = await addPosts(web.database, 45)
  await web.database.write(`INSERT INTO items (id, name, quantity, price) VALUES (1, 'Cake', 3, 1)`)
  post = ids[30]!
  await web.context.cache.invalidate(['posts:newest', 'categories'])
  await web.search.caughtUp()
  for (const path of pages()) expect([path, (await get(path)).status]).toEqual([path, 200])
  await mysql.kill()
  await web.redis.kill()
  await until(async () => (await web.context.unavailable()).includes('redis'))
})

describe('with MySQL and Redis away', () => {
  test('each page that was drawn lately is shown as it was known last, and says so', async () => {
    for (const path of pages()) {
      const { status, page, headers } = await get(path)

      expect([path, status]).toEqual([path, 200])
      expect(page, path).toContain(english)
      expect(headers.get('cache-control'), path).toContain('no-store')
    }
    expect(postsShown((await get('/')).page)).toHaveLength(20)
    expect((await get('/', { 'accept-language': 'ar' })).page).toContain(arabic)
  })

  test('a page that was not drawn is not made up, and programs get no old things', async () => {
    expect((await get(`/posts/${post - 5}`)).status).toBe(503)
    expect((await get('/api/posts')).status).toBe(503)
    expect((await get('/users/ana', { 'hx-request': 'true' })).status).toBe(503)
  })

  test('a member is shown neither as signed out nor as anybody', async () => {
    for (const path of ['/', `/posts/${post}`, '/market', `/posts/${post - 5}`]) {
      const { page } = await get(path, { cookie: cookieOf(ana) })

      expect(page, path).toContain('Your account cannot be looked up now.')
      expect(find(page, 'a[href="/login"]'), path).toEqual([])
      expect(page, path).not.toContain('Sign out')
    }
  })

  test('what is a member’s own is a 503, and so is each write, never a 401', async () => {
    const cookie = cookieOf(ana)
    const write = (path: string, method = 'POST') =>
      web.app.handle(
        new Request(origin + path, {
          method,
          headers: { cookie, 'content-type': 'application/json' },
          body: '{}',
        }),
      )

    const statuses = [
      (await get('/market/orders', { cookie })).status,
      (await get('/posts/1/edit', { cookie })).status,
      (await write('/posts')).status,
      (await write('/api/posts')).status,
      (await write(`/api/posts/${post}`, 'PATCH')).status,
      (await write(`/posts/${post}/comments`)).status,
    ]

    expect(statuses).toEqual(statuses.map(() => 503))
  })

  test.each(['web', 'accounts', 'admin'] as const)(
    'no page of the %s pool sends a member to sign in',
    async (role) => {
      const { app } = role === 'web' ? web : pools[role]
      const theirs = routes.filter(
        ({ pool, method, who }) => pool === role && method === 'GET' && who !== 'everyone' && who !== 'token',
      )
      expect(theirs).not.toBeEmpty()

      for (const route of theirs)
        for (const more of <Record<string, string>[]>[
          {},
          { 'hx-request': 'true' },
          { accept: 'application/json' },
        ]) {
          const headers = { accept: 'text/html', cookie: cookieOf(ana), ...more }
          const { status } = await app.handle(
            new Request(origin + addressOf(route, { name: 'ana' }), { headers }),
          )

          expect([route.path, status]).toEqual([route.path, 503])
        }
    },
  )

  test('a page that says what is wrong does not say that it shows what was known last', async () => {
    for (const path of ['/search?q=other', '/posts/1', '/users/bo', '/c/Books?before=9']) {
      const { status, page } = await get(path)

      expect([path, status]).toEqual([path, 503])
      expect(page, path).not.toContain(english)
    }
  })

  test('all is as before when they are back', async () => {
    await mysql.restart()
    await web.redis.restart()

    const { page } = await until(async () => {
      const now = await get('/', { cookie: cookieOf(ana) })
      return now.status === 200 && !now.page.includes(english) && now
    })

    expect(page).toContain('Sign out')
  })
})
