import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { openReplica, origin, proxyTo, type Replica } from '../support/servers/replica.ts'
import { codeOf, letTimePass, turnOn } from '../support/site/factor.ts'
import { newName, password } from '../support/site/page.ts'
import type { Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(60_000)

let accounts: Replica
let admin: Omit<Replica, 'as'>
let web: Omit<Replica, 'as'>
beforeAll(async () => {
  accounts = await openReplica({ role: 'accounts', requires2fa: 'admins', logs: 'admin' })
  admin = await accounts.as('admin', { balancerUrl: proxyTo(accounts) })
  web = await accounts.as('web')
})

async function newAdmin() {
  const name = newName('ana')
  const visitor = accounts.visitor()
  await visitor.post('/signup', { username: name, password })
  // Before it is asked with: who somebody is is remembered for a while.
  await accounts.database.write("UPDATE users SET role = 'admin' WHERE name = ?", [name])
  const { secret: token } = await tokenOf(visitor)
  return { name, visitor, admin: at(admin, visitor), web: at(web, visitor), token }
}

async function tokenOf({ cookies }: Visitor) {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const answer = await accounts.app.handle(
    new Request(`${origin}/api/tokens`, {
      method: 'POST',
      headers: { cookie, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'script', password }),
    }),
  )
  return { secret: ((await answer.json()) as { token: string }).token }
}

/** The same browser at another pool. */
function at(replica: Omit<Replica, 'as'>, visitor: Visitor): Visitor {
  const other = replica.visitor()
  for (const [name, value] of visitor.cookies) other.cookies.set(name, value)
  return other
}

describe('an admin who needs a second factor and has none', () => {
  test('is led to where it is set up, and is an admin from then on', async () => {
    const { visitor, admin, web } = await newAdmin()

    const front = await admin.get('/admin')
    const write = await admin.post('/admin/categories', { name: newName('bo') })
    const logs = await web.get('/logs')
    const page = await (await visitor.get('/account/second-factor')).text()
    await turnOn(visitor)

    expect([front.status, front.headers.get('location')]).toEqual([303, '/account/second-factor'])
    expect([write.status, logs.status]).toEqual([403, 403])
    expect(await write.text()).toContain('You need a second factor for this.')
    expect(page).toContain('Until you have one you may do what members may.')
    expect((await admin.get('/admin')).status).toBe(200)
    expect((await admin.post('/admin/categories', { name: newName('bo') })).status).toBe(200)
  })

  test('may do no more by a token', async () => {
    const { token, visitor } = await newAdmin()
    const remove = () =>
      web.app.handle(
        new Request(`${origin}/api/categories/none`, {
          method: 'DELETE',
          headers: { authorization: `Bearer ${token}` },
        }),
      )

    const before = (await remove()).status
    await turnOn(visitor)

    expect([before, (await remove()).status]).toEqual([403, 404])
  })

  test('goes, where another admin stays', async () => {
    const { visitor, name } = await newAdmin()
    await newAdmin()

    const answer = await visitor.post('/account/delete', { confirm: password, posts: 'keep' })

    expect(answer.status).toBe(303)
    expect(await accounts.database.rows('SELECT id FROM users WHERE name = ?', [name])).toEqual([])
  })
})

test('an admin who has one cannot turn it off, and moves it to another app', async () => {
  const { visitor } = await newAdmin()
  const keys = await turnOn(visitor)
  await letTimePass(accounts.database)

  const page = await (await visitor.get('/account/second-factor')).text()
  const off = await visitor.post('/account/second-factor/off', { confirm: password, code: codeOf(keys) })

  expect(page).toContain('Use another app')
  expect(page).not.toContain('/account/second-factor/off')
  expect(off.status).toBe(409)
  expect(await off.text()).toContain('it cannot be turned off')
})

test('a role is given with a code as well', async () => {
  const { visitor, admin } = await newAdmin()
  const keys = await turnOn(visitor)
  await letTimePass(accounts.database)
  const bo = newName('bo')
  await accounts.visitor().post('/signup', { username: bo, password })
  const [{ id } = { id: 0 }] = await accounts.database.rows<{ id: number }>(
    'SELECT id FROM users WHERE name = ?',
    [bo],
  )
  const make = (more: Record<string, string>) =>
    admin.post(`/admin/members/${id}`, { change: 'make-admin', confirm: password, ...more })

  const asks = await (await admin.get('/admin/members')).text()
  const without = await make({})
  const role = async () =>
    (await accounts.database.rows<{ role: string }>('SELECT role FROM users WHERE id = ?', [id]))[0]?.role
  const before = await role()
  const right = await make({ code: codeOf(keys) })

  expect(asks).toContain('name="code"')
  expect([without.status, before]).toEqual([422, 'member'])
  expect(await without.text()).toContain('Please give a code of your app, too, or a recovery code.')
  expect([right.status, await role()]).toEqual([303, 'admin'])
})

test('members need none', async () => {
  const visitor = accounts.visitor()
  await visitor.post('/signup', { username: newName('bo'), password })
  const keys = await turnOn(visitor)
  await letTimePass(accounts.database)

  const off = await visitor.post('/account/second-factor/off', { confirm: password, code: codeOf(keys) })

  expect(off.status).toBe(303)
})
