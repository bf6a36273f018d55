import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { linkIn, readMail } from '../support/site/letters.ts'
import { type MailSite, newAddress, openMailSite } from '../support/site/mail-site.ts'
import { newName, password } from '../support/site/page.ts'

setDefaultTimeout(60_000)

let site: MailSite
beforeAll(async () => {
  site = await openMailSite()
})

const join = (fields: Record<string, string>) => {
  const visitor = site.accounts.visitor()
  return { visitor, answer: visitor.post('/signup', { password, ...fields }) }
}

const isMember = async (username: string) => {
  const rows = await site.accounts.database.rows('SELECT id FROM users WHERE name = ?', [username])
  return rows.length > 0
}

test('who joins with an address is welcomed by mail, and its link confirms the address', async () => {
  const [username, address] = [newName('ana'), newAddress()]
  const { visitor, answer } = join({ username, address })

  const { status } = await answer
  const letter = await site.letterTo(address)
  await visitor.post(linkIn(letter))

  expect(status).toBe(303)
  expect(letter.text).toContain('Subject: Welcome to board.example')
  expect(await (await visitor.get('/account')).text()).toContain(address)
})

test('the address may be left out', async () => {
  const username = newName('bo')

  const { status } = await join({ username, address: ' ' }).answer
  await site.allCarried()

  expect([status, await isMember(username)]).toEqual([303, true])
})

test('what is no address is said beside it, and nobody has joined', async () => {
  const username = newName('bo')

  const answer = await join({ username, address: 'bo at board' }).answer
  const page = await answer.text()

  expect([answer.status, await isMember(username)]).toEqual([422, false])
  expect(page).toContain('This is no address for mail.')
  expect(page).toContain('value="bo at board"')
  expect(page).toContain(`value="${username}"`)
})

test('an address that another account has is answered alike, and its owner is told', async () => {
  const { address } = await site.withAddress('ana')
  const username = newName('bo')

  const { status } = await join({ username, address }).answer
  const letter = await site.letterTo(address, 2)

  expect([status, await isMember(username)]).toEqual([303, true])
  expect(readMail(letter).text).toContain('It belongs to an account of yours')
})

test('a name that is taken leaves nothing behind', async () => {
  const [{ name }, address] = [await site.someone('ana'), newAddress()]

  const { status } = await join({ username: name, address }).answer
  await site.allCarried()

  expect([status, site.lettersTo(address)]).toEqual([422, []])
})

test('where no mail is sent nobody is asked for an address', async () => {
  const silent = await site.accounts.as('accounts', { mail: undefined })
  const page = await (await silent.visitor().get('/signup')).text()
  const address = newAddress()

  const { status } = await silent.visitor().post('/signup', { username: newName('cem'), password, address })
  await site.allCarried()

  expect(page).not.toContain('name="address"')
  expect([status, site.lettersTo(address)]).toEqual([303, []])
})
