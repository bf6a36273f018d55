import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { cached, edgeSeconds } from '../src/cache-policy.ts'
import { openRedis } from '../src/platform/redis.ts'
import { openPairedSites } from './support/servers/paired-sites.ts'
import { everyWrite } from './support/writes/every-write.ts'
import type { Fixture } from './support/writes/fixture.ts'

setDefaultTimeout(120_000)

const fixture = {} as Fixture
const { writes, category, post } = everyWrite(fixture)
beforeAll(async () => {
  const sites = await openPairedSites()
  Object.assign(fixture, { sites, ana: await sites.join('ana'), root: await sites.join('rosa') })
  await sites.warm.web.database.write("UPDATE users SET role = 'admin' WHERE name = 'rosa'")
  const keys = await sites.warm.web.database.rows<{ token: string }>(
    'SELECT LOWER(HEX(token_key)) AS token FROM sessions',
  )
  await sites.warm.web.context.cache.invalidate([
    cached.user.key('rosa'),
    ...keys.map(({ token }) => cached.session.key(token)),
  ])
  await category()
  await post()
})

/** Writes of things that no cache remembers, or that other tests follow to the last reader; and why. */
const elsewhere: Record<string, string> = {
  'PUT /api/posts/:id/likes/mine': 'likes are never remembered, test/likes/routes.test.ts',
  'DELETE /api/posts/:id/likes/mine': 'likes are never remembered, test/likes/routes.test.ts',
  'DELETE /api/v1/_count': 'a count that is never remembered, test/acts/acts.test.ts',
  'POST /api/v1/validate_user': 'writes nothing',
  'POST /account/confirm': 'writes nothing',
  'POST /account/data': 'notes what is read from no cache, test/own-data/own-data.test.ts',
  'POST /account/passkeys/options': 'writes what no cache remembers, test/passkeys/passkeys.test.ts',
  'POST /account/passkeys': 'writes what no cache remembers, test/passkeys/passkeys.test.ts',
  'POST /account/passkeys/:id/remove': 'writes what no cache remembers, test/passkeys/passkeys.test.ts',
  'POST /login/single-sign-on/new': 'needs another service, test/single-sign-on/',
  'POST /login/single-sign-on/join': 'needs another service, test/single-sign-on/',
  'POST /account/single-sign-on': 'needs another service, test/single-sign-on/',
  'POST /account/single-sign-on/remove': 'needs another service, test/single-sign-on/',
  'POST /login/passkey/options': 'writes what no cache remembers, test/passkeys/passkeys.test.ts',
  'POST /login/passkey': 'begins a session that nobody asked about before, test/passkeys/passkeys.test.ts',
  'POST /follows/threads': 'writes what no cache remembers, test/follows/follows.test.ts',
  'POST /follows/:kind/:id': 'writes what no cache remembers, test/follows/follows.test.ts',
  'PUT /api/follows/:kind/:id': 'writes what no cache remembers, test/follows/follows.test.ts',
  'DELETE /api/follows/:kind/:id': 'writes what no cache remembers, test/follows/follows.test.ts',
  'POST /reports/:kind/:id': 'of what is not cached, test/reports/reports.test.ts',
  'POST /api/reports': 'of what is not cached, test/reports/reports.test.ts',
  'POST /statements/:number/appeal': 'of what is not cached, test/queue/queue.test.ts',
  'POST /held/:id': 'like POST /api/posts, test/newcomers/newcomers.test.ts',
  'POST /held/:id/remove': 'of what is not cached, test/newcomers/newcomers.test.ts',
  'POST /api/held/:id': 'like POST /api/posts, test/newcomers/newcomers.test.ts',
  'POST /admin/newcomers': 'each write reads it, test/newcomers/newcomers.test.ts',
  'PUT /api/moderation/newcomers': 'each write reads it, test/newcomers/newcomers.test.ts',
  'POST /moderation/queue/:kind/:id': 'like POST /api/moderation/actions, test/queue/queue.test.ts',
  'POST /moderation/queue/:kind/:id/notes': 'of what is not cached, test/queue/queue.test.ts',
  'POST /moderation/queue/appeals/:number': 'undoes, test/queue/queue.test.ts',
  'POST /api/moderation/actions': 'each reads what the others wrote, test/queue/queue.test.ts',
  'POST /admin/rules': 'of what is not cached, test/rules/rules.test.ts',
  'POST /admin/rules/:id': 'the same',
  'POST /admin/rules/:id/move': 'the same',
  'POST /admin/rules/:id/remove': 'the same',
  'PUT /api/moderation/rules': 'the same',
  'POST /market/orders/:id': 'each reads what the others wrote, test/order-windows/windows.test.ts',
  'POST /admin/windows': 'followed by every replica, test/order-windows/windows.test.ts',
  'POST /admin/windows/import': 'the same',
  'POST /admin/windows/:id': 'the same',
  'POST /admin/windows/:id/close': 'the same',
  'POST /admin/windows/:id/remove': 'the same',
  'POST /admin/windows/:id/hand-over/:order':
    'like POST /admin/orders/:id/complete, test/packing/packing.test.ts',
  'POST /admin/orders/:id/paid': 'writes what no cache remembers, test/payments/payments.test.ts',
  'POST /admin/orders/:id/unpaid': 'the same',
  'POST /admin/orders/:id/invoice': 'the same',
  'PUT /api/orders/:id/payment': 'the same',
  'POST /api/orders/:id/invoice': 'the same',
  'POST /admin/payment': 'followed by every replica, test/payments/payments.test.ts',
  'POST /admin/windows/:id/supplier': 'writes what no cache remembers, test/packing/packing.test.ts',
  'POST /admin/windows/:id/ready': 'the same',
  'POST /market/:id/wait': 'writes what no cache remembers, test/market/waits.test.ts',
  'PUT /api/items/:id/wait': 'the same',
  'DELETE /api/items/:id/wait': 'the same',
  'POST /api/orders/windows': 'followed by every replica, test/order-windows/windows.test.ts',
  'PATCH /api/orders/windows/:id': 'the same',
  'DELETE /api/orders/windows/:id': 'the same',
  'POST /market/windows': 'writes what no cache remembers, test/order-windows/told.test.ts',
  'PUT /api/orders/windows/follow': 'the same',
  'POST /admin/moderators': 'of sessions alone, test/moderators/moderators.test.ts',
  'POST /admin/moderators/:id/remove': 'of sessions alone, test/moderators/moderators.test.ts',
  'PUT /api/moderators/:id': 'of sessions alone, test/moderators/moderators.test.ts',
  'DELETE /api/moderators/:id': 'of sessions alone, test/moderators/moderators.test.ts',
  'POST /admin/joining': 'followed by every replica, test/settings/settings.test.ts',
  'POST /admin/invites': 'writes what no cache remembers, test/joining/joining.test.ts',
  'POST /admin/invites/:id/withdraw': 'writes what no cache remembers, test/joining/joining.test.ts',
  'POST /api/invites': 'writes what no cache remembers, test/joining/joining.test.ts',
  'DELETE /api/invites/:id': 'writes what no cache remembers, test/joining/joining.test.ts',
  'POST /admin/groups': 'writes what no cache remembers, test/groups/groups.test.ts',
  'POST /admin/groups/:id': 'writes what no cache remembers',
  'POST /admin/groups/:id/remove': 'followed by every replica, test/groups/groups.test.ts',
  'POST /admin/groups/:id/members': 'of sessions alone, test/groups/groups.test.ts',
  'POST /admin/groups/:id/members/:user/remove': 'of sessions alone, test/groups/groups.test.ts',
  'POST /admin/categories/:id/door': 'followed by every replica, test/groups/groups.test.ts',
  'POST /api/groups': 'writes what no cache remembers, test/groups/groups.test.ts',
  'DELETE /api/groups/:id': 'followed by every replica, test/groups/groups.test.ts',
  'PUT /api/groups/:id/members/:user': 'of sessions alone, test/groups/groups.test.ts',
  'DELETE /api/groups/:id/members/:user': 'of sessions alone, test/groups/groups.test.ts',
  'PUT /api/doors/:category': 'followed by every replica, test/groups/groups.test.ts',
  'POST /feeds': 'writes what no cache remembers, test/groups/groups.test.ts',
  'POST /applications/:id/accept': 'makes a member whom nobody asked about, test/joining/joining.test.ts',
  'POST /applications/:id/refuse': 'writes what no cache remembers, test/joining/joining.test.ts',
  'POST /admin/site': 'is followed to every replica, test/settings/look.test.ts',
  'POST /language': 'writes what no cache keeps, and a cookie',
  'PUT /inner/status': 'is for the stack alone, which reports what it sees',
}

/** Every address at which something remembered can be read. */
async function addresses(): Promise<string[]> {
  const { database } = fixture.sites.warm.web
  const ids = async (table: string) =>
    (await database.rows<{ id: number }>(`SELECT id FROM ${table} ORDER BY id DESC LIMIT 3`)).map(
      ({ id }) => id,
    )
  const names = async (table: string) =>
    (await database.rows<{ name: string }>(`SELECT name FROM ${table} ORDER BY id DESC LIMIT 3`)).map(
      ({ name }) => name,
    )
  const [posts, items, users, categories, members, tags] = await Promise.all([
    ids('posts'),
    ids('items'),
    ids('users'),
    names('categories'),
    names('users'),
    names('tags'),
  ])
  return [
    ...['/', '/market', '/api/items', '/api/categories', '/api/posts', '/api/users', '/users/ana'],
    ...['/api/posts?user=ana'],
    ...['/feed', '/?sort=hot', '/?sort=top', '/users/ana/feed'],
    ...posts.flatMap((id) => [
      `/posts/${id}`,
      `/api/posts/${id}`,
      `/api/posts/${id}/comments`,
      `/posts/${id}/feed`,
    ]),
    ...items.flatMap((id) => [`/market/${id}`, `/api/items/${id}`]),
    ...tags.map((name) => `/tags/${name}`),
    ...categories.flatMap((name) => [`/c/${name}`, `/api/posts?category=${name}`]),
    ...users.map((id) => `/user/${id}`),
    ...members.map((name) => `/users/${name}`),
  ]
}

describe('what is remembered', () => {
  test.each(Object.entries(writes))('is forgotten where it is untrue after %s', async (_, write) => {
    const act = await write()
    const before = await addresses()
    await fixture.sites.warmUp(before)

    const answer = await act()
    const after = await fixture.sites.differences([...new Set([...before, ...(await addresses())])])

    expect(answer.status).toBeLessThan(400)
    expect(after).toEqual({})
  })

  test('is made untrue by no write that is not listed here', () => {
    const routes = fixture.sites.routes
      .filter(({ method }) => method !== 'GET')
      .map(({ method, path }) => `${method} ${path}`)

    expect([...new Set(routes)].sort()).toEqual([...Object.keys(writes), ...Object.keys(elsewhere)].sort())
  })

  test('was in Redis under every key of the table', async () => {
    const redis = openRedis(fixture.sites.warm.web.redis.url, fixture.sites.warm.web.context.log)
    await new Promise((resolve) => redis.once('ready', resolve))

    const keys = (await redis.keys('generation:*')).concat(await redis.keys('cache:*'))
    redis.disconnect()

    const kinds = [
      ...'categories posts:newest posts:in posts:by posts:full post: user:id user:name items item: session token'.split(
        ' ',
      ),
    ]
    for (const kind of kinds) expect(keys.some((key) => key.includes(`:${kind}`))).toBe(true)
  })

  test('at the edge stands only for routes that are there', () => {
    const reads = new Set(
      fixture.sites.routes.filter(({ method }) => method === 'GET').map(({ path }) => path),
    )

    for (const route of Object.keys(edgeSeconds)) expect(reads).toContain(route)
  })
})
