import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { type Scope, scopes } from '../../src/accounts/scopes.ts'
import type { Document } from '../../src/openapi/document.ts'
import type { Role } from '../../src/platform/config.ts'
import { routes } from '../../src/site.ts'
import { openReplica, origin, type Replica } from '../support/servers/replica.ts'
import { find, textsIn } from '../support/site/markup.ts'
import { addOneOfEach } from '../support/site/one-of-each.ts'
import { newName, newToken, password } from '../support/site/page.ts'
import { addressOf } from '../support/site/routes.ts'
import type { Visitor } from '../support/site/visitor.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(120_000)

let replicas: Record<Role, Omit<Replica, 'as'>>
let ana: { name: string; visitor: Visitor }
/** Tokens of an admin, by what they are for; `of before` was made before there were scopes. */
const tokens: Record<string, string> = {}
beforeAll(async () => {
  const web = await openReplica({ actsApiOpen: false, logs: 'admin' })
  replicas = { web, accounts: await web.as('accounts'), admin: await web.as('admin') }
  ana = await newMember('ana')
  await web.database.write("UPDATE users SET role = 'admin' WHERE name = ?", [ana.name])
  for (const scope of [...scopes, ...scopes.map(allBut)]) tokens[scope] = await tokenFor(scope)
  tokens['of before'] = await tokenFor(null)
  await addOneOfEach(web.database)
})

async function newMember(as: 'ana' | 'bo' | 'cem') {
  const name = newName(as)
  const visitor = replicas.accounts.visitor()
  await visitor.post('/signup', { username: name, password })
  return { name, visitor }
}

const allBut = (scope: Scope) => scopes.filter((each) => each !== scope).join(' ')

async function tokenFor(scope: string | null): Promise<string> {
  const secret = `agora_${crypto.randomUUID().replaceAll('-', '').padEnd(43, 'x')}`
  await replicas.web.database.write(
    `INSERT INTO tokens (user_id, name, token_key, scopes)
     SELECT id, 'script', UNHEX(SHA2(?, 256)), ? FROM users WHERE name = ?`,
    [secret, scope, ana.name],
  )
  return secret
}

async function ask(role: Role, route: { method: string; path: string }, token: string) {
  const values = { category: 'Books', token: '0'.repeat(64), name: 'nobody', username: 'nobody' }
  const path = addressOf(route, { ...values, id: '9', actId: '9' })
  const answer = await replicas[role].app.handle(
    new Request(origin + path, {
      method: route.method,
      headers: { authorization: `Bearer ${token}`, accept: 'text/html', 'content-type': 'application/json' },
      ...(route.method !== 'GET' && { body: '{}' }),
    }),
  )
  return { status: answer.status, challenge: answer.headers.get('www-authenticate') ?? '' }
}

/** Where a member has to be known: there a token is looked at. */
const guarded = routes.filter(({ who, pool }) => who !== 'everyone' && pool !== 'all')
const scoped = guarded.flatMap((route) =>
  scopes.some((scope) => scope === route.token) ? [{ ...route, token: route.token as Scope }] : [],
)
const nameOf = ({ method, path }: { method: string; path: string }) => `${method} ${path}`

describe('of all routes that need a member', () => {
  test('most ask a token for a scope, and some let in none', () => {
    const forSession = guarded.filter(({ token }) => token === 'session').map(nameOf)

    expect(scoped.length).toBeGreaterThan(50)
    expect(guarded.filter(({ token }) => token === 'nothing')).toEqual([])
    expect(forSession).toEqual(expect.arrayContaining(['GET /account', 'POST /api/tokens', 'GET /tokens']))
  })

  test('each refuses a token that has all scopes but its own, and says which it lacks', async () => {
    const wrong: string[] = []
    for (const route of scoped) {
      const { status, challenge } = await ask(route.pool as Role, route, tokens[allBut(route.token)]!)
      const isRight =
        status === 403 && challenge === `Bearer error="insufficient_scope", scope="${route.token}"`
      if (!isRight) wrong.push(`${nameOf(route)} needs ${route.token}: ${status} ${challenge}`)
    }

    expect(wrong).toEqual([])
  })

  test.each(['of its own scope', 'of before'])('each lets in a token %s', async (which) => {
    const wrong: string[] = []
    for (const route of scoped) {
      const token = which === 'of before' ? tokens['of before'] : tokens[route.token]
      const { status, challenge } = await ask(route.pool as Role, route, token!)
      if (status === 401 || challenge !== '') wrong.push(`${nameOf(route)}: ${status} ${challenge}`)
    }

    expect(wrong).toEqual([])
  })

  test('those for sessions alone let in no token, whatever it is for', async () => {
    const let_in: string[] = []
    for (const route of guarded.filter(({ token }) => token === 'session')) {
      const { status } = await ask(route.pool as Role, route, tokens['of before']!)
      if (status !== 403) let_in.push(`${nameOf(route)}: ${status}`)
    }

    expect(let_in).toEqual([])
  })
})

test('an admin does to what others wrote only what a token for moderating lets them', async () => {
  const { database } = replicas.web
  const bo = await newMember('bo')
  await database.write(
    `INSERT INTO posts (category_id, author_id, title, body)
     SELECT (SELECT MIN(id) FROM categories), id, 'a post', 'of bo' FROM users WHERE name = ?`,
    [bo.name],
  )
  const [{ id } = { id: 0 }] = await database.rows<{ id: number }>('SELECT MAX(id) AS id FROM posts')
  const remove = async (scope: string) =>
    replicas.web.app.handle(
      new Request(`${origin}/api/posts/${id}?reason=spam`, {
        method: 'DELETE',
        headers: { authorization: `Bearer ${await tokenFor(scope)}` },
      }),
    )

  const without = (await remove('read write market')).status
  const withIt = (await remove('write moderate')).status

  expect([without, withIt]).toEqual([403, 204])
})

test('what everybody reads asks a token for nothing', async () => {
  const open = routes.filter(
    ({ who, method, pool }) => who === 'everyone' && method === 'GET' && pool === 'web',
  )
  const refused: string[] = []
  for (const route of open.filter(({ path }) => !['/live', '/inner/pulses'].includes(path))) {
    const { status } = await ask('web', route, tokens.market!)
    if (status === 401 || status === 403) refused.push(`${nameOf(route)}: ${status}`)
  }

  expect(open.length).toBeGreaterThan(20)
  expect(refused).toEqual([])
})

test('the OpenAPI document says of each route which scope it needs', async () => {
  const document = (await (await replicas.web.visitor().get('/api/openapi.json')).json()) as Document
  const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { security = [] }]) => ({
      route: `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
      token: security.find((way) => way.token)?.token,
      isOpen: security.length === 0,
    })),
  )
  const rules = new Map(routes.map((route) => [nameOf(route), route.token]))

  const closed = documented.filter(({ isOpen }) => !isOpen)
  const wrong = closed.filter(({ route, token }) => {
    const rule = rules.get(route)
    return rule === 'session' ? token !== undefined : `${token}` !== rule
  })

  expect(closed.length).toBeGreaterThan(20)
  expect(wrong).toEqual([])
})

describe('a new token', () => {
  const make = async (fields: Record<string, string>) => {
    const { visitor } = await newMember('bo')
    const answer = await visitor.post('/tokens', { name: 'laptop', confirm: password, ...fields })
    return { status: answer.status, page: await answer.text(), visitor }
  }

  test('is for what was chosen, until the day that was chosen', async () => {
    const { status, page } = await make({ read: 'on', days: '30' })

    expect(status).toBe(200)
    expect(textsIn(page, '.rows small')[0]).toBe('Read what you may read')
    expect(textsIn(page, '.rows small')[1]).toStartWith('Ends ')
    const [stored] = await replicas.web.database.rows<{ scopes: string; days: number }>(
      `SELECT scopes, CAST(ROUND(TIMESTAMPDIFF(SECOND, created_at, expires_at) / 86400) AS SIGNED) AS days
         FROM tokens ORDER BY id DESC LIMIT 1`,
    )
    expect(stored).toEqual({ scopes: 'read', days: 30 })
  })

  test.each([
    ['for nothing', { days: '30' }, 'Please choose what the token may be used for.'],
    ['for ever', { read: 'on', days: '' }, 'A token ends after 1 to 365 days.'],
    ['for longer than a year', { read: 'on', days: '366' }, 'A token ends after 1 to 365 days.'],
    ['for half a day', { read: 'on', days: '0.5' }, 'A token ends after 1 to 365 days.'],
  ])('is not made %s', async (_, fields, says) => {
    const { status, page } = await make(fields)

    expect(status).toBe(422)
    expect(page).toContain(says)
    expect(find(page, '.rows li')).toEqual([])
  })

  test('is made over REST with scopes and days, and says so', async () => {
    const { visitor } = await newMember('cem')
    const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const post = (more: object) =>
      replicas.accounts.app.handle(
        new Request(`${origin}/api/tokens`, {
          method: 'POST',
          headers: { cookie, 'content-type': 'application/json' },
          body: JSON.stringify({ name: 'laptop', password, ...more }),
        }),
      )

    const some = await post({ scopes: ['market', 'read', 'read'], days: 7 })
    const all = await post({})
    const wrong = [
      await post({ scopes: [] }),
      await post({ scopes: ['everything'] }),
      await post({ days: 0 }),
      await post({ days: 366 }),
    ]

    expect(await some.json()).toMatchObject({ scopes: ['read', 'market'] })
    expect(await all.json()).toMatchObject({ scopes: [...scopes] })
    expect(wrong.map(({ status }) => status)).toEqual([422, 422, 422, 422])
  })
})

test('a token that has come to its end lets nobody in, though it was remembered', async () => {
  const token = await tokenFor('read')
  const route = { method: 'GET', path: '/api/session' }
  const before = await ask('accounts', route, token)
  // What a replica remembers of it has its end.
  await replicas.web.database.write(
    'UPDATE tokens SET expires_at = CURRENT_TIMESTAMP(3) + INTERVAL 1 SECOND WHERE token_key = UNHEX(SHA2(?, 256))',
    [token],
  )
  await replicas.web.context.cache.invalidate([
    `token:${new Bun.CryptoHasher('sha256').update(token).digest('hex')}`,
  ])
  await ask('accounts', route, token)

  expect(before.status).toBe(200)
  expect(await until(async () => (await ask('accounts', route, token)).status === 401)).toBe(true)
})

test('a token of before is marked as one that may do everything', async () => {
  const { name, visitor } = await newMember('bo')
  await visitor.post('/tokens', newToken('new one'))
  await replicas.web.database.write(
    `INSERT INTO tokens (user_id, name, token_key) SELECT id, 'old one', UNHEX(SHA2(?, 256)) FROM users
      WHERE name = ?`,
    [newName('bo'), name],
  )

  const page = await (await visitor.get('/tokens')).text()

  const rows = find(page, '.rows li').map(({ text }) => text)
  expect(rows.map((text) => text.includes('it may do everything'))).toEqual([false, true])
})
