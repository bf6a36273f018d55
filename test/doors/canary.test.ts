import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { invalidatedBy } from '../../src/cache-policy.ts'
import { type Route, routes } from '../../src/site.ts'
import { origin } from '../support/servers/replica.ts'
import { everythingIn } from '../support/site/redis.ts'
import { endsSession, nameOf, openStrangers, type Person, type Strangers } from '../support/site/strangers.ts'

setDefaultTimeout(120_000)

/**
 * Words of a category that a group reads: its name, a tag, and what stands in each title and text. Of what an
 * address names itself, the answer may speak.
 */
const [cellar, tag, canary] = ['cellar7name', 'cellar7tag', 'cellar7canary'] as const
const words = [cellar, tag, canary]

let board: Strangers

beforeAll(async () => {
  board = await openStrangers({ logs: 'public' })
  const { database, context } = board.replica
  const { write } = database
  await write('UPDATE categories SET name = ?, name_key = UNHEX(SHA2(?, 256)), description = ?', [
    ...[cellar, cellar],
    `All about ${canary}`,
  ])
  await write('UPDATE posts SET title = ?, body = ?', [canary, `#${tag} ${canary}`])
  await write('UPDATE comments SET body = ?', [canary])
  await write(`INSERT INTO post_ranks (post_id, category_id, likes, hot) VALUES (1, 1, 3, 7)`)
  await write('INSERT INTO tags (id, name) VALUES (1, ?)', [tag])
  await write('INSERT INTO post_tags (tag_id, post_id, likes, hot) VALUES (1, 1, 3, 7)')
  await write(
    `INSERT INTO acts (post_id, act_id, act_key, category_id, username, username_key, timestamp, moment,
                       image, bytes)
     SELECT 1, REPEAT('0', 64), UNHEX(SHA2(REPEAT('0', 64), 256)), 1, name, name_key, '01-01-2026:00-00-00',
            20260101000000, '', 1
       FROM users
      WHERE id = 1`,
  )
  await write('UPDATE categories SET acts = 1')
  await write(
    `INSERT INTO member_groups (id, name, name_key) VALUES (1, 'cellar', UNHEX(SHA2('cellar', 256)))`,
  )
  await write('INSERT INTO group_members (user_id, group_id) VALUES (1, 1)')
  await write(`INSERT INTO doors (category_id, read_by, write_by) VALUES (1, 'groups', 'members')`)
  await write('INSERT INTO door_groups (category_id, group_id, may_write) VALUES (1, 1, 1)')
  // Something for everybody, in a category beside it.
  await write(
    `INSERT INTO categories (id, name, name_key, posts) VALUES (2, 'Open', UNHEX(SHA2('Open', 256)), 1)`,
  )
  await write(`INSERT INTO posts (id, category_id, author_id, title, body) VALUES (2, 2, 1, 'Hello', 'All')`)
  await write(`INSERT INTO post_ranks (post_id, category_id, likes, hot) VALUES (2, 2, 1, 8)`)
  // Whoever was told of it before it was closed.
  await write(
    `INSERT INTO notices (user_id, cause, kind, post_id, comment_id)
     SELECT id, 'comment 1', 'mention', 1, 1 FROM users`,
  )
  await write(`INSERT INTO post_follows (subject_id, user_id, level) SELECT 1, id, 'all' FROM users`)
  await write(`INSERT INTO category_follows (subject_id, user_id, level) SELECT 1, id, 'all' FROM users`)
  await write(`INSERT INTO tag_follows (subject_id, user_id, level) SELECT 1, id, 'all' FROM users`)
  // Who somebody is was remembered before they were in the group.
  const sessions = await database.rows<{ token: string }>(
    'SELECT LOWER(HEX(token_key)) AS token FROM sessions',
  )
  await context.cache.invalidate([
    ...invalidatedBy.doorsChanged(),
    ...sessions.flatMap(({ token }) => invalidatedBy.sessionEnded(token)),
  ])
  await context.doors.untilAllKnow()
})

/** How a browser, htmx, a program and a reader of feeds ask. */
const ways = {
  browser: { accept: 'text/html' },
  htmx: { accept: 'text/html', 'hx-request': 'true' },
  program: { accept: 'application/json' },
  reader: { accept: '*/*' },
}

/** What a route answers, asked at each address at which it may show something of the category. */
async function answersOf(route: Route, person: Person, by: 'cookie' | 'token', headers = {}) {
  const pool = route.pool === 'all' ? 'web' : route.pool
  const answer = (at: Route) => board.answerFor(pool, at, person, by, headers)
  const named = { ...route, path: route.path.replace('/c/:category', `/c/${cellar}`).replace(':tag', tag) }
  const asked = [named, { ...named, path: named.path.replace('/categories/:name', `/categories/${cellar}`) }]
  const more =
    {
      '/': ['/?sort=top', '/?sort=hot', '/?before=9'],
      '/search': [`/search?q=${tag}`, `/search?q=in:${cellar}`, '/search?q=%23cellar7', '/search?q=cellar7'],
      '/api/posts': [`/api/posts?category=${cellar}`, `/api/posts?q=${tag}`, '/api/posts?limit=3'],
      '/live': ['/live?posts=1&lists=category:1.0,comments:1.0,posts.0'],
    }[route.path] ?? []
  if (route.method === 'GET') for (const path of more) asked.push({ ...route, path })
  return Promise.all(asked.map(async (at) => ({ path: at.path, answer: await answer(at) })))
}

/** The words that a route tells, but those that its address names. */
async function toldBy(route: Route, person: Person, by: 'cookie' | 'token', headers = {}): Promise<string[]> {
  const told: string[] = []
  for (const { path, answer } of await answersOf(route, person, by, headers)) {
    if (answer.headers.get('content-type') === 'text/event-stream') {
      await answer.body?.cancel()
      continue
    }
    const said = JSON.stringify([...answer.headers]) + (await answer.text())
    told.push(...words.filter((word) => !path.includes(word) && said.includes(word)))
  }
  return [...new Set(told)]
}

const asked = (route: Route) => !endsSession(route)

describe.each(['stranger', 'member', 'elsewhere'] as const)('nothing of it is shown to %s', (person) => {
  test.each(Object.keys(ways) as (keyof typeof ways)[])('asked as a %s does', async (way) => {
    const wrong: string[] = []
    for (const route of routes.filter(asked))
      for (const by of person === 'stranger' ? (['cookie'] as const) : (['cookie', 'token'] as const)) {
        const told = await toldBy(route, person, by, ways[way])
        if (told.length > 0) wrong.push(`${nameOf(route)} by ${by} tells ${told}`)
      }
    expect(wrong).toEqual([])
  })
})

describe.each(['author', 'moderator', 'admin'] as const)('all of it is shown to %s', (person) => {
  test.each(['cookie', 'token'] as const)('by %s', async (by) => {
    const shown: string[] = []
    const kept: string[] = []
    for (const route of routes.filter(
      (each) => asked(each) && each.method === 'GET' && each.pool === 'web',
    )) {
      for (const { path, answer } of await answersOf(route, person, by, ways.browser)) {
        if (route.path === '/live') await answer.body?.cancel()
        else {
          const said = await answer.text()
          if (words.some((word) => !path.includes(word) && said.includes(word))) shown.push(route.path)
        }
        if (/public|s-maxage/.test(answer.headers.get('cache-control') ?? '')) kept.push(route.path)
      }
    }
    expect([...new Set(shown)]).toEqual(
      expect.arrayContaining([
        ...['/', '/c/:category', '/tags/:tag', '/categories', '/posts/:id', '/users/:name', '/search'],
        ...['/feed', '/posts/:id/feed', '/api/posts', '/api/posts/:id', '/api/posts/:id/comments'],
        ...['/api/comments/:id', '/api/categories', '/notices', '/follows', '/audit/posts/:id'],
        '/api/v1/categories/:name/acts',
      ]),
    )
    expect(kept.filter((path) => !/theme|static|favicon/.test(path))).toEqual([])
  })
})

test('in Redis it stands in entries of the category alone, whoever asked for what', async () => {
  const found = (await everythingIn(board.replica.redis))
    .filter(({ value }) => words.some((word) => value.includes(word)))
    .map(({ key }) => key.replace(/^cache:\d+:/, ''))

  expect(found.length).toBeGreaterThan(0)
  expect(found.filter((key) => !/^(posts:(in|top|hot|full):1(:all)?|category:1)$/.test(key))).toEqual([])
})

test('a stranger is asked to sign in, whether there is something or nothing', async () => {
  const { app } = board.replica
  const headersOf = async (path: string, accept: string) => {
    const answer = await app.handle(new Request(origin + path, { headers: { accept } }))
    // HAProxy takes away what an answer has cost.
    const told = [...answer.headers].filter(([name]) => !['location', 'x-cost'].includes(name))
    return JSON.stringify([answer.status, told, await answer.text()])
  }

  for (const accept of ['text/html', 'application/json'])
    for (const [there, nowhere] of [
      ['/posts/1', '/posts/999'],
      [`/c/${cellar}`, '/c/Nothing'],
      ['/categories/1', '/categories/999'],
      ['/comments/1', '/comments/999'],
      ['/posts/1/feed', '/posts/999/feed'],
      ['/audit/posts/1', '/audit/posts/999'],
      ['/api/posts/1', '/api/posts/999'],
      ['/api/comments/1', '/api/comments/999'],
      [`/api/categories/${cellar}`, '/api/categories/Nothing'],
    ] as const) {
      expect(await headersOf(there, accept)).toBe(await headersOf(nowhere, accept))
    }
  const page = await app.handle(new Request(`${origin}/posts/1`, { headers: { accept: 'text/html' } }))
  expect([page.status, page.headers.get('location')]).toEqual([303, '/login?next=/posts/1'])
})

test.each([
  ['GET', '/posts/1'],
  ['GET', '/api/posts/1'],
  ['GET', '/api/comments/1'],
  ['POST', '/api/posts/1/likes'],
  ['GET', '/reports/post/1'],
  ['GET', '/follows/post/1'],
  ['GET', '/audit/posts/1'],
])('a member without the right is told that there is nothing: %s %s', async (method, path) => {
  expect((await board.answerFor('web', { pool: 'web', method, path } as Route, 'member')).status).toBe(404)
})

test('the picture of a post is shown to who may read that alone, whoever has its address', async () => {
  const { write } = board.replica.database
  const [shut, open] = ['c'.repeat(64), 'd'.repeat(64)]
  await write(
    `INSERT INTO images (hash, width, height, small, large) VALUES (?, 1, 1, 'x', 'x'), (?, 1, 1, 'x', 'x')`,
    [shut, open],
  )
  await write('UPDATE posts SET image_hash = IF(id = 1, ?, ?)', [shut, open])
  const statusOf = async (hash: string, person: Person) =>
    (await board.answerFor('web', { method: 'GET', path: `/images/${hash}-large.webp` }, person)).status
  const people = ['stranger', 'member', 'elsewhere', 'author', 'moderator', 'admin'] as const

  expect(await Promise.all(people.map((person) => statusOf(open, person)))).toEqual(people.map(() => 200))
  const nowhere = await Promise.all(people.map((person) => statusOf('e'.repeat(64), person)))
  expect(await Promise.all(people.map((person) => statusOf(shut, person)))).toEqual([
    ...nowhere.slice(0, 3),
    ...[200, 200, 200],
  ])
})

test('what is for everybody is there as before', async () => {
  const { app } = board.replica
  const said = await (await app.handle(new Request(`${origin}/`, { headers: ways.browser }))).text()

  expect(said).toContain('Hello')
})
