import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { createConnection } from 'mysql2/promise'
import { untilWaiting } from '../support/servers/locks.ts'
import { openReplica, origin, proxyTo, type Replica } from '../support/servers/replica.ts'
import { newName, password } from '../support/site/page.ts'
import type { Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(60_000)

type Admin = { name: string; id: number; visitor: Visitor }
type Way = (admin: Admin, other: Admin) => Promise<Response>

let accounts: Replica
let board: Omit<Replica, 'as'>

beforeAll(async () => {
  accounts = await openReplica({ role: 'accounts' })
  board = await accounts.as('admin', { balancerUrl: proxyTo(accounts) })
})

/** Each way in which a site loses an admin; the last two are done to them by the other one. */
const ways: Record<string, Way> = {
  'by the page': ({ visitor }) => visitor.post('/account/delete', { confirm: password, posts: 'keep' }),
  'over REST': ({ name, visitor }) => send('DELETE', `/api/users/${name}`, visitor),
  'over the acts API': ({ name }) => send('DELETE', `/api/v1/users/${name}`),
  'by being made a member': (admin, other) => change(other, admin, 'make-member'),
  'by being disabled': (admin, other) => change(other, admin, 'disable'),
}

const pairs = Object.keys(ways).flatMap((one, index) =>
  Object.keys(ways)
    .slice(index)
    .map((other) => [one, other] as const),
)

describe('the last two admins do not both go at the same moment', () => {
  test.each(pairs)('one %s, one %s', async (a, b) => {
    const [ana, bo] = [await newAdmin('ana'), await newAdmin('bo')]
    const letGo = await holdSessions()
    let answered = 0
    const asked = [() => ways[a]!(ana, bo), () => ways[b]!(bo, ana)]
    const answers = asked.map((ask) => ask().finally(() => answered++))

    await untilWaiting(accounts.database, () => 2 - answered)
    await letGo()
    const first = (await Promise.all(answers)).map(({ status }) => status)
    // On a busy machine the one that waited first is sent away before the other one waits, and asks again.
    const statuses = []
    for (const [at, status] of first.entries())
      statuses.push(status < 500 ? status : (await asked[at]!()).status)

    expect(statuses.filter((status) => status >= 500)).toEqual([])
    expect(await admins()).toBeGreaterThanOrEqual(1)
    await accounts.database.write('DELETE FROM users')
  })
})

test('an admin without a password is none to leave the board to', async () => {
  const ana = await newAdmin('ana')
  await accounts.database.write(
    "INSERT INTO users (name, name_key, role) VALUES ('x', UNHEX(SHA2('x', 256)), 'admin')",
  )

  const answers = [await ways['by the page']!(ana, ana), await ways['over the acts API']!(ana, ana)]

  expect(answers.map(({ status }) => status)).toEqual([409, 400])
})

test('an account is not removed by a password that was changed meanwhile', async () => {
  const cem = await newAdmin('cem')
  await newAdmin('bo')
  const holder = await createConnection({ uri: accounts.database.url })
  await holder.query('BEGIN')
  await holder.query("UPDATE users SET password_hash = 'another' WHERE id = ?", [cem.id])

  const answer = ways['by the page']!(cem, cem)
  await untilWaiting(accounts.database, () => 1)
  await holder.query('COMMIT')
  await holder.end()

  expect((await answer).status).toBe(422)
})

async function newAdmin(who: 'ana' | 'bo' | 'cem'): Promise<Admin> {
  const name = newName(who)
  const visitor = accounts.visitor()
  await visitor.post('/signup', { username: name, password })
  await accounts.database.write("UPDATE users SET role = 'admin' WHERE name = ?", [name])
  const [row] = await accounts.database.rows<{ id: number }>('SELECT id FROM users WHERE name = ?', [name])
  return { name, id: row!.id, visitor }
}

function send(method: string, path: string, visitor?: Visitor): Promise<Response> {
  const cookie = [...(visitor?.cookies ?? [])].map(([name, value]) => `${name}=${value}`).join('; ')
  const headers = { origin, cookie, 'content-type': 'application/json' }
  const body = path.startsWith('/api/v1') ? undefined : JSON.stringify({ password })
  return accounts.app.handle(new Request(origin + path, { method, headers, body }))
}

function change(by: Admin, of: Admin, change: string): Promise<Response> {
  const visitor = board.visitor()
  for (const [name, value] of by.visitor.cookies) visitor.cookies.set(name, value)
  return visitor.post(`/admin/members/${of.id}`, { change, confirm: password })
}

/**
 * Whoever ends a session waits until the hold is let go: all that is asked before is done, and not yet
 * committed.
 */
async function holdSessions(): Promise<() => Promise<void>> {
  const holder = await createConnection({ uri: accounts.database.url })
  await holder.query('BEGIN')
  await holder.query('SELECT token_key FROM sessions FOR UPDATE')
  return async () => {
    await holder.query('ROLLBACK')
    await holder.end()
  }
}

async function admins(): Promise<number> {
  const [row] = await accounts.database.rows<{ n: number }>(
    "SELECT COUNT(*) AS n FROM users WHERE role = 'admin' AND disabled_at IS NULL",
  )
  return row!.n
}
