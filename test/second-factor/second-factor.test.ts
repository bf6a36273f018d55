import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { newPasswordLink } from '../../stack/database/make-password-link.ts'
import { openReplica, origin, type Replica } from '../support/servers/replica.ts'
import { codeOf, codesShown, type Keys, letTimePass, turnOn, wrongCodeOf } from '../support/site/factor.ts'
import { attributeIn, find } from '../support/site/markup.ts'
import { newName, newToken, password } from '../support/site/page.ts'
import type { Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(60_000)

let accounts: Replica
beforeAll(async () => {
  accounts = await openReplica({ role: 'accounts' })
})

async function newMember(name: 'ana' | 'bo' | 'cem') {
  const username = newName(name)
  const visitor = accounts.visitor()
  await visitor.post('/signup', { username, password })
  return { username, visitor }
}

/** A member with a second factor, some time after it was turned on. */
async function newKeeper(name: 'ana' | 'bo' | 'cem') {
  const { username, visitor } = await newMember(name)
  const keys = await turnOn(visitor)
  await letTimePass(accounts.database)
  return { username, visitor, keys }
}

/** Gives name and password. */
async function halfIn(username: string, next = '/market') {
  const visitor = accounts.visitor()
  const answer = await visitor.post('/login', { username, password, next })
  const page = await answer.text()
  const half = attributeIn(page, '#sign-in-code [name=half]', 'value')
  return { visitor, half, give: (code: string) => visitor.post('/login/code', { half, next, code }) }
}

const shows = async (visitor: Visitor) => (await visitor.get('/account')).status

describe('a second factor', () => {
  test('is on after a right code only, with ten recovery codes that are shown once', async () => {
    const { visitor } = await newMember('ana')
    const page = await (await visitor.get('/account/second-factor')).text()
    const secret = attributeIn(page, '#set-up [name=secret]', 'value')
    const setUp = (first: string) =>
      visitor.post('/account/second-factor', { secret, first, confirm: password })

    const wrong = await setUp(wrongCodeOf({ secret }))
    const old = await setUp(codeOf({ secret }, 300))
    const again = await wrong.text()
    const isOffYet = (await (await visitor.get('/account')).text()).includes('Set it up')
    const right = await setUp(codeOf({ secret }))
    const codes = codesShown(await right.text())
    const after = await (await visitor.get('/account/second-factor')).text()

    expect([wrong.status, old.status, right.status]).toEqual([422, 422, 200])
    expect(attributeIn(again, '#set-up [name=secret]', 'value')).toBe(secret)
    expect(again).toContain('This is not the code of now.')
    expect(isOffYet).toBe(true)
    expect(codes).toHaveLength(10)
    expect(right.headers.get('cache-control')).toContain('no-store')
    expect(codes.filter((code) => after.includes(code))).toEqual([])
    expect(after).toContain('You have <b>10</b> left.')
    expect(after).not.toContain(secret)
  })

  test('is shown as a QR code of the same secret', async () => {
    const { visitor } = await newMember('bo')

    const page = await (await visitor.get('/account/second-factor')).text()

    const address = new URL(attributeIn(page, 'a[href^="otpauth:"]', 'href'))
    expect(address.searchParams.get('secret')).toBe(attributeIn(page, '#set-up [name=secret]', 'value'))
    expect(address.searchParams.get('issuer')).toBe('board.example')
    expect(find(page, '.qr svg')).toHaveLength(1)
  })

  test('is not turned on by who does not know the password', async () => {
    const { visitor } = await newMember('cem')
    const page = await (await visitor.get('/account/second-factor')).text()
    const secret = attributeIn(page, '#set-up [name=secret]', 'value')

    const answer = await visitor.post('/account/second-factor', {
      secret,
      first: codeOf({ secret }),
      confirm: 'not the password',
    })

    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('This is not your password.')
    expect(await (await visitor.get('/account')).text()).toContain('Set it up')
  })

  test.each(['', 'A', 'A'.repeat(31), 'a'.repeat(32), '1'.repeat(32)])(
    'has no secret of the visitor’s own making: %p',
    async (secret) => {
      const { visitor } = await newMember('cem')

      const answer = await visitor.post('/account/second-factor', {
        secret,
        first: '000000',
        confirm: password,
      })

      expect(answer.status).toBe(422)
    },
  )

  test('moves to another app, and the one of before is no good any more', async () => {
    const { username, visitor, keys } = await newKeeper('ana')
    const page = await (await visitor.get('/account/second-factor/app')).text()
    const secret = attributeIn(page, '#set-up [name=secret]', 'value')
    const first = codeOf({ secret })
    const sent = { secret, first, confirm: password }

    const without = await visitor.post('/account/second-factor', sent)
    const moved = await visitor.post('/account/second-factor', { ...sent, code: keys.codes[0]! })
    await letTimePass(accounts.database)

    expect([without.status, moved.status]).toEqual([422, 200])
    expect((await (await halfIn(username)).give(codeOf(keys))).status).toBe(422)
    expect((await (await halfIn(username)).give(keys.codes[1]!)).status).toBe(422)
    expect((await (await halfIn(username)).give(codeOf({ secret }))).status).toBe(303)
  })

  test('is turned off with password and code alone', async () => {
    const { username, visitor, keys } = await newKeeper('bo')
    const off = (fields: Record<string, string>) => visitor.post('/account/second-factor/off', fields)

    const refused = [await off({ confirm: password }), await off({ code: codeOf(keys) })]
    const done = await off({ confirm: password, code: codeOf(keys) })
    const signIn = await accounts.visitor().post('/login', { username, password })

    expect(refused.map(({ status }) => status)).toEqual([422, 422])
    expect([done.status, signIn.status]).toEqual([303, 303])
    expect(
      await accounts.database.rows('SELECT * FROM recovery_codes JOIN users ON id = user_id WHERE name = ?', [
        username,
      ]),
    ).toEqual([])
  })

  test('that is off is not turned off, and nobody is told that it was', async () => {
    const { username, visitor } = await newMember('bo')

    const answer = await visitor.post('/account/second-factor/off', { confirm: password })
    const told = await accounts.database.rows(
      "SELECT what FROM account_events JOIN users ON users.id = user_id WHERE name = ? AND what = 'factor-off'",
      [username],
    )

    expect([answer.status, told]).toEqual([409, []])
  })

  test('gets ten new recovery codes, and those of before are no good any more', async () => {
    const { username, visitor, keys } = await newKeeper('cem')

    const answer = await visitor.post('/account/second-factor/codes', {
      confirm: password,
      code: codeOf(keys),
    })
    const codes = codesShown(await answer.text())

    expect(codes).toHaveLength(10)
    expect((await (await halfIn(username)).give(keys.codes[0]!)).status).toBe(422)
    expect((await (await halfIn(username)).give(codes[0]!)).status).toBe(303)
  })
})

describe('who signs in with one', () => {
  test('is asked for a code after the password, and goes on where they wanted to', async () => {
    const { username, keys } = await newKeeper('ana')
    const { visitor, give } = await halfIn(username)
    const before = await shows(visitor)

    const answer = await give(codeOf(keys))

    expect(before).toBe(401)
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/market'])
    expect(await shows(visitor)).toBe(200)
  })

  test('reads the same about a wrong password as who has none', async () => {
    const { username } = await newKeeper('bo')

    const answer = await accounts.visitor().post('/login', { username, password: 'not the password' })

    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('Name and password do not fit together.')
  })

  test('uses each code of the app once, also in two browsers at one moment', async () => {
    const { username, keys } = await newKeeper('cem')
    const code = codeOf(keys)
    const halves = [await halfIn(username), await halfIn(username), await halfIn(username)]

    const answers = await Promise.all(halves.map(({ give }) => give(code)))
    const refused = answers.find(({ status }) => status === 422)

    expect(answers.map(({ status }) => status).sort()).toEqual([303, 422, 422])
    expect(await refused?.text()).toContain('This code was used already.')
  })

  test('uses each recovery code once, however it is typed', async () => {
    const { username, keys } = await newKeeper('ana')
    const [code = ''] = keys.codes
    const halves = [await halfIn(username), await halfIn(username)]

    const answers = await Promise.all(halves.map(({ give }) => give(code.toUpperCase().replaceAll('-', ' '))))

    expect(answers.map(({ status }) => status).sort()).toEqual([303, 422])
  })

  test.each([
    ['in Arabic digits', 0x660],
    ['in Persian digits', 0x6f0],
    ['in wide digits', 0xff10],
  ])('reads a code %s', async (_, zero) => {
    const { username, keys } = await newKeeper('ana')
    const { give } = await halfIn(username)
    const typed = codeOf(keys).replace(/\d/g, (digit) => String.fromCharCode(zero + Number(digit)))

    // Beside it a mark that is copied along with text from right to left.
    expect((await give(`\u200f${typed}`)).status).toBe(303)
  })

  test.each([
    ['of five minutes ago', (keys: Keys) => codeOf(keys, 300)],
    ['that is wrong', (keys: Keys) => wrongCodeOf(keys)],
    ['that is missing', () => ''],
    ['of somebody else', (_: Keys, other: Keys) => codeOf(other)],
    ['of somebody else’s paper', (_: Keys, other: Keys) => other.codes[0]!],
  ])('is refused with a code %s', async (_, code) => {
    const [{ username, keys }, other] = [await newKeeper('bo'), await newKeeper('cem')]
    const { visitor, give } = await halfIn(username)

    const answer = await give(code(keys, other.keys))

    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('This code is not right.')
    expect(await shows(visitor)).toBe(401)
    expect((await give(codeOf(keys))).status).toBe(303)
  })

  test('has ten guesses an hour, of a thousand, and gets in by a recovery code all the same', async () => {
    const { username, keys } = await newKeeper('ana')
    const { give } = await halfIn(username)

    const said: string[] = []
    for (let guess = 0; guess < 100; guess++) {
      const answers = Array.from({ length: 10 }, () => give(wrongCodeOf(keys)))
      for (const answer of await Promise.all(answers)) said.push(await answer.text())
    }
    const judged = said.filter((page) => page.includes('This code is not right.'))
    const locked = await give(codeOf(keys))
    const paper = await give(keys.codes[0]!)

    expect(judged).toHaveLength(10)
    expect([locked.status, paper.status]).toEqual([422, 303])
    expect(await locked.text()).toContain('Too many wrong codes were given.')

    await accounts.database.write(
      'UPDATE second_factors SET guesses_since = guesses_since - INTERVAL 61 MINUTE',
    )
    expect((await (await halfIn(username)).give(codeOf(keys))).status).toBe(303)
  })

  test('does not go on with a half that is too old, was used, or never was', async () => {
    const { username, keys } = await newKeeper('bo')
    const old = await halfIn(username)
    await accounts.database.write(
      'UPDATE half_sign_ins SET expires_at = CURRENT_TIMESTAMP(3) - INTERVAL 1 SECOND',
    )
    const used = await halfIn(username)
    await used.give(keys.codes[0]!)
    const stranger = accounts.visitor()

    const answers = [
      await old.give(keys.codes[1]!),
      await used.give(keys.codes[2]!),
      await stranger.post('/login/code', { half: 'x'.repeat(43), code: keys.codes[3]! }),
    ]

    expect(answers.map(({ status }) => status)).toEqual([422, 422, 422])
    for (const answer of answers) expect(await answer.text()).toContain('This took too long.')
  })

  test('does not go on when the password was changed meanwhile', async () => {
    const { username, visitor, keys } = await newKeeper('cem')
    const { give } = await halfIn(username)

    const changed = await visitor.post('/account/password', {
      current: password,
      code: keys.codes[0]!,
      password: 'a quite different one',
    })
    const answer = await give(keys.codes[1]!)

    expect([changed.status, answer.status]).toEqual([303, 422])
  })

  test('does so over REST with the code beside the password', async () => {
    const { username, keys } = await newKeeper('ana')
    const signIn = async (more: object) => {
      const body = JSON.stringify({ username, password, ...more })
      const headers = { 'content-type': 'application/json' }
      return accounts.app.handle(new Request(`${origin}/api/session`, { method: 'POST', headers, body }))
    }

    const without = await signIn({})
    const wrong = await signIn({ code: wrongCodeOf(keys) })
    const right = await signIn({ code: codeOf(keys) })

    expect([without.status, wrong.status, right.status]).toEqual([401, 401, 201])
    expect(await without.json()).toMatchObject({
      errors: { code: 'Please give a code of your app, too, or a recovery code.' },
    })
    expect(right.headers.get('set-cookie')).toContain('session')
  })

  test('is asked for it after a new password by a link, too', async () => {
    const { username, keys } = await newKeeper('bo')
    const token = 'a-link-that-was-mailed'
    await accounts.database.write(
      `INSERT INTO password_links (user_id, token_hash, expires_at)
       SELECT id, UNHEX(SHA2(?, 256)), CURRENT_TIMESTAMP(3) + INTERVAL 30 MINUTE FROM users WHERE name = ?`,
      [token, username],
    )
    const visitor = accounts.visitor()

    const page = await (
      await visitor.post(`/password/${token}`, { password: 'a quite different one' })
    ).text()
    const before = await shows(visitor)
    const half = attributeIn(page, '#sign-in-code [name=half]', 'value')
    await visitor.post('/login/code', { half, code: codeOf(keys) })

    expect([before, await shows(visitor)]).toEqual([401, 200])
  })

  test('is not asked for it when whoever runs the machine turned it off', async () => {
    const { username } = await newKeeper('ana')
    const change = async (statement: string) => (await accounts.database.write(statement)).affectedRows
    const link = await newPasswordLink('', username, change, { isFactorLost: true })
    const visitor = accounts.visitor()

    const answer = await visitor.post(link, { password: 'a quite different one' })

    const page = await (await visitor.get('/account')).text()

    expect([answer.status, await shows(visitor)]).toEqual([303, 200])
    expect(page).toContain('An admin made a link for a new password of yours.')
    expect(page).toContain('The second factor was turned off.')
  })

  test('leaves no session to who began without it in the moment it was turned on', async () => {
    const { username, visitor } = await newMember('cem')
    const page = await (await visitor.get('/account/second-factor')).text()
    const secret = attributeIn(page, '#set-up [name=secret]', 'value')

    const [on, ...signIns] = await Promise.all([
      visitor.post('/account/second-factor', { secret, first: codeOf({ secret }), confirm: password }),
      ...Array.from({ length: 6 }, async () => {
        const other = accounts.visitor()
        await other.post('/login', { username, password })
        return other
      }),
    ])
    const [began] = await accounts.database.rows<{ late: number }>(
      `SELECT COUNT(*) AS late FROM sessions JOIN second_factors ON second_factors.user_id = sessions.user_id
        WHERE sessions.created_at > second_factors.created_at AND sessions.code_at IS NULL
          AND sessions.user_id = (SELECT id FROM users WHERE name = ?)`,
      [username],
    )

    expect(on.status).toBe(200)
    expect(signIns).toHaveLength(6)
    expect(began).toEqual({ late: 0 })
  })
})

describe('what changes who somebody is', () => {
  const changes: Record<string, (visitor: Visitor, code: Record<string, string>) => Promise<Response>> = {
    'a new password': (visitor, code) =>
      visitor.post('/account/password', { current: password, password: 'a quite different one', ...code }),
    'an address': (visitor, code) =>
      visitor.post('/account/address', {
        address: `${newName('ana')}@example.org`,
        confirm: password,
        ...code,
      }),
    'the end of an address': (visitor, code) =>
      visitor.post('/account/address/remove', { confirm: password, ...code }),
    'a token': (visitor, code) => visitor.post('/tokens', { ...newToken('laptop'), ...code }),
    'the end of all sessions': (visitor, code) =>
      visitor.post('/account/sessions/end', { confirm: password, ...code }),
    'the end of an account': (visitor, code) =>
      visitor.post('/account/delete', { posts: 'keep', confirm: password, ...code }),
    'new recovery codes': (visitor, code) =>
      visitor.post('/account/second-factor/codes', { confirm: password, ...code }),
    'what a replica of another role asks': (visitor, code) =>
      visitor.post('/account/confirm', { confirm: password, ...code }),
  }

  test.each(Object.entries(changes))('%s takes a code besides the password', async (_, change) => {
    const { visitor, keys } = await newKeeper('ana')

    const without = await change(visitor, {})
    const wrong = await change(visitor, { code: wrongCodeOf(keys) })
    const right = await change(visitor, { code: codeOf(keys) })

    expect([without.status, wrong.status]).toEqual([422, 422])
    expect(await without.text()).toContain('Please give a code of your app, too, or a recovery code.')
    expect(await wrong.text()).toContain('This code is not right.')
    expect(right.status).toBeLessThan(400)
  })

  test('is done with the code of the minutes before, in this session alone', async () => {
    const { username, visitor, keys } = await newKeeper('bo')
    const other = await halfIn(username)
    await other.give(keys.codes[0]!)
    await accounts.database.write('UPDATE sessions SET code_at = code_at - INTERVAL 6 MINUTE')
    const make = (who: Visitor, more = {}) => who.post('/tokens', { ...newToken('laptop'), ...more })
    const asksCode = async (who: Visitor) =>
      (await (await who.get('/account')).text()).includes('name="code"')

    expect([await asksCode(visitor), await asksCode(other.visitor)]).toEqual([true, true])
    expect((await make(visitor, { code: codeOf(keys) })).status).toBe(200)
    expect([await asksCode(visitor), await asksCode(other.visitor)]).toEqual([false, true])
    expect([(await make(visitor)).status, (await make(other.visitor)).status]).toEqual([200, 422])
  })

  test('asks who has none for no code', async () => {
    const { visitor } = await newMember('cem')

    expect(await (await visitor.get('/account')).text()).not.toContain('name="code"')
    expect((await changes['a token']!(visitor, {})).status).toBe(200)
  })
})

test('recovery codes do not stand in the database as they are shown', async () => {
  const { keys } = await newKeeper('ana')

  const rows = await accounts.database.rows<{ key: string }>(
    'SELECT HEX(code_key) AS `key` FROM recovery_codes',
  )
  const plain = keys.codes.map((code) => code.replaceAll('-', ''))

  expect(rows.length).toBeGreaterThanOrEqual(10)
  expect(rows.filter(({ key }) => plain.includes(Buffer.from(key, 'hex').toString()))).toEqual([])
})
