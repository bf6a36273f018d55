import { beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { createConnection } from 'mysql2/promise'
import { newPasswordLink } from '../../stack/database/make-password-link.ts'
import { linkIn, readMail } from '../support/site/letters.ts'
import { type MailSite, newAddress, openMailSite, type Someone } from '../support/site/mail-site.ts'
import { newName, password } from '../support/site/page.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

let site: MailSite
beforeAll(async () => {
  site = await openMailSite()
})
beforeEach(() => {
  site.sink.fault = undefined
  site.sink.takesMs = 0
})

/** What is confirmed for somebody. */
async function addressOf({ id }: Someone): Promise<string | null | undefined> {
  const [row] = await site.accounts.database.rows<{ address: string | null }>(
    'SELECT address FROM addresses WHERE user_id = ?',
    [id],
  )
  return row?.address
}

/** What became of the only mail to an address. */
async function stateOf(address: string): Promise<string | undefined> {
  const [row] = await site.accounts.database.rows<{ state: string }>(
    'SELECT state FROM outbox WHERE recipient_key = UNHEX(SHA2(LOWER(?), 256))',
    [address],
  )
  return row?.state
}

describe('an address', () => {
  test('is a member’s when they have followed the link that was sent there', async () => {
    const ana = await site.someone('ana')
    const address = newAddress()

    const given = await site.give(ana, address)
    const letter = await site.letterTo(address)
    const link = linkIn(letter)
    const before = await addressOf(ana)
    const shown = await (await site.accounts.visitor().get(link)).text()
    const still = await addressOf(ana)
    const confirmed = await (await site.accounts.visitor().post(link)).text()

    expect([given.status, given.headers.get('location')]).toEqual([303, '/account#address-title'])
    expect(letter.text).toContain(`Subject: Confirm your address at board.example`)
    expect(readMail(letter).text).toContain('https://board.example/address/')
    expect([before, still]).toEqual([null, null])
    expect(shown).toContain(address)
    expect(confirmed).toContain('This address is confirmed.')
    expect(await addressOf(ana)).toBe(address)
    expect(await (await ana.visitor.get('/account')).text()).toContain(address)
  })

  test('takes the password, and is one by the rule of HTML', async () => {
    const ana = await site.someone('ana')

    const wrong = await site.give(ana, newAddress(), 'not the password')
    const none = await site.give(ana, 'a@b.example\r\nBcc: c@d.example')
    await site.allCarried()

    expect([wrong.status, none.status]).toEqual([422, 422])
    expect(await wrong.text()).toContain('This is not your password.')
    expect(await none.text()).toContain('This is no address for mail.')
    expect(await addressOf(ana)).toBeUndefined()
  })

  test('that another account has is answered for alike, and its owner is told', async () => {
    const [ana, bo] = [await site.withAddress('ana'), await site.someone('bo')]
    const [taken, free] = [ana.address.toUpperCase(), newAddress()]

    const one = await site.give(bo, taken)
    const onTaken = await (await bo.visitor.get('/account')).text()
    const other = await site.give(bo, free)
    const onFree = await (await bo.visitor.get('/account')).text()
    const letter = await site.letterTo(taken, 2)

    expect(one.status).toBe(other.status)
    expect(onTaken.replaceAll(taken, '')).toBe(onFree.replaceAll(free, ''))
    expect(letter.text).toContain('Subject: Your address at board.example')
    expect(readMail(letter).text).toContain('It belongs to an account of yours')
    expect(readMail(letter).text).not.toContain('/address/')
    expect(readMail(letter).text).not.toContain(bo.name)
    expect(letter.to).toBe(ana.address)
    expect(await addressOf(ana)).toBe(ana.address)
  })

  test('that two are about to confirm becomes the first one’s', async () => {
    const [ana, bo] = [await site.someone('ana'), await site.someone('bo')]
    const address = newAddress()
    await site.give(ana, address)
    const one = linkIn(await site.letterTo(address))
    await site.give(bo, address)
    const other = linkIn(await site.letterTo(address, 2))

    await ana.visitor.post(one)
    const second = await bo.visitor.post(other)

    expect(second.status).toBe(409)
    expect([await addressOf(ana), await addressOf(bo)]).toEqual([address, null])
  })

  test('that is changed or removed is told so', async () => {
    const ana = await site.withAddress('ana')
    const next = newAddress()

    await site.give(ana, next)
    await ana.visitor.post(linkIn(await site.letterTo(next)))
    const changed = await site.letterTo(ana.address, 2)
    const wrong = await ana.visitor.post('/account/address/remove', { confirm: 'not the password' })
    const kept = await addressOf(ana)
    await ana.visitor.post('/account/address/remove', { confirm: password })
    const removed = await site.letterTo(next, 2)

    for (const letter of [changed, removed])
      expect(readMail(letter).text).toContain('no longer goes to this address')
    expect([wrong.status, kept]).toEqual([422, next])
    expect(await addressOf(ana)).toBeUndefined()
  })

  test('goes with its account, and is free for others at once', async () => {
    const [ana, bo] = [await site.withAddress('ana'), await site.someone('bo')]

    await ana.visitor.post('/account/delete', { confirm: password, posts: 'keep' })
    await site.give(bo, ana.address)
    await bo.visitor.post(linkIn(await site.letterTo(ana.address, 2)))

    expect(await addressOf(bo)).toBe(ana.address)
  })
})

describe('a link', () => {
  test('works once, and only the newest one', async () => {
    const ana = await site.someone('ana')
    const address = newAddress()
    await site.give(ana, address)
    const first = linkIn(await site.letterTo(address))
    await site.give(ana, address)
    const second = linkIn(await site.letterTo(address, 2))

    const statuses = []
    for (const link of [first, second, second]) statuses.push((await ana.visitor.post(link)).status)

    expect(statuses).toEqual([404, 200, 404])
  })

  test('is no longer good after a day', async () => {
    const ana = await site.someone('ana')
    const address = newAddress()
    await site.give(ana, address)
    const link = linkIn(await site.letterTo(address))
    await site.accounts.database.write(
      'UPDATE addresses SET token_expires_at = token_expires_at - INTERVAL 1 DAY WHERE user_id = ?',
      [ana.id],
    )

    const page = await ana.visitor.get(link)
    expect([page.status, (await ana.visitor.post(link)).status]).toEqual([404, 404])
    expect(await page.text()).toContain('<a class="button" href="/account">To your account</a>')
  })
})

describe('a link that waits while the password was known to an intruder', () => {
  const newPassword = 'a quite different one'

  /** The path of the link that an intruder who knows the password had sent to themselves. */
  async function linkOfIntruder(ana: Someone): Promise<string> {
    const address = newAddress()
    await site.give(ana, address)
    return linkIn(await site.letterTo(address))
  }

  test.each([
    [
      'with a new password',
      async ({ visitor }: Someone) =>
        (await visitor.post('/account/password', { current: password, password: newPassword })).status,
    ],
    [
      'with a link for a new password',
      async ({ name }: Someone) => {
        const link = await newPasswordLink('', name, async (statement) => {
          return (await site.accounts.database.write(statement)).affectedRows
        })
        return (await site.accounts.visitor().post(link, { password: newPassword })).status
      },
    ],
  ])('ends %s', async (_, set) => {
    const ana = await site.withAddress('ana')
    const link = await linkOfIntruder(ana)

    const wasSet = await set(ana)
    const shown = await site.accounts.visitor().get(link)
    const confirmed = await site.accounts.visitor().post(link)

    expect([wasSet, shown.status, confirmed.status]).toEqual([303, 404, 404])
    expect(await addressOf(ana)).toBe(ana.address)
  })

  test('is not made by a request that was under way while the password changed', async () => {
    const [ana, address] = [await site.withAddress('ana'), newAddress()]
    const other = await createConnection(site.accounts.database.url)
    await other.query('BEGIN')
    await other.query('SELECT id FROM users WHERE id = ? FOR UPDATE', [ana.id])

    const given = site.give(ana, address)
    await until(async () => {
      const waiting = await site.accounts.database.rows(
        `SELECT id FROM information_schema.processlist
          WHERE db = DATABASE() AND info LIKE '%FROM users%FOR UPDATE' AND id <> CONNECTION_ID()`,
      )
      return waiting.length > 0
    })
    await other.query(`UPDATE users SET password_hash = 'another' WHERE id = ?`, [ana.id])
    await other.query('COMMIT')
    await other.end()

    expect((await given).status).toBe(422)
    await site.allCarried()
    expect(site.lettersTo(address)).toEqual([])
  })

  test('is not sent when the password was changed before', async () => {
    const [ana, address] = [await site.withAddress('ana'), newAddress()]
    site.sink.fault = { at: 'recipient', does: '450 4.2.1 Come back' }
    await site.give(ana, address)

    await ana.visitor.post('/account/password', { current: password, password: newPassword })
    await until(async () => (await stateOf(address)) === 'dropped')
    site.sink.fault = undefined
    await site.allCarried()

    expect(site.lettersTo(address)).toEqual([])
  })
})

describe('a link for a new password that was sent to an address', () => {
  async function asked() {
    const ana = await site.withAddress('ana')
    await site.accounts.visitor().post('/forgot', { address: ana.address })
    return { ana, link: linkIn(await site.letterTo(ana.address, 2)) }
  }

  test('ends when the address is removed', async () => {
    const { ana, link } = await asked()

    await ana.visitor.post('/account/address/remove', { confirm: password })

    expect((await site.accounts.visitor().get(link)).status).toBe(404)
  })

  test('ends when another is confirmed', async () => {
    const { ana, link } = await asked()
    const next = newAddress()

    await site.give(ana, next)
    const before = await site.accounts.visitor().get(link)
    await ana.visitor.post(linkIn(await site.letterTo(next)))
    const after = await site.accounts.visitor().get(link)

    expect([before.status, after.status]).toEqual([200, 404])
  })
})

describe('the board is no mail bomb:', () => {
  test('an account sends five links an hour, however many it asks for at once', async () => {
    const ana = await site.someone('ana')
    const address = newAddress()

    const answers = await Promise.all(Array.from({ length: 20 }, () => site.give(ana, address)))
    await site.allCarried()

    const taken = answers.filter(({ status }) => status === 303).length
    expect(taken).toBe(5)
    expect(answers.filter(({ status }) => status === 429).length).toBeGreaterThan(0)
    expect(site.lettersTo(address).length).toBe(5)
  })

  test('an address gets six links a day, whoever asks', async () => {
    const address = newAddress()
    for (let asked = 0; asked < 8; asked++) {
      const each = await site.someone('bo')
      expect((await site.give(each, address)).status).toBe(303)
      await site.allCarried()
    }

    expect(site.lettersTo(address).length).toBe(6)
  })

  test('nor more when who asked has left each time', async () => {
    const address = newAddress()
    for (let asked = 0; asked < 8; asked++) {
      const visitor = site.accounts.visitor()
      await visitor.post('/signup', { username: newName('bo'), password, address })
      await site.allCarried()
      await visitor.post('/account/delete', { confirm: password, posts: 'keep' })
    }

    expect(site.lettersTo(address).length).toBe(6)
  })

  test('one that waits is not sent when its account has ended', async () => {
    const [ana, address] = [await site.someone('ana'), newAddress()]
    site.sink.fault = { at: 'recipient', does: '450 4.2.1 Come back' }
    await site.give(ana, address)

    await ana.visitor.post('/account/delete', { confirm: password, posts: 'keep' })
    await site.allCarried()

    expect(await stateOf(address)).toBe('dropped')
    expect(site.lettersTo(address)).toEqual([])
  })

  test('nor more when they are on their way at the same moment', async () => {
    const [ana, address] = [await site.someone('ana'), newAddress()]
    await site.give(ana, address)
    await site.allCarried()
    site.sink.takesMs = 200
    const [sent] = await site.accounts.database.rows<Record<string, unknown>>(
      'SELECT kind, user_id, recipient_key, language FROM outbox WHERE user_id = ? LIMIT 1',
      [ana.id],
    )
    const mail = [...Object.values(sent!), address, JSON.stringify({ name: ana.name })]
    // By one statement: the courier sees all of them or none.
    await site.accounts.database.write(
      'INSERT INTO outbox (kind, user_id, recipient_key, language, address, content) VALUES ?',
      [Array(12).fill(mail)],
    )
    await site.allCarried()

    expect(site.lettersTo(address).length).toBe(6)
  })
})

test('who has an address that does not exist reads so on the page of their account', async () => {
  const ana = await site.withAddress('ana')
  site.sink.fault = { at: 'recipient', does: '550 5.1.1 No such user' }

  await site.give(ana, ana.address)
  await site.allCarried()
  const page = await (await ana.visitor.get('/account')).text()
  site.sink.fault = undefined
  await site.give(ana, newAddress())
  const onceAnotherIsGiven = await (await ana.visitor.get('/account')).text()

  expect(page).toContain('Mail came back: its server says that there is no such mailbox.')
  expect(onceAnotherIsGiven).toContain('A mail with a link is on its way')
  expect(onceAnotherIsGiven).not.toContain('Mail came back')
})

test('an address and the token of a link are in no log and in no metric', async () => {
  const ana = await site.withAddress('ana')
  const link = linkIn(site.lettersTo(ana.address)[0]!)
  await ana.visitor.get(link)

  const metrics = await (await fetch(`${site.courier.url}/metrics`)).text()
  const noted = await until(async () => {
    const text = JSON.stringify(await site.accounts.context.accessLog.read(1_000))
    return text.includes('/address/') && text
  })
  const seen = [metrics, site.courier.running.output(), noted].join('\n')

  expect(noted).toContain('/address/:token')
  expect(seen).not.toContain(ana.address)
  expect(seen).not.toContain(link.split('/').at(-1)!)
})

test('where no mail is sent there is no place for an address', async () => {
  const silent = await site.accounts.as('accounts', { mail: undefined })
  const visitor = silent.visitor()
  await visitor.post('/signup', { username: newName('ana'), password })

  const page = await (await visitor.get('/account')).text()
  const given = await visitor.post('/account/address', { address: newAddress(), confirm: password })

  expect(page).not.toContain('name="address"')
  expect(given.status).toBe(409)
})
