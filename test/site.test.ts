import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Role } from '../src/platform/config.ts'
import { routes, type Who } from '../src/site.ts'
import { openReplica, origin, type Replica } from './support/servers/replica.ts'
import { newName, password } from './support/site/page.ts'
import { addressOf, type Route, routesOf } from './support/site/routes.ts'

setDefaultTimeout(60_000)

/** Who the site says may call what a pool serves. */
const allowed = (role: Role) =>
  new Map(
    routes
      .filter(({ pool }) => pool === role || pool === 'all')
      .map(({ method, path, who }) => [`${method} ${path}`, who]),
  )

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

/**
 * What the route says to somebody with this cookie; what they send is empty wherever that is refused after
 * who they are.
 */
async function statusOf(app: Replica['app'], route: Route, cookie = ''): Promise<number> {
  const headers = { accept: 'text/html', 'content-type': 'application/json', ...(cookie && { cookie }) }
  const body = route.method === 'GET' ? undefined : (bodies[nameOf(route)] ?? '{}')
  const address = origin + addressOf(route, values)
  return (await app.handle(new Request(address, { method: route.method, headers, body }))).status
}

describe.each(['web', 'accounts', 'admin'] as const)('the routes of the %s pool', (role) => {
  test('are those that the site lists', async () => {
    const served = await routesOf(role === 'web' ? web : await web.as(role))

    expect(served.map(nameOf).sort()).toEqual([...allowed(role).keys()].sort())
  })

  test('let in whom the site says, and nobody else', async () => {
    const replica = role === 'web' ? web : await web.as(role)
    const wrong: string[] = []

    for (const route of await routesOf(replica)) {
      const name = nameOf(route)
      // These end the session that the next ones are tried with; `account.test.ts` has them.
      if (/sessions\/end$|DELETE \/api\/session|POST \/session\/end/.test(name)) continue
      const [stranger, other] = [
        await statusOf(replica.app, route),
        await statusOf(replica.app, route, cookies.bo),
      ]
      const isRight =
        says[allowed(role).get(name)!](stranger, other) || (signIns.includes(name) && stranger === 401)
      if (!isRight) wrong.push(`${name}: a stranger gets ${stranger}, another member ${other}`)
    }

    expect(wrong).toEqual([])
  })
})
