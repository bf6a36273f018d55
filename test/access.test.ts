import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { newName, password } from './support/page.ts'
import { openReplica, origin, type Replica } from './support/replica.ts'
import { addressOf, type Route, routesOf } from './support/routes.ts'

setDefaultTimeout(60_000)

/**
 * Who may call what. `owner`: the member whose thing it is, and for some things an admin. `token`: whoever sends a token
 * of a member, because ACTS_API is closed here.
 */
type Who = 'everyone' | 'member' | 'owner' | 'admin' | 'token'

const everywhere: Record<string, Who> = {
  'GET /up': 'everyone',
  'GET /ready': 'everyone',
  'GET /metrics': 'everyone',
  'GET /static/:name': 'everyone',
  'GET /favicon.ico': 'everyone',
  // LOGS=admin
  'GET /logs': 'admin',
}

const allowed: Record<'web' | 'accounts' | 'admin', Record<string, Who>> = {
  web: {
    ...everywhere,
    'GET /': 'everyone',
    'GET /c/:category': 'everyone',
    'GET /categories': 'everyone',
    'GET /categories/:id': 'everyone',
    'GET /user/:id': 'everyone',
    'GET /posts/:id': 'everyone',
    'GET /users/:name': 'everyone',
    'POST /posts': 'member',
    'POST /posts/:id/remove': 'owner',
    'GET /posts/:id/edit': 'owner',
    'POST /posts/:id/edit': 'owner',
    'GET /posts/:id/feed': 'everyone',
    'POST /posts/:id/comments': 'member',
    'GET /comments/:id': 'everyone',
    'GET /comments/:id/replies': 'everyone',
    'GET /comments/:id/reply': 'member',
    'GET /comments/:id/edit': 'owner',
    'POST /comments/:id/edit': 'owner',
    'POST /comments/:id/remove': 'owner',
    'GET /tags/:tag': 'everyone',
    'GET /search': 'everyone',
    'GET /feed': 'everyone',
    'GET /c/:category/feed': 'everyone',
    'GET /users/:name/feed': 'everyone',
    'GET /tags/:tag/feed': 'everyone',
    'GET /avatars/:name': 'everyone',
    'POST /avatar': 'member',
    'POST /avatar/remove': 'member',
    'GET /api/posts/:id/comments': 'everyone',
    'POST /api/posts/:id/comments': 'member',
    'GET /api/comments/:id': 'everyone',
    'PATCH /api/comments/:id': 'owner',
    'DELETE /api/comments/:id': 'owner',
    'GET /images/:name': 'everyone',
    'GET /api/categories': 'everyone',
    'POST /api/categories': 'member',
    'GET /api/categories/:name': 'everyone',
    'DELETE /api/categories/:name': 'admin',
    'GET /api/posts': 'everyone',
    'POST /api/posts': 'member',
    'GET /api/posts/:id': 'everyone',
    'PATCH /api/posts/:id': 'owner',
    'DELETE /api/posts/:id': 'owner',
    // LIKES=open
    'POST /posts/:id/likes': 'everyone',
    'POST /api/posts/:id/likes': 'everyone',
    'PUT /api/posts/:id/likes/mine': 'everyone',
    'DELETE /api/posts/:id/likes/mine': 'everyone',
    'POST /language': 'everyone',
    'GET /live': 'everyone',
    'GET /robots.txt': 'everyone',
    'GET /market': 'everyone',
    'GET /api/items': 'everyone',
    'GET /api/items/:id': 'everyone',
    'GET /market/orders': 'member',
    'GET /api/orders': 'member',
    'GET /api/orders/:id': 'owner',
    // LOGS=admin
    'GET /status': 'admin',
    'GET /api/status': 'admin',
    // HAProxy's bind for operators alone; 404 else.
    'GET /inner/pulses': 'everyone',
    'PUT /inner/status': 'everyone',
    'GET /api/audit': 'everyone',
    'GET /audit': 'everyone',
    'POST /audit/recount': 'everyone',
    'GET /audit/posts/:id': 'everyone',
    'GET /api/openapi.json': 'everyone',
    'GET /api/docs': 'everyone',
    'GET /api/v1/categories': 'everyone',
    'POST /api/v1/categories': 'token',
    'DELETE /api/v1/categories/:name': 'token',
    'GET /api/v1/categories/:name/acts': 'everyone',
    'GET /api/v1/categories/:name/acts/size': 'everyone',
    'POST /api/v1/acts': 'token',
    'DELETE /api/v1/acts/:actId': 'token',
    'POST /api/v1/acts/upvote': 'token',
    'GET /api/v1/acts/count': 'everyone',
    'GET /api/v1/list_act_user/:username': 'everyone',
    'GET /api/v1/_count': 'everyone',
    'DELETE /api/v1/_count': 'token',
    'GET /api/v1/_health': 'everyone',
  },
  accounts: {
    ...everywhere,
    'GET /signup': 'everyone',
    'GET /login': 'everyone',
    'POST /signup': 'everyone',
    'POST /login': 'everyone',
    'POST /session/end': 'everyone',
    'GET /add_user': 'everyone',
    'POST /add_user': 'everyone',
    'GET /tokens': 'member',
    'POST /tokens': 'member',
    'POST /tokens/:id/revoke': 'owner',
    'GET /account': 'member',
    'POST /account/confirm': 'member',
    'POST /account/password': 'member',
    'POST /account/sessions/end': 'member',
    'POST /account/sessions/:token/end': 'member',
    'POST /account/delete': 'member',
    // Whoever has the link; without it there is nothing.
    'GET /password/:token': 'everyone',
    'POST /password/:token': 'everyone',
    'GET /api/users': 'everyone',
    'POST /api/users': 'everyone',
    'GET /api/users/:name': 'everyone',
    'DELETE /api/users/:name': 'owner',
    'GET /api/session': 'member',
    // Wrong passwords are 401 too.
    'POST /api/session': 'everyone',
    'DELETE /api/session': 'everyone',
    'GET /api/tokens': 'member',
    'POST /api/tokens': 'member',
    'DELETE /api/tokens/:id': 'owner',
    'GET /api/v1/users': 'everyone',
    'POST /api/v1/users': 'token',
    'DELETE /api/v1/users/:username': 'token',
    'POST /api/v1/validate_user': 'everyone',
    'GET /api/v1/_count': 'everyone',
    'DELETE /api/v1/_count': 'token',
    'GET /api/v1/_health': 'everyone',
  },
  admin: {
    ...everywhere,
    'GET /admin': 'admin',
    'POST /admin/items': 'admin',
    'GET /admin/items/:id': 'admin',
    'GET /admin/items/:id/edit': 'admin',
    'POST /admin/items/:id': 'admin',
    'POST /admin/items/:id/remove': 'admin',
    'POST /api/items': 'admin',
    'PATCH /api/items/:id': 'admin',
    'DELETE /api/items/:id': 'admin',
    'GET /admin/items.csv': 'admin',
    'GET /admin/import': 'admin',
    'POST /admin/import': 'admin',
    'GET /admin/orders': 'admin',
    'POST /admin/orders/:id/complete': 'admin',
    'POST /admin/orders/:id/cancel': 'admin',
    'GET /admin/categories': 'admin',
    'POST /admin/categories': 'admin',
    'POST /admin/categories/:id/rename': 'admin',
    'POST /admin/categories/:id/remove': 'admin',
    'GET /admin/members': 'admin',
    'POST /admin/members/:id': 'admin',
    'POST /admin/members/:id/password-link': 'admin',
    'GET /admin/posts': 'admin',
    'GET /admin/posts/:id/remove': 'admin',
    'POST /admin/posts/:id/remove': 'admin',
    'GET /admin/comments/:id/remove': 'admin',
    'POST /admin/comments/:id/remove': 'admin',
    'POST /market/orders': 'member',
    'POST /market/orders/:id/cancel': 'owner',
    'POST /api/orders': 'member',
    'PATCH /api/orders/:id': 'owner',
  },
}

const shut = [401, 403]
const says: Record<Who, (stranger: number, other: number) => boolean> = {
  everyone: (stranger, other) => !shut.includes(stranger) && !shut.includes(other),
  member: (stranger, other) => isSentToSignIn(stranger) && !shut.includes(other),
  owner: (stranger, other) => isSentToSignIn(stranger) && [403, 404].includes(other),
  admin: (stranger, other) => (isSentToSignIn(stranger) || stranger === 403) && other === 403,
  token: (stranger, other) => stranger === 401 && other === 401,
}
/** 303 leads a browser to the form. */
const isSentToSignIn = (status: number) => status === 401 || status === 303
/** These say 401 for another reason: what they were sent is no password. */
const signIns = ['POST /api/session']

let web: Replica
let values: Record<string, string>
const cookies = { ana: '', bo: '' }

beforeAll(async () => {
  web = await openReplica({ actsApiOpen: false, logs: 'admin' })
  const accounts = await web.as('accounts')
  const names = { ana: newName('ana'), bo: newName('bo') }
  for (const name of ['ana', 'bo'] as const) {
    const visitor = accounts.visitor()
    await visitor.post('/signup', { username: names[name], password })
    cookies[name] = `session=${visitor.cookies.get('session')}`
  }
  const { write } = web.database
  await write(
    `INSERT INTO categories (id, name, name_key, posts) VALUES (1, 'Books', UNHEX(SHA2('Books', 256)), 1)`,
  )
  await write(`INSERT INTO posts (id, category_id, author_id, title, body) VALUES (1, 1, 1, 'Read', 'Me')`)
  await write(`INSERT INTO comments (id, post_id, author_id, body) VALUES (1, 1, 1, 'So do I')`)
  await write(`INSERT INTO items (id, name, quantity, price) VALUES (1, 'Cake', 20, 12.50)`)
  await write(`INSERT INTO orders (id, user_id, request_key, request_hash) VALUES (1, 1, 'x', 'x')`)
  await write(
    `INSERT INTO order_lines (order_id, line, item_id, name, quantity, price) VALUES (1, 1, 1, 'Cake', 1, 12.50)`,
  )
  await write(`INSERT INTO tokens (id, token_key, user_id, name) VALUES (1, 'x', 1, 'script')`)
  values = { category: 'Books', token: '0'.repeat(64), name: names.ana, username: names.ana }
})

/** Those whose sender is asked about only when they make sense. */
const bodies: Record<string, string> = {
  'PATCH /api/orders/:id': '{"state":"cancelled"}',
  'POST /tokens/:id/revoke': JSON.stringify({ confirm: password }),
  'DELETE /api/tokens/:id': JSON.stringify({ password }),
}

const nameOf = ({ method, path }: Route) => `${method} ${path}`

/** What the route says to somebody with this cookie; what they send is empty wherever that is told after who they are. */
async function statusOf(app: Replica['app'], route: Route, cookie = ''): Promise<number> {
  const headers = { accept: 'text/html', 'content-type': 'application/json', ...(cookie && { cookie }) }
  const body = route.method === 'GET' ? undefined : (bodies[nameOf(route)] ?? '{}')
  const address = origin + addressOf(route, values)
  return (await app.handle(new Request(address, { method: route.method, headers, body }))).status
}

describe.each(['web', 'accounts', 'admin'] as const)('the routes of the %s pool', (role) => {
  test('are each in the list of who may call what', async () => {
    const routes = await routesOf(role === 'web' ? web : await web.as(role))

    expect(routes.map(nameOf).sort()).toEqual(Object.keys(allowed[role]).sort())
  })

  test('let in whom the list says, and nobody else', async () => {
    const replica = role === 'web' ? web : await web.as(role)
    const wrong: string[] = []

    for (const route of await routesOf(replica)) {
      const name = nameOf(route)
      // These end the session that the next ones are tried with; `own.test.ts` has them.
      if (/sessions\/end$|DELETE \/api\/session|POST \/session\/end/.test(name)) continue
      const [stranger, other] = [
        await statusOf(replica.app, route),
        await statusOf(replica.app, route, cookies.bo),
      ]
      const isRight =
        says[allowed[role][name]!](stranger, other) || (signIns.includes(name) && stranger === 401)
      if (!isRight) wrong.push(`${name}: a stranger gets ${stranger}, another member ${other}`)
    }

    expect(wrong).toEqual([])
  })
})
