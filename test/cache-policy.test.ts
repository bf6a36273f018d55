import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { atTheDoor, remembered, untrueAfter } from '../src/cache-policy.ts'
import { openRedis } from '../src/platform/redis.ts'
import { password } from './support/page.ts'
import { type Member, openTwins, type Twins } from './support/twins.ts'

setDefaultTimeout(120_000)

let twins: Twins
let [ana, root]: Member[] = []
beforeAll(async () => {
  twins = await openTwins()
  ;[ana, root] = [await twins.join('ana'), await twins.join('root')]
  await twins.warm.web.database.write("UPDATE users SET role = 'admin' WHERE name = 'root'")
  const keys = await twins.warm.web.database.rows<{ token: string }>(
    'SELECT LOWER(HEX(token_key)) AS token FROM sessions',
  )
  await twins.warm.web.context.cache.forget([
    remembered.user.key('root'),
    ...keys.map(({ token }) => remembered.session.key(token)),
  ])
  await category()
  await post()
})

let last = 0
const newName = (kind: string) => `${kind}${++last}`

/** Each makes something to write about, and gives what names it. */
const category = async () => {
  const name = newName('category')
  const { id } = await made(twins.json('web', 'POST', '/api/categories', { name }, ana!.visitor))
  return { id, name }
}
const post = async (who = ana!) => {
  const { name } = await category()
  const draft = { category: name, title: newName('post'), body: 'text' }
  return (await made(twins.json('web', 'POST', '/api/posts', draft, who.visitor))).id
}
const item = async () => {
  const added = { name: newName('item'), quantity: 9, price: '1.50' }
  return (await made(twins.json('admin', 'POST', '/api/items', added, root!.visitor))).id
}
const order = async () => {
  const wanted = { item: await item(), quantity: 1 }
  return (await made(twins.json('admin', 'POST', '/api/orders', wanted, ana!.visitor))).id
}
const act = async () => {
  const { name } = await category()
  const body = { actId: ++last, username: 'ana', timestamp: '29-02-2020:59-59-23', caption: newName('act') }
  const whole = { ...body, categoryName: name, imgB64: 'aGVsbG8=' }
  return { name, actId: body.actId, whole }
}
const addedAct = async () => {
  const { name, actId, whole } = await act()
  const { database, context } = twins.warm.web
  const [place] = await database.rows<{ id: number }>('SELECT id FROM categories WHERE name = ?', [name])
  const { insertId } = await database.write('INSERT INTO posts (category_id, title, body) VALUES (?, ?, ?)', [
    place!.id,
    whole.caption,
    whole.caption,
  ])
  await database.write('UPDATE categories SET posts = 1, acts = 1 WHERE id = ?', [place!.id])
  await database.write(
    `INSERT INTO acts (post_id, act_id, act_key, category_id, username, username_key, timestamp, moment, image, bytes)
     VALUES (?, ?, UNHEX(SHA2(?, 256)), ?, 'ana', UNHEX(SHA2('ana', 256)), ?, 20200229595923, ?, 9)`,
    [insertId, `${actId}`, `${actId}`, place!.id, whole.timestamp, whole.imgB64],
  )
  const added = { id: insertId, categoryId: place!.id, authorId: null }
  await context.cache.forget(untrueAfter.postAddedOrChanged(added))
  return { actId, post: insertId }
}
const made = async (answer: Promise<Response>) => {
  const response = await answer
  const body = await response.text()
  if (!response.ok) throw new Error(`${response.status} ${body}`)
  return JSON.parse(body) as { id: number }
}

type Write = () => Promise<() => Promise<Response>>
const newPassword = 'another good password'

/** What each route that writes is given; the first part makes what it writes about. */
const writes: Record<string, Write> = {
  'POST /posts': async () => {
    const { name } = await category()
    return () =>
      twins.form('web', '/posts', { category: name, title: newName('post'), body: 'x' }, ana!.visitor)
  },
  'POST /posts/:id/remove': async () => {
    const id = await post()
    return () => twins.form('web', `/posts/${id}/remove`, {}, ana!.visitor)
  },
  'POST /api/categories': async () => () =>
    twins.json('web', 'POST', '/api/categories', { name: newName('category') }, ana!.visitor),
  'DELETE /api/categories/:name': async () => {
    const { name } = await category()
    const draft = { category: name, title: newName('post'), body: 'text' }
    await made(twins.json('web', 'POST', '/api/posts', draft, ana!.visitor))
    return () => twins.json('web', 'DELETE', `/api/categories/${name}`, undefined, root!.visitor)
  },
  'POST /api/posts': async () => {
    const { name } = await category()
    const draft = { category: name, title: newName('post'), body: 'text' }
    return () => twins.json('web', 'POST', '/api/posts', draft, ana!.visitor)
  },
  'PATCH /api/posts/:id': async () => {
    const [id, { name }] = [await post(), await category()]
    const patch = { title: newName('changed'), category: name }
    return () => twins.json('web', 'PATCH', `/api/posts/${id}`, patch, ana!.visitor)
  },
  'DELETE /api/posts/:id': async () => {
    const id = await post()
    return () => twins.json('web', 'DELETE', `/api/posts/${id}`, undefined, ana!.visitor)
  },
  'POST /posts/:id/likes': async () => {
    const id = await post()
    return () => twins.form('web', `/posts/${id}/likes`, {})
  },
  'POST /api/posts/:id/likes': async () => {
    const id = await post()
    return () => twins.json('web', 'POST', `/api/posts/${id}/likes`)
  },
  'POST /audit/recount': async () => () => twins.form('web', '/audit/recount', {}),
  'POST /api/v1/categories': async () => () =>
    twins.json('web', 'POST', '/api/v1/categories', [newName('category')]),
  'DELETE /api/v1/categories/:name': async () => {
    const { name } = await category()
    return () => twins.json('web', 'DELETE', `/api/v1/categories/${name}`)
  },
  'DELETE /api/v1/acts/:actId': async () => {
    const { actId } = await addedAct()
    return () => twins.json('web', 'DELETE', `/api/v1/acts/${actId}`)
  },
  'POST /api/v1/acts/upvote': async () => {
    const { actId } = await addedAct()
    return () => twins.json('web', 'POST', '/api/v1/acts/upvote', [actId])
  },

  'POST /signup': async () => () => twins.form('accounts', '/signup', { username: newName('bo'), password }),
  'POST /login': async () => () => twins.form('accounts', '/login', { username: 'ana', password }),
  'POST /session/end': async () => {
    const { visitor } = await twins.join(newName('bo'))
    return () => twins.form('accounts', '/session/end', {}, visitor)
  },
  'POST /account/password': async () => {
    const { visitor } = await twins.join(newName('bo'))
    const fields = { current: password, password: newPassword }
    return () => twins.form('accounts', '/account/password', fields, visitor)
  },
  'POST /account/sessions/end': async () => {
    const { visitor } = await twins.join(newName('bo'))
    return () => twins.form('accounts', '/account/sessions/end', {}, visitor)
  },
  'POST /account/sessions/:token/end': async () => {
    const { visitor } = await twins.join(newName('bo'))
    const token = new Bun.CryptoHasher('sha256').update(visitor.cookies.get('session')!).digest('hex')
    return () => twins.form('accounts', `/account/sessions/${token}/end`, {}, visitor)
  },
  'POST /account/delete': async () => {
    const bo = await twins.join(newName('bo'))
    await post(bo)
    const fields = { confirm: password, posts: 'remove' }
    return () => twins.form('accounts', '/account/delete', fields, bo.visitor)
  },
  'POST /add_user': async () => () => twins.form('accounts', '/add_user', { username: newName('cem') }),
  'POST /api/users': async () => () =>
    twins.json('accounts', 'POST', '/api/users', { username: newName('cem'), password }),
  'DELETE /api/users/:name': async () => {
    const bo = await twins.join(newName('bo'))
    await post(bo)
    return () => twins.json('accounts', 'DELETE', `/api/users/${bo.name}`, undefined, bo.visitor)
  },
  'POST /api/session': async () => () =>
    twins.json('accounts', 'POST', '/api/session', { username: 'ana', password }),
  'DELETE /api/session': async () => {
    const { visitor } = await twins.join(newName('bo'))
    return () => twins.json('accounts', 'DELETE', '/api/session', undefined, visitor)
  },
  'POST /api/v1/users': async () => () =>
    twins.json('accounts', 'POST', '/api/v1/users', { username: newName('cem'), password: 'a'.repeat(40) }),
  'DELETE /api/v1/users/:username': async () => {
    const bo = await twins.join(newName('bo'))
    await post(bo)
    return () => twins.json('accounts', 'DELETE', `/api/v1/users/${bo.name}`)
  },

  'POST /admin/items': async () => () =>
    twins.form(
      'admin',
      '/admin/items',
      { name: newName('item'), quantity: '3', price: '2.00' },
      root!.visitor,
    ),
  'POST /admin/items/:id': async () => {
    const id = await item()
    const fields = { name: newName('item'), quantity: '4', price: '3.00', was: '9' }
    return () => twins.form('admin', `/admin/items/${id}`, fields, root!.visitor)
  },
  'POST /admin/items/:id/remove': async () => {
    const id = await item()
    return () => twins.form('admin', `/admin/items/${id}/remove`, {}, root!.visitor)
  },
  'POST /api/items': async () => () =>
    twins.json(
      'admin',
      'POST',
      '/api/items',
      { name: newName('item'), quantity: 1, price: '1.00' },
      root!.visitor,
    ),
  'PATCH /api/items/:id': async () => {
    const id = await item()
    return () => twins.json('admin', 'PATCH', `/api/items/${id}`, { quantity: 5 }, root!.visitor)
  },
  'DELETE /api/items/:id': async () => {
    const id = await item()
    return () => twins.json('admin', 'DELETE', `/api/items/${id}`, undefined, root!.visitor)
  },
  'POST /admin/import': async () => () => {
    const file = new File([`name,quantity,price\n${newName('item')},1,1.00\n`], 'items.csv')
    return twins.form('admin', '/admin/import', { file }, root!.visitor)
  },
  'POST /admin/orders/:id/complete': async () => {
    const id = await order()
    return () => twins.form('admin', `/admin/orders/${id}/complete`, {}, root!.visitor)
  },
  'POST /admin/orders/:id/cancel': async () => {
    const id = await order()
    return () => twins.form('admin', `/admin/orders/${id}/cancel`, {}, root!.visitor)
  },
  'POST /admin/categories': async () => () =>
    twins.form('admin', '/admin/categories', { name: newName('category') }, root!.visitor),
  'POST /admin/categories/:id/remove': async () => {
    const { id } = await category()
    return () => twins.form('admin', `/admin/categories/${id}/remove`, {}, root!.visitor)
  },
  'POST /admin/members/:id': async () => {
    const { id } = await twins.join(newName('bo'))
    return () => twins.form('admin', `/admin/members/${id}`, { change: 'make-admin' }, root!.visitor)
  },
  'POST /admin/posts/:id/remove': async () => {
    const id = await post()
    return () => twins.form('admin', `/admin/posts/${id}/remove`, { reason: 'Spam' }, root!.visitor)
  },
  'POST /market/orders': async () => {
    const id = await item()
    return () => twins.form('admin', '/market/orders', { item: `${id}`, quantity: '1' }, ana!.visitor)
  },
  'POST /market/orders/:id/cancel': async () => {
    const id = await order()
    return () => twins.form('admin', `/market/orders/${id}/cancel`, {}, ana!.visitor)
  },
  'POST /api/orders': async () => {
    const id = await item()
    return () => twins.json('admin', 'POST', '/api/orders', { item: id, quantity: 1 }, ana!.visitor)
  },
  'PATCH /api/orders/:id': async () => {
    const id = await order()
    return () => twins.json('admin', 'PATCH', `/api/orders/${id}`, { state: 'cancelled' }, ana!.visitor)
  },
}

/** Writes of things that no cache remembers, or that other tests follow to the last reader; and why. */
const elsewhere: Record<string, string> = {
  'PUT /api/posts/:id/likes/mine': 'likes are never remembered, test/likes/once.test.ts',
  'DELETE /api/posts/:id/likes/mine': 'likes are never remembered, test/likes/once.test.ts',
  'POST /api/v1/acts': 'asks the users service through HAProxy, test/acts/acts.test.ts',
  'DELETE /api/v1/_count': 'a count that is never remembered, test/acts/acts.test.ts',
  'POST /api/v1/validate_user': 'writes nothing',
  'POST /tokens': 'test/accounts/tokens.test.ts',
  'POST /tokens/:id/revoke': 'test/accounts/tokens.test.ts',
  'POST /api/tokens': 'test/api/accounts.test.ts',
  'DELETE /api/tokens/:id': 'test/api/accounts.test.ts',
}

/** Every address at which something remembered can be read. */
async function addresses(): Promise<string[]> {
  const { database } = twins.warm.web
  const ids = async (table: string) =>
    (await database.rows<{ id: number }>(`SELECT id FROM ${table} ORDER BY id DESC LIMIT 3`)).map(
      ({ id }) => id,
    )
  const names = async (table: string) =>
    (await database.rows<{ name: string }>(`SELECT name FROM ${table} ORDER BY id DESC LIMIT 3`)).map(
      ({ name }) => name,
    )
  const [posts, users, categories, members] = await Promise.all([
    ids('posts'),
    ids('users'),
    names('categories'),
    names('users'),
  ])
  return [
    ...['/', '/market', '/api/items', '/api/categories', '/api/posts', '/api/users', '/users/ana'],
    ...['/api/posts?user=ana'],
    ...posts.flatMap((id) => [`/posts/${id}`, `/api/posts/${id}`]),
    ...categories.flatMap((name) => [`/c/${name}`, `/api/posts?category=${name}`]),
    ...users.map((id) => `/user/${id}`),
    ...members.map((name) => `/users/${name}`),
  ]
}

describe('what is remembered', () => {
  test.each(Object.entries(writes))('is forgotten where it is untrue after %s', async (_, write) => {
    const act = await write()
    const before = await addresses()
    await twins.differences(before)

    const answer = await act()
    const after = await twins.differences([...new Set([...before, ...(await addresses())])])

    expect(answer.status).toBeLessThan(400)
    expect(after).toEqual({})
  })

  test('is made untrue by no write that is not listed here', () => {
    const routes = twins.routes
      .filter(({ method }) => method !== 'GET')
      .map(({ method, path }) => `${method} ${path}`)

    expect([...new Set(routes)].sort()).toEqual([...Object.keys(writes), ...Object.keys(elsewhere)].sort())
  })

  test('was in Redis under every key of the table', async () => {
    const redis = openRedis(twins.warm.web.redis.url, twins.warm.web.context.log)
    await new Promise((resolve) => redis.once('ready', resolve))

    const keys = (await redis.keys('generation:*')).concat(await redis.keys('cache:*'))
    redis.disconnect()

    const kinds = [
      ...'categories posts:newest posts:in posts:by posts:full post: user:id user: items session'.split(' '),
    ]
    for (const kind of kinds) expect(keys.some((key) => key.includes(`:${kind}`))).toBe(true)
  })

  test('at the door stands only for routes that are there', () => {
    const reads = new Set(twins.routes.filter(({ method }) => method === 'GET').map(({ path }) => path))

    for (const route of Object.keys(atTheDoor)) expect(reads).toContain(route)
  })
})
