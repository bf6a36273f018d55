import { beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import fc from 'fast-check'
import { createConnection } from 'mysql2/promise'
import type { Kind } from '../../src/action-log/queries.ts'
import { doable } from '../../src/queue/act.ts'
import { waitingFor } from '../../src/queue/queries.ts'
import { readsOf } from '../support/reads.ts'
import { untilWaiting } from '../support/servers/locks.ts'
import { openReplica, origin, type Replica } from '../support/servers/replica.ts'
import { find, textsIn } from '../support/site/markup.ts'
import { addCategory, newMember } from '../support/site/members.ts'
import { newName } from '../support/site/page.ts'
import type { Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(120_000)

let web: Replica
let admin: Omit<Replica, 'as'>
let root: Visitor

type Member = { id: number; name: string; visitor: Visitor }
let ana: Member

beforeAll(async () => {
  web = await openReplica({ mail: { siteUrl: 'https://board.example' } })
  admin = await web.as('admin')
  root = await newMember(web, 'rosa', 'admin')
  await addCategory(web, 'Books')
  await addCategory(web, 'Films')
})
beforeEach(async () => {
  await web.database.write('DELETE FROM reports')
  await web.database.write('DELETE FROM rules')
  ana = await member('ana')
})

async function member(kind: 'ana' | 'bo' | 'cem', category?: number): Promise<Member> {
  const name = newName(kind)
  const visitor = await newMember(web, name)
  const [row] = await web.database.rows<{ id: number }>('SELECT id FROM users WHERE name = ?', [name])
  const id = row!.id
  if (category !== undefined)
    await web.database.write('INSERT INTO moderators (user_id, category_id) VALUES (?, ?)', [id, category])
  return { id, name, visitor }
}

function send(method: string, path: string, who?: Visitor, body?: unknown): Promise<Response> {
  const cookie = [...(who?.cookies ?? [])].map(([name, value]) => `${name}=${value}`).join('; ')
  const headers = { origin, cookie, 'content-type': 'application/json', 'x-forwarded-for': '203.0.113.7' }
  const { app } = path.startsWith('/api/moderation') ? admin : web
  return app.handle(
    new Request(origin + path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) }),
  )
}

const at = ({ visitor }: Pick<Replica, 'visitor'>, who: Visitor): Visitor => {
  const other = visitor()
  for (const [name, value] of who.cookies) other.cookies.set(name, value)
  return other
}

const idIn = async (answer: Promise<Response>) => ((await (await answer).json()) as { id: number }).id
const write = (category = 'Books', title = 'A post') =>
  idIn(send('POST', '/api/posts', ana.visitor, { category, title, body: 'What I wrote' }))
const say = (post: number, who = ana.visitor) =>
  idIn(send('POST', `/api/posts/${post}/comments`, who, { body: 'So do I' }))
const report = (kind: string, id: number, more = {}) =>
  send('POST', '/api/reports', undefined, { kind, id, reason: 'rule', text: 'Rude words', ...more })

const act = (who: Visitor, wanted: object) => send('POST', '/api/moderation/actions', who, wanted)
const listed = async (who: Visitor) =>
  ((await (await send('GET', '/api/moderation/reports', who)).json()) as { id: number }[]).map(({ id }) => id)
const told = async (who: Visitor) =>
  (await (await send('GET', '/api/statements', who)).json()) as {
    number: number
    act: string
    isUndone: boolean
    isAppealed: boolean
    answer: string | null
  }[]
const year = new Date().getUTCFullYear()
type Entry = { number: number; act: string; kind: string; subject: number; refersTo: number | null }
const log = async () => (await (await send('GET', `/moderation/${year}.json`)).json()) as Entry[]
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)

async function broken(): Promise<number | null> {
  await web.context.cache.invalidate(['recount:3'])
  const audit = await (await send('GET', '/api/audit')).json()
  return (audit as { recount: { moderation: { broken: number | null } } }).recount.moderation.broken
}

describe('the queue', () => {
  test('shows moderators what is reported in their categories, together, oldest first, in place', async () => {
    const [here, there] = [await write('Books', 'In <books'), await write('Films')]
    const comment = await say(here)
    await report('comment', comment)
    await report('post', here)
    await send('POST', '/api/reports', (await member('bo')).visitor, {
      ...{ kind: 'post', id: here, reason: 'spam', text: 'It <i>is' },
    })
    await report('post', there)
    await report('member', ana.id)
    const books = await member('bo', 1)
    const whole = await member('cem', 0)

    const page = await (await at(admin, books.visitor).get('/moderation/queue')).text()
    const thing = await (await at(admin, books.visitor).get(`/moderation/queue/post/${here}`)).text()

    expect(await listed(books.visitor)).toEqual([comment, here, here])
    expect(await listed(whole.visitor)).toEqual([comment, here, here, there, ana.id])
    expect((await send('GET', '/api/moderation/reports', ana.visitor)).status).toBe(403)
    expect(textsIn(page, '.lines li a')).toEqual(['Comment on “In <books”', 'Post “In <books”'])
    expect(textsIn(page, '.lines li').at(1)).toContain('Reports: 2')
    expect(textsIn(thing, 'main .excerpt')).toEqual(['What I wrote'])
    expect(textsIn(thing, 'main .lines li').slice(0, 2)).toEqual([
      expect.stringContaining('It breaks a rule of this board: Rude words'),
      expect.stringContaining('It is spam: It <i>is'),
    ])
    expect((await at(admin, books.visitor).get(`/moderation/queue/post/${there}`)).status).toBe(403)
    expect((await at(admin, books.visitor).get(`/moderation/queue/member/${ana.id}`)).status).toBe(403)
  })

  test('reads as much as it shows of very many reports', async () => {
    await web.database.write(
      `INSERT INTO reports (kind, subject_id, reporter_key, reason, body, language)
       WITH RECURSIVE digits AS (SELECT 0 AS n UNION ALL SELECT n + 1 FROM digits WHERE n < 9)
       SELECT 'member', 1 + numbers.n DIV 2, UNHEX(SHA2(numbers.n, 256)), 'spam', 'Spam', 'en'
         FROM (SELECT a.n + 10 * b.n + 100 * c.n + 1000 * d.n + 10000 * e.n AS n
                 FROM digits AS a, digits AS b, digits AS c, digits AS d, digits AS e) AS numbers
        WHERE numbers.n < 30000
        ORDER BY numbers.n`,
    )
    const moderator = await member('cem', 0)

    const { found, read } = await readsOf(web.database, async (sql) => {
      const first = await waitingFor(sql, moderator.id, { after: '0', limit: 51 })
      return [
        first,
        await waitingFor(sql, moderator.id, { after: `${first[50]!.first}`, limit: 51 }),
      ] as const
    })
    const [first, second] = found

    expect(first.map(({ subject, reports }) => [subject, reports])).toEqual(
      Array.from({ length: 51 }, (_, at) => [at + 1, 2]),
    )
    expect([second[0]!.subject, second.at(-1)!.subject]).toEqual([52, 102])
    expect(read).toBeLessThan(5_000)
  })

  test('says who else looks at it, and keeps notes among moderators', async () => {
    const post = await write()
    const [bo, cem] = [await member('bo', 1), await member('cem', 1)]
    const path = `/moderation/queue/post/${post}`

    await at(admin, bo.visitor).get(path)
    const note = await at(admin, bo.visitor).post(`${path}/notes`, { text: 'I <b>know them' })
    const page = await (await at(admin, cem.visitor).get(path)).text()
    const looks = await (await at(admin, bo.visitor).get(`${path}/looks`, { 'hx-request': 'true' })).text()
    const typed = await at(admin, bo.visitor).get(`${path}/looks`)

    expect(note.status).toBe(303)
    expect(textsIn(page, '#looking')[0]).toContain(bo.name)
    expect(looks).toContain(cem.name)
    expect([typed.status, typed.headers.get('location')]).toEqual([303, path])
    expect(textsIn(page, '#notes li')[0]).toContain('I <b>know them')
    expect((await at(admin, bo.visitor).post(`${path}/notes`, { text: ' ' })).status).toBe(422)
  })

  test('offers what can be done to a thing as it stands', async () => {
    const bo = await member('bo', 0)
    const [post, into] = [await write(), await write()]
    const offered = async (kind: string, id: number) => {
      const page = await (await at(admin, bo.visitor).get(`/moderation/queue/${kind}/${id}`)).text()
      return find(page, '[name=act] option').map(({ attributes }) => attributes.value)
    }
    const doing = async (wanted: object) =>
      expect((await act(bo.visitor, { kind: 'post', id: post, reason: 'Rude', ...wanted })).status).toBe(201)

    const first = await offered('post', post)
    await report('post', post)
    await doing({ act: 'lock' })
    await doing({ act: 'pin' })
    await report('post', post)
    const held = await offered('post', post)
    await doing({ act: 'merge', into })
    const merged = await offered('post', post)
    await doing({ act: 'split' })
    await doing({ act: 'hide' })
    const hidden = await offered('post', post)
    await doing({ act: 'silence', kind: 'member', id: ana.id, until: inDays(2) })
    const silenced = await offered('member', ana.id)

    expect(first).toEqual(['', 'warn', 'hide', 'lock', 'move', 'merge', 'pin'])
    expect(held).toEqual(['', 'dismiss', 'warn', 'hide', 'unlock', 'move', 'merge', 'pin', 'unpin'])
    expect(merged).toEqual(['', 'warn', 'unlock', 'split', 'unpin'])
    expect(hidden).toEqual(['', 'warn', 'show', 'unlock', 'unpin'])
    expect(silenced).toEqual(['', 'warn', 'unsilence', 'suspend'])
    await doing({ act: 'unpin' })
  })

  test('closes all reports of a thing with what is done, answers by mail, and lets report again', async () => {
    const post = await write()
    const bo = await member('bo', 1)
    await report('post', post, { address: 'cem@example.org' })

    const dismissed = await act(bo.visitor, { act: 'dismiss', kind: 'post', id: post })
    const again = await report('post', post)
    await act(bo.visitor, { act: 'hide', kind: 'post', id: post, reason: 'Rude' })

    expect([dismissed.status, again.status]).toEqual([201, 201])
    expect(await dismissed.json()).toMatchObject({ number: null, act: 'dismiss' })
    expect(await listed(bo.visitor)).toEqual([])
    const rows = await web.database.rows<{
      address: string | null
      reporter_key: string | null
      done: 0 | 1
    }>('SELECT address, reporter_key, action_number IS NOT NULL AS done FROM reports ORDER BY id')
    expect(rows).toEqual([
      { address: null, reporter_key: null, done: 0 },
      { address: null, reporter_key: null, done: 1 },
    ])
    const mails = await web.database.rows(`SELECT address, content FROM outbox WHERE kind = 'report-answer'`)
    expect(mails).toEqual([{ address: 'cem@example.org', content: '{"isDone":false}' }])
  })

  test('lets a moderator who comes second see what the first did, on the page and over REST', async () => {
    const post = await write()
    const [bo, cem] = [await member('bo', 1), await member('cem', 1)]
    const wanted = { act: 'lock', kind: 'post', id: post, reason: 'Heated', seen: 0 }

    const both = await Promise.all([act(bo.visitor, wanted), act(cem.visitor, wanted)])
    const form = await at(admin, cem.visitor).post(`/moderation/queue/post/${post}`, {
      ...{ act: 'hide', reason: 'Rude', seen: '0' },
    })
    const page = await form.text()

    expect(both.map(({ status }) => status).sort()).toEqual([201, 409])
    expect(form.status).toBe(409)
    expect(page).toContain('Somebody else did something about this.')
    expect(page).toContain('The discussion of')
    expect((await log()).filter(({ subject, act }) => subject === post && act === 'lock')).toHaveLength(1)
  })

  test.each(['warn', 'lock', 'move'])(
    'lets one of two do something at one moment, of whom one would %s',
    async (one) => {
      const post = await write()
      const [bo, cem] = [await member('bo', 1), await member('cem', 1)]
      const wanted = { kind: 'post', id: post, reason: 'Rude', seen: 0, category: 2 }

      // Whoever holds the log's head keeps both waiting until both have been let in.
      const holder = await createConnection({ uri: web.database.url })
      await holder.query('BEGIN')
      await holder.query('SELECT number FROM moderation_heads WHERE id = 1 FOR UPDATE')
      const both = [act(bo.visitor, { ...wanted, act: one }), act(cem.visitor, { ...wanted, act: 'hide' })]
      await untilWaiting(web.database, () => 2)
      await holder.query('COMMIT')
      await holder.end()

      expect((await Promise.all(both)).map(({ status }) => status).sort()).toEqual([201, 409])
      expect((await log()).filter(({ kind, subject }) => kind === 'post' && subject === post)).toHaveLength(1)
    },
  )
})

describe('a moderator', () => {
  test('closes a discussion, and opens it again', async () => {
    const post = await write()
    const bo = await member('bo', 1)
    const comments = async () =>
      (await send('POST', `/api/posts/${post}/comments`, ana.visitor, { body: 'Hm' })).status

    const locked = await act(bo.visitor, { act: 'lock', kind: 'post', id: post, reason: 'Heated' })
    const page = await (await at(web, ana.visitor).get(`/posts/${post}`)).text()
    const during = await comments()
    await act(bo.visitor, { act: 'unlock', kind: 'post', id: post })
    const [last] = (await log()).slice(-1)

    expect(locked.status).toBe(201)
    expect(page).toContain('This discussion is closed')
    expect([during, await comments()]).toEqual([403, 201])
    expect(last).toMatchObject({ act: 'unlock', refersTo: ((await locked.json()) as Entry).number })
    expect((await act(bo.visitor, { act: 'unlock', kind: 'post', id: post })).status).toBe(409)
  })

  test.each(['silence', 'suspend'] as const)(
    'makes a member %s until a day, which ends by itself',
    async (how) => {
      const bo = await member('bo', 0)
      const post = await write()
      const comment = await say(post)
      const writes = async () => [
        (await send('POST', '/api/posts', ana.visitor, { category: 'Books', title: 'x', body: 'x' })).status,
        (await send('POST', `/api/posts/${post}/comments`, ana.visitor, { body: 'Hm' })).status,
        (await send('PATCH', `/api/posts/${post}`, ana.visitor, { title: crypto.randomUUID() })).status,
        (await send('PATCH', `/api/comments/${comment}`, ana.visitor, { body: crypto.randomUUID() })).status,
      ]
      const wanted = { act: how, kind: 'member', id: ana.id, reason: 'Rude', until: inDays(3) }

      const done = await act(bo.visitor, wanted)
      const during = await writes()
      const other = (await at(web, ana.visitor).post('/follows/threads', { wanted: 'on' })).status
      const refused = await at(web, ana.visitor).post(`/posts/${post}/comments`, { body: 'Hm' })
      const read = (await at(web, ana.visitor).get('/statements')).status
      await web.database.write('UPDATE sanctions SET until_at = CURRENT_TIMESTAMP(3) WHERE user_id = ?', [
        ana.id,
      ])
      await web.context.cache.invalidate(
        [...ana.visitor.cookies.values()].map(
          (secret) => `session:${new Bun.CryptoHasher('sha256').update(secret).digest('hex')}`,
        ),
      )

      expect(done.status).toBe(201)
      expect(during).toEqual([403, 403, 403, 403])
      // The page that says so knows who they are.
      expect(textsIn(await refused.text(), '.account a').at(-1)).toBe(ana.name)
      expect([other, read]).toEqual([how === 'suspend' ? 403 : 303, 200])
      expect(await writes()).toEqual([201, 201, 200, 200])
      expect((await told(ana.visitor))[0]).toMatchObject({ act: how, until: `${inDays(3)}T00:00:00.000Z` })
    },
  )

  test.each([
    [{ until: inDays(-1) }, 422],
    [{ until: inDays(0) }, 422],
    [{ until: inDays(9_999) }, 422],
    [{ until: '2026-02-30' }, 422],
    [{ until: 'soon' }, 422],
    [{ reason: '' }, 422],
    [{ id: 9_999_999 }, 404],
  ])('suspends nobody by %j', async (wrong, status) => {
    const bo = await member('bo', 0)
    const wanted = { act: 'suspend', kind: 'member', id: ana.id, reason: 'Rude', until: inDays(3) }

    expect((await act(bo.visitor, { ...wanted, ...wrong })).status).toBe(status)
    expect(await told(ana.visitor)).toEqual([])
  })

  test('suspends no admin, not themselves, nobody twice, and nobody as moderator of a category', async () => {
    const [bo, cem] = [await member('bo', 0), await member('cem', 1)]
    const [rosa] = await web.database.rows<{ id: number }>(`SELECT id FROM users WHERE name = 'rosa'`)
    const suspend = async (who: Visitor, id: number) =>
      (await act(who, { act: 'suspend', kind: 'member', id, reason: 'Rude', until: inDays(3) })).status

    expect([
      await suspend(bo.visitor, rosa!.id),
      await suspend(bo.visitor, bo.id),
      await suspend(cem.visitor, ana.id),
      await suspend(bo.visitor, ana.id),
      await suspend(bo.visitor, ana.id),
    ]).toEqual([409, 409, 403, 201, 409])
  })

  test('moves a post from their category, with its entry in the log, and not from others', async () => {
    const [bo, cem] = [await member('bo', 1), await member('cem', 2)]
    const post = await write('Books')
    const move = (who: Visitor, category: number) =>
      act(who, { act: 'move', kind: 'post', id: post, reason: 'About films', category })

    const statuses = [
      (await move(cem.visitor, 2)).status,
      (await move(bo.visitor, 1)).status,
      (await move(bo.visitor, 999)).status,
      (await move(bo.visitor, 2)).status,
    ]

    expect(statuses).toEqual([403, 422, 422, 201])
    expect(await (await send('GET', `/api/posts/${post}`)).json()).toMatchObject({ category: 'Films' })
    expect((await log()).at(-1)).toMatchObject({ act: 'move', subject: post, detail: '1 2' })
  })

  test('warns a member of nothing that they wrote, too, and the log says so', async () => {
    const bo = await member('bo', 0)

    await act(bo.visitor, { act: 'warn', kind: 'member', id: ana.id, reason: 'Be kind' })

    const page = await (await web.visitor().get('/moderation')).text()
    expect(textsIn(page, '.lines li > span').at(0)?.replace(/\s+/g, ' ')).toContain(
      `Member ${ana.id} was warned: Be kind`,
    )
  })

  test('warns, and the author is told by a notice, in a statement, and nobody else', async () => {
    const bo = await member('bo', 1)
    const post = await write()

    await act(bo.visitor, { act: 'warn', kind: 'post', id: post, reason: 'Be kind' })
    const notices = (await (await send('GET', '/api/notices', ana.visitor)).json()) as { kind: string }[]
    const page = await (await at(web, ana.visitor).get('/notices')).text()

    expect(notices).toEqual([expect.objectContaining({ kind: 'moderation', path: '/statements' })])
    expect(page).toContain('Moderators did something')
    expect(await told(ana.visitor)).toEqual([expect.objectContaining({ act: 'warn', reason: 'Be kind' })])
    expect(await told(bo.visitor)).toEqual([])
  })

  test('outside their category does nothing, whatever is remembered of their session', async () => {
    const cem = await member('cem', 2)
    const post = await write()
    const comment = await say(post)
    const wants = [
      ...['dismiss', 'warn', 'hide', 'lock'].map((each) => ({ act: each, kind: 'post', id: post })),
      ...['dismiss', 'warn', 'hide'].map((each) => ({ act: each, kind: 'comment', id: comment })),
    ]
    const before = (await log()).length

    for (const wanted of wants)
      expect((await act(cem.visitor, { ...wanted, reason: 'Rude' })).status).toBe(403)
    const bo = await member('bo', 1)
    await act(bo.visitor, { act: 'dismiss', kind: 'post', id: post })
    await web.database.write('DELETE FROM moderators WHERE user_id = ?', [bo.id])
    for (const wanted of wants)
      expect((await act(bo.visitor, { ...wanted, reason: 'Rude' })).status).toBe(403)

    expect((await log()).length).toBe(before)
  })

  test('does not do to a thing what its kind has not', async () => {
    expect((await act(root, { act: 'silence', kind: 'post', id: await write(), reason: 'x' })).status).toBe(
      422,
    )
    expect((await act(root, { act: 'fly', kind: 'post', id: 1, reason: 'x' })).status).toBe(422)
  })
})

describe('an appeal', () => {
  const appeal = async (number: number, who = ana.visitor, text = 'It <b>was right') =>
    (await at(web, who).post(`/statements/${number}/appeal`, { text })).status
  const decide = async (who: Visitor, number: number, decision: 'undo' | 'keep', answer = 'We <i>looked') =>
    (await at(admin, who).post(`/moderation/queue/appeals/${number}`, { decision, answer })).status

  test('is decided by somebody else than who acted, in their category, once', async () => {
    const [bo, cem, films] = [await member('bo', 1), await member('cem', 1), await member('cem', 2)]
    const post = await write()
    const { number } = (await (
      await act(bo.visitor, { act: 'hide', kind: 'post', id: post, reason: 'Rude' })
    ).json()) as Entry

    const strangers = [
      await appeal(number, bo.visitor),
      await appeal(9_999_999),
      await appeal(number, ana.visitor, ' '),
    ]
    const appeals = [await appeal(number), await appeal(number)]
    const own = await (await at(admin, bo.visitor).get('/moderation/queue')).text()
    const decisions = [
      await decide(bo.visitor, number, 'undo'),
      await decide(films.visitor, number, 'undo'),
      await decide(cem.visitor, number, 'undo', ' '),
      ...(
        await Promise.all([decide(cem.visitor, number, 'undo'), decide(cem.visitor, number, 'undo')])
      ).sort(),
    ]

    expect(strangers).toEqual([409, 409, 422])
    expect(appeals).toEqual([303, 409])
    expect(own).toContain('Somebody else has to decide about what you did.')
    expect(textsIn(own, '.excerpt')).toContain('It <b>was right')
    expect(decisions).toEqual([403, 403, 422, 303, 409])
    expect((await send('GET', `/api/posts/${post}`)).status).toBe(200)
    expect((await told(ana.visitor))[0]).toMatchObject({
      isUndone: true,
      isAppealed: true,
      answer: 'We <i>looked',
    })
    const entries = (await log()).filter(({ refersTo }) => refersTo === number)
    expect(entries.map((each) => each.act)).toEqual(['appeal', 'show'])
    expect(await broken()).toBeNull()
  })

  test('that is refused leaves it as it is, and the author reads why', async () => {
    const [bo, cem] = [await member('bo', 1), await member('cem', 1)]
    const post = await write()
    const { number } = (await (
      await act(bo.visitor, { act: 'lock', kind: 'post', id: post, reason: 'Heated' })
    ).json()) as Entry
    await appeal(number)

    expect(await decide(cem.visitor, number, 'keep')).toBe(303)

    expect((await told(ana.visitor))[0]).toMatchObject({ isUndone: false, answer: 'We <i>looked' })
    expect((await log()).at(-1)).toMatchObject({ act: 'uphold', refersTo: number })
    expect((await send('POST', `/api/posts/${post}/comments`, ana.visitor, { body: 'Hm' })).status).toBe(403)
  })

  test.each([
    ['hide', 'post', {}],
    ['hide', 'comment', {}],
    ['lock', 'post', {}],
    ['move', 'post', { category: 2 }],
    ['warn', 'comment', {}],
    ['silence', 'member', { until: inDays(3) }],
    ['suspend', 'member', { until: inDays(3) }],
  ] as const)('undoes it just as it was: %s a %s', async (what, kind, more) => {
    const [bo, cem] = [await member('bo', 0), await member('cem', 0)]
    const post = await write()
    const comment = await say(post)
    const id = { post, comment, member: ana.id }[kind]
    const texts = () =>
      Promise.all(
        [
          `/api/posts/${post}`,
          `/api/posts/${post}/comments`,
          '/api/categories/Books',
          '/api/categories/Films',
        ].map(async (path) => (await send('GET', path)).text()),
      )
    const before = await texts()
    const done = await act(bo.visitor, { act: what, kind, id, reason: 'Rude', ...more })
    const { number } = (await done.json()) as Entry

    const appealed = await appeal(number)
    const decided = await decide(cem.visitor, number, 'undo')

    expect([done.status, appealed, decided]).toEqual([201, 303, 303])
    expect(await texts()).toEqual(before)
    expect((await told(ana.visitor))[0]).toMatchObject({ act: what, isUndone: true })
    expect((await send('PATCH', `/api/posts/${post}`, ana.visitor, { title: 'Mine again' })).status).toBe(200)
    expect(await say(post)).toBeNumber()
    expect(await broken()).toBeNull()
  })
})

describe('a post that is pinned', () => {
  const titles = async (path: string, who = web.visitor()) =>
    textsIn(await (await who.get(path)).text(), '#posts h2')

  test('stays on top of its category or of the front page, once, until it is undone or its day comes', async () => {
    const [bo, first] = [await member('bo', 0), await write('Books', 'The old one')]
    const second = await write('Books', 'The older one')
    await write('Books', 'The newest')
    expect((await titles('/'))[0]).toBe('The newest')

    const here = await act(bo.visitor, { act: 'pin', kind: 'post', id: first, reason: 'Read this' })
    const front = await act(bo.visitor, {
      ...{ act: 'pin', kind: 'post', id: second, reason: 'All', isOnFront: true, until: inDays(2) },
    })

    expect([here.status, front.status]).toEqual([201, 201])
    expect(await front.json()).toMatchObject({ act: 'pin', until: `${inDays(2)}T00:00:00.000Z` })
    expect((await titles('/')).slice(0, 2)).toEqual(['The older one', 'The newest'])
    const inBooks = await titles('/c/Books')
    expect(inBooks.slice(0, 3)).toEqual(['The older one', 'The old one', 'The newest'])
    expect(inBooks.filter((title) => title === 'The old one')).toHaveLength(1)
    for (const path of ['/c/Films', '/?sort=top', `/?before=${first}`])
      expect(textsIn(await (await web.visitor().get(path)).text(), '#posts > .mark'), path).toEqual([])
    const secondReplica = await web.as('web')
    expect((await titles('/', secondReplica.visitor()))[0]).toBe('The older one')

    await web.database.write(
      `UPDATE settings SET value = REPLACE(value, '${inDays(2)}', '2026-01-01') WHERE name = 'PINS'`,
    )
    await web.context.cache.invalidate(['settings'])
    expect((await titles('/'))[0]).toBe('The newest')
    const undone = await act(bo.visitor, { act: 'unpin', kind: 'post', id: first })
    expect(undone.status).toBe(201)
    expect((await titles('/c/Books'))[0]).toBe('The newest')
    expect((await act(bo.visitor, { act: 'unpin', kind: 'post', id: first })).status).toBe(409)
    expect(
      (await log())
        .filter(({ kind, subject }) => kind === 'post' && subject === first)
        .map((each) => each.act),
    ).toEqual(['pin', 'unpin'])
    expect(await broken()).toBeNull()
  })

  test('is not there when it is hidden, and no category’s moderator pins on the front page', async () => {
    const [bo, keeper] = [await member('bo', 0), await member('cem', 1)]
    const post = await write('Books', 'Soon hidden')
    const pin = { act: 'pin', kind: 'post', id: post, reason: 'Read' }

    const front = await act(keeper.visitor, { ...pin, isOnFront: true })
    const past = await act(bo.visitor, { ...pin, until: '2020-01-01' })
    const here = await act(keeper.visitor, pin)
    const again = await act(keeper.visitor, pin)
    expect([front.status, past.status, here.status, again.status]).toEqual([403, 422, 201, 409])
    expect((await titles('/c/Books'))[0]).toBe('Soon hidden')

    await act(bo.visitor, { act: 'hide', kind: 'post', id: post, reason: 'Off' })
    expect(await titles('/c/Books')).not.toContain('Soon hidden')
    await act(bo.visitor, { act: 'show', kind: 'post', id: post })
    expect((await titles('/c/Books'))[0]).toBe('Soon hidden')
    await send('DELETE', `/api/posts/${post}`, ana.visitor)
    expect(await titles('/c/Books')).not.toContain('Soon hidden')
  })

  test('asks no statement more of a page where nothing is pinned', async () => {
    await web.database.write(`DELETE FROM settings WHERE name = 'PINS'`)
    await web.context.cache.invalidate(['settings'])
    const page = await (await web.visitor().get('/')).text()

    expect(page).not.toContain('pinned')
  })
})

describe('a post that is merged into another', () => {
  const bodies = async (post: number) =>
    (
      (await (await send('GET', `/api/posts/${post}/comments`)).json()) as { body: string; parent: number }[]
    ).map(({ body }) => body)

  test('stands there with its comments, leads there, and comes back with what was answered since', async () => {
    const [bo, cem] = [await member('bo', 0), await member('cem')]
    const [twice, once] = [await write('Films', 'Asked *twice*'), await write('Books', 'Asked once')]
    const comment = await say(twice, cem.visitor)
    const reply = await idIn(
      send('POST', `/api/posts/${twice}/comments`, ana.visitor, { body: 'Below', parent: comment }),
    )
    await say(once)
    await send('POST', `/api/posts/${twice}/likes`)
    const addresses = [
      ...[`/api/posts/${twice}`, `/api/posts/${once}`, `/api/comments/${comment}`, `/api/comments/${reply}`],
      ...[`/api/posts/${twice}/comments`, `/api/posts/${once}/comments`],
      ...['/api/categories/Books', '/api/categories/Films'],
    ]
    const snapshot = () => Promise.all(addresses.map(async (path) => (await send('GET', path)).text()))
    const before = await snapshot()

    const merged = await act(bo.visitor, {
      act: 'merge',
      kind: 'post',
      id: twice,
      into: once,
      reason: 'Double',
    })

    expect(merged.status).toBe(201)
    expect(await bodies(once)).toEqual([
      ...['So do I', 'Below', 'So do I'],
      '**Asked \\*twice\\***\n\nWhat I wrote',
    ])
    const gone = await web.visitor().get(`/posts/${twice}`)
    const page = await gone.text()
    expect([gone.status, (await send('GET', `/api/posts/${twice}`)).status]).toEqual([410, 410])
    expect([textsIn(page, 'h1'), page.includes('Double')]).toEqual([['Merged into another post'], true])
    const way = /href="(\/comments\/\d+)"/.exec(page)?.[1] ?? ''
    const opening = Number(way.split('/')[2])
    expect(await (await send('GET', `/api/posts/${twice}`)).json()).toMatchObject({ status: 410, see: way })
    expect((await web.visitor().get(way)).headers.get('location')).toContain(`/posts/${once}?from=${opening}`)
    const there = await (await web.visitor().get(`/posts/${once}`)).text()
    expect(textsIn(there, `#comment-${opening} .body`)).toHaveLength(3)
    expect((await act(bo.visitor, { act: 'show', kind: 'post', id: twice })).status).toBe(409)
    expect((await told(ana.visitor))[0]).toMatchObject({ act: 'merge', isUndone: false })

    const split = await act(bo.visitor, { act: 'split', kind: 'post', id: twice })
    expect(split.status).toBe(201)
    expect(await snapshot()).toEqual(before)

    await act(bo.visitor, { act: 'merge', kind: 'post', id: twice, into: once, reason: 'Double' })
    const last = ((await (await send('GET', `/api/posts/${once}/comments`)).json()) as { id: number }[]).at(
      -1,
    )!
    const late = await idIn(
      send('POST', `/api/posts/${once}/comments`, cem.visitor, { body: 'Late', parent: last.id }),
    )
    await send('POST', `/api/posts/${once}/comments`, cem.visitor, { body: 'Later', parent: late })
    await act(bo.visitor, { act: 'split', kind: 'post', id: twice })

    expect(await bodies(twice)).toEqual(['So do I', 'Below', 'Late', 'Later'])
    expect(await bodies(once)).toEqual(['So do I'])
    const [counts] = await web.database.rows<{ wrong: number }>(
      `SELECT COUNT(*) AS wrong FROM posts WHERE comments <>
        (SELECT COUNT(*) FROM comments WHERE post_id = posts.id AND removed_at IS NULL)`,
    )
    expect(counts!.wrong).toBe(0)
    expect(await broken()).toBeNull()
  })

  test('comes back with as many answers as may stand below a comment, and no more may', async () => {
    const bo = await member('bo', 0)
    const [twice, once] = [await write(), await write()]
    await act(bo.visitor, { act: 'merge', kind: 'post', id: twice, into: once, reason: 'Double' })
    const [opening] = (await (await send('GET', `/api/posts/${once}/comments`)).json()) as { id: number }[]
    const { write: store, rows } = web.database
    for (const length of [2_000, 1_999])
      await store(`INSERT INTO comments (post_id, parent_id, root_id, body) VALUES ?`, [
        Array.from({ length }, () => [once, opening!.id, opening!.id, 'Late']),
      ])
    await store('UPDATE posts SET comments = comments + 3999 WHERE id = ?', [once])
    const answer = () =>
      send('POST', `/api/posts/${once}/comments`, ana.visitor, { body: 'The last', parent: opening!.id })

    const [last, more] = [await answer(), await answer()]
    const split = await act(bo.visitor, { act: 'split', kind: 'post', id: twice })

    expect([last.status, more.status, split.status]).toEqual([201, 409, 201])
    const counts = await rows(
      `SELECT posts.comments, COUNT(comments.id) AS there, COUNT(comments.root_id) AS below
         FROM posts
         LEFT JOIN comments ON comments.post_id = posts.id
        WHERE posts.id IN (?, ?)
        GROUP BY posts.id
        ORDER BY posts.id`,
      [twice, once],
    )
    expect(counts).toEqual([
      { comments: 4_000, there: 4_000, below: 0 },
      { comments: 0, there: 0, below: 0 },
    ])
  })

  test('goes there only from who keeps order in both places, into one that is there', async () => {
    const [bo, keeper] = [await member('bo', 0), await member('cem', 1)]
    const [from, into] = [await write('Books'), await write('Films')]
    const merge = { act: 'merge', kind: 'post', id: from, reason: 'Double' }

    const statuses = [(await act(keeper.visitor, { ...merge, into })).status]
    for (const target of [from, 9_999_999, undefined, into])
      statuses.push((await act(bo.visitor, { ...merge, into: target })).status)
    expect(statuses).toEqual([403, 422, 422, 422, 201])
    expect((await act(bo.visitor, { ...merge, id: into, into: from })).status).toBe(422)

    const third = await write('Books')
    expect((await act(bo.visitor, { ...merge, id: into, into: third })).status).toBe(201)
    const early = await act(bo.visitor, { act: 'split', kind: 'post', id: from })
    const rest: number[] = []
    for (const id of [into, from])
      rest.push((await act(bo.visitor, { act: 'split', kind: 'post', id })).status)
    expect([early.status, ...rest]).toEqual([409, 201, 201])
  })

  test('is appealed by its author, and undone by somebody else', async () => {
    const [bo, cem] = [await member('bo', 0), await member('cem', 0)]
    const [from, into] = [await write('Books', 'Mine'), await write('Books', 'Theirs')]
    const before = await (await send('GET', `/api/posts/${from}`)).text()
    const form = { act: 'merge', into: `http://localhost/posts/${into}`, reason: 'Double' }
    const done = await at(admin, bo.visitor).post(`/moderation/queue/post/${from}`, form)
    const number = (await told(ana.visitor))[0]!.number

    await ana.visitor.post(`/statements/${number}/appeal`, { text: 'It is another question' })
    const decided = await at(admin, cem.visitor).post(`/moderation/queue/appeals/${number}`, {
      ...{ decision: 'undo', answer: 'So it is' },
    })

    expect([done.status, decided.status]).toEqual([303, 303])
    expect(await (await send('GET', `/api/posts/${from}`)).text()).toBe(before)
    expect((await told(ana.visitor))[0]).toMatchObject({ act: 'merge', isUndone: true })
    expect(await broken()).toBeNull()
  })
})

type Thing = { kind: Kind; id: number }
type Step = Thing & { act: string; more?: Record<string, unknown> }

/** Every act of moderators to each thing, in each of its ways, and what others do meanwhile. */
const stepsFor = (things: Thing[]): Step[] => {
  const posts = things.filter(({ kind }) => kind === 'post')
  const ways: Record<string, (thing: Thing) => Record<string, unknown>[]> = {
    move: () => [{ category: 1 }, { category: 2 }],
    merge: ({ id }) => posts.filter((each) => each.id !== id).map((each) => ({ into: each.id })),
    pin: () => [{ isOnFront: true }, { isOnFront: false, until: inDays(3) }],
    silence: () => [{ until: inDays(3) }],
    suspend: () => [{ until: inDays(4) }],
  }
  const ofModerators = things.flatMap((thing) =>
    doable[thing.kind].flatMap((act) =>
      (ways[act]?.(thing) ?? [{}]).map((more) => ({ ...thing, act, more })),
    ),
  )
  const ofOthers = things.flatMap((thing) => [
    ...['report', 'appeal', 'like'].map((act) => ({ ...thing, act })),
    ...(thing.kind === 'member' ? ['mute', 'unmute'] : []).map((act) => ({ ...thing, act })),
  ])
  return [...ofModerators, ...ofOthers]
}

/** What undoes each act; a post that was moved by hand is moved back by hand. */
const undoings = (things: Thing[]): Step[] =>
  stepsFor(things).filter(
    ({ kind, act, more }) =>
      ['split', 'unpin', 'show', 'unlock', 'unsilence', 'unsuspend', 'unmute'].includes(act) ||
      (kind === 'post' && act === 'move' && more?.category === 1),
  )

describe('whatever moderators do and undo, in whatever order', () => {
  test('the API says in the end what it said before, byte for byte, and the log is whole', async () => {
    const [bo, cem, reader] = [await member('bo', 0), await member('cem', 0), await member('cem')]
    const posts: number[] = []
    for (const title of ['one', 'two', 'three']) posts.push(await write('Books', `About #gardens ${title}`))
    const comments: number[] = []
    for (const post of posts) {
      const above = await say(post)
      const body = { body: 'Below', parent: above }
      comments.push(above, await idIn(send('POST', `/api/posts/${post}/comments`, cem.visitor, body)))
    }
    const name = `Honey ${crypto.randomUUID()}`
    await web.database.write('INSERT INTO items (name, quantity, price) VALUES (?, 5, 4)', [name])
    const [item] = await web.database.rows<{ id: number }>('SELECT id FROM items WHERE name = ?', [name])
    const things: Thing[] = [
      ...posts.map((id) => ({ kind: 'post' as const, id })),
      ...comments.map((id) => ({ kind: 'comment' as const, id })),
      { kind: 'item', id: item!.id },
      { kind: 'member', id: ana.id },
    ]
    const addresses = [
      ...['/api/posts', '/api/posts?category=Books', '/api/posts?category=Films', '/api/posts?tag=gardens'],
      ...[`/api/posts?author=${ana.name}`, `/api/posts?q=author:${ana.name}`, `/api/users/${ana.name}`],
      ...posts.flatMap((id) => ['', '/comments', '/body'].map((part) => `/api/posts/${id}${part}`)),
      ...comments.map((id) => `/api/comments/${id}`),
      ...['/api/categories/Books', '/api/categories/Films', '/api/categories', `/api/items/${item!.id}`],
      ...['/api/v1/categories/Books/acts', '/api/v1/categories', '/feed', '/c/Books/feed'],
      ...['/tags/gardens/feed', `/users/${ana.name}/feed`, `/posts/${posts[0]}/feed`],
    ]
    const likes = new Map(posts.map((id) => [id, 0]))
    /** Whatever shows a number of likes shows that of what was pressed: the text with the first one again. */
    const unliked = (text: string) =>
      text.replaceAll(/"id":(\d+),[^{}]*?"likes":(\d+)/g, (found, id, shown) =>
        Number(shown) === likes.get(Number(id)) ? found.replace(/\d+$/, '0') : found,
      )
    const snapshot = () =>
      Promise.all(
        [
          ...addresses.map((path) => send('GET', path)),
          send('GET', '/api/follows', reader.visitor),
          send('GET', `/api/posts/${posts[0]}`, ana.visitor),
        ].map(async (answer) => unliked(await (await answer).text())),
      )
    await web.search.caughtUp()
    const before = await snapshot()
    const seen = new Map<string, Set<number>>()
    const note = (act: string, status: number) => seen.set(act, (seen.get(act) ?? new Set()).add(status))
    /** The author appeals against the last that was done, and somebody else undoes it. */
    const appeal = async () => {
      const [last] = (await told(ana.visitor)).filter(({ isAppealed }) => !isAppealed)
      if (!last) return
      await at(web, ana.visitor).post(`/statements/${last.number}/appeal`, { text: 'It was right' })
      const decision = { decision: 'undo', answer: 'So it was' }
      const path = `/moderation/queue/appeals/${last.number}`
      note('appeal', (await at(admin, cem.visitor).post(path, decision)).status)
    }
    const doing = async ({ act: what, kind, id, more }: Step): Promise<boolean> => {
      if (what === 'appeal') await appeal()
      else if (what === 'report') note(what, (await report(kind, id)).status)
      else if (what === 'like') {
        const post = kind === 'post' ? id : posts[0]!
        note(what, (await send('POST', `/api/posts/${post}/likes`)).status)
        likes.set(post, likes.get(post)! + 1)
      } else if (what === 'mute' || what === 'unmute') {
        const body = what === 'mute' ? { level: 'mute' } : undefined
        const method = what === 'mute' ? 'PUT' : 'DELETE'
        note(what, (await send(method, `/api/follows/member/${id}`, reader.visitor, body)).status)
      } else {
        const { status } = await act(bo.visitor, { act: what, kind, id, reason: 'Rude', ...more })
        note(what, status)
        return status === 201
      }
      return false
    }
    /** A post that was merged into another, which was merged, comes back after that. */
    const undoAll = async () => {
      for (let isLeft = true; isLeft; ) {
        isLeft = false
        for (const step of undoings(things)) isLeft = (await doing(step)) || isLeft
      }
    }

    const all = stepsFor(things)
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...all), { maxLength: 24 }), async (steps) => {
        for (const step of steps) await doing(step)
        await undoAll()
        await web.search.caughtUp()
        expect(await snapshot()).toEqual(before)
      }),
      { numRuns: 10, endOnFailure: true, examples: [[all]] },
    )

    await fetch(`${web.batcher.url}/flush`, { method: 'POST' })
    await web.context.cache.invalidate(['recount:3'])
    const stored = await web.database.rows<{ id: number; likes: number }>(
      'SELECT id, CAST(likes AS SIGNED) AS likes FROM posts WHERE id IN (?)',
      [posts],
    )
    const audit = (await (await send('GET', '/api/audit')).json()) as { drift: number }
    expect(new Map(stored.map((post) => [post.id, post.likes]))).toEqual(likes)
    // Also while a post is hidden, or stands in another.
    expect([...(seen.get('like') ?? [])]).toEqual([200])
    expect(audit.drift).toBe(0)
    expect(await broken()).toBeNull()
    const acts = [...new Set(Object.values(doable).flat())]
    expect(acts.filter((each) => !seen.get(each)?.has(201))).toEqual([])
    expect(
      [...seen].flatMap(([each, statuses]) => [...statuses].filter(isOdd).map((status) => [each, status])),
    ).toEqual([])
    expect(
      (await send('POST', `/api/posts/${posts[0]}/comments`, ana.visitor, { body: 'Free' })).status,
    ).toBe(201)
  }, 300_000)
})

/** Done, done already, gone, or impossible as things stand. */
const isOdd = (status: number) => ![200, 201, 204, 303, 404, 409, 410, 422].includes(status)
