import type { Config, Role } from '../../../src/platform/config.ts'
import { openReplica, origin, type Replica } from '../servers/replica.ts'
import { addOneOfEach } from './one-of-each.ts'
import { newName, password } from './page.ts'
import { addressOf, type Route, routesOf } from './routes.ts'

/**
 * Who asks: `author` has written what the addresses name, `member` has not. `moderator` keeps order where it
 * is, `elsewhere` in another category.
 */
export type Person = 'stranger' | 'member' | 'author' | 'elsewhere' | 'moderator' | 'admin'

/** How they say who they are. */
export type Way = 'cookie' | 'token'

/** A board on which every route names something that is there. */
export type Strangers = {
  routesOf(role: Role): Promise<Route[]>
  /** What a route answers. */
  statusFor(role: Role, route: Route, person: Person, way?: Way): Promise<number>
  /** The same whole; `headers` are laid over a browser's. */
  answerFor(
    role: Role,
    route: Route,
    person: Person,
    way?: Way,
    headers?: Record<string, string>,
  ): Promise<Response>
  replica: Replica
}

export const nameOf = ({ method, path }: Route) => `${method} ${path}`

/** Those whose sender is asked about only when they make sense. What else is sent is empty. */
const bodies: Record<string, string> = {
  'PATCH /api/orders/:id': '{"state":"cancelled"}',
  'POST /tokens/:id/revoke': JSON.stringify({ confirm: password }),
  'DELETE /api/tokens/:id': JSON.stringify({ password }),
}

/** Whether a route would end the session that the next ones are asked with. */
export const endsSession = (route: Route) =>
  /sessions\/end$|DELETE \/api\/session|POST \/session\/end/.test(nameOf(route))

export async function openStrangers(settings: Partial<Config> = {}): Promise<Strangers> {
  const web = await openReplica({ actsApiOpen: false, logs: 'admin', ...settings })
  const replicas: Record<Role, Pick<Replica, 'app'>> = {
    web,
    accounts: await web.as('accounts'),
    admin: await web.as('admin'),
  }
  const names = {
    ...{ author: newName('ana'), member: newName('bo'), admin: newName('cem') },
    ...{ moderator: newName('bo'), elsewhere: newName('bo') },
  }
  const realms: Record<string, number> = { moderator: 1, elsewhere: 2 }
  const headers: Record<string, Record<string, string>> = { stranger: {} }
  const { write } = web.database
  for (const [person, username] of Object.entries(names)) {
    const cookie = await sessionOf(replicas.accounts, username)
    // Before it is asked with: who somebody is is remembered for a while.
    if (person === 'admin') await write(`UPDATE users SET role = 'admin' WHERE name = ?`, [username])
    if (realms[person])
      await write('INSERT INTO moderators (user_id, category_id) SELECT id, ? FROM users WHERE name = ?', [
        realms[person],
        username,
      ])
    headers[`${person} by cookie`] = { cookie }
    headers[`${person} by token`] = { authorization: await tokenOf(replicas.accounts, cookie) }
  }
  await addOneOfEach(web.database)
  const values = { category: 'Books', token: '0'.repeat(64), name: names.author, username: names.author }

  const answerFor: Strangers['answerFor'] = async (role, route, person, way = 'cookie', given = {}) => {
    const body = route.method === 'GET' ? undefined : (bodies[nameOf(route)] ?? '{}')
    const request = new Request(origin + addressOf(route, values), {
      method: route.method,
      headers: {
        ...{ accept: 'text/html', 'content-type': 'application/json' },
        ...headers[person === 'stranger' ? person : `${person} by ${way}`],
        ...given,
      },
      ...(body !== undefined && { body }),
    })
    return replicas[role].app.handle(request)
  }
  return {
    routesOf: (role) => routesOf(replicas[role]),
    statusFor: async (...asked) => (await answerFor(...asked)).status,
    answerFor,
    replica: web,
  }
}

async function sessionOf({ app }: Pick<Replica, 'app'>, username: string): Promise<string> {
  const body = new URLSearchParams({ username, password })
  const answer = await app.handle(
    new Request(`${origin}/signup`, { method: 'POST', body, headers: { origin } }),
  )
  const [cookie = ''] = (answer.headers.get('set-cookie') ?? '').split(';')
  return cookie
}

/** Of an API token, which the first of the members has as number 1. */
async function tokenOf({ app }: Pick<Replica, 'app'>, cookie: string): Promise<string> {
  const answer = await app.handle(
    new Request(`${origin}/api/tokens`, {
      method: 'POST',
      headers: { cookie, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'script', password }),
    }),
  )
  const { token } = (await answer.json()) as { token: string }
  return `Bearer ${token}`
}
