import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { createConnection } from 'mysql2/promise'
import type { Operation } from '../../src/openapi/operation.ts'
import { routes } from '../../src/site.ts'
import { type ApiBoard, openApiBoard, type Post } from '../support/api/board.ts'
import { untilWaiting } from '../support/servers/locks.ts'
import { password } from '../support/site/page.ts'

setDefaultTimeout(120_000)

type Property = { type?: string | string[]; enum?: string[]; pattern?: string; minimum?: number }
type Parameter = { name: string; in: string; schema: Property }

let api: ApiBoard['api']
let tokens: ApiBoard['tokens']
let write: ApiBoard['write']
let site: ApiBoard['site']
let cookie: Record<string, string>
/** What stands for each `{name}` in a path. */
let things: Record<string, Record<string, string | number>>

beforeAll(async () => {
  ;({ api, tokens, write, site } = await openApiBoard())
  const { headers } = await api('POST', '/api/session', { username: 'rosa', password })
  cookie = { cookie: headers.getSetCookie()[0]!.split(';')[0]! }
  const post = await write('The post', {}, 'root')
  const comment = await created('POST', `/api/posts/${post.id}/comments`, { body: 'A comment' })
  const item = await created('POST', '/api/items', { name: 'Cake', quantity: 9, price: '1.00' })
  const lamp = { kind: 'gift', category: 'Books', title: 'A lamp', body: 'It shines' }
  const offer = await created('POST', '/api/offers', lamp)
  const order = await created('POST', '/api/orders', { items: [{ item: item.id, quantity: 1 }] })
  const window = await created('POST', '/api/orders/windows', {
    ...{ name: 'Now', opensAt: '2020-01-01T00:00:00Z', closesAt: '2090-01-01T00:00:00Z', timeZone: 'UTC' },
    pickups: [{ place: 'Barn', startsAt: '2090-01-02T00:00:00Z', endsAt: '2090-01-03T00:00:00Z' }],
  })
  const token = await created('POST', '/api/tokens', { name: 'spare', password })
  await api('POST', '/api/users', { username: 'cem', password })
  const group = await created('POST', '/api/groups', { name: 'Choir' })
  things = {
    '/api/posts/': { id: post.id },
    '/api/comments/': { id: comment.id },
    '/api/items/': { id: item.id },
    '/api/orders/windows/': { id: window.id },
    '/api/orders/': { id: order.id },
    '/api/tokens/': { id: token.id },
    '/api/users/': { name: 'cem' },
    '/api/categories/': { name: 'Books' },
    '/api/groups/': { id: group.id },
    '/api/follows/': { kind: 'post', id: post.id },
    '/api/offers/': { id: offer.id },
  }
})

async function created(method: string, path: string, body: unknown) {
  const { status, body: answer } = await api(method, path, body, cookie)
  expect(status, JSON.stringify(answer)).toBe(201)
  return answer as { id: number }
}

const filled = (path: string) => {
  const [, of] = Object.entries(things).find(([start]) => path.startsWith(start)) ?? []
  return path.replaceAll(/\{(\w+)\}/g, (_, name) => String(of?.[name] ?? 1))
}

/** Every operation of the document but those of the acts API, which has rules of its own. */
const operations = () =>
  Object.entries(site.document.paths)
    .filter(([path]) => !path.startsWith('/api/v1/'))
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        method: method.toUpperCase(),
        path,
        operation,
        parameters: operation.parameters as Parameter[],
      })),
    )

const takenBy = (operation: Operation) => {
  const body = operation.requestBody as
    | { content: Record<string, { schema: { properties: Record<string, Property> } }> }
    | undefined
  return body?.content['application/json']?.schema.properties
}

const takes = (parameters: Parameter[], header: string) => parameters.some(({ name }) => name === header)

test('no write takes nothing, a field that it does not have, or one of another type', async () => {
  const wrongOnes = operations().flatMap(({ method, path, operation }) => {
    const properties = takenBy(operation)
    if (!properties) return []
    const strangers = Object.entries(properties).flatMap(([name, { type, enum: values }]) =>
      [5, 'zzz', true, [], {}, null].flatMap((value) => {
        const types = [type ?? []].flat()
        const name_ = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value
        const fits = types.includes(name_) || (name_ === 'number' && types.includes('integer'))
        return fits || (values && value === null) ? [] : [{ [name]: value }]
      }),
    )
    return [{}, { stranger: 1 }, ...strangers].map((body) => ({ method, path, body }))
  })

  const answers = []
  for (const { method, path, body } of wrongOnes) {
    const { status } = await api(method, filled(path), body, cookie)
    if (status !== 422) answers.push(`${method} ${path} ${JSON.stringify(body)} ${status}`)
  }

  expect(wrongOnes.length).toBeGreaterThan(80)
  expect(answers).toEqual([])
})

test('a change that names nothing, or what is so already, edits nothing', async () => {
  const post = await write('Not edited')
  const comment = await created('POST', `/api/posts/${post.id}/comments`, { body: 'Not edited' })

  await api('PATCH', `/api/posts/${post.id}`, {}, tokens.ana)
  await api('PATCH', `/api/posts/${post.id}`, { titel: 'x' }, tokens.ana)
  const same = await api('PATCH', `/api/posts/${post.id}`, { title: 'Not edited' }, tokens.ana)
  const sameWords = await api('PATCH', `/api/comments/${comment.id}`, { body: 'Not edited' }, cookie)

  expect([same.status, sameWords.status]).toEqual([200, 200])
  expect(same.body).toMatchObject({ editedAt: null })
  expect(sameWords.body).toMatchObject({ editedAt: null })
})

test('a parameter that makes no sense is refused, and one that is empty is none', async () => {
  const reads = operations().filter(({ method }) => method === 'GET')
  const question = reads.flatMap(({ method, path, parameters }) =>
    parameters.filter((each) => each.in === 'query').map((parameter) => ({ method, path, parameter })),
  )
  const isFree = ({ name }: Parameter) => ['q', 'filter', 'tag', 'place'].includes(name)
  const isName = ({ name }: Parameter) => ['category', 'user'].includes(name)

  const wrong = []
  for (const { method, path, parameter } of question) {
    const { status } = await api(method, `${filled(path)}?${parameter.name}=zzz`, undefined, cookie)
    const expected = isFree(parameter) ? 200 : isName(parameter) ? 404 : 422
    if (status !== expected) wrong.push(`${path}?${parameter.name}=zzz ${status}`)
    const nothing = await api(method, `${filled(path)}?${parameter.name}=`, undefined, cookie)
    if (nothing.status !== 200) wrong.push(`${path}?${parameter.name}= ${nothing.status}`)
  }

  expect(question.length).toBeGreaterThan(14)
  expect(wrong).toEqual([])
})

test('an item without a price is none, and the document says so', () => {
  const body = site.document.paths['/api/items']!.post!.requestBody as {
    content: Record<string, { schema: { required: string[] } }>
  }

  expect(body.content['application/json']!.schema.required).toEqual(['name', 'quantity', 'price'])
})

describe('an If-Match', () => {
  test('is taken by every change of what is there, and a stale one changes nothing', async () => {
    const changes = operations().filter(({ method }) => ['PATCH', 'PUT', 'DELETE'].includes(method))

    const wrong = []
    for (const { method, path, operation, parameters } of changes) {
      if (!takes(parameters, 'If-Match')) wrong.push(`${method} ${path} takes none`)
      const body = takenBy(operation) && validOf(path)
      const { status } = await api(method, filled(path), body, { ...cookie, 'if-match': '"stale-1"' })
      if (status !== 412) wrong.push(`${method} ${path} ${status}`)
    }

    expect(changes.length).toBe(36)
    expect(wrong).toEqual([])
    expect((await api('GET', '/api/session', undefined, cookie)).status).toBe(200)
    expect((await api('GET', '/api/tokens', undefined, cookie)).body).toContainEqual(
      expect.objectContaining({ name: 'spare' }),
    )
  })

  const validOf = (path: string) =>
    path.startsWith('/api/orders/windows')
      ? path.endsWith('follow')
        ? { level: 'all' }
        : { name: 'Another' }
      : path.startsWith('/api/orders')
        ? path.endsWith('/payment')
          ? { isPaid: true }
          : { state: 'cancelled' }
        : path.startsWith('/api/items')
          ? path.endsWith('/pictures')
            ? { pictures: [] }
            : { quantity: 3 }
          : path === '/api/moderation/rules'
            ? { rules: [] }
            : path === '/api/moderation/newcomers'
              ? { hold: 0, links: 0, pace: 0, until: 0, seconds: 0, held: '', refused: '' }
              : path.endsWith('/interest')
                ? { message: 'Tomorrow?' }
                : { body: 'Another text' }

  test('lets the right change through, whatever was liked meanwhile, and only once', async () => {
    const post = await write('Matched')
    const etag = (await api('GET', `/api/posts/${post.id}`)).headers.get('etag')!
    await api('POST', `/api/posts/${post.id}/likes`)
    const change = (title: string) =>
      api('PATCH', `/api/posts/${post.id}`, { title }, { ...tokens.ana, 'if-match': etag })

    const answers = await Promise.all(['one', 'two', 'three'].map(change))
    const late = await api('DELETE', `/api/posts/${post.id}`, undefined, { ...tokens.ana, 'if-match': etag })
    const any = await api('DELETE', `/api/posts/${post.id}`, undefined, { ...tokens.ana, 'if-match': '*' })

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412])
    expect([late.status, any.status]).toEqual([412, 204])
  })

  test('of an item, an order and a comment that are as they were lets them change', async () => {
    const answers = []
    for (const [path, body] of [
      [`/api/items/${things['/api/items/']!.id}`, { quantity: 4 }],
      [`/api/comments/${things['/api/comments/']!.id}`, { body: 'Another' }],
      [`/api/orders/${things['/api/orders/']!.id}`, { state: 'cancelled' }],
    ] as const) {
      const etag = (await api('GET', path, undefined, cookie)).headers.get('etag')!
      const headers = { ...cookie, 'if-match': etag }
      answers.push((await api('PATCH', path, body, headers)).status)
      answers.push((await api('PATCH', path, body, headers)).status)
    }

    expect(answers).toEqual([200, 412, 200, 412, 200, 412])
  })

  test('is judged by what is there when nobody else changes it any more', async () => {
    const { database } = site.web
    const posts = [await write('One', {}, 'root'), await write('Two', {}, 'root')]
    const bench = { kind: 'gift', category: 'Books', title: 'A bench', body: 'Of oak' }
    const offers = [await created('POST', '/api/offers', bench), await created('POST', '/api/offers', bench)]
    const pie = { quantity: 9, price: '1.00' }
    const items = [
      await created('POST', '/api/items', { name: 'Pie', ...pie }),
      await created('POST', '/api/items', { name: 'Tart', ...pie }),
    ]
    const lines = [{ item: items[0]!.id, quantity: 1 }]
    const order = await created('POST', '/api/orders', { items: lines, pickup: 1 })
    await created('POST', '/api/categories', { name: 'Ledge' })
    await api('POST', '/api/users', { username: 'dora', password })
    const changes: [method: string, path: string, body?: unknown][] = [
      ['PATCH', `/api/posts/${posts[0]!.id}`, { title: 'Mine' }],
      ['DELETE', `/api/posts/${posts[1]!.id}`],
      ['PATCH', `/api/offers/${offers[0]!.id}`, { state: 'gone' }],
      ['DELETE', `/api/offers/${offers[1]!.id}`],
      ['PATCH', `/api/items/${items[0]!.id}`, { quantity: 4 }],
      ['DELETE', `/api/items/${items[1]!.id}`],
      ['PATCH', `/api/orders/${order.id}`, { state: 'completed' }],
      ['DELETE', '/api/categories/Ledge'],
      ['DELETE', '/api/users/dora', { password }],
    ]
    const etags: string[] = []
    for (const [, path] of changes)
      etags.push((await api('GET', path, undefined, cookie)).headers.get('etag')!)
    const somebody = await createConnection({ uri: database.url })
    await somebody.beginTransaction()
    for (const statement of [
      'SELECT id FROM posts FOR UPDATE',
      'SELECT id FROM orders FOR UPDATE',
      "UPDATE posts SET title = 'Theirs'",
      "UPDATE offers SET place = 'Hill'",
      'UPDATE items SET quantity = 3',
      'UPDATE order_lines SET quantity = 2',
      "UPDATE categories SET description = 'Wide' WHERE name = 'Ledge'",
      "UPDATE users SET role = 'admin' WHERE name = 'dora'",
    ])
      await somebody.query(statement)

    const answers = changes.map(([method, path, body], at) =>
      api(method, path, body, { ...cookie, 'if-match': etags[at]! }),
    )
    await untilWaiting(database, () => changes.length)
    await somebody.commit()
    await somebody.end()
    const statuses = (await Promise.all(answers)).map(({ status }) => status)

    const done = changes.filter((_, at) => statuses[at] !== 412)
    expect(done).toEqual([])
  })
})

test('every 401 says how to sign in', async () => {
  // With LIKES=open there is no like of one's own, whoever asks.
  const closed = operations().filter(({ path, operation }) => operation.security && !path.endsWith('/mine'))

  const wrong = []
  for (const { method, path } of closed) {
    const { status, headers } = await api(method, filled(path), undefined, {})
    if (status !== 401 || headers.get('www-authenticate') !== 'Bearer')
      wrong.push(`${method} ${path} ${status}`)
  }
  const pages = await Promise.all(
    ['/posts', '/posts/1/remove', '/account', '/tokens'].map((path) =>
      fetch(site.url + path, {
        method: path.startsWith('/posts') ? 'POST' : 'GET',
        headers: { origin: site.url },
      }),
    ),
  )

  expect(closed.length).toBeGreaterThan(15)
  expect(wrong).toEqual([])
  for (const { status, headers } of pages)
    expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
})

describe('an Idempotency-Key', () => {
  const keyed = (who: Record<string, string> = {}) => ({ ...who, 'idempotency-key': crypto.randomUUID() })

  test('of a sign-up with another password is refused', async () => {
    const headers = keyed()
    const ask = (secret: string) =>
      api('POST', '/api/users', { username: 'onceonly', password: secret }, headers).then(
        ({ status }) => status,
      )

    expect([await ask(password), await ask(password), await ask(`${password} 2`)]).toEqual([201, 201, 422])
  })

  /** The same with another text, and with one field less. */
  const otherBodies = (body: Record<string, string | number>) => {
    const [last = ''] = Object.keys(body)
      .filter((name) => !['password', 'price'].includes(name))
      .slice(-1)
    const { [last]: value, ...without } = body
    return [{ ...body, [last]: typeof value === 'number' ? value + 1 : `${value}2` }, without]
  }

  test('of what was made and is gone answers 410 to whoever asks again, and 422 to who asks something else', async () => {
    const gone: string[] = []
    const tried = new Set<string>()
    const question = async (
      path: string,
      body: Record<string, string | number>,
      headers: Record<string, string>,
      remove: () => unknown,
    ) => {
      const ask = async (sent: object = body) => (await api('POST', path, sent, headers)).status
      tried.add(`POST ${path.replace(/\d+/, ':id')}`)
      const first = await ask()
      await remove()
      const again = await ask()
      const others = await Promise.all(otherBodies(body).map(ask))
      gone.push(`${first} ${again} ${others.join(' ')} ${path.replace(/\d+/, 'N')}`)
    }
    const [ana, root] = [keyed(tokens.ana), keyed(cookie)]
    const newestPost = async () => ((await api('GET', '/api/posts')).body as Post[])[0]!.id
    const drop = (path: string, who: Record<string, string>, body?: unknown) => api('DELETE', path, body, who)
    const draft = { category: 'Town square', title: 'Soon gone', body: 'x' }
    const shelf = { category: 'Shelf', title: 'Soon gone', body: 'x' }
    const post = await write('Commented')

    await question('/api/posts', draft, ana, async () =>
      drop(`/api/posts/${await newestPost()}`, tokens.ana!),
    )
    await question('/api/offers', { ...draft, kind: 'gift' }, ana, async () =>
      drop(`/api/offers/${await newestPost()}`, tokens.ana!),
    )
    await question('/api/categories', { name: 'Shelf' }, ana, () => drop('/api/categories/Shelf', cookie))
    await api('POST', '/api/categories', { name: 'Shelf' }, tokens.ana)
    // Which takes its posts along, as nothing else does.
    await question('/api/posts', shelf, keyed(tokens.ana), () => drop('/api/v1/categories/Shelf', {}))
    await question(`/api/posts/${post.id}/comments`, { body: 'x' }, ana, () =>
      drop(`/api/posts/${post.id}`, tokens.ana!),
    )
    await question('/api/users', { username: 'leaver', password }, keyed(), () =>
      drop('/api/users/leaver', cookie, { password }),
    )
    await question('/api/items', { name: 'Soap', quantity: 1, price: '1' }, root, async () => {
      const [item] = (await api('GET', '/api/items?q=soap')).body as { id: number }[]
      await drop(`/api/items/${item!.id}`, cookie)
    })
    await question('/api/tokens', { name: 'short', password }, root, async () => {
      const all = (await api('GET', '/api/tokens', undefined, cookie)).body as { id: number }[]
      await drop(`/api/tokens/${all.at(-1)!.id}`, cookie, { password })
    })

    expect(gone).toEqual([
      '201 410 422 422 /api/posts',
      '201 410 422 422 /api/offers',
      '201 410 422 422 /api/categories',
      // Nobody knows by now which category was meant.
      '201 410 410 422 /api/posts',
      '201 410 422 422 /api/posts/N/comments',
      '201 410 422 422 /api/users',
      '201 410 422 422 /api/items',
      '201 410 422 422 /api/tokens',
    ])
    // What these made does not go.
    expect(keyedRoutes().filter((route) => !tried.has(route))).toEqual([
      'POST /api/posts/:id/likes',
      'POST /api/offers/:id/pictures',
      'POST /api/reports',
      'POST /api/orders',
    ])
  })

  /** The routes that take a key, by the document, which tests of the site compare with its table. */
  const keyedRoutes = () => {
    const taking = operations().filter(({ parameters }) => takes(parameters, 'Idempotency-Key'))
    const inDocument = taking.map(({ method, path }) => `${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`)
    return routes.map(({ method, path }) => `${method} ${path}`).filter((route) => inDocument.includes(route))
  }

  test('of a like or an order is good for what was asked for first, also when that is gone', async () => {
    const [liked, other] = [await write('Liked'), await write('Other')]
    const soap = await created('POST', '/api/items', { name: 'Bar of soap', quantity: 9, price: '1.00' })
    const [like, order] = [keyed(), keyed(cookie)]
    const press = async (id: number) => (await api('POST', `/api/posts/${id}/likes`, undefined, like)).status
    const buy = async (quantity: number) =>
      (await api('POST', '/api/orders', { item: soap.id, quantity }, order)).status

    const first = [await press(liked.id), await press(other.id), await buy(1), await buy(2)]
    await api('DELETE', `/api/posts/${liked.id}`, undefined, tokens.ana)
    await api('DELETE', `/api/items/${soap.id}`, undefined, cookie)
    const then = [await press(liked.id), await press(other.id), await buy(1), await buy(2)]

    expect(first).toEqual([200, 422, 201, 422])
    expect(then).toEqual([404, 422, 200, 422])
  })

  test('is taken by all that makes something, but for what signs in, marks as read, confirms, moderates, invoices once, shows a link or gives a name, a picture or a time that is taken then', () => {
    const making = routes.filter(
      ({ method, path }) => method === 'POST' && path.startsWith('/api/') && !path.startsWith('/api/v1/'),
    )

    expect(making.length).toBeGreaterThan(8)
    expect(
      making.map(({ method, path }) => `${method} ${path}`).filter((route) => !keyedRoutes().includes(route)),
    ).toEqual([
      'POST /api/notices/read',
      'POST /api/unread/read',
      'POST /api/announcements/:id/confirm',
      'POST /api/held/:id',
      'POST /api/moderation/actions',
      'POST /api/session',
      'POST /api/items/:id/pictures',
      'POST /api/orders/windows',
      'POST /api/orders/:id/invoice',
      'POST /api/groups',
      'POST /api/invites',
    ])
  })
})
