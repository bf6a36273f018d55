import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Stack, sharedStack } from '../support/servers/stack.ts'
import { newName, password, postsShown } from '../support/site/page.ts'
import { newVisitor, sessionCookieOf, type Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(120_000)

let stack: Stack
beforeAll(async () => {
  stack = await sharedStack()
})

async function newMember(name: 'ana' | 'bo'): Promise<{ name: string; visitor: Visitor }> {
  const visitor = newVisitor(stack.url)
  const username = newName(name)
  await visitor.post('/signup', { username, password })
  return { name: username, visitor }
}

const paths = (post: number) => [
  ...['/', '/?before=30', `/posts/${post}`, '/users/ana', '/market', '/market/orders', '/audit', '/account'],
  ...[
    '/login',
    '/signup',
    '/logs',
    '/nothing/here',
    '/api/posts',
    '/api/session',
    '/api/tokens',
    '/api/orders',
  ],
]

describe('nothing made for one person is shown to another', () => {
  test('whoever asks first, and however often', async () => {
    const [ana, bo] = [await newMember('ana'), await newMember('bo')]
    const stranger = { name: 'nobody-of-that-name', visitor: newVisitor(stack.url) }
    const everyone = [ana, bo, stranger]
    const post = postsShown(await (await stranger.visitor.get('/')).text())[0]!
    const leaks: string[] = []

    for (const path of paths(post)) {
      // Each comes first once, and everyone comes twice, so that whatever was cached of the first is served
      // to the next.
      for (const first of [0, 1, 2]) {
        for (const turn of [0, 1, 2, 3, 4, 5]) {
          const me = everyone[(first + turn) % 3]!
          const response = await me.visitor.get(path)
          const answer = (await response.text()) + JSON.stringify([...response.headers])
          for (const other of everyone)
            if (other !== me && answer.includes(other.name))
              leaks.push(`${path} shows ${other.name} to ${me.name}`)
          if (me === stranger && /Sign out|set-cookie","session/.test(answer))
            leaks.push(`${path} signs a stranger in`)
        }
      }
    }

    expect(leaks).toEqual([])
  })

  test('nor is a fragment made for htmx', async () => {
    const { name, visitor } = await newMember('ana')
    const stranger = newVisitor(stack.url)
    const path = `/?before=${1_000_000 + Math.floor(Math.random() * 1_000_000)}`

    const mine = await (await visitor.get(path, { 'hx-request': 'true' })).text()
    const theirs = await (await stranger.get(path)).text()
    const refused = await stranger.get('/api/session', { authorization: 'Bearer agora_not-a-token' })

    expect(mine).toContain(name)
    expect(theirs).not.toContain(name)
    expect(refused.status).toBe(401)
  })

  test('and after signing out the browser sees what strangers see', async () => {
    const { name, visitor } = await newMember('bo')
    const cookies = new Map(visitor.cookies)
    expect(await (await visitor.get('/')).text()).toContain(name)

    await visitor.post('/session/end')
    for (const [key, value] of cookies) visitor.cookies.set(key, value)

    for (const path of ['/', '/account', '/market/orders'])
      expect(await (await visitor.get(path)).text()).not.toContain(name)
  })
})

describe('secrets', () => {
  const filesIn = (folder: string): string[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory()
        ? filesIn(join(folder, entry.name))
        : entry.isFile()
          ? [join(folder, entry.name)]
          : [],
    )

  test('are in no log: no password that was typed, no session, no token, none of the stack', async () => {
    const { visitor } = await newMember('ana')
    const typed = 'a password that only I know'
    await visitor.post('/account/password', { current: password, password: typed })
    await newVisitor(stack.url).post('/login', { username: 'ana', password: typed })
    await newVisitor(stack.url).get(`/?password=${encodeURIComponent(typed)}&token=agora_looked-for`)
    const [, session = ''] = sessionCookieOf(visitor).split('=')
    const own = readFileSync(join(stack.data, 'secrets.json'), 'utf8')
    const secrets = [
      typed,
      encodeURIComponent(typed),
      session,
      'agora_looked-for',
      ...Object.values(JSON.parse(own)),
    ]

    const logs = filesIn(join(stack.data, 'logs')).map((path) => readFileSync(path, 'utf8'))
    const published = await (
      await fetch(`${stack.url}/logs`, { headers: { accept: 'application/json' } })
    ).text()

    expect(logs.join('').length).toBeGreaterThan(1_000)
    expect(secrets.length).toBeGreaterThan(8)
    for (const secret of secrets)
      expect([...logs, published].filter((log) => log.includes(String(secret)))).toEqual([])
  })

  test('are for their owner alone', () => {
    expect(statSync(join(stack.data, 'secrets.json')).mode & 0o777).toBe(0o600)
  })
})
