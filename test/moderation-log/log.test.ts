import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { cached } from '../../src/cache-policy.ts'
import { openReplica, origin, type Replica } from '../support/servers/replica.ts'
import { find, textsIn } from '../support/site/markup.ts'
import { addCategory, newMember } from '../support/site/members.ts'
import type { Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(60_000)

let web: Replica
let admin: Omit<Replica, 'as'>
let ana: Visitor
let root: Visitor

beforeAll(async () => {
  web = await openReplica()
  admin = await web.as('admin')
  ana = await newMember(web, 'ana')
  root = await newMember(web, 'rosa', 'admin')
  await addCategory(web, 'Books')
})

function send(method: string, path: string, who?: Visitor, body?: unknown): Promise<Response> {
  const cookie = [...(who?.cookies ?? [])].map(([name, value]) => `${name}=${value}`).join('; ')
  const headers = { origin, cookie, 'content-type': 'application/json' }
  return web.app.handle(
    new Request(origin + path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) }),
  )
}

const idIn = async (answer: Promise<Response>) => ((await (await answer).json()) as { id: number }).id
const write = () =>
  idIn(send('POST', '/api/posts', ana, { category: 'Books', title: 'A post', body: 'text' }))

async function hide(kind: 'posts' | 'comments', id: number, reason: string): Promise<void> {
  const answer = await send('DELETE', `/api/${kind}/${id}?${new URLSearchParams({ reason })}`, root)
  expect(answer.status).toBe(204)
}

async function restore(kind: 'posts' | 'comments', id: number): Promise<void> {
  const visitor = admin.visitor()
  for (const [name, value] of root.cookies) visitor.cookies.set(name, value)
  expect((await visitor.post(`/admin/${kind}/${id}/restore`)).status).toBe(303)
}

type Entry = { number: number; act: string; kind: string; subject: number; reason: string; hash: string }
const year = new Date().getUTCFullYear()
const entries = async () => (await (await send('GET', `/moderation/${year}.json`)).json()) as Entry[]

/** What /audit says of the log, not older than the call. */
async function checked(): Promise<{ entries: number; broken: number | null }> {
  await web.context.cache.invalidate([cached.recount.key()])
  const audit = await (await send('GET', '/api/audit')).json()
  return (audit as { recount: { moderation: { entries: number; broken: number | null } } }).recount.moderation
}

describe('the moderation log', () => {
  test('has each post and comment that was hidden or brought back, in order, and names nobody', async () => {
    const post = await write()
    const comment = await idIn(send('POST', `/api/posts/${post}/comments`, ana, { body: 'So do I' }))

    await hide('comments', comment, 'Rude <b>words')
    await hide('posts', post, '=SUM(1)')
    await restore('posts', post)
    const page = await (await send('GET', '/moderation')).text()
    const lines = textsIn(page, '.lines li')
    const feed = await send('GET', '/moderation/feed')
    const csv = await (await send('GET', `/moderation/${year}.csv`)).text()

    expect((await entries()).slice(-3)).toMatchObject([
      { act: 'hide', kind: 'comment', subject: comment, reason: 'Rude <b>words' },
      { act: 'hide', kind: 'post', subject: post, reason: '=SUM(1)' },
      { act: 'show', kind: 'post', subject: post, reason: '' },
    ])
    expect(lines[0]).toContain(`Post ${post} was brought back`)
    expect(lines[2]).toContain(`Comment ${comment} was hidden: Rude <b>words`)
    expect(page).not.toContain('rosa')
    expect(feed.headers.get('content-type')).toContain('application/atom+xml')
    expect(await feed.text()).toContain(`Comment ${comment} was hidden`)
    expect(csv).toContain("'=SUM(1)")
    expect(await checked()).toEqual({ entries: (await entries()).length, broken: null })
  })

  test('names moderators where the operator wants it, and never who appealed or whose it was', async () => {
    const named = await web.as('web', { moderationNames: 'moderators' })
    const read = async (path: string) => (await named.app.handle(new Request(origin + path))).text()
    const gone = await newMember(web, 'cem-who-leaves', 'admin')
    const [first, second] = [await write(), await write()]
    await send('DELETE', `/api/posts/${first}?reason=Rude`, gone)
    await hide('posts', second, 'Rude')
    const numberOf = async (post: number) =>
      (await entries()).findLast(({ subject, kind }) => kind === 'post' && subject === post)!.number
    const [hisNumber, herNumber] = [await numberOf(first), await numberOf(second)]
    const appeal = await ana.post(`/statements/${herNumber}/appeal`, { text: 'It was right' })
    await web.database.write(
      `UPDATE users SET removed_at = CURRENT_TIMESTAMP(3), disabled_at = CURRENT_TIMESTAMP(3)
        WHERE name = 'cem-who-leaves'`,
    )

    const page = await read('/moderation')
    const all = JSON.parse(await read(`/moderation/${year}.json`)) as { number: number; by?: string | null }[]

    expect(appeal.status).toBe(303)
    expect(textsIn(page, `#action-${herNumber} .byline`)[0]).toContain('rosa')
    expect(textsIn(page, `#action-${hisNumber} .byline`)[0]).toContain('a deleted account')
    expect(textsIn(page, '.lines li')[0]).toContain('Somebody appealed')
    expect([page.includes('ana'), page.includes('cem-who-leaves')]).toEqual([false, false])
    expect(all.find(({ number }) => number === herNumber)?.by).toBe('rosa')
    expect(all.find(({ number }) => number === hisNumber)?.by).toBeNull()
    expect(all.at(-1)).not.toHaveProperty('by')
    expect(await read(`/moderation/${year}.csv`)).toMatch(/^number,.*,by\n/)
    expect(await read('/moderation/feed')).toContain('<name>rosa</name>')
    expect(await (await send('GET', '/moderation')).text()).not.toContain('rosa')
  })

  test('has the years since its first entry, for who reports on one when it is over', async () => {
    await hide('posts', await write(), 'Rude')
    const ago = (years: number) =>
      web.database.write(
        `UPDATE moderation_actions SET done_at = done_at + INTERVAL ? YEAR WHERE number = 1`,
        [-years],
      )

    await ago(2)
    const page = await (await send('GET', '/moderation')).text()
    const first = JSON.parse(await (await send('GET', `/moderation/${year - 2}.json`)).text()) as Entry[]
    await ago(-2)

    const links = find(page, 'main a').map(({ attributes }) => attributes.href)
    for (const of of [year, year - 1, year - 2])
      expect(links).toEqual(expect.arrayContaining([`/moderation/${of}.csv`, `/moderation/${of}.json`]))
    expect(links).not.toContain(`/moderation/${year - 3}.csv`)
    expect(first.map(({ number }) => number)).toEqual([1])
    expect((await checked()).broken).toBeNull()
  })

  test('has nothing of what did not happen, and two at one moment stand one after the other', async () => {
    const before = (await entries()).length
    const [first, second] = [await write(), await write()]

    await send('DELETE', `/api/posts/${first}?reason=Mine`, await newMember(web, 'bo'))
    await Promise.all([hide('posts', first, 'One'), hide('posts', second, 'Two')])
    await send('DELETE', `/api/posts/${first}?reason=Again`, root)

    const added = (await entries()).slice(before)
    expect(added.map(({ reason }) => reason).sort()).toEqual(['One', 'Two'])
    expect(added.map(({ number }) => number)).toEqual([before + 1, before + 2])
    expect((await checked()).broken).toBeNull()
  })

  test.each([
    ['another reason', "UPDATE moderation_actions SET reason = 'Other' WHERE number = ?"],
    ['another moderator', 'UPDATE moderation_actions SET done_by = 0 WHERE number = ?'],
    ['no entry', 'DELETE FROM moderation_actions WHERE number = ?'],
  ])('with %s in the place of one is found, and the page of the count names it', async (_, statement) => {
    await hide('posts', await write(), 'First')
    await hide('posts', await write(), 'Last')
    const [entry] = (await entries()).slice(-2)
    const [row] = await web.database.rows<Record<string, string | number>>(
      'SELECT number, act, kind, subject_id, reason, done_by, CAST(done_at AS CHAR) AS done_at, hash FROM moderation_actions WHERE number = ?',
      [entry!.number],
    )

    await web.database.write(statement, [entry!.number])
    const found = await checked()
    const page = await (await send('GET', '/audit')).text()
    await web.database.write('DELETE FROM moderation_actions WHERE number = ?', [entry!.number])
    await web.database.write(`INSERT INTO moderation_actions (${Object.keys(row!).join(', ')}) VALUES (?)`, [
      Object.values(row!),
    ])

    expect(found.broken).toBe(entry!.number)
    expect(page).toContain(`Entry ${entry!.number} of the moderation log is not as it was written.`)
    expect((await checked()).broken).toBeNull()
  })

  test('without its last entry is found, too', async () => {
    await hide('posts', await write(), 'Last')
    const last = (await entries()).at(-1)!

    await web.database.write('DELETE FROM moderation_actions WHERE number = ?', [last.number])
    const found = await checked()
    await web.database.write(
      'UPDATE moderation_heads SET number = ?, hash = (SELECT hash FROM moderation_actions WHERE number = ?)',
      [last.number - 1, last.number - 1],
    )

    expect(found.broken).toBe(last.number)
    expect((await checked()).broken).toBeNull()
  })

  test.each(['/moderation/26.csv', '/moderation/2026.xml', '/moderation/none'])(
    'has no page %s',
    async (path) => {
      expect((await send('GET', path)).status).toBe(404)
    },
  )

  test('of a year with very much in it is whole, and comes in pieces, which hold nobody up', async () => {
    const most = 12_345
    await web.database.write(
      `INSERT INTO moderation_actions (number, act, kind, subject_id, reason, done_by, done_at, hash)
       WITH RECURSIVE digits AS (SELECT 0 AS n UNION ALL SELECT n + 1 FROM digits WHERE n < 9),
            numbers AS (SELECT a.n + 10 * b.n + 100 * c.n + 1000 * d.n + 10000 * e.n AS n
                          FROM digits AS a, digits AS b, digits AS c, digits AS d, digits AS e)
       SELECT 1000001 + n, 'hide', 'comment', 1 + n, REPEAT('rude, "odd" ', 30), 1, '2001-02-03', SHA2(n, 256)
         FROM numbers
        WHERE n < ?`,
      [most],
    )
    const read = async (type: string) => {
      const { body } = await send('GET', `/moderation/2001.${type}`)
      const pieces: string[] = []
      for await (const piece of body!.pipeThrough(new TextDecoderStream())) pieces.push(piece)
      return { whole: pieces.join(''), longest: Math.max(...pieces.map(({ length }) => length)) }
    }

    const [{ whole: csv, ...csvPieces }, { whole, ...jsonPieces }] = [await read('csv'), await read('json')]
    const json = JSON.parse(whole) as Entry[]
    await web.database.write("DELETE FROM moderation_actions WHERE done_at < '2002-01-01'")

    expect(json.map(({ subject }) => subject)).toEqual(Array.from({ length: most }, (_, n) => n + 1))
    expect(csv.trimEnd().split('\n').length).toBe(most + 1)
    expect(csv.split('\n', 1)[0]).toStartWith('number,act,kind,subject,reason,')
    expect(csvPieces.longest).toBeLessThan(1_000_000)
    expect(jsonPieces.longest).toBeLessThan(1_000_000)
    expect([(await read('json')).whole, (await read('csv')).whole]).toEqual([
      '[]',
      `${csv.split('\n', 1)[0]}\n`,
    ])
  })

  test('is added to and never changed by the accounts of replicas', async () => {
    for (const { context } of [web, admin]) {
      for (const statement of [
        "UPDATE moderation_actions SET reason = ''",
        'DELETE FROM moderation_actions',
      ]) {
        const code = await context.db.write('forge', statement).then(
          () => undefined,
          (error: { code: string }) => error.code,
        )
        expect(code).toMatch(/^ER_TABLEACCESS_DENIED_ERROR$/)
      }
    }
  })
})
