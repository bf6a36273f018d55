import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { createConnection } from 'mysql2/promise'
import { newPasswordLink } from '../../stack/database/make-password-link.ts'
import { untilWaiting } from '../support/servers/locks.ts'
import { openReplica, type Replica } from '../support/servers/replica.ts'
import { codeOf, codesShown, letTimePass, turnOn } from '../support/site/factor.ts'
import { attributeIn } from '../support/site/markup.ts'
import { newName, password } from '../support/site/page.ts'
import type { Visitor } from '../support/site/visitor.ts'

/*
 * Recovery and sign-in at one moment: all of them wait for the member's row, which is held until the last of
 * them has come that far.
 */

setDefaultTimeout(60_000)

const newPassword = 'a quite different one'

let accounts: Replica
beforeAll(async () => {
  accounts = await openReplica({ role: 'accounts' })
})

async function newMember(as: 'ana' | 'bo' | 'cem') {
  const username = newName(as)
  const visitor = accounts.visitor()
  await visitor.post('/signup', { username, password })
  return { username, visitor }
}

async function atOneMoment(username: string, ...requests: (() => Promise<Response>)[]): Promise<Response[]> {
  const holder = await createConnection({ uri: accounts.database.url })
  await holder.query('BEGIN')
  await holder.query('SELECT id FROM users WHERE name = ? FOR UPDATE', [username])
  const answers = requests.map((send) => send())
  await untilWaiting(accounts.database, () => requests.length)
  await holder.query('COMMIT')
  await holder.end()
  return Promise.all(answers)
}

const linkFor = (username: string) =>
  newPasswordLink('', username, async (statement) => (await accounts.database.write(statement)).affectedRows)

async function halfIn(username: string, typed = password) {
  const visitor = accounts.visitor()
  const page = await (await visitor.post('/login', { username, password: typed })).text()
  const half = attributeIn(page, '#sign-in-code [name=half]', 'value')
  return { visitor, give: (code: string) => visitor.post('/login/code', { half, code }) }
}

const shows = async (visitor: Visitor) => (await visitor.get('/account')).status

test('a new password by a link leaves no session to sign-ins by the old one', async () => {
  const { username, visitor } = await newMember('ana')
  const [link, owner] = [await linkFor(username), accounts.visitor()]
  const others = [accounts.visitor(), accounts.visitor(), accounts.visitor()]

  const [answer] = await atOneMoment(
    username,
    () => owner.post(link, { password: newPassword }),
    ...others.map((each) => () => each.post('/login', { username, password })),
  )
  const seen = await Promise.all([owner, visitor, ...others].map(shows))

  expect(answer?.status).toBe(303)
  expect(seen).toEqual([200, 401, 401, 401, 401])
})

test('nor to those that waited for a code, whichever was first', async () => {
  const { username, visitor } = await newMember('bo')
  const keys = await turnOn(visitor)
  await letTimePass(accounts.database)
  const [link, owner] = [await linkFor(username), accounts.visitor()]
  const halves = [await halfIn(username), await halfIn(username), await halfIn(username)]

  const [answer] = await atOneMoment(
    username,
    () => owner.post(link, { password: newPassword }),
    ...halves.map(
      ({ give }, at) =>
        () =>
          give(keys.codes[at] ?? ''),
    ),
  )
  const half = attributeIn((await answer?.text()) ?? '', '#sign-in-code [name=half]', 'value')
  const seen = await Promise.all(halves.map((each) => shows(each.visitor)))
  const finished = await owner.post('/login/code', { half, code: keys.codes[9] ?? '' })

  expect(seen).toEqual([401, 401, 401])
  expect([finished.status, await shows(owner)]).toEqual([303, 200])
})

test('a recovery code is taken or replaced by new ones, and no good in both cases', async () => {
  const { username, visitor } = await newMember('cem')
  const keys = await turnOn(visitor)
  const { visitor: other, give } = await halfIn(username)

  const [renewed, signedIn] = await atOneMoment(
    username,
    () => visitor.post('/account/second-factor/codes', { confirm: password, code: codeOf(keys) }),
    () => give(keys.codes[0] ?? ''),
  )
  const codes = codesShown((await renewed?.text()) ?? '')
  const again = await (await halfIn(username)).give(keys.codes[0] ?? '')

  expect(codes).toHaveLength(10)
  expect(await shows(other)).toBe(signedIn?.status === 303 ? 200 : 401)
  expect(again.status).toBe(422)
  expect((await (await halfIn(username)).give(codes[0] ?? '')).status).toBe(303)
})
