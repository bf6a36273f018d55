import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { linkIn, readMail } from '../support/site/letters.ts'
import { type MailSite, newAddress, openMailSite } from '../support/site/mail-site.ts'
import { newName, password } from '../support/site/page.ts'

setDefaultTimeout(60_000)

const newPassword = 'a quite different one'

let site: MailSite
beforeAll(async () => {
  site = await openMailSite()
})

const ask = (address: string, headers: Record<string, string> = {}) =>
  site.accounts.visitor().post('/forgot', { address }, headers)

const signIn = async (username: string, typed: string) =>
  (await site.accounts.visitor().post('/login', { username, password: typed })).status

const outboxFor = (address: string) =>
  site.accounts.database.rows<{ kind: string; state: string; address: string | null; content: string }>(
    'SELECT kind, state, address, content FROM outbox WHERE recipient_key = UNHEX(SHA2(LOWER(?), 256))',
    [address],
  )

describe('whoever forgot their password', () => {
  test('sets a new one by a link, which ends every session and is told by mail', async () => {
    const ana = await site.withAddress('ana')
    const visitor = site.accounts.visitor()

    await ask(ana.address)
    const letter = await site.letterTo(ana.address, 2)
    const link = linkIn(letter)
    const set = await visitor.post(link, { password: newPassword })
    const again = await visitor.post(link, { password: 'yet another good one' })
    const told = await site.letterTo(ana.address, 3)

    expect(letter.text).toContain('Subject: A new password at board.example')
    expect(link).toStartWith('/password/')
    expect([set.status, again.status]).toEqual([303, 404])
    expect((await ana.visitor.get('/account')).status).toBe(401)
    expect([await signIn(ana.name, newPassword), await signIn(ana.name, password)]).toEqual([303, 422])
    expect(told.text).toContain('Subject: Your password at board.example was changed')
  })

  test('finds the way from the form to sign in, by a mailbox in other letters', async () => {
    const ana = await site.withAddress('ana')

    const login = await (await site.accounts.visitor().get('/login')).text()
    const form = await (await site.accounts.visitor().get('/forgot')).text()
    await ask(ana.address.toUpperCase())

    expect(login).toContain('href="/forgot"')
    expect(form).toContain('name="address"')
    const letter = await site.letterTo(ana.address, 2)
    expect(readMail(letter).text).toContain(ana.name)
    expect(letter.to).toBe(ana.address)
  })

  test('has one link, the newest, and none that is older than the password', async () => {
    const ana = await site.withAddress('ana')
    await ask(ana.address)
    const first = linkIn(await site.letterTo(ana.address, 2))
    await site.accounts.database.write('UPDATE outbox SET created_at = created_at - INTERVAL 2 MINUTE')
    await ask(ana.address)
    const second = linkIn(await site.letterTo(ana.address, 3))

    const old = await site.accounts.visitor().get(first)
    await ana.visitor.post('/account/password', { current: password, password: newPassword })
    const overtaken = await site.accounts.visitor().get(second)

    expect([old.status, overtaken.status]).toEqual([404, 404])
  })

  test('gets no link when the account is shut', async () => {
    const ana = await site.withAddress('ana')
    await site.accounts.database.write('UPDATE users SET disabled_at = NOW() WHERE id = ?', [ana.id])

    await ask(ana.address)
    await site.allCarried()

    expect(site.lettersTo(ana.address).length).toBe(1)
  })

  test('is led to the board by SITE_URL, whatever the request calls it', async () => {
    const ana = await site.withAddress('ana')
    const request = new Request('http://evil.example/forgot', {
      method: 'POST',
      headers: { host: 'evil.example', origin: 'http://evil.example', 'x-forwarded-host': 'evil.example' },
      body: new URLSearchParams({ address: ana.address }),
    })

    await site.accounts.app.handle(request)

    const letter = await site.letterTo(ana.address, 2)
    expect(readMail(letter).text).not.toContain('evil')
    expect(readMail(letter).text).toContain('https://board.example/password/')
  })
})

describe('who has an account is told to nobody:', () => {
  test('an address that nobody has is answered, and noted, as one that somebody has', async () => {
    const [known, unknown] = [(await site.withAddress('ana')).address, newAddress()]

    const answers = [await ask(known), await ask(unknown)]
    const [one, other] = await Promise.all(answers.map((each) => each.text()))
    await site.allCarried()
    const again = [await ask(known), await ask(unknown)]

    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(again.map(({ status }) => status)).toEqual([200, 200])
    expect(one).toBe(other!)
    expect(one).toContain('If an account has this address')
    const notes = [await outboxFor(known), await outboxFor(unknown)].map((rows) =>
      rows.filter(({ kind }) => kind === 'recovery'),
    )
    expect(notes).toEqual([
      [{ kind: 'recovery', state: 'sent', address: null, content: '' }],
      [{ kind: 'recovery', state: 'dropped', address: null, content: '' }],
    ])
    expect(site.lettersTo(unknown)).toEqual([])
  })

  test('an address is asked for only if it is one', async () => {
    for (const typed of ['', 'ana', 'a@b.example\nBcc: c@d.example', `${'a'.repeat(300)}@b.example`]) {
      const answer = await ask(typed)

      expect([answer.status, await answer.text()]).toEqual([422, expect.stringContaining('is no address')])
    }
  })

  test('a thousand requests for one address bring it one mail a minute, and six a day', async () => {
    const { address } = await site.withAddress('ana')
    const before = site.lettersTo(address).length

    for (let round = 0; round < 8; round++) {
      for (let asked = 0; asked < 125; asked++) expect((await ask(address)).status).toBe(200)
      await site.allCarried()
      await site.accounts.database.write('UPDATE outbox SET created_at = created_at - INTERVAL 2 MINUTE')
    }

    expect(before).toBe(1)
    expect(site.lettersTo(address).length).toBe(before + 6)
  })

  test('strangers who sign up with an address do not keep its owner from a link', async () => {
    const ana = await site.withAddress('ana')
    for (let joined = 0; joined < 7; joined++) {
      const username = newName('bo')
      await site.accounts.visitor().post('/signup', { username, password, address: ana.address })
      await site.allCarried()
    }

    await ask(ana.address)
    await site.allCarried()

    expect(site.lettersTo(ana.address).at(-1)?.text).toContain('Subject: A new password at board.example')
  })

  test('twenty at the same moment, of two replicas, are noted once and bring it one mail', async () => {
    const { address } = await site.withAddress('ana')
    const other = await site.accounts.as('accounts')
    const visitors = [site.accounts.visitor(), other.visitor()]

    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => visitors[n % 2]!.post('/forgot', { address })),
    )
    await site.allCarried()

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect((await outboxFor(address)).filter(({ kind }) => kind === 'recovery')).toEqual([
      { kind: 'recovery', state: 'sent', address: null, content: '' },
    ])
    expect(site.lettersTo(address).length).toBe(2)
  })

  test('of many who ask at the same moment each is noted or sent away, and none fails', async () => {
    await site.accounts.database.write('DELETE FROM outbox')
    const addresses = Array.from({ length: 60 }, () => newAddress())

    const answers = await Promise.all(addresses.map((each) => ask(each)))

    const noted = await Promise.all(addresses.map(async (each) => (await outboxFor(each)).length))
    expect(noted).toContain(1)
    expect(answers.map(({ status }) => status)).toEqual(noted.map((mails) => (mails === 1 ? 200 : 503)))
  })
})

test('where no mail is sent the page says who can help', async () => {
  const silent = await site.accounts.as('accounts', { mail: undefined })

  const page = await (await silent.visitor().get('/forgot')).text()
  const asked = await silent.visitor().post('/forgot', { address: newAddress() })

  expect(page).toContain('This board sends no mail, but an admin of it can make you a link')
  expect(page).not.toContain('name="address"')
  expect(asked.status).toBe(409)
})

test('who has no address changes the password as before', async () => {
  const name = newName('bo')
  const visitor = site.accounts.visitor()
  await visitor.post('/signup', { username: name, password })

  const changed = await visitor.post('/account/password', { current: password, password: newPassword })

  expect(changed.status).toBe(303)
})
