import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { openReplica, origin, proxyTo, type Replica } from '../support/servers/replica.ts'
import { newAuthenticator } from '../support/site/authenticator.ts'
import { codeOf, letTimePass, turnOn, wrongCodeOf } from '../support/site/factor.ts'
import { attributeIn, find, textsIn } from '../support/site/markup.ts'
import { newName, newToken, password } from '../support/site/page.ts'
import type { Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(60_000)

let accounts: Replica
let admin: Omit<Replica, 'as'>
beforeAll(async () => {
  accounts = await openReplica({ role: 'accounts', mail: { siteUrl: origin } })
  admin = await accounts.as('admin', { balancerUrl: proxyTo(accounts) })
})

/** A member whom mail reaches. */
async function newMember(as: 'ana' | 'bo' | 'cem') {
  const name = newName(as)
  const visitor = accounts.visitor()
  await visitor.post('/signup', { username: name, password })
  const { rows, write } = accounts.database
  const [{ id } = { id: 0 }] = await rows<{ id: number }>('SELECT id FROM users WHERE name = ?', [name])
  await write(
    `INSERT INTO addresses (user_id, address, address_key, language)
     VALUES (?, CONCAT(?, '@board.example'), UNHEX(SHA2(?, 256)), 'en')`,
    [id, name, name],
  )
  const events = async () =>
    (await rows<{ what: string }>('SELECT what FROM account_events WHERE user_id = ? ORDER BY id', [id])).map(
      ({ what }) => what,
    )
  const mails = async () =>
    (
      await rows<{ content: string }>(
        "SELECT content FROM outbox WHERE user_id = ? AND kind = 'security' ORDER BY id",
        [id],
      )
    ).map(({ content }) => JSON.parse(content))
  return { name, id, visitor, events, mails }
}

const asked = (visitor: Visitor, path: string, what: object) =>
  accounts.app.handle(
    new Request(origin + path, {
      method: 'POST',
      headers: {
        ...{ origin, accept: 'application/json', 'content-type': 'application/json' },
        cookie: [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      },
      body: JSON.stringify(what),
    }),
  )

async function halfOf(username: string) {
  const visitor = accounts.visitor()
  const page = await (await visitor.post('/login', { username, password })).text()
  const half = attributeIn(page, '#sign-in-code [name=half]', 'value')
  return (code: string) => visitor.post('/login/code', { half, code })
}

describe('the owner of an account reads on its page, and by mail where that says more than they did,', () => {
  test('who signed in, with which browser', async () => {
    const { name, visitor, events, mails } = await newMember('ana')
    const agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'

    await accounts.visitor().post('/login', { username: name, password }, { 'user-agent': agent })
    const page = await (await visitor.get('/account')).text()

    // In its owner's language, so it runs in the page's direction.
    expect(find(page, 'ol.rows small bdi')).toEqual([])
    expect(await events()).toEqual(['signed-in'])
    expect(find(page, 'ol.rows li').map(({ text }) => text)[0]).toContain('Firefox on Linux')
    expect(await mails()).toEqual([])
  })

  test('what became of the second factor', async () => {
    const { name, visitor, events, mails } = await newMember('bo')
    const keys = await turnOn(visitor)
    const give = await halfOf(name)

    for (let guess = 0; guess < 12; guess++) await give(wrongCodeOf(keys))
    await give(keys.codes[0]!)
    await visitor.post('/account/second-factor/codes', { confirm: password })
    await visitor.post('/account/second-factor/off', { confirm: password })

    const told = ['factor-on', 'too-many-codes', 'recovery-code-used', 'codes-renewed', 'factor-off']
    expect((await events()).filter((what) => what !== 'signed-in')).toEqual(told)
    expect(await mails()).toEqual(told.map((what) => ({ name, what })))
  })

  test('what became of passkeys', async () => {
    const { name, visitor, events, mails } = await newMember('cem')
    const device = await newAuthenticator(origin)
    const json = async (answer: Promise<Response>) => (await (await answer).json()) as object
    const options = await json(
      asked(visitor, '/account/passkeys/options', { name: 'phone', confirm: password }),
    )
    await asked(visitor, '/account/passkeys', {
      name: 'phone',
      response: await device.create(options, { counter: 5 }),
    })
    const signIn = async (counter: number) =>
      asked(accounts.visitor(), '/login/passkey', {
        response: await device.get(await json(asked(accounts.visitor(), '/login/passkey/options', {})), {
          counter,
        }),
      })
    await signIn(6)
    await signIn(6)
    const [{ id } = { id: 0 }] = await accounts.database.rows<{ id: number }>(
      'SELECT MAX(id) AS id FROM passkeys',
    )
    await visitor.post(`/account/passkeys/${id}/remove`, { confirm: password })

    expect(await events()).toEqual(['passkey-added', 'passkey-sign-in', 'passkey-copied', 'passkey-removed'])
    expect(await mails()).toEqual(
      ['passkey-added', 'passkey-copied', 'passkey-removed'].map((what) => ({ name, what })),
    )
  })

  test('what became of tokens, the password and the address', async () => {
    const { name, visitor, events, mails } = await newMember('ana')
    await visitor.post('/tokens', newToken('laptop'))
    const [{ id } = { id: 0 }] = await accounts.database.rows<{ id: number }>(
      'SELECT MAX(id) AS id FROM tokens',
    )
    await visitor.post(`/tokens/${id}/revoke`, { confirm: password })
    await visitor.post('/account/address/remove', { confirm: password })
    await visitor.post('/account/password', { current: password, password: 'a quite different one' })

    expect(await events()).toEqual(['token-made', 'token-revoked', 'address-changed', 'password-changed'])
    expect(await mails()).toEqual([{ name, what: 'token-made' }])
  })

  test('what an admin did to it', async () => {
    const [root, bo] = [await newMember('ana'), await newMember('bo')]
    await accounts.database.write("UPDATE users SET role = 'admin' WHERE id = ?", [root.id])
    const visitor = admin.visitor()
    const { cookies } = accounts.visitor()
    const signedIn = accounts.visitor()
    await signedIn.post('/login', { username: root.name, password })
    for (const [name, value] of [...cookies, ...signedIn.cookies]) visitor.cookies.set(name, value)
    const fields = { confirm: password }

    await visitor.post(`/admin/members/${bo.id}/password-link`, fields)
    await visitor.post(`/admin/members/${bo.id}`, { ...fields, change: 'make-admin' })
    await visitor.post(`/admin/members/${bo.id}`, { ...fields, change: 'make-member' })
    const nobody = await visitor.post('/admin/members/999999', { ...fields, change: 'make-admin' })

    expect(await bo.events()).toEqual(['link-made', 'made-admin', 'made-member'])
    expect(nobody.status).toBe(404)
  })
})

test('nothing is told of what was not done', async () => {
  const { visitor, events, mails } = await newMember('bo')
  const wrong = { confirm: 'not the password' }

  await visitor.post('/tokens', { ...newToken('laptop'), ...wrong })
  await visitor.post('/account/second-factor/off', wrong)
  await visitor.post('/account/password', { current: 'not the password', password: 'a quite different one' })

  expect([await events(), await mails()]).toEqual([[], []])
})

test('a hundred events are kept of each account, and ten are shown', async () => {
  const { name, visitor, events, id } = await newMember('cem')
  await accounts.database.write(
    `INSERT INTO account_events (user_id, what, detail)
     SELECT ?, 'token-made', CONCAT('t', number) FROM
       JSON_TABLE(CONCAT('[', REPEAT('0,', 119), '0]'), '$[*]' COLUMNS (number FOR ORDINALITY)) AS numbers`,
    [id],
  )

  await accounts.visitor().post('/login', { username: name, password })
  const page = await (await visitor.get('/account')).text()

  expect(await events()).toHaveLength(100)
  expect(find(page, 'ol.rows li')).toHaveLength(10)
  expect(find(page, 'ol.rows li')[1]?.text).toContain('t120')
})

test('what else happened is kept and shown, however often somebody signs in', async () => {
  const { name, visitor, events, id } = await newMember('ana')
  await visitor.post('/tokens', newToken('a thief’s'))
  await accounts.database.write(
    `INSERT INTO account_events (user_id, what)
     SELECT ?, IF(number % 2, 'signed-in', 'passkey-sign-in') FROM
       JSON_TABLE(CONCAT('[', REPEAT('0,', 119), '0]'), '$[*]' COLUMNS (number FOR ORDINALITY)) AS numbers`,
    [id],
  )

  await accounts.visitor().post('/login', { username: name, password })
  const page = await (await visitor.get('/account')).text()

  expect(await events()).toHaveLength(51)
  expect((await events())[0]).toBe('token-made')
  expect(textsIn(page, 'ol.rows li').filter((each) => each.includes('a thief’s'))).toHaveLength(1)
})

test('a second factor that is on shows on the page how many codes of paper are left', async () => {
  const { name, visitor } = await newMember('ana')
  const keys = await turnOn(visitor)
  await letTimePass(accounts.database)
  await (await halfOf(name))(keys.codes[0]!)

  const page = await (await visitor.get('/account')).text()

  expect(page).toContain('9 recovery codes are left.')
  expect(codeOf(keys)).toHaveLength(6)
})
