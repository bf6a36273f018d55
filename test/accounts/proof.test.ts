import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { createConnection } from 'mysql2/promise'
import { untilWaiting } from '../support/servers/locks.ts'
import { openReplica, origin, proxyTo, type Replica } from '../support/servers/replica.ts'
import { newName, password } from '../support/site/page.ts'
import type { Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(60_000)

type Member = { name: string; id: number; visitor: Visitor; secret: string }
type Sent = { path: string; method?: string; fields: Record<string, string> }

let accounts: Replica
let apps: Record<'accounts' | 'admin', Omit<Replica, 'as'>>
beforeAll(async () => {
  accounts = await openReplica({ role: 'accounts', actsApiOpen: false })
  apps = { accounts, admin: await accounts.as('admin', { balancerUrl: proxyTo(accounts) }) }
})

/**
 * What changes who somebody is: the field that takes the password, what is sent, and what was not changed by
 * it.
 */
const changes: Record<
  string,
  { proof: string; send: (root: Member, bo: Member) => Sent; what: (root: Member, bo: Member) => string }
> = {
  'a new password': {
    proof: 'current',
    send: () => ({ path: '/account/password', fields: { password: 'a quite different one' } }),
    what: ({ id }) => `SELECT password_hash FROM users WHERE id = ${id}`,
  },
  'the end of an account': {
    proof: 'confirm',
    send: () => ({ path: '/account/delete', fields: { posts: 'keep' } }),
    what: ({ id }) => `SELECT id FROM users WHERE id = ${id}`,
  },
  'the end of an account over REST': {
    proof: 'password',
    send: ({ name }) => ({ method: 'DELETE', path: `/api/users/${name}`, fields: {} }),
    what: ({ id }) => `SELECT id FROM users WHERE id = ${id}`,
  },
  'the end of another account over REST': {
    proof: 'password',
    send: (_, bo) => ({ method: 'DELETE', path: `/api/users/${bo.name}`, fields: {} }),
    what: (_, bo) => `SELECT id FROM users WHERE id = ${bo.id}`,
  },
  'the end of all sessions': {
    proof: 'confirm',
    send: () => ({ path: '/account/sessions/end', fields: { tokens: 'revoke' } }),
    what: ({ id }) => `SELECT token_key FROM sessions WHERE user_id = ${id}`,
  },
  'the end of a session': {
    proof: 'confirm',
    send: ({ visitor }) => ({
      path: `/account/sessions/${hash(visitor.cookies.get('session')!)}/end`,
      fields: {},
    }),
    what: ({ id }) => `SELECT token_key FROM sessions WHERE user_id = ${id}`,
  },
  'a new token': {
    proof: 'confirm',
    send: () => ({ path: '/tokens', fields: { name: 'laptop', read: 'on', days: '30' } }),
    what: ({ id }) => `SELECT id FROM tokens WHERE user_id = ${id}`,
  },
  'a new token over REST': {
    proof: 'password',
    send: () => ({ method: 'POST', path: '/api/tokens', fields: { name: 'laptop' } }),
    what: ({ id }) => `SELECT id FROM tokens WHERE user_id = ${id}`,
  },
  'the end of a token': {
    proof: 'confirm',
    send: ({ id }) => ({ path: `/tokens/${1_000_000 - id}/revoke`, fields: {} }),
    what: ({ id }) => `SELECT id FROM tokens WHERE user_id = ${id}`,
  },
  'the end of a token over REST': {
    proof: 'password',
    send: ({ id }) => ({ method: 'DELETE', path: `/api/tokens/${1_000_000 - id}`, fields: {} }),
    what: ({ id }) => `SELECT id FROM tokens WHERE user_id = ${id}`,
  },
  'another role': {
    proof: 'confirm',
    send: (_, bo) => ({ path: `/admin/members/${bo.id}`, fields: { change: 'make-admin' } }),
    what: (_, bo) => `SELECT role FROM users WHERE id = ${bo.id}`,
  },
  'shutting an account': {
    proof: 'confirm',
    send: (_, bo) => ({ path: `/admin/members/${bo.id}`, fields: { change: 'disable' } }),
    what: (_, bo) => `SELECT disabled_at FROM users WHERE id = ${bo.id}`,
  },
  'a link for a new password': {
    proof: 'confirm',
    send: (_, bo) => ({ path: `/admin/members/${bo.id}/password-link`, fields: {} }),
    what: (_, bo) => `SELECT expires_at FROM password_links WHERE user_id = ${bo.id}`,
  },
}

describe.each(Object.entries(changes))('%s', (_, { proof, send, what }) => {
  test('is made by nobody who does not give their password once more', async () => {
    const [root, bo] = [await newMember('ana', 'admin'), await newMember('bo')]
    const look = () => accounts.database.rows(what(root, bo))
    const before = await look()

    const without = await sentBy(root, send(root, bo))
    const wrong = await sentBy(root, send(root, bo), { [proof]: 'not my password' })
    const unchanged = await look()
    const right = await sentBy(root, send(root, bo), { [proof]: password })

    expect([without.status, wrong.status]).toEqual([422, 422])
    expect(await wrong.text()).toContain('This is not your password.')
    expect(unchanged).toEqual(before)
    expect(right.status).toBeLessThan(400)
    expect(await look()).not.toEqual(before)
  })

  test('is made by no token, not even with the password', async () => {
    const [root, bo] = [await newMember('ana', 'admin'), await newMember('bo')]
    const look = () => accounts.database.rows(what(root, bo))
    const before = await look()

    const answer = await sentBy(root, send(root, bo), { [proof]: password }, root.secret)

    expect(answer.status).toBe(403)
    expect(await look()).toEqual(before)
  })
})

test('a token ends no account over the acts API, which has no place for a password', async () => {
  const ana = await newMember('ana')

  const answer = await sentBy(
    ana,
    { method: 'DELETE', path: `/api/v1/users/${ana.name}`, fields: {} },
    {},
    ana.secret,
  )

  expect(answer.status).toBe(403)
  expect(await accounts.database.rows('SELECT id FROM users WHERE id = ?', [ana.id])).toHaveLength(1)
})

test('a role is not given by a password that was changed meanwhile', async () => {
  const [root, bo] = [await newMember('ana', 'admin'), await newMember('bo')]
  const holder = await createConnection({ uri: accounts.database.url })
  await holder.query('BEGIN')
  await holder.query("UPDATE users SET password_hash = 'another' WHERE id = ?", [root.id])
  await holder.query('DELETE FROM sessions WHERE user_id = ?', [root.id])

  const answer = sentBy(root, changes['another role']!.send(root, bo), { confirm: password })
  await untilWaiting(accounts.database, () => 1)
  await holder.query('COMMIT')
  await holder.end()

  expect((await answer).status).toBe(403)
  expect(await accounts.database.rows('SELECT role FROM users WHERE id = ?', [bo.id])).toEqual([
    { role: 'member' },
  ])
})

async function newMember(who: 'ana' | 'bo', role = 'member'): Promise<Member> {
  const name = newName(who)
  const visitor = accounts.visitor()
  await visitor.post('/signup', { username: name, password })
  const { write, rows } = accounts.database
  await write('UPDATE users SET role = ? WHERE name = ?', [role, name])
  const [row] = await rows<{ id: number }>('SELECT id FROM users WHERE name = ?', [name])
  const secret = `agora_${crypto.randomUUID().replaceAll('-', '').padEnd(43, 'x')}`
  await write('INSERT INTO tokens (id, token_key, user_id, name) VALUES (?, UNHEX(?), ?, ?)', [
    1_000_000 - row!.id,
    hash(secret),
    row!.id,
    'old',
  ])
  return { name, id: row!.id, visitor, secret }
}

/** A form from a browser, or JSON from a program; by `secret` when there is one, else by cookie. */
function sentBy(
  { visitor }: Member,
  { path, method, fields }: Sent,
  more = {},
  secret?: string,
): Promise<Response> {
  const { app } = path.startsWith('/admin') ? apps.admin : apps.accounts
  const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const who: Record<string, string> = secret ? { authorization: `Bearer ${secret}` } : { cookie }
  const all = { ...fields, ...more }
  return app.handle(
    method
      ? new Request(origin + path, {
          method,
          headers: { ...who, 'content-type': 'application/json' },
          body: JSON.stringify(all),
        })
      : new Request(origin + path, {
          method: 'POST',
          headers: { ...who, origin, accept: 'text/html' },
          body: new URLSearchParams(all),
        }),
  )
}

const hash = (secret: string) => new Bun.CryptoHasher('sha256').update(secret).digest('hex')
