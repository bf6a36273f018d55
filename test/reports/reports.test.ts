import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { openReplica, origin, type Replica } from '../support/servers/replica.ts'
import { attributeIn, textsIn } from '../support/site/markup.ts'
import { addCategory, newMember } from '../support/site/members.ts'
import type { Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(60_000)

let web: Replica
let ana: Visitor
let bo: Visitor
let root: Visitor

beforeAll(async () => {
  web = await openReplica({ mail: { siteUrl: 'https://board.example' } })
  ana = await newMember(web, 'ana')
  bo = await newMember(web, 'bo')
  root = await newMember(web, 'rosa', 'admin')
  await addCategory(web, 'Books')
  await web.database.write(`INSERT INTO items (id, name, quantity, price) VALUES (7, 'Cake', 1, 2)`)
})

function send(method: string, path: string, who?: Visitor, body?: unknown, more = {}): Promise<Response> {
  const cookie = [...(who?.cookies ?? [])].map(([name, value]) => `${name}=${value}`).join('; ')
  const headers = { origin, cookie, 'content-type': 'application/json', ...more }
  return web.app.handle(
    new Request(origin + path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) }),
  )
}

const idIn = async (answer: Promise<Response>) => ((await (await answer).json()) as { id: number }).id
const write = (title = 'A post') =>
  idIn(send('POST', '/api/posts', ana, { category: 'Books', title, body: 'What I wrote' }))

const report = (kind: string, id: number, who?: Visitor, from = '203.0.113.7', more = {}) =>
  send(
    'POST',
    '/api/reports',
    who,
    { kind, id, reason: 'rule', text: 'Rude words', ...more },
    {
      'x-forwarded-for': from,
    },
  )

const reportsOf = (kind: string, id: number) =>
  web.database.rows<{ reporter_id: number | null; address: string | null; body: string }>(
    'SELECT reporter_id, address, body FROM reports WHERE kind = ? AND subject_id = ? ORDER BY id',
    [kind, id],
  )

/** As from this many people, each of whom wants an answer. */
const openReportsOf = (post: number, many: number) =>
  web.database.write(
    `INSERT INTO reports (kind, subject_id, reporter_key, reason, body, address, language)
     WITH RECURSIVE digits AS (SELECT 0 AS n UNION ALL SELECT n + 1 FROM digits WHERE n < 9)
     SELECT 'post', ?, UNHEX(SHA2(numbers.n, 256)), 'spam', 'Spam',
            CONCAT('Reader', numbers.n, '@example.org'), 'de'
       FROM (SELECT a.n + 10 * b.n + 100 * c.n + 1000 * d.n + 10000 * e.n AS n
               FROM digits AS a, digits AS b, digits AS c, digits AS d, digits AS e) AS numbers
      WHERE numbers.n < ?`,
    [post, many],
  )

describe('a report', () => {
  test('of a post, a comment, an item and a member is taken with an account and without', async () => {
    const post = await write()
    const comment = await idIn(send('POST', `/api/posts/${post}/comments`, ana, { body: 'So do I' }))
    const things = [
      ['post', post],
      ['comment', comment],
      ['item', 7],
      ['member', 1],
    ] as const

    for (const [kind, id] of things) {
      const answers = [await report(kind, id, bo), await report(kind, id)]
      expect(answers.map(({ status }) => status)).toEqual([201, 201])
      expect(await answers[0]!.json()).toMatchObject({ kind, id, reason: 'rule', text: 'Rude words' })
      expect((await reportsOf(kind, id)).map(({ reporter_id }) => reporter_id)).toEqual([
        expect.any(Number),
        null,
      ])
    }
  })

  test('is one for each person and thing, by account, by address and by network', async () => {
    const post = await write()
    const froms = ['203.0.113.8', '203.0.113.8', '203.0.113.9', '2001:db8:1:2::3', '2001:db8:1:2:9::4']

    const statuses: number[] = []
    for (const from of froms) statuses.push((await report('post', post, undefined, from)).status)
    for (const from of froms.slice(2)) statuses.push((await report('post', post, bo, from)).status)

    expect(statuses).toEqual([201, 409, 201, 201, 409, 201, 409, 409])
    expect(await reportsOf('post', post)).toHaveLength(4)
  })

  test('pressed twice at once is one', async () => {
    const post = await write()

    const answers = await Promise.all([1, 2, 3].map(() => report('post', post, bo)))

    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409])
    expect(await reportsOf('post', post)).toHaveLength(1)
  })

  test('pressed by many at once is answered to each, whatever the database makes of it', async () => {
    const crowd = await Promise.all([1, 2, 3, 4].map((n) => newMember(web, `crowd-${n}`)))

    const statuses = new Set<string>()
    for (let round = 0; round < 40; round++) {
      const post = await write()
      const whos = [...crowd, bo, bo, undefined, undefined]
      const answers = await Promise.all(whos.map((who) => report('post', post, who, `192.0.2.${round}`)))
      statuses.add(
        answers
          .map(({ status }) => status)
          .sort()
          .join(),
      )
      await web.database.write('UPDATE reports SET reporter_key = NULL WHERE subject_id = ?', [post])
    }

    expect([...statuses]).toEqual(['201,201,201,201,201,201,409,409'])
  })

  test('of what is gone, hidden, or nothing at all is refused, and stores nothing', async () => {
    const [gone, hidden] = [await write(), await write()]
    await send('DELETE', `/api/posts/${gone}`, ana)
    await send('DELETE', `/api/posts/${hidden}?reason=Off`, root)

    const answers = [
      await report('post', gone),
      await report('post', hidden),
      await report('comment', 9_999_999),
      await report('item', 9_999_999),
      await report('member', 9_999_999),
    ]

    expect(answers.map(({ status }) => status)).toEqual([404, 410, 404, 404, 404])
    expect([...(await reportsOf('post', gone)), ...(await reportsOf('post', hidden))]).toEqual([])
    expect((await web.visitor().get(`/reports/post/${hidden}`)).status).toBe(410)
    expect((await web.visitor().get('/reports/board/1')).status).toBe(404)
  })

  test.each([
    [{ reason: 'hate' }, 'reason'],
    [{ text: ' ' }, 'text'],
    [{ text: 'x'.repeat(1_001) }, 'text'],
    [{ address: 'nowhere' }, 'address'],
    [{ kind: 'board' }, 'kind'],
  ])('is refused at the field: %j', async (wrong, field) => {
    const answer = await report('post', await write(), bo, undefined, wrong)

    expect(answer.status).toBe(422)
    expect(Object.keys(((await answer.json()) as { errors: object }).errors)).toEqual([field])
  })

  test('is the twenty-first that nobody has looked at, and is refused, by address and by account', async () => {
    const posts: number[] = []
    for (let at = 0; at < 21; at++) posts.push(await write())
    for (const who of [undefined, await newMember(web, 'cem')]) {
      const statuses: number[] = []
      for (const post of posts) statuses.push((await report('post', post, who, '198.51.100.1')).status)
      expect(statuses).toEqual([...Array(20).fill(201), 429])
    }
  })

  test('is one of twenty, of a thousand that come from one address at once and in turn', async () => {
    const posts: number[] = []
    for (let at = 0; at < 25; at++) posts.push(await write())
    const before = await web.database.rows<{ id: number }>('SELECT id FROM reports')

    const statuses = new Set<number>()
    for (let round = 0; round < 40; round++) {
      const answers = await Promise.all(posts.map((post) => report('post', post, undefined, '198.51.100.77')))
      for (const { status } of answers) statuses.add(status)
    }

    const after = await web.database.rows<{ id: number }>('SELECT id FROM reports')
    // Those who stand in each other's way for too long are told to come again.
    expect([...statuses].filter((status) => ![201, 409, 429, 503].includes(status))).toEqual([])
    expect(after.length - before.length).toBe(20)
  })

  test('is the thousand-and-first of one thing, and is refused, but not one of another', async () => {
    const [many, other] = [await write(), await write()]
    await openReportsOf(many, 1_000)

    const refused = await report('post', many, bo)

    expect([refused.status, ((await refused.json()) as { detail: string }).detail]).toEqual([
      409,
      'Very many have reported this already. Moderators will look at it.',
    ])
    expect((await report('post', other, bo)).status).toBe(201)
  })

  test('is answered with all others of its thing, however many, when that is hidden', async () => {
    const post = await write()
    await openReportsOf(post, 5_000)

    const hidden = await send('DELETE', `/api/posts/${post}?reason=Spam`, root)

    const [left] = await web.database.rows<{ open: number }>(
      'SELECT COUNT(*) AS open FROM reports WHERE subject_id = ? AND closed_at IS NULL',
      [post],
    )
    const [mails] = await web.database.rows<{ mails: number; people: number; recipients: number }>(
      `SELECT COUNT(*) AS mails, COUNT(DISTINCT address) AS people,
              COUNT(DISTINCT recipient_key) AS recipients
         FROM outbox
        WHERE kind = 'report-answer' AND address LIKE 'Reader%' AND language = 'de'`,
    )
    expect(hidden.status).toBe(204)
    expect([left, mails]).toEqual([{ open: 0 }, { mails: 5_000, people: 5_000, recipients: 5_000 }])
  })

  test('is of a picture alone, in the form and over REST, where there is one', async () => {
    const [with_, without] = [await write(), await write()]
    await web.database.write(
      `INSERT INTO images (hash, width, height, small, large) VALUES (?, 4, 3, 'x', 'x')`,
      ['a'.repeat(64)],
    )
    await web.database.write('UPDATE posts SET image_hash = ? WHERE id = ?', ['a'.repeat(64), with_])
    await web.context.cache.invalidate([`post:${with_}`])
    const stranger = web.visitor()
    const form = await (await stranger.get(`/reports/post/${with_}`)).text()
    const once = attributeIn(form, '[name=once]', 'value')

    const sent = { once, reason: 'illegal', text: 'It shows my child', of: 'picture' }
    const statuses = [
      (await stranger.post(`/reports/post/${with_}`, sent)).status,
      (await report('post', with_, bo, undefined, { of: 'picture' })).status,
      (await report('post', without, bo, undefined, { of: 'picture' })).status,
      (await report('post', without, bo, undefined, { of: 'frame' })).status,
    ]

    expect(form).toContain('It is about the picture alone')
    expect(await (await stranger.get(`/reports/post/${without}`)).text()).not.toContain('name="of"')
    expect(statuses).toEqual([303, 201, 422, 422])
    expect((await reportsOf('post', with_)).map(({ body }) => body)).toEqual([
      'About the picture alone: It shows my child',
      'About the picture alone: Rude words',
    ])
  })

  test('has a form that works without an account, says what is wrong, and takes an address', async () => {
    const post = await write('A <b>title')
    const stranger = web.visitor()
    const page = await (await stranger.get(`/posts/${post}`)).text()
    expect(page).toContain(`/reports/post/${post}`)
    const form = await (await stranger.get(`/reports/post/${post}`)).text()
    expect(textsIn(form, 'h1')[0]).toContain('Report the post “A <b>title”')
    const once = attributeIn(form, '[name=once]', 'value')

    const refused = await stranger.post(`/reports/post/${post}`, { once, reason: '', text: '' })
    const fields = { once, reason: 'illegal', text: 'It <i>is', address: 'cem@example.org' }
    const first = await stranger.post(`/reports/post/${post}`, fields)
    const again = await stranger.post(`/reports/post/${post}`, fields)

    expect([refused.status, first.status, again.status]).toEqual([422, 303, 303])
    expect(textsIn(await refused.text(), '.error')).toEqual([
      'Say what is wrong with it.',
      'Say it in a sentence.',
    ])
    expect(first.headers.get('location')).toBe(`/reports/post/${post}?sent`)
    expect(await (await stranger.get(`/reports/post/${post}?sent`)).text()).toContain('Thank you')
    expect(await reportsOf('post', post)).toEqual([
      { reporter_id: null, address: 'cem@example.org', body: 'It <i>is' },
    ])
    // Whoever has an account is answered there.
    expect(await (await bo.get(`/reports/post/${post}`)).text()).not.toContain('type="email"')
  })
})
