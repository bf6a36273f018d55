import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { createConnection } from 'mysql2/promise'
import { untilWaiting } from '../support/servers/locks.ts'
import { openReplica, origin, type Replica } from '../support/servers/replica.ts'
import { newAuthenticator } from '../support/site/authenticator.ts'
import { codeOf, letTimePass, turnOn } from '../support/site/factor.ts'
import { textsIn } from '../support/site/markup.ts'
import { newName, password } from '../support/site/page.ts'
import type { Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(60_000)

let accounts: Replica
beforeAll(async () => {
  accounts = await openReplica({ role: 'accounts', mail: { siteUrl: origin } })
})

type Said = { status: number; body: { says?: string; next?: string; challenge?: string }; cookie: string }

/** What a browser's script asks; a cookie that comes back is kept. */
async function ask(visitor: Visitor, path: string, what: object = {}): Promise<Said> {
  const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const answer = await accounts.app.handle(
    new Request(origin + path, {
      method: 'POST',
      headers: { origin, cookie, accept: 'application/json', 'content-type': 'application/json' },
      body: JSON.stringify(what),
    }),
  )
  const [line = ''] = answer.headers.getSetCookie()
  const [name = '', value = ''] = line.split(';')[0]?.split('=') ?? []
  if (name) visitor.cookies.set(name, value)
  return { status: answer.status, body: (await answer.json()) as Said['body'], cookie: line }
}

async function newMember(as: 'ana' | 'bo' | 'cem') {
  const name = newName(as)
  const visitor = accounts.visitor()
  await visitor.post('/signup', { username: name, password })
  return { name, visitor }
}

/** A member with a passkey. */
async function newHolder(as: 'ana' | 'bo' | 'cem') {
  const { name, visitor } = await newMember(as)
  const device = await newAuthenticator(origin)
  await add(visitor, device)
  return { name, visitor, device }
}

type Device = Awaited<ReturnType<typeof newAuthenticator>>
type Lies = Parameters<Device['create']>[1]

async function add(visitor: Visitor, device: Device, lies?: Lies, more: object = {}) {
  const { body } = await ask(visitor, '/account/passkeys/options', {
    name: 'phone',
    confirm: password,
    ...more,
  })
  const response = await device.create(body, lies)
  return ask(visitor, '/account/passkeys', { name: 'phone', response })
}

async function signIn(device: Device, lies?: Lies, next = '/market') {
  const visitor = accounts.visitor()
  const { body } = await ask(visitor, '/login/passkey/options')
  const response = await device.get(body, lies)
  return { visitor, response, ...(await ask(visitor, '/login/passkey', { response, next })) }
}

const shows = async (visitor: Visitor) => (await visitor.get('/account')).status
const namesOf = async (visitor: Visitor) =>
  textsIn(await (await visitor.get('/account/passkeys')).text(), '.rows strong')

const notTaken = 'This passkey was not taken. Please try again, or use your password.'

describe('a passkey', () => {
  test('is enough to sign in, also past a second factor', async () => {
    const { visitor, device } = await newHolder('ana')
    await turnOn(visitor)

    const signedIn = await signIn(device)

    expect([signedIn.status, signedIn.body]).toEqual([200, { next: '/market' }])
    expect(await shows(signedIn.visitor)).toBe(200)
    expect(await (await signedIn.visitor.get('/account')).text()).not.toContain('name="code"')
  })

  test('leads to no other site', async () => {
    const { device } = await newHolder('bo')

    expect((await signIn(device, {}, 'https://evil.example/')).body).toEqual({ next: '/' })
  })

  test('has a name, and is one of several', async () => {
    const { visitor } = await newHolder('cem')
    await add(visitor, await newAuthenticator(origin))

    expect(await namesOf(visitor)).toEqual(['phone', 'phone'])
  })

  test.each(['', ' ', 'x'.repeat(61), 'a\nb'])('is not called %p', async (name) => {
    const { visitor } = await newMember('ana')

    const { status, body } = await ask(visitor, '/account/passkeys/options', { name, confirm: password })

    expect([status, body.says]).toEqual([422, "A passkey's name has 1 to 60 ordinary characters."])
  })

  test('is added by who knows the password alone, and gives a code, too, where there is one', async () => {
    const { visitor } = await newMember('bo')
    const begin = (more: object) => ask(visitor, '/account/passkeys/options', { name: 'phone', ...more })

    const wrong = await begin({ confirm: 'not the password' })
    const keys = await turnOn(visitor)
    await letTimePass(accounts.database)
    const without = await begin({ confirm: password })
    const right = await begin({ confirm: password, code: codeOf(keys) })

    expect([wrong.status, wrong.body.says]).toEqual([422, 'This is not your password.'])
    expect([without.status, right.status]).toEqual([422, 200])
  })

  test('is not added by a request that was under way while the session was ended', async () => {
    const { name, visitor } = await newMember('ana')
    const device = await newAuthenticator(origin)
    const { body } = await ask(visitor, '/account/passkeys/options', { name: 'phone', confirm: password })
    const response = await device.create(body)
    const owner = await createConnection(accounts.database.url)
    await owner.query('BEGIN')
    await owner.query('SELECT id FROM users WHERE name = ? FOR UPDATE', [name])

    const adding = ask(visitor, '/account/passkeys', { name: 'phone', response })
    await untilWaiting(accounts.database, () => 1)
    await owner.query('DELETE sessions FROM sessions JOIN users ON users.id = user_id WHERE name = ?', [name])
    await owner.query('COMMIT')
    await owner.end()

    expect(await adding).toMatchObject({
      status: 401,
      body: { says: 'You are signed out by now. Please sign in again.' },
    })
    expect((await signIn(device)).status).toBe(422)
  })

  test('stays where the password is changed, and the page says so', async () => {
    const { visitor, device } = await newHolder('bo')
    const other = 'another password, longer'

    await visitor.post('/account/password', { current: password, password: other })
    const page = await (await visitor.get('/account?changed=password')).text()

    expect(textsIn(page, '[role=status] a[href="/account/passkeys"]')).toHaveLength(1)
    expect((await signIn(device)).status).toBe(200)
  })

  test('that is removed signs nobody in any more', async () => {
    const { visitor, device } = await newHolder('cem')
    const [{ id } = { id: 0 }] = await accounts.database.rows<{ id: number }>(
      'SELECT MAX(id) AS id FROM passkeys',
    )

    const wrong = await visitor.post(`/account/passkeys/${id}/remove`, { confirm: 'not the password' })
    const toldWrong = textsIn(await wrong.text(), 'details[open] #confirm-error')
    const right = await visitor.post(`/account/passkeys/${id}/remove`, { confirm: password })
    const again = await visitor.post(`/account/passkeys/${id}/remove`, { confirm: password })
    const { status, body } = await signIn(device)

    expect([wrong.status, right.status, again.status]).toEqual([422, 303, 404])
    expect(toldWrong).toEqual(['This is not your password.'])
    expect([status, body.says]).toEqual([422, 'This passkey belongs to no account here. Was it removed?'])
  })

  test('of somebody else cannot be removed', async () => {
    const { device } = await newHolder('ana')
    const bo = await newMember('bo')
    const [{ id } = { id: 0 }] = await accounts.database.rows<{ id: number }>(
      'SELECT MAX(id) AS id FROM passkeys',
    )

    const answer = await bo.visitor.post(`/account/passkeys/${id}/remove`, { confirm: password })

    expect(answer.status).toBe(404)
    expect((await signIn(device)).status).toBe(200)
  })

  test('of a shut account signs nobody in', async () => {
    const { name, device } = await newHolder('bo')
    await accounts.database.write('UPDATE users SET disabled_at = CURRENT_TIMESTAMP(3) WHERE name = ?', [
      name,
    ])

    expect((await signIn(device)).status).toBe(422)
  })
})

describe('what a device says is refused, when it is added,', () => {
  test.each([
    ['of another origin', { origin: 'https://evil.example' }],
    ['for another name', { name: 'evil.example' }],
    ['of nobody who was recognised', { isVerified: false }],
    ['to another question', { challenge: 'x'.repeat(43) }],
  ])('%s', async (_, lies) => {
    const { visitor } = await newMember('ana')
    const device = await newAuthenticator(origin)

    const { status, body } = await add(visitor, device, lies)

    expect([status, body.says]).toEqual([422, notTaken])
    expect(await namesOf(visitor)).toEqual([])
    expect((await signIn(device)).status).toBe(422)
  })

  test('twice, to one question', async () => {
    const { visitor } = await newMember('bo')
    const { body } = await ask(visitor, '/account/passkeys/options', { name: 'phone', confirm: password })
    const send = async (device: Device) =>
      ask(visitor, '/account/passkeys', { name: 'phone', response: await device.create(body) })

    const answers = [await send(await newAuthenticator(origin)), await send(await newAuthenticator(origin))]

    expect(answers.map(({ status }) => status)).toEqual([200, 422])
  })

  test('to a question that somebody else was asked', async () => {
    const [ana, bo] = [await newMember('ana'), await newMember('bo')]
    const { body } = await ask(ana.visitor, '/account/passkeys/options', { name: 'phone', confirm: password })

    const response = await (await newAuthenticator(origin)).create(body)
    const answer = await ask(bo.visitor, '/account/passkeys', { name: 'phone', response })

    expect(answer.status).toBe(422)
  })

  test('of a passkey that another account has', async () => {
    const { device } = await newHolder('ana')
    const bo = await newMember('bo')

    const { status, body } = await add(bo.visitor, device)

    expect([status, body.says]).toEqual([409, 'This passkey is there already.'])
  })

  test.each([undefined, null, 'text', {}, { id: 'x' }, { id: 'x', response: {} }])(
    'like %p',
    async (response) => {
      const { visitor } = await newMember('cem')
      await ask(visitor, '/account/passkeys/options', { name: 'phone', confirm: password })

      expect((await ask(visitor, '/account/passkeys', { name: 'phone', response })).status).toBe(422)
      expect((await ask(visitor, '/login/passkey', { response })).status).toBe(422)
    },
  )
})

describe('what a device says is refused, when it signs in,', () => {
  test.each([
    ['of another origin', { origin: 'https://evil.example' }],
    ['for another name', { name: 'evil.example' }],
    ['of nobody who was recognised', { isVerified: false }],
    ['to another question', { challenge: 'x'.repeat(43) }],
  ])('%s', async (_, lies) => {
    const { device } = await newHolder('bo')

    const { status, body, visitor, cookie } = await signIn(device, lies)

    expect([status, body.says, cookie]).toEqual([422, notTaken, ''])
    expect(await shows(visitor)).toBe(401)
  })

  test('when its counter goes back, as that of a copy does, or stays', async () => {
    const { device } = await newHolder('cem')
    const counts = [10, 10, 9, 0, 11]

    const answers: Said[] = []
    for (const counter of counts) answers.push(await signIn(device, { counter }))

    expect(answers.map(({ status }) => status)).toEqual([200, 422, 422, 422, 200])
    expect(answers[1]?.body.says).toContain('somebody may have a copy')
  })

  test('but one that never counts is taken', async () => {
    const { visitor } = await newMember('ana')
    const device = await newAuthenticator(origin)
    await add(visitor, device, { counter: 0 })

    const statuses = [await signIn(device, { counter: 0 }), await signIn(device, { counter: 0 })]

    expect(statuses.map(({ status }) => status)).toEqual([200, 200])
  })

  test('twice, to one question', async () => {
    const { device } = await newHolder('bo')
    const { response } = await signIn(device)

    const again = await ask(accounts.visitor(), '/login/passkey', { response })

    expect(again.status).toBe(422)
  })

  test('too late', async () => {
    const { device } = await newHolder('cem')
    const { body } = await ask(accounts.visitor(), '/login/passkey/options')
    await accounts.database.write(
      'UPDATE passkey_challenges SET expires_at = CURRENT_TIMESTAMP(3) - INTERVAL 1 SECOND',
    )

    const answer = await ask(accounts.visitor(), '/login/passkey', { response: await device.get(body) })

    expect(answer.status).toBe(422)
  })

  test('by another key', async () => {
    const { device } = await newHolder('ana')
    const other = await newAuthenticator(origin)
    const { body } = await ask(accounts.visitor(), '/login/passkey/options')

    const response = { ...(await other.get(body)), id: device.id, rawId: device.id }
    const answer = await ask(accounts.visitor(), '/login/passkey', { response })

    expect([answer.status, answer.body.says]).toEqual([422, notTaken])
  })
})

describe('where the board is reached', () => {
  const pageAt = async (settings: Parameters<Replica['as']>[1], host: string, proto = 'http') => {
    const replica = await accounts.as('accounts', settings)
    const { visitor } = await newMember('ana')
    const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { cookie, accept: 'text/html', 'x-forwarded-proto': proto }
    const read = async (path: string) => {
      const answer = await replica.app.handle(new Request(`http://${host}${path}`, { headers }))
      return answer.text()
    }
    return { account: await read('/account/passkeys'), login: await read('/login') }
  }

  test.each([
    ['by an address of digits', undefined, '192.0.2.1', 'an address of digits'],
    ['by an address of IPv6', undefined, '[2001:db8::1]', 'an address of digits'],
    ['without TLS', undefined, 'board.example', 'over HTTPS alone'],
    ['by another name than its own', { siteUrl: 'https://board.example' }, 'localhost', 'they are made for'],
  ])('%s, the page says why passkeys do not work, and none is offered', async (_, mail, host, says) => {
    const { account, login } = await pageAt({ mail }, host)

    expect(account).toContain(says)
    expect(account).not.toContain('data-passkey')
    expect(login).not.toContain('data-passkey')
  })

  test.each([
    ['by a name with TLS', undefined, 'board.example', 'https'],
    ['by its own name', { siteUrl: 'https://board.example' }, 'board.example', 'https'],
    ['as localhost, though mails say 127.0.0.1', { siteUrl: 'http://127.0.0.1:8080' }, 'localhost', 'http'],
  ])('%s, it offers them, and without JavaScript says that passwords work', async (_, mail, host, proto) => {
    const { account, login } = await pageAt({ mail }, host, proto)

    for (const page of [account, login]) {
      expect(page).toContain('data-passkey')
      expect(page).toContain('<noscript><p class="hint">Passkeys need JavaScript, which is off here.')
    }
  })
})
