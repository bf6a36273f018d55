import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Role } from '../src/platform/config.ts'
import { type Route, routes, routesAtTheDoor } from '../src/site.ts'
import { openReplica, origin } from './support/servers/replica.ts'
import { startMysql } from './support/servers/services.ts'
import { readEvents } from './support/site/events.ts'
import { find } from './support/site/markup.ts'
import { newMember } from './support/site/members.ts'
import { addOneOfEach } from './support/site/one-of-each.ts'
import { endsSession, nameOf, openStrangers, type Strangers } from './support/site/strangers.ts'
import { until } from './support/until.ts'

setDefaultTimeout(120_000)

const canary = 'canary-of-a-closed-board'
const roles = ['web', 'accounts', 'admin'] as const

let closed: Strangers
beforeAll(async () => {
  closed = await openStrangers({ read: 'members', logs: 'public', actsApiOpen: true })
  const { write } = closed.replica.database
  await write(`UPDATE posts SET title = ?, body = ?, image_hash = NULL`, [canary, `#${canary} ${canary}`])
  await write('UPDATE comments SET body = ?', [canary])
  await write('UPDATE items SET name = ?', [canary])
})

const routesFor = (role: Role) => routes.filter(({ pool }) => pool === role || pool === 'all')
const doors = new Set(routesAtTheDoor.map(nameOf))
const isShut = (route: Route) => !doors.has(nameOf(route))

/** How a browser, htmx, a program and a reader of feeds ask. */
const ways = {
  browser: { accept: 'text/html' },
  htmx: { accept: 'text/html', 'hx-request': 'true' },
  program: { accept: 'application/json' },
  reader: { accept: '*/*' },
}

describe.each(roles)('a closed board shows strangers nothing: %s', (role) => {
  test.each(Object.keys(ways) as (keyof typeof ways)[])('asked as a %s does', async (way) => {
    const wrong: string[] = []
    for (const route of routesFor(role)) {
      const answer = await closed.answerFor(role, route, 'stranger', 'cookie', ways[way])
      const said = JSON.stringify([...answer.headers]) + (await answer.text())
      if (said.includes(canary)) wrong.push(`${nameOf(route)} shows what is written here`)
      const isLedOn = way === 'browser' && route.method === 'GET'
      if (isShut(route) && answer.status !== (isLedOn ? 303 : 401))
        wrong.push(`${nameOf(route)} answers ${answer.status}`)
      if (isShut(route) && answer.headers.get('cache-control') !== 'no-store')
        wrong.push(`${nameOf(route)} may be kept: ${answer.headers.get('cache-control')}`)
    }
    expect(wrong).toEqual([])
  })

  test('with a cookie or a token that nobody has, nor by HEAD', async () => {
    const wrong: string[] = []
    for (const route of routesFor(role).filter((each) => isShut(each) && each.method === 'GET')) {
      const asked: [string, Record<string, string>][] = [
        [route.method, { cookie: `session=${'x'.repeat(43)}` }],
        [route.method, { authorization: `Bearer agora_${'x'.repeat(43)}` }],
        ['HEAD', {}],
      ]
      for (const [method, headers] of asked) {
        const answer = await closed.answerFor(role, { ...route, method }, 'stranger', 'cookie', headers)
        if (![303, 401].includes(answer.status))
          wrong.push(`${method} ${route.path} answers ${answer.status}`)
        if ((await answer.text()).includes(canary)) wrong.push(`${method} ${route.path} shows it`)
      }
    }
    expect(wrong).toEqual([])
  })
})

test('what is there and what is not is answered alike', async () => {
  const app = closed.replica.app
  const headersOf = async (path: string, accept: string) => {
    const answer = await app.handle(new Request(origin + path, { headers: { accept } }))
    // What it cost is measured, and HAProxy takes it off.
    const told = [...answer.headers].filter(([name]) => !['location', 'x-cost'].includes(name))
    return JSON.stringify([answer.status, told, await answer.text()])
  }

  for (const accept of ['text/html', 'application/json'])
    for (const [there, nowhere] of [
      ['/posts/1', '/posts/999'],
      ['/c/Books', '/c/Nothing'],
      ['/api/posts/1', '/api/nothing/at/all'],
      ['/feed', '/nothing/at/all'],
    ] as const) {
      expect(await headersOf(there, accept)).toBe(await headersOf(nowhere, accept))
    }
})

test('a browser is led to the form, and from there to where it wanted', async () => {
  const answer = await closed.replica.visitor().get('/posts/1?sort=old')

  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/login?next=/posts/1%3Fsort%3Dold'])
})

test('members find it, by cookie and by token that may read', async () => {
  for (const way of ['cookie', 'token'] as const) {
    const shown = new Set<string>()
    for (const route of routesFor('web').filter(({ method }) => method === 'GET')) {
      if (route.path === '/live' || endsSession(route)) continue
      const answer = await closed.answerFor('web', route, 'member', way)
      if ((await answer.text()).includes(canary)) shown.add(route.path)
      const kept = answer.headers.get('cache-control') ?? ''
      if (isShut(route) && /public|s-maxage/.test(kept)) shown.add(`${route.path} is kept: ${kept}`)
    }
    expect([...shown]).toEqual(
      expect.arrayContaining([
        '/',
        '/c/:category',
        '/posts/:id',
        '/feed',
        '/market',
        '/api/posts',
        '/api/items',
      ]),
    )
    expect([...shown].filter((each) => each.includes('kept'))).toEqual([])
  }
})

test('what replicas share in Redis holds it behind the gate alone: no log, no channel, no answer', async () => {
  const { redis } = closed.replica
  const asked = new Bun.RedisClient(redis.url)
  const found: string[] = []
  for (const key of (await asked.send('KEYS', ['*'])) as string[]) {
    const kind = (await asked.send('TYPE', [key])) as string
    const value: unknown =
      kind === 'string'
        ? await asked.send('GET', [key])
        : kind === 'hash'
          ? await asked.send('HGETALL', [key])
          : kind === 'list'
            ? await asked.send('LRANGE', [key, '0', '-1'])
            : kind === 'zset'
              ? await asked.send('ZRANGE', [key, '0', '-1'])
              : kind === 'stream'
                ? await asked.send('XRANGE', [key, '-', '+'])
                : await asked.send('SMEMBERS', [key])
    if (JSON.stringify(value).includes(canary)) found.push(key)
  }
  asked.close()

  expect(found.length).toBeGreaterThan(3)
  expect(found.filter((key) => !/^cache:\d+:/.test(key))).toEqual([])
})

test('who wants to join reads the rules, and who runs the board, and is led nowhere else', async () => {
  const { write } = closed.replica.database
  await write(`INSERT INTO rules (place, title, body) VALUES (1, 'Be kind', 'To everyone.')`)
  await write(`REPLACE INTO settings (name, value) VALUES ('SITE_IMPRINT', 'Ana, Hill 1')`)
  await closed.replica.context.cache.invalidate(['settings'])
  const read = async (path: string) => (await closed.replica.visitor().get(path)).text()

  const pages = [await read('/rules'), await read('/imprint')]

  expect(pages).toEqual([expect.stringContaining('Be kind'), expect.stringContaining('Ana, Hill 1')])
  for (const page of pages) {
    const places = find(page, 'a[href^="/"]').map(({ attributes }) => attributes.href)
    expect(new Set(places)).toEqual(new Set(['/', '/login', '/signup', '/rules', '/imprint']))
  }
})

test('crawlers are told to stay out', async () => {
  const robots = await (await closed.replica.visitor().get('/robots.txt')).text()

  expect(robots).toBe('User-agent: *\nDisallow: /\n')
})

test('while nobody can say who asks, nobody is shown anything, not what was known last either', async () => {
  const mysql = await startMysql()
  const web = await openReplica({ read: 'members' }, mysql)
  const visitor = await newMember(web, 'ana')
  await addOneOfEach(web.database)
  await web.database.write('UPDATE posts SET title = ?', [canary])
  expect(await (await visitor.get('/')).text()).toContain(canary)

  await mysql.kill()
  await web.redis.kill()
  const away = [await visitor.get('/'), await web.visitor().get('/')]

  expect(away.map(({ status }) => status)).toEqual([503, 303])
  expect(await away[0]?.text()).not.toContain(canary)
})

test('a live page ends when its member signs out', async () => {
  const web = closed.replica
  const accounts = await web.as('accounts', { read: 'members' })
  const visitor = accounts.visitor()
  await visitor.post('/signup', { username: 'bo-who-leaves', password: 'correct horse battery' })
  const cookie = [...visitor.cookies].map((pair) => pair.join('=')).join('; ')
  const streamed = await web.app.handle(new Request(`${origin}/live?posts=1`, { headers: { cookie } }))
  const events = readEvents(streamed.body!)
  await until(() => events.of('likes').length > 0)

  await visitor.post('/session/end')
  await events.ended

  expect(streamed.status).toBe(200)
})
