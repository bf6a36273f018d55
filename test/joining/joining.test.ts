import { beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { createConnection } from 'mysql2/promise'
import { lookOf } from '../../src/names/look.ts'
import type { SignUpLaw } from '../../src/platform/config.ts'
import { sha256 } from '../../src/platform/sha256.ts'
import { untilWaiting } from '../support/servers/locks.ts'
import type { Replica } from '../support/servers/replica.ts'
import { origin } from '../support/servers/replica.ts'
import { linkIn, readMail } from '../support/site/letters.ts'
import { type MailSite, newAddress, openMailSite } from '../support/site/mail-site.ts'
import { attributeIn, find, textsIn } from '../support/site/markup.ts'
import { newName, password } from '../support/site/page.ts'
import type { Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(60_000)

let site: MailSite
let admin: Omit<Replica, 'as'>
/** An admin, among the accounts and where admins are. */
let rosa: { accounts: Visitor; admin: Visitor }

beforeAll(async () => {
  site = await openMailSite()
  admin = await site.accounts.as('admin')
  const { visitor, id } = await site.someone('cem')
  await site.accounts.database.write(`UPDATE users SET role = 'admin' WHERE id = ?`, [id])
  rosa = { accounts: visitor, admin: admin.visitor() }
  for (const [name, value] of visitor.cookies) rosa.admin.cookies.set(name, value)
})
beforeEach(() => set('open'))

const set = (law: SignUpLaw, question = '') => rosa.admin.post('/admin/joining', { law, question })

const anyone = () => site.accounts.visitor()
const sign = (fields: Record<string, string>, visitor = anyone()) =>
  visitor.post('/signup', { password, ...fields })
const isMember = async (name: string) =>
  (await site.accounts.database.rows('SELECT id FROM users WHERE name = ?', [name])).length > 0
const saidIn = async (answer: Response | Promise<Response>) =>
  textsIn(await (await answer).text(), 'main p').join(' ')

/** Returns what the link of a new invitation holds. */
async function invite(fields: Record<string, string> = {}): Promise<string> {
  const page = await rosa.admin.post('/admin/invites', { note: 'club', uses: '1', days: '7', ...fields })
  const [link = ''] = textsIn(await page.text(), 'pre code')
  return link.split('/invites/')[1] ?? ''
}

const json = (path: string, body: unknown, on: Pick<Replica, 'app'> = site.accounts, headers = {}) =>
  on.app.handle(
    new Request(origin + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    }),
  )

describe('a board that takes no new members', () => {
  beforeEach(() => set('closed'))

  test('says so, and makes none', async () => {
    const name = newName('bo')

    const page = await anyone().get('/signup')
    const form = await sign({ username: name })
    const program = await json('/api/users', { username: name, password })
    const named = await anyone().post('/add_user', { username: name })

    expect(await saidIn(page)).toContain('This board takes no new members.')
    expect([page.status, form.status, program.status, named.status]).toEqual([200, 403, 403, 401])
    expect(await saidIn(form)).toContain('This board takes no new members.')
    expect(await isMember(name)).toBe(false)
  })

  test('takes nobody by an invitation either, until it opens', async () => {
    const [token, name] = [await invite(), newName('bo')]

    const shut = [await anyone().get(`/invites/${token}`), await sign({ username: name, invite: token })]
    await set('invite')
    const open = await sign({ username: name, invite: token })

    expect(shut.map(({ status }) => status)).toEqual([403, 403])
    expect([open.status, await isMember(name)]).toEqual([303, true])
  })

  test('lets admins add somebody by name', async () => {
    const name = newName('bo')

    expect((await rosa.accounts.post('/add_user', { username: name })).status).toBe(303)
    expect(await isMember(name)).toBe(true)
  })

  test('adds users by /api/v1 where anyone writes there, else by an admin’s token alone', async () => {
    const closed = await site.accounts.as('accounts', { actsApiOpen: false })
    const tokenOf = async (visitor: Visitor) => {
      const cookie = [...visitor.cookies].map((pair) => pair.join('=')).join('; ')
      const answer = await json('/api/tokens', { name: 'script', password }, site.accounts, { cookie })
      return { authorization: `Bearer ${((await answer.json()) as { token: string }).token}` }
    }
    await set('open')
    const bo = await site.someone('bo')
    await set('closed')
    const user = () => ({ username: newName('ana'), password: 'a'.repeat(40) })

    const statuses = [
      await json('/api/v1/users', user()),
      await json('/api/v1/users', user(), closed, await tokenOf(bo.visitor)),
      await json('/api/v1/users', user(), closed, await tokenOf(rosa.accounts)),
    ]

    expect(statuses.map(({ status }) => status)).toEqual([201, 403, 201])
  })
})

describe('an invitation', () => {
  beforeEach(() => set('invite'))

  test('is the only way in, by its link', async () => {
    const [token, name] = [await invite(), newName('bo')]
    const visitor = anyone()

    const without = await sign({ username: name })
    const page = await (await visitor.get(`/invites/${token}`)).text()
    const joined = await sign(
      { username: name, invite: attributeIn(page, '[name=invite]', 'value') },
      visitor,
    )

    expect([without.status, joined.status]).toEqual([403, 303])
    expect(page).toContain('You are invited')
    expect(await saidIn(anyone().get('/signup'))).toContain('One joins this board by invitation')
    expect((await visitor.get('/account')).status).toBe(200)
    expect(await (await rosa.admin.get('/admin/joining')).text()).toContain(name)
  })

  test('for one lets one in, of two at once', async () => {
    for (let n = 0; n < 5; n++) {
      const token = await invite()
      const names = [newName('ana'), newName('bo'), newName('cem')]

      const answers = await Promise.all(names.map((username) => sign({ username, invite: token })))

      const members = await Promise.all(names.map(isMember))
      expect(members.filter(Boolean)).toHaveLength(1)
      expect(answers.map(({ status }) => status).sort()).toEqual([303, 422, 422])
    }
  })

  test('makes no name that looks like one that is added at the same moment', async () => {
    const [token, name] = [await invite(), 'ΕΛΕΝΗ']
    const { database } = site.accounts
    const holder = await createConnection({ uri: database.url })
    await holder.query('BEGIN')
    await holder.query("SELECT * FROM name_locks WHERE named = 'users' FOR UPDATE")

    const signing = sign({ username: name.toLowerCase(), invite: token })
    await untilWaiting(database, () => 1)
    await holder.query(
      'INSERT INTO users (name, name_key, look_key) VALUES (?, UNHEX(SHA2(?, 256)), UNHEX(SHA2(?, 256)))',
      [name, name, lookOf(name)],
    )
    await holder.query('COMMIT')
    await holder.end()

    expect((await signing).status).toBe(422)
    expect(await isMember(name.toLowerCase())).toBe(false)
  })

  test('for three lets three in', async () => {
    const token = await invite({ uses: '3' })
    const answers = [1, 2, 3, 4].map(() => sign({ username: newName('bo'), invite: token }))

    expect((await Promise.all(answers)).map(({ status }) => status).sort()).toEqual([303, 303, 303, 422])
  })

  test('that is none tells nobody who is a member', async () => {
    const taken = newName('bo')
    await set('open')
    await sign({ username: taken })
    await set('invite')
    const used = await invite()
    await sign({ username: newName('ana'), invite: used })

    const tell = async (username: string, token: string) => [
      (await (await sign({ username, invite: token })).text()).replaceAll(username, 'name'),
      await (await json('/api/users', { username, password, invite: token })).text(),
    ]

    for (const token of ['0'.repeat(64), used])
      expect(await tell(taken, token)).toEqual(await tell(newName('bo'), token))
  })

  test('is not used by who had to choose another name', async () => {
    const [token, taken] = [await invite(), newName('bo')]
    await set('open')
    await sign({ username: taken })
    await set('invite')

    const first = await sign({ username: taken, invite: token })
    const page = await first.text()
    const second = await sign({
      username: newName('bo'),
      invite: attributeIn(page, '[name=invite]', 'value'),
    })

    expect([first.status, second.status]).toEqual([422, 303])
  })

  const ends: [string, (token: string) => Promise<unknown>, string, number][] = [
    ['is used up', (invite) => sign({ username: newName('bo'), invite }), 'is used up', 410],
    [
      'has ended',
      () => site.accounts.database.write('UPDATE invites SET ends_at = CURRENT_TIMESTAMP(3)'),
      'has come to its end',
      410,
    ],
    [
      'was withdrawn',
      async () => {
        const page = await (await rosa.admin.get('/admin/joining')).text()
        return rosa.admin.post(attributeIn(page, 'form[action$="/withdraw"]', 'action'))
      },
      'was withdrawn',
      410,
    ],
    ['never was', async () => site.accounts.database.write('DELETE FROM invites'), 'no such invitation', 404],
  ]
  test.each(ends)('that %s says so, and lets nobody in', async (_, end, says, status) => {
    const [token, name] = [await invite(), newName('bo')]
    await end(token)

    const page = await anyone().get(`/invites/${token}`)
    const form = await sign({ username: name, invite: token })

    expect([page.status, form.status]).toEqual([status, 422])
    expect(await saidIn(page)).toContain(says)
    expect(textsIn(await form.text(), '#invite-error').join()).toContain(says)
    expect(await isMember(name)).toBe(false)
  })

  test.each([
    ['uses', '0', 'From 1 to 10,000.'],
    ['uses', '1e3', 'From 1 to 10,000.'],
    ['days', '366', 'From 1 to 365.'],
    ['note', '\u200b', 'A note is one line of at most 100 ordinary characters.'],
    ['note', `a${'\u0301'.repeat(9)}`, 'A note is one line of at most 100 ordinary characters.'],
    ['note', 'x'.repeat(101), 'A note is one line of at most 100 ordinary characters.'],
  ])('says beside the field what is wrong with it: %s', async (field, value, says) => {
    const fields = { note: '', uses: '1', days: '1', [field]: value }
    const answer = await rosa.admin.post('/admin/invites', fields)

    expect(answer.status).toBe(422)
    expect(textsIn(await answer.text(), `#${field}-error`)).toEqual([says])
  })

  test('is listed, and can be withdrawn, however many were made after it', async () => {
    const cookie = [...rosa.admin.cookies].map((pair) => pair.join('=')).join('; ')
    const { id } = (await (await json('/api/invites', { uses: 1 }, admin, { cookie })).json()) as {
      id: number
    }
    const later = Array.from({ length: 60 }, (_, n) => Buffer.from(sha256(`${id} ${n}`), 'hex'))
    await site.accounts.database.write('INSERT INTO invites (token_hash, note, uses, ends_at) VALUES ?', [
      later.map((token) => [token, '', 1, '2099-01-01']),
    ])
    const end = `form[action="/admin/invites/${id}/withdraw"]`

    const first = await (await rosa.admin.get('/admin/joining')).text()
    const second = await rosa.admin.get(`/admin/joining${attributeIn(first, 'a[rel=next]', 'href')}`)
    const listed = await rosa.admin.get('/api/invites')
    const [, next = ''] = /<([^>]+)>; rel="next"/.exec(listed.headers.get('link') ?? '') ?? []
    const older = (await (await rosa.admin.get(next)).json()) as { id: number }[]

    expect([find(first, end).length, find(await second.text(), end).length]).toEqual([0, 1])
    expect(older.map((invite) => invite.id)).toContain(id)
  })

  test('is made, listed, used and withdrawn over REST', async () => {
    const cookie = [...rosa.admin.cookies].map((pair) => pair.join('=')).join('; ')
    const made = await json('/api/invites', { note: 'choir', uses: 2 }, admin, { cookie })
    const { id, link } = (await made.json()) as { id: number; link: string }
    const token = link.split('/invites/')[1] ?? ''

    const joined = await json('/api/users', { username: newName('bo'), password, invite: token })
    const listed = await (await rosa.admin.get('/api/invites')).json()
    const withdraw = () =>
      admin.app.handle(new Request(`${origin}/api/invites/${id}`, { method: 'DELETE', headers: { cookie } }))
    const withdrawn = await withdraw()
    const late = await json('/api/users', { username: newName('bo'), password, invite: token })
    const wrong = await json('/api/invites', { uses: 0 }, admin, { cookie })

    expect([made.status, joined.status, withdrawn.status, late.status, wrong.status]).toEqual([
      201, 201, 204, 422, 422,
    ])
    expect(made.headers.get('location')).toBe(`/api/invites/${id}`)
    expect(listed).toContainEqual(
      expect.objectContaining({ id, note: 'choir', uses: 2, used: 1, isGood: true }),
    )
    expect(JSON.stringify(listed)).not.toContain(token)
    expect(await late.json()).toMatchObject({
      errors: { invite: 'This invitation was withdrawn. Please ask for another one.' },
    })
  })
})

describe('an application', () => {
  const question = 'In which street do you live?'
  beforeEach(() => set('apply', question))

  const apply = (fields: Record<string, string>) => sign({ question, answer: 'Elm Street', ...fields })
  const signIn = (username: string, visitor = anyone()) => visitor.post('/login', { username, password })

  /** The path of the form by which a member is let in or refused. */
  async function pathOf(name: string, what: 'accept' | 'refuse'): Promise<string> {
    const [row] = await site.accounts.database.rows<{ id: number }>(
      'SELECT id FROM applications WHERE name = ?',
      [name],
    )
    return `/applications/${row?.id}/${what}`
  }

  test('answers what an admin asks, and is no member yet', async () => {
    const name = newName('bo')

    const page = await (await anyone().get('/signup')).text()
    const sent = await apply({ username: name })
    const early = await signIn(name)
    const wrong = await anyone().post('/login', { username: name, password: 'not this one' })

    expect(page).toContain(question)
    expect(await (await rosa.admin.get('/moderation/queue')).text()).toContain('href="/applications"')
    expect([sent.status, sent.headers.get('location')]).toEqual([303, '/signup?applied'])
    expect(sent.headers.get('set-cookie')).toBeNull()
    expect(await isMember(name)).toBe(false)
    expect(textsIn(await early.text(), '#password-error')).toEqual([
      'No admin has decided your application yet.',
    ])
    expect(textsIn(await wrong.text(), '#password-error')).toEqual(['Name and password do not fit together.'])
    expect(await saidIn(anyone().get('/signup?applied'))).toContain('An admin reads your application.')
  })

  test('that an admin accepts is an account, of which a mail tells', async () => {
    const [name, address, visitor] = [newName('bo'), newAddress(), anyone()]
    await apply({ username: name, address })

    const page = await (await rosa.accounts.get('/applications')).text()
    const path = await pathOf(name, 'accept')
    const accepted = await rosa.accounts.post(path)
    const again = await rosa.accounts.post(path)
    const signedIn = await signIn(name, visitor)
    const letter = await site.letterTo(address)
    await visitor.post(linkIn(letter))

    expect(page).toContain('Elm Street')
    expect([accepted.status, again.status, signedIn.status]).toEqual([303, 404, 303])
    expect(readMail(letter).text).toContain('Your application was accepted')
    expect(await (await visitor.get('/account')).text()).toContain(address)
  })

  test('that an admin refuses leaves nothing, and a mail says why', async () => {
    const [name, address] = [newName('bo'), newAddress()]
    await apply({ username: name, address })

    const path = await pathOf(name, 'refuse')
    const tooLong = await rosa.accounts.post(path, { reason: 'x'.repeat(501) })
    const refused = await rosa.accounts.post(path, { reason: 'We know nobody there.' })
    const letter = await site.letterTo(address)

    expect([tooLong.status, refused.status]).toEqual([422, 303])
    expect(readMail(letter).text).toContain('We know nobody there.')
    expect((await signIn(name)).status).toBe(422)
    expect((await apply({ username: name })).status).toBe(303)
  })

  test('is decided once, by two admins at once', async () => {
    const name = newName('bo')
    await apply({ username: name })
    const [yes, no] = [await pathOf(name, 'accept'), await pathOf(name, 'refuse')]

    const answers = await Promise.all([rosa.accounts.post(yes), rosa.accounts.post(no, { reason: '' })])

    expect(answers.map(({ status }) => status).sort()).toEqual([303, 404])
  })

  test('has a name that nobody else has, nor applied by', async () => {
    await set('open')
    const [name, member] = [newName('bo'), (await site.someone('ana')).name]
    await set('apply', question)
    await apply({ username: name })

    const answers = [await apply({ username: name.toUpperCase() }), await apply({ username: member })]

    expect(answers.map(({ status }) => status)).toEqual([422, 422])
  })

  test('whose name somebody got meanwhile is not accepted, and says why', async () => {
    const name = newName('bo')
    await apply({ username: name })
    await set('open')
    await sign({ username: name })

    const answer = await rosa.accounts.post(await pathOf(name, 'accept'))

    expect(answer.status).toBe(409)
    expect(await saidIn(answer)).toContain('Somebody else has such a name by now')
    expect(await pathOf(name, 'accept')).not.toContain('undefined')
  })

  test.each([
    ['no answer', { answer: ' ' }, 'Please answer this: an admin decides by it.'],
    [
      'an answer that shows nothing',
      { answer: '\u3164\u200b' },
      'Please answer this: an admin decides by it.',
    ],
    ['too long an answer', { answer: 'x'.repeat(2_001) }, 'At most 2000 characters.'],
    ['an older question', { question: 'Why?' }, 'The question is another by now. Please answer this one.'],
  ])('with %s is not taken', async (_, fields, says) => {
    const answer = await apply({ username: newName('bo'), ...fields })

    expect(answer.status).toBe(422)
    expect(textsIn(await answer.text(), '#answer-error')).toEqual([says])
  })

  test('is not made by programs, and an invitation is as good as one', async () => {
    const name = newName('bo')

    const program = await json('/api/users', { username: name, password })
    const invited = await sign({ username: name, invite: await invite() })

    expect([program.status, invited.status]).toEqual([403, 303])
    expect(await isMember(name)).toBe(true)
  })

  test('is for admins alone to see', async () => {
    const bo = await (async () => {
      await set('open')
      return site.someone('bo')
    })()

    expect((await bo.visitor.get('/applications')).status).toBe(403)
    expect((await bo.visitor.post('/applications/1/accept')).status).toBe(403)
    expect((await anyone().get('/applications')).status).toBe(303)
  })
})

test('how one joins is set by admins alone, and by one of the four words', async () => {
  const bo = await site.someone('bo')
  const visitor = admin.visitor()
  for (const [name, value] of bo.visitor.cookies) visitor.cookies.set(name, value)

  const form = await (await rosa.admin.get('/admin/joining')).text()
  const version = attributeIn(form, '[action="/admin/joining"] [name=version]', 'value')
  await set('apply', 'Who are you?')
  const overtaken = await rosa.admin.post('/admin/joining', { law: 'open', question: '', version })
  expect(overtaken.status).toBe(409)
  const shown = await overtaken.text()
  expect(shown).toContain('This was changed meanwhile')
  expect(await (await rosa.admin.get('/admin/joining')).text()).toContain('value="Who are you?"')
  const now = attributeIn(shown, '[action="/admin/joining"] [name=version]', 'value')
  const atOnce = await Promise.all(
    ['a', 'b', 'c', 'd'].map((question) =>
      rosa.admin.post('/admin/joining', { law: 'apply', question, version: now }),
    ),
  )
  expect(atOnce.map(({ status }) => status).sort()).toEqual([303, 409, 409, 409])
  await set('open')
  const member = await visitor.post('/admin/joining', { law: 'closed' })
  const wrong = await rosa.admin.post('/admin/joining', { law: 'shut' })
  const long = await rosa.admin.post('/admin/joining', { law: 'apply', question: 'x'.repeat(501) })

  expect([member.status, wrong.status, long.status]).toEqual([403, 422, 422])
  expect(textsIn(await (await anyone().get('/signup')).text(), 'main button')).toEqual(['Join'])
})

test('an invitation names the board as SITE_URL does, whatever the admin reaches it by', async () => {
  const named = await site.accounts.as('admin', { mail: { siteUrl: 'https://board.example' } })
  const visitor = named.visitor()
  for (const [name, value] of rosa.admin.cookies) visitor.cookies.set(name, value)
  const cookie = [...rosa.admin.cookies].map(([name, value]) => `${name}=${value}`).join('; ')

  const page = await (await visitor.post('/admin/invites', { note: '', uses: '1', days: '7' })).text()
  const made = await json('/api/invites', { uses: 1 }, named, { cookie, origin })
  const { link } = (await made.json()) as { link: string }

  for (const each of [...textsIn(page, 'pre code'), link])
    expect(each).toMatch(/^https:\/\/board\.example\/invites\/[\w-]{43}$/)
  expect(textsIn(page, 'pre code')).toHaveLength(1)
})
