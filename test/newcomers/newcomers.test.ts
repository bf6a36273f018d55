import { beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { createConnection } from 'mysql2/promise'
import { asksNothing } from '../../src/settings/newcomers.ts'
import { untilWaiting } from '../support/servers/locks.ts'
import { openReplica, origin, type Replica } from '../support/servers/replica.ts'
import { attributeIn, find, textsIn } from '../support/site/markup.ts'
import { addCategory } from '../support/site/members.ts'
import { newName, password, versionIn } from '../support/site/page.ts'
import type { Visitor } from '../support/site/visitor.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(120_000)

let web: Replica
let admin: Omit<Replica, 'as'>
let accounts: Omit<Replica, 'as'>
let root: Visitor
let ana: Visitor
let name: string

beforeAll(async () => {
  web = await openReplica()
  admin = await web.as('admin')
  accounts = await web.as('accounts')
  root = await newMember('rosa')
  await web.database.write(`UPDATE users SET role = 'admin' WHERE name = 'rosa'`)
  await addCategory(web, 'Books')
  await addCategory(web, 'Films')
})
beforeEach(async () => {
  await ask({})
  name = newName('ana')
  ana = await newMember(name)
})

/** By the accounts that are open: each of its own would take connections of its own. */
async function newMember(name: string): Promise<Visitor> {
  const signing = accounts.visitor()
  await signing.post('/signup', { username: name, password })
  return at(web, signing)
}

type Sender = { app: Replica['app'] }

function sendTo({ app }: Sender, method: string, path: string, who?: Visitor, body?: unknown, more = {}) {
  const cookie = [...(who?.cookies ?? [])].map(([key, value]) => `${key}=${value}`).join('; ')
  const headers = { origin, cookie, 'content-type': 'application/json', ...more }
  return app.handle(
    new Request(origin + path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) }),
  )
}

const send = (method: string, path: string, who?: Visitor, body?: unknown, more = {}): Promise<Response> =>
  sendTo(path.startsWith('/api/moderation') ? admin : web, method, path, who, body, more)

async function ask(asked: object) {
  const all = { ...asksNothing, held: '', refused: '', ...asked }
  const answer = await send('PUT', '/api/moderation/newcomers', root, all)
  return { status: answer.status, body: (await answer.json()) as { errors?: Record<string, string> } }
}
const at = ({ visitor }: Pick<Replica, 'visitor'>, who: Visitor): Visitor => {
  const other = visitor()
  for (const [key, value] of who.cookies) other.cookies.set(key, value)
  return other
}
const write = (who: Visitor, body: string, more: object = {}, headers = {}) =>
  send('POST', '/api/posts', who, { category: 'Books', title: 'A title', body, ...more }, headers)
const waitingIn = async (answer: Response) => ((await answer.json()) as { waiting: number }).waiting
const idIn = async (answer: Response) => ((await answer.json()) as { id: number }).id

async function keeper(category: number): Promise<Visitor> {
  const bo = newName('bo')
  const visitor = await newMember(bo)
  await web.database.write(
    'INSERT INTO moderators (user_id, category_id) SELECT id, ? FROM users WHERE name = ?',
    [category, bo],
  )
  return visitor
}

describe('the first texts of a member', () => {
  test('wait: their author and moderators see them, nobody else does, nowhere', async () => {
    await ask({ hold: 2 })
    const [here, there] = [await keeper(1), await keeper(2)]

    const held = await write(ana, 'Secret zebra #zebra')

    expect(held.status).toBe(202)
    const id = await waitingIn(held)
    await web.search.caughtUp()
    for (const who of [web.visitor(), ana, there, here])
      for (const path of ['/', '/c/Books', `/users/${name}`, '/feed', '/tags/zebra', '/search?q=zebra'])
        expect(await (await who.get(path)).text(), path).not.toContain('Secret')
    for (const path of ['/api/posts?q=zebra', '/api/posts', '/api/posts?category=Books'])
      expect(await (await web.visitor().get(path)).text(), path).not.toContain('Secret')
    const listed = async (who: Visitor) =>
      ((await (await send('GET', '/api/held', who)).json()) as { id: number }[]).map((text) => text.id)
    expect([await listed(ana), await listed(here), await listed(there)]).toEqual([[id], [id], []])
    expect((await send('GET', '/api/held')).status).toBe(401)
    expect(textsIn(await (await ana.get('/held')).text(), '.card .tag')).toEqual(['waiting'])
    expect(await (await at(admin, here).get('/moderation/queue')).text()).toContain('Secret zebra')
    expect(await (await at(admin, there).get('/moderation/queue')).text()).not.toContain('Secret zebra')

    for (const who of [ana, there])
      expect((await send('POST', `/api/held/${id}`, who, { decision: 'approve' })).status).toBe(403)
    const approved = await send('POST', `/api/held/${id}`, here, { decision: 'approve' })
    const { place } = (await approved.json()) as { place: string }
    for (const path of [place, '/', '/c/Books'])
      expect(await (await web.visitor().get(path)).text(), path).toContain('Secret zebra')
    expect((await send('POST', `/api/held/${id}`, here, { decision: 'approve' })).status).toBe(409)
    const told = async () => (await (await send('GET', '/api/notices', ana)).json()) as { kind: string }[]
    expect(await told()).toMatchObject([{ kind: 'approved', path: place, comment: null, isRead: false }])

    const comment = await send('POST', `/api${place}/comments`, ana, { body: 'And more' })
    expect(comment.status).toBe(202)
    expect(await (await web.visitor().get(place)).text()).not.toContain('And more')
    const second = await at(web, here).post(`/held/${await waitingIn(comment)}`, { decision: 'approve' })
    expect(second.headers.get('location')).toMatch(/^\/comments\/\d+$/)
    expect(await (await web.visitor().get(place)).text()).toContain('And more')
    expect(await told()).toMatchObject([
      { kind: 'approved', path: second.headers.get('location') },
      { kind: 'approved', path: place },
    ])
    const notices = await (await ana.get('/notices')).text()
    expect(textsIn(notices, 'main li a')).toEqual(
      expect.arrayContaining(['Your comment is on the board now', 'Your post is on the board now']),
    )
    expect((await write(ana, 'The third')).status).toBe(201)
  })

  test('that are not taken say why to their author, who may appeal; then they wait again', async () => {
    await ask({ hold: 1 })
    const [bo, cem] = [await keeper(0), await keeper(0)]
    const id = await waitingIn(await write(ana, 'Buy this'))

    const bare = await at(web, bo).post(`/held/${id}`, { decision: 'refuse', reason: '' })
    const refused = await at(web, bo).post(`/held/${id}`, { decision: 'refuse', reason: 'No <b>adverts' })

    expect([bare.status, refused.status]).toEqual([422, 303])
    expect(await (await ana.get('/held')).text()).toContain('No &lt;b&gt;adverts')
    const told = async () =>
      ((await (await send('GET', '/api/statements', ana)).json()) as { number: number }[])[0]!
    expect(await (await send('GET', '/api/notices', ana)).json()).toMatchObject([{ kind: 'moderation' }])
    expect(await told()).toMatchObject({ act: 'refuse', reason: 'No <b>adverts', isUndone: false })
    const { number } = await told()
    await ana.post(`/statements/${number}/appeal`, { text: 'It is none' })
    const decided = await at(admin, cem).post(`/moderation/queue/appeals/${number}`, {
      ...{ decision: 'undo', answer: 'So it is' },
    })
    expect(decided.status).toBe(303)
    expect(await told()).toMatchObject({ isUndone: true })
    expect(textsIn(await (await ana.get('/held')).text(), '.card .tag')).toEqual(['waiting'])
    expect((await send('POST', `/api/held/${id}`, cem, { decision: 'approve' })).status).toBe(200)
  })

  test('are taken back by their author alone, wait once however often sent, and are 20 at most', async () => {
    await ask({ hold: 1 })
    const bo = await newMember(newName('bo'))
    const key = { 'idempotency-key': `once-${name}` }
    const first = await waitingIn(await write(ana, 'Once', {}, key))
    expect(await waitingIn(await write(ana, 'Once', {}, key))).toBe(first)

    expect((await bo.post(`/held/${first}/remove`)).status).toBe(404)
    expect((await ana.post(`/held/${first}/remove`)).status).toBe(303)
    const statuses: number[] = []
    for (let n = 0; n < 21; n++) statuses.push((await write(ana, `Text ${n}`)).status)
    expect(statuses).toEqual([...Array(20).fill(202), 429])
  })
})

describe('a new member', () => {
  test('changes nothing on the board while their texts wait', async () => {
    const post = await idIn(await write(ana, 'Plain'))
    await ask({ hold: 2 })

    const changed = await send('PATCH', `/api/posts/${post}`, ana, { body: 'Other' })
    const moved = await send('PATCH', `/api/posts/${post}`, ana, { category: 'Films' })
    const edited = await ana.post(`/posts/${post}/edit`, { category: 'Books', title: 'T', body: 'Other' })

    expect([changed.status, moved.status, edited.status]).toEqual([422, 200, 422])
    const says = 'You may change texts when so many of yours are on the board: 2. Now there are 1.'
    expect(textsIn(await edited.text(), '.error')).toEqual([says])
  })

  test('writes no links, and no faster, than admins say, and reads on their page why', async () => {
    await ask({ links: 1, pace: 3, until: 5 })

    const link = await write(ana, 'See https://example.org')
    expect(link.status).toBe(422)
    expect(Object.keys(((await link.json()) as { errors: object }).errors)).toEqual(['body'])
    const form = await ana.post('/posts', { category: 'Books', title: 'T', body: '[x](https://example.org)' })
    const needs = 'You may write links when so many texts of yours are on the board: 1. Now there are 0.'
    expect([form.status, textsIn(await form.text(), '.error')[0]]).toEqual([422, needs])
    const own = async (who = ana) => textsIn(await (await who.get(`/users/${name}`)).text(), '.own.hint li')
    const paced =
      'So many texts you may write in an hour: 3. That ends when so many of yours are on the board: 5.'
    expect(await own()).toEqual([needs, paced, 'Waiting texts'])
    expect(await own(web.visitor())).toEqual([])

    const post = await idIn(await write(ana, 'Plain'))
    const changed = await send('PATCH', `/api/posts/${post}`, ana, { body: 'See https://example.org' })
    expect(changed.status).toBe(200)
    const many = await Promise.all([1, 2, 3, 4].map((n) => write(ana, `At once ${n}`)))
    expect(many.map(({ status }) => status).sort()).toEqual([201, 201, 429, 429])
    expect(await own()).toEqual([paced, 'Waiting texts'])
    expect((await write(root, 'See https://example.org')).status).toBe(201)
  })

  test('is asked nothing where admins have set nothing', async () => {
    expect((await write(ana, 'See https://example.org')).status).toBe(201)
    expect(textsIn(await (await ana.get(`/users/${name}`)).text(), '.own.hint')).toEqual([])
  })
})

test.each([
  ['was here before', true],
  ['came a moment ago', false],
])(
  'of what waits at the same moment, as many texts of who %s are taken as there may be',
  async (_, isKnown) => {
    await ask({ held: 'casino' })
    const visits = () =>
      web.database.rows('SELECT 1 FROM visits JOIN users ON users.id = visits.user_id WHERE users.name = ?', [
        name,
      ])
    if (isKnown) {
      await ana.get('/')
      await until(async () => (await visits()).length > 0)
    }
    await web.database.write(
      `INSERT INTO held_texts (author_id, category_id, title, body, cause)
     WITH RECURSIVE numbers AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM numbers WHERE n < 19)
     SELECT users.id, categories.id, 'A title', 'casino', 'words'
       FROM numbers
       JOIN users ON users.name = ?
       JOIN categories ON categories.name = 'Books'`,
      [name],
    )
    // Whoever holds the category keeps both waiting where they would be stored.
    const holder = await createConnection({ uri: web.database.url })
    await holder.query('BEGIN')
    await holder.query('SELECT id FROM categories FOR UPDATE')
    const both = ['This', 'That'].map((title) => write(ana, 'casino', { title }))
    await untilWaiting(web.database, () => 2).finally(() => holder.end())

    const statuses = (await Promise.all(both)).map(({ status }) => status)
    expect(statuses.sort()).toEqual([202, 429])
  },
)

describe('words and hosts', () => {
  test('refuse a text or have it wait, written or changed, whoever writes but moderators', async () => {
    await ask({ refused: 'viagra\nspam.example', held: 'casino' })

    const bad = await write(ana, 'Cheap v1аgrа')
    const held = await write(ana, 'A c a s i n o')
    const inTitle = await write(ana, 'Body', { title: 'sp\u200bam . example' })
    const fine = await idIn(await write(ana, 'Fine'))
    const changed = await send('PATCH', `/api/posts/${fine}`, ana, { body: 'casino' })
    const comment = await send('POST', `/api/posts/${fine}/comments`, ana, { body: 'spam[.]example' })
    const edited = await ana.post(`/posts/${fine}/edit`, { category: 'Books', title: 'T', body: 'viagra' })

    const statuses = [bad, held, inTitle, changed, comment, edited].map(({ status }) => status)
    expect(statuses).toEqual([422, 202, 422, 422, 422, 422])
    expect(Object.keys(((await bad.json()) as { errors: object }).errors)).toEqual(['body'])
    expect((await write(root, 'About viagra')).status).toBe(201)
    const draft = { category: 'Books', title: 'T', body: 'viagra' }
    expect((await sendTo(await web.as('web'), 'POST', '/api/posts', ana, draft)).status).toBe(422)
  })

  test.each([
    ['***', 'Hello'],
    ['a', 'a and more'],
    ['.com', 'https://example.com'],
  ])('that would match everything are refused with an example: %p', async (line, example) => {
    const { status, body } = await ask({ refused: `fine\n${line}` })

    expect(status).toBe(422)
    expect(body.errors?.refused).toContain(example)
    expect((await write(ana, 'fine')).status).toBe(201)
  })

  test('that stop most of what is on the board are refused with one of those posts', async () => {
    for (let n = 0; n < 12; n++) await write(ana, `The common word ${n}`, { title: `Number ${n}` })
    await web.database.write(`DELETE FROM posts WHERE title NOT LIKE 'Number %'`)

    const { status, body } = await ask({ held: 'common' })

    expect(status).toBe(422)
    expect(body.errors?.held).toContain('“Number 11”')
  })

  test('may be 100,000, and what is saved on the page is shown there again', async () => {
    const list = Array.from({ length: 100_000 }, (_, n) => `word${n.toString(36)}`).join('\n')
    const page = at(admin, root)

    const saved = await page.post('/admin/newcomers', { links: '2', held: list, refused: 'viagra' })

    expect(saved.status).toBe(303)
    expect((await write(ana, 'It says word255r')).status).toBe(202)
    expect((await write(ana, 'It says nothing')).status).toBe(201)
    expect(await (await page.get('/admin/newcomers')).text()).toContain('word255r')
    const wrong = await page.post('/admin/newcomers', { hold: '-1', held: '*', refused: 'viagra' })
    expect([wrong.status, textsIn(await wrong.text(), '.error').length]).toEqual([422, 2])
    expect((await at(admin, ana).get('/admin/newcomers')).status).toBe(403)
    expect((await send('PUT', '/api/moderation/newcomers', ana, { hold: 1 })).status).toBe(403)
  })
})

describe('a form to sign up', () => {
  const send = (fields: Record<string, string>) => {
    const name = newName('bo')
    return accounts.visitor().post('/signup', { username: name, password, ...fields })
  }
  const ago = (seconds: number) => (Date.now() - seconds * 1_000).toString(36)
  const [tooQuick, filled] = ['This was faster than people type.', 'Something filled in a field']

  test('that a program filled, or sent at once, is not taken; sent once more, it is', async () => {
    const before = await (await accounts.visitor().get('/signup')).text()
    expect(find(before, 'input[name=drawn]')).toEqual([])
    expect((await send({ homepage: '' })).status).toBe(303)
    const caught = await send({ homepage: 'https://spam.example' })
    const again = await caught.text()
    expect([caught.status, textsIn(again, '.error')[0]]).toEqual([422, expect.stringContaining(filled)])
    expect(find(again, 'input[name=homepage]')[0]?.attributes.value).toBeUndefined()

    await ask({ seconds: 20 })
    const page = await (await accounts.visitor().get('/signup')).text()
    const drawn = attributeIn(page, 'input[name=drawn]', 'value')
    const quick = await send({ drawn })
    const drawnAgain = await quick.text()
    const others = await Promise.all(['', 'x', ago(-60)].map((each) => send({ drawn: each })))
    const slow = await send({ drawn: ago(21) })

    expect([quick.status, textsIn(drawnAgain, '.error')[0]]).toEqual([422, expect.stringContaining(tooQuick)])
    // It counts from when it was there first, so nobody has to wait twice.
    expect(attributeIn(drawnAgain, 'input[name=drawn]', 'value')).toBe(drawn)
    expect(others.map(({ status }) => status)).toEqual([422, 422, 422])
    expect(slow.status).toBe(303)
    expect((await send({ drawn: ago(21), homepage: 'x' })).status).toBe(422)
  })

  test('shows its trap neither to the keyboard, nor to screen readers, nor to password managers', async () => {
    const [field] = find(await (await accounts.visitor().get('/signup')).text(), 'div[aria-hidden] input')

    expect(field?.attributes).toMatchObject({
      ...{ name: 'homepage', tabindex: '-1', autocomplete: 'off', 'data-lpignore': 'true' },
      ...{ 'data-1p-ignore': expect.anything(), 'data-bwignore': expect.anything() },
    })
  })
})

test('what was set in another tab is not overwritten unseen', async () => {
  const page = at(admin, root)
  const version = versionIn(await (await page.get('/admin/newcomers')).text())
  expect((await page.post('/admin/newcomers', { version, links: '2' })).status).toBe(303)

  const overtaken = await page.post('/admin/newcomers', { version, hold: '3' })

  expect(overtaken.status).toBe(409)
  const drawn = await overtaken.text()
  expect(textsIn(drawn, '.error').length).toBe(1)
  expect((await page.post('/admin/newcomers', { version: versionIn(drawn), hold: '3' })).status).toBe(303)
})

test('of forms that are sent at one moment one is stored', async () => {
  const page = at(admin, root)
  const version = versionIn(await (await page.get('/admin/newcomers')).text())

  const answers = await Promise.all(
    [4, 5, 6, 7].map((links) => page.post('/admin/newcomers', { version, links: `${links}` })),
  )

  expect(answers.map(({ status }) => status).sort()).toEqual([303, 409, 409, 409])
})
