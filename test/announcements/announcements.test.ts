import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { tellFollowers } from '../../src/notices/service.ts'
import { startCourier } from '../support/servers/courier.ts'
import { openReplica, origin, type Replica } from '../support/servers/replica.ts'
import { find, textsIn } from '../support/site/markup.ts'
import { addCategory, writePost } from '../support/site/members.ts'
import { newName, password } from '../support/site/page.ts'
import { sessionCookieOf, type Visitor } from '../support/site/visitor.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(120_000)

let web: Replica
let admin: Omit<Replica, 'as'>
let accounts: Omit<Replica, 'as'>
let root: Visitor
beforeAll(async () => {
  web = await openReplica()
  admin = await web.as('admin')
  accounts = await web.as('accounts')
  for (const name of ['Books', 'Town', 'Choir']) await addCategory(web, name)
  await startCourier(web.database, '', { env: { MAIL: 'off' } })
  const { name, visitor } = await member('cem')
  await web.database.write(`UPDATE users SET role = 'admin' WHERE name = ?`, [name])
  root = visitor
})

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
const idOf = (post: string) => Number(post.replace('/posts/', ''))
const textOf = async (visitor: Visitor, path: string) => (await visitor.get(path)).text()
const numberOf = async (visitor: Visitor) => textsIn(await textOf(visitor, '/'), '#unread')[0]
const formsOn = async (visitor: Visitor, post: string) =>
  find(await textOf(visitor, post), 'form[action$="/confirm"]')

function api(who: Visitor | undefined, method: string, path: string, body?: unknown): Promise<Response> {
  const { app } = path.startsWith('/api/moderation') ? admin : web
  return app.handle(
    new Request(origin + path, {
      method,
      headers: { origin, 'content-type': 'application/json', ...(who && { cookie: sessionCookieOf(who) }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  )
}

const act = (who: Visitor, post: string, wanted: object) =>
  api(who, 'POST', '/api/moderation/actions', { kind: 'post', id: idOf(post), reason: 'Read', ...wanted })
const announce = (who: Visitor, post: string, more = {}) =>
  act(who, post, { act: 'pin', until: inDays(2), isOnFront: true, asks: true, ...more })
const unpin = (post: string) => act(root, post, { act: 'unpin' })
const confirm = (who: Visitor, post: string) => who.post(`/announcements/${idOf(post)}/confirm`)
const answersTo = async (who: Visitor, post: string) =>
  (await (await api(who, 'GET', `/api/announcements/${idOf(post)}`)).json()) as {
    asks: boolean
    asked: number
    confirmed: number
  }

async function missing(who: Visitor, post: string): Promise<string[]> {
  const answer = await api(who, 'GET', `/api/announcements/${idOf(post)}/missing?limit=100`)
  return ((await answer.json()) as { name: string }[]).map(({ name }) => name)
}

/** Resolves when all were asked, and those who are here are shown it. */
async function allAsked(post: string): Promise<void> {
  await until(async () => {
    const asked = 'SELECT post_id FROM announcements WHERE post_id = ? AND asked_at IS NOT NULL'
    return (await web.database.rows(asked, [idOf(post)])).length > 0
  })
  await tellFollowers(web.context)
}

async function member(
  kind: 'ana' | 'bo' | 'cem',
  keeps?: string,
): Promise<{ name: string; visitor: Visitor }> {
  const name = newName(kind)
  const there = accounts.visitor()
  await there.post('/signup', { username: name, password })
  const visitor = at(there, web)
  if (keeps)
    await web.database.write(
      `INSERT INTO moderators (user_id, category_id)
       SELECT users.id, categories.id FROM users JOIN categories ON categories.name = ? WHERE users.name = ?`,
      [keeps, name],
    )
  return { name, visitor }
}

/** Lets a new group alone read a category. Returns its id. */
async function closeTo(category: string): Promise<number> {
  const { insertId } = await web.database.write(
    "INSERT INTO member_groups (name, name_key) VALUES ('Singers', UNHEX(SHA2('Singers', 256)))",
  )
  await web.database.write(
    `INSERT INTO doors (category_id, read_by, write_by)
     SELECT id, 'groups', 'groups' FROM categories WHERE name = ?`,
    [category],
  )
  await web.database.write('INSERT INTO door_groups SELECT category_id, ?, 1 FROM doors', [insertId])
  await web.context.cache.invalidate(['doors'])
  for (const { context } of [web, admin]) await context.doors.refresh()
  return insertId
}

const timesAsked = async () =>
  Number(/_count\{[^}]*isAskedToConfirm[^}]*\} (\d+)/.exec(await web.context.metrics.text())?.[1] ?? 0)

describe('a post that is pinned until a day, and asks', () => {
  test('is confirmed once by each member on whatever device; its author sees who has not', async () => {
    const [author, ana, bo] = [await member('bo'), await member('ana'), await member('bo')]
    const post = await writePost(author.visitor, 'New rules', 'Please read them')
    expect((await announce(root, post)).status).toBe(201)
    await allAsked(post)

    expect([await numberOf(ana.visitor), await numberOf(author.visitor)]).toEqual(['1', '0'])
    expect(await textOf(ana.visitor, '/notices')).toContain('Please confirm that you read this')
    expect(await formsOn(web.visitor(), post)).toEqual([])
    expect(await formsOn(author.visitor, post)).toEqual([])
    expect(await missing(author.visitor, post)).toEqual(expect.arrayContaining([ana.name, bo.name]))
    const [form] = await formsOn(ana.visitor, post)

    const twice = await Promise.all([
      ana.visitor.post(form!.attributes.action!),
      api(ana.visitor, 'POST', `/api/announcements/${idOf(post)}/confirm`),
    ])

    expect(twice.map(({ status }) => status)).toEqual([303, 204])
    expect(twice[0]!.headers.get('location')).toBe(post)
    expect(await answersTo(author.visitor, post)).toMatchObject({ asks: true, confirmed: 1 })
    expect((await confirm(ana.visitor, post)).status).toBe(303)
    expect(await answersTo(root, post)).toMatchObject({ asks: true, confirmed: 1 })
    expect([await numberOf(ana.visitor), await formsOn(ana.visitor, post)]).toEqual(['0', []])
    const page = await textOf(author.visitor, `/announcements/${idOf(post)}`)
    expect(textsIn(page, 'main h2')[0]).toMatch(/^Confirmed by 1 of \d+$/)
    expect(textsIn(page, 'main li a')).toContain(bo.name)
    expect(textsIn(page, 'main li a')).not.toContain(ana.name)
    // Reading the notice is not confirming.
    await bo.visitor.post('/notices/read', { upTo: '999999' })
    expect(await formsOn(bo.visitor, post)).toHaveLength(1)
    const elsewhere = await member('bo', 'Town')
    for (const each of [bo, elsewhere])
      for (const path of ['/announcements/', '/api/announcements/'])
        expect((await api(each.visitor, 'GET', `${path}${idOf(post)}`)).status).toBe(403)
    await unpin(post)
  })

  test('that is pinned again asks who has come since, and nobody twice', async () => {
    const ana = await member('ana')
    const post = await writePost(root, 'Again', 'text')
    await announce(root, post)
    await allAsked(post)
    await confirm(ana.visitor, post)
    const later = await member('ana')

    await announce(root, post, { until: inDays(3) })
    await allAsked(post)

    const rows = await web.database.rows('SELECT id FROM notices WHERE cause = ?', [`confirm ${idOf(post)}`])
    const told = await web.database.rows('SELECT user_id FROM confirmations WHERE post_id = ?', [idOf(post)])
    expect(rows).toHaveLength(told.length)
    expect([await formsOn(ana.visitor, post), await numberOf(later.visitor)]).toEqual([[], '1'])
    expect(await answersTo(root, post)).toMatchObject({ confirmed: 1 })
    await unpin(post)
  })

  test('asks nobody any more when its day is over, it is let go, hidden or deleted', async () => {
    const ana = await member('ana')
    const [over, loose, hidden, deleted] = await Promise.all(
      ['Over', 'Loose', 'Hidden', 'Deleted'].map((title) => writePost(root, title, 'text')),
    )
    for (const [n, post] of [over, loose, hidden, deleted].entries()) {
      await announce(root, post!, { until: inDays(10 + n) })
      await allAsked(post!)
    }

    await web.database.write(
      `UPDATE settings SET value = REPLACE(value, '${inDays(10)}', '2026-01-01') WHERE name = 'PINS'`,
    )
    await web.context.cache.invalidate(['settings'])
    await unpin(loose!)
    await act(root, hidden!, { act: 'hide' })
    await api(root, 'DELETE', `/api/posts/${idOf(deleted!)}`)

    for (const post of [over!, loose!]) expect(await formsOn(ana.visitor, post)).toEqual([])
    const statuses = [over, loose, hidden, deleted].map(
      async (post) => (await confirm(ana.visitor, post!)).status,
    )
    expect(await Promise.all(statuses)).toEqual([404, 404, 410, 404])
    const page = await textOf(ana.visitor, '/')
    expect(textsIn(page, '#posts > .mark').filter((mark) => mark.includes('pinned'))).toEqual([])
    expect(await numberOf(ana.visitor)).toBe('2')
    expect((await answersTo(root, loose!)).asks).toBe(false)
  })

  test('is kept nowhere in the minute before its day is over', async () => {
    const post = await writePost(root, 'Soon over', 'text')
    await announce(root, post)
    const before = (await web.visitor().get('/')).headers.get('cache-control')
    const soon = new Date(Date.now() + 30_000).toISOString()
    await web.database.write(
      `UPDATE settings SET value = REPLACE(value, '${inDays(2)}T00:00:00.000Z', ?) WHERE name = 'PINS'`,
      [soon],
    )
    await web.context.cache.invalidate(['settings'])

    const kept = await Promise.all(
      ['/', '/c/Books'].map(async (path) => (await web.visitor().get(path)).headers.get('cache-control')),
    )

    expect(before).toContain('s-maxage')
    expect(kept).toEqual(['private, no-cache', 'private, no-cache'])
    await unpin(post)
  })

  test('is looked up on no page but its own, and there for members alone', async () => {
    const ana = await member('ana')
    const [post, other] = [await writePost(root, 'Asks', 'text'), await writePost(root, 'Quiet', 'text')]
    await announce(root, post)
    await announce(root, other, { asks: false })

    const before = await timesAsked()
    for (const path of ['/', other]) await textOf(ana.visitor, path)
    await textOf(web.visitor(), post)
    expect(await timesAsked()).toBe(before)

    await textOf(ana.visitor, post)
    expect(await timesAsked()).toBe(before + 1)
    for (const each of [post, other]) await unpin(each)
  })
})

describe('who is asked', () => {
  test('in a category alone is who follows it', async () => {
    const [bo, ana, other] = [await member('bo', 'Town'), await member('ana'), await member('ana')]
    const [town] = await web.database.rows<{ id: number }>(`SELECT id FROM categories WHERE name = 'Town'`)
    await ana.visitor.post(`/follows/category/${town!.id}`, { level: 'posts' })
    const post = await writePost(root, 'Market moves', 'to the square', 'Town')
    expect((await announce(bo.visitor, post)).status).toBe(403)

    expect((await announce(bo.visitor, post, { isOnFront: false })).status).toBe(201)
    await allAsked(post)

    expect(await missing(bo.visitor, post)).toEqual([ana.name])
    expect([await formsOn(other.visitor, post), (await confirm(other.visitor, post)).status]).toEqual([
      [],
      404,
    ])
    await unpin(post)
  })

  test('of a closed category is who may read it; who may not any more is not counted', async () => {
    const [ana, bo, outside] = [await member('ana'), await member('bo'), await member('ana')]
    const post = await writePost(root, 'Rehearsal', 'at eight', 'Choir')
    const group = await closeTo('Choir')
    for (const { name } of [ana, bo])
      await web.database.write(
        'INSERT INTO group_members (group_id, user_id) SELECT ?, id FROM users WHERE name = ?',
        [group, name],
      )
    await announce(root, post, { isOnFront: false })
    await allAsked(post)
    expect((await missing(root, post)).filter((name) => name !== ana.name && name !== bo.name)).toEqual([])
    expect(await answersTo(root, post)).toMatchObject({ asked: 2, confirmed: 0 })
    expect([(await confirm(outside.visitor, post)).status, await numberOf(outside.visitor)]).toEqual([
      404,
      '0',
    ])

    await web.database.write(
      'DELETE FROM group_members WHERE user_id = (SELECT id FROM users WHERE name = ?)',
      [bo.name],
    )

    expect(await missing(root, post)).toEqual([ana.name])
    expect(await answersTo(root, post)).toMatchObject({ asked: 1, confirmed: 0 })
    await unpin(post)
  })
})

test('a day that is none, past or missing is refused, and nothing is done', async () => {
  const post = await writePost(root, 'Wrong', 'text')
  for (const day of ['', 'tomorrow', '2020-01-01', '9999-12-31', '2027-02-30'])
    expect([day, (await announce(root, post, { until: day })).status]).toEqual([day, 422])
  const form = await textOf(at(root, admin), `/moderation/queue/post/${idOf(post)}`)
  expect(find(form, 'input[name=asks]')).toHaveLength(1)
  const refused = await at(root, admin).post(`/moderation/queue/post/${idOf(post)}`, {
    ...{ act: 'pin', reason: 'Read', asks: 'on', seen: '0', until: '' },
  })
  expect([refused.status, textsIn(await refused.text(), '.error')]).toEqual([
    422,
    ['Say until which day members are asked to confirm it.'],
  ])
  expect(await web.database.rows('SELECT * FROM announcements WHERE post_id = ?', [idOf(post)])).toEqual([])
  expect((await confirm(root, '/posts/999999')).status).toBe(404)
  expect((await web.visitor().post(`/announcements/${idOf(post)}/confirm`)).status).toBe(401)
})

/** The same visitor at another replica. */
function at(who: Visitor, replica: Pick<Replica, 'visitor'>): Visitor {
  const other = replica.visitor()
  for (const [name, value] of who.cookies) other.cookies.set(name, value)
  return other
}
