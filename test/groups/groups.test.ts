import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { createConnection } from 'mysql2/promise'
import { membersInGroup } from '../../src/groups/queries.ts'
import { sha256 } from '../../src/platform/sha256.ts'
import { readsOf } from '../support/reads.ts'
import { untilWaiting } from '../support/servers/locks.ts'
import { openReplica, origin, type Replica } from '../support/servers/replica.ts'
import { readEvents } from '../support/site/events.ts'
import { attributeIn, textsIn } from '../support/site/markup.ts'
import { newMember } from '../support/site/members.ts'
import { newName, password } from '../support/site/page.ts'
import { sessionCookieOf, type Visitor } from '../support/site/visitor.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

const newThing = (of: string) => `${of}${crypto.randomUUID().slice(0, 8)}`

let web: Replica
let admin: Omit<Replica, 'as'>
/** An admin; `ana` writes everywhere, `bo` is in no group but those of a test. */
let root: Visitor
let ana: Visitor
let bo: Visitor
const names = { ana: newName('ana'), bo: newName('bo') }

beforeAll(async () => {
  web = await openReplica()
  admin = await web.as('admin')
  root = await newMember(web, newName('cem'), 'admin')
  ana = await newMember(web, names.ana)
  bo = await newMember(web, names.bo)
})

function send(method: string, path: string, who?: Visitor, body?: unknown, on = web.app): Promise<Response> {
  const headers = {
    ...{ origin, accept: 'application/json', 'content-type': 'application/json' },
    ...(who && { cookie: sessionCookieOf(who) }),
  }
  return on.handle(
    new Request(origin + path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) }),
  )
}

const asAdmin = (method: string, path: string, body?: unknown, who = root) =>
  send(method, path, who, body, admin.app)
const bodyOf = async <T>(answer: Response | Promise<Response>) => (await (await answer).json()) as T
const statusOf = async (answer: Promise<Response>) => (await answer).status

const idOf = async (name: string) => {
  const [row] = await web.database.rows<{ id: number }>('SELECT id FROM users WHERE name = ?', [name])
  return row?.id ?? 0
}
const newGroup = async () =>
  (await bodyOf<{ id: number }>(asAdmin('POST', '/api/groups', { name: newThing('choir') }))).id

async function newCategory() {
  const name = newThing('room')
  const { id } = await bodyOf<{ id: number }>(asCategory(name))
  return { id, name }
}
const asCategory = (name: string) => send('POST', '/api/categories', root, { name })

const setDoor = (category: number, rights: object) =>
  asAdmin('PUT', `/api/doors/${category}`, { readBy: 'everyone', writeBy: 'members', ...rights })

const write = (category: string, who = ana) =>
  send('POST', '/api/posts', who, { category, title: 'Read this', body: 'A text' })
const newPost = async (category: string) => (await bodyOf<{ id: number }>(write(category))).id

const as = (who?: Visitor, on: Pick<Replica, 'visitor'> = web) => {
  const visitor = on.visitor()
  for (const [key, value] of who?.cookies ?? []) visitor.cookies.set(key, value)
  return visitor
}
const pageOf = async (path: string, who?: Visitor, on: Pick<Replica, 'visitor'> = web) =>
  (await as(who, on).get(path)).text()

/** A category that a group reads, with a post that ana wrote before it was closed. */
async function newRoom() {
  const [group, category] = [await newGroup(), await newCategory()]
  const post = await newPost(category.name)
  await setDoor(category.id, { readBy: 'groups', readers: [group] })
  return { group, category, post }
}
const member = async (group: number, name = names.bo) => `/api/groups/${group}/members/${await idOf(name)}`

describe('a group', () => {
  test('is made, filled and removed on its pages', async () => {
    const name = newThing('choir')
    const visitor = as(root, admin)

    const made = await visitor.post('/admin/groups', { name })
    const listed = await (await visitor.get('/admin/groups')).text()
    const [row] = await web.database.rows<{ id: number }>('SELECT id FROM member_groups WHERE name = ?', [
      name,
    ])
    const at = `/admin/groups/${row?.id}`
    const stranger = await visitor.post(`${at}/members`, { member: 'nobody at all' })
    await visitor.post(`${at}/members`, { member: names.bo })
    const page = await (await visitor.get(at)).text()
    await visitor.post(attributeIn(page, 'td.actions form', 'action'))
    const emptied = await (await visitor.get(at)).text()
    await visitor.post(`${at}/remove`)

    expect([made.status, stranger.status]).toEqual([303, 422])
    expect(listed).toContain(name)
    expect(textsIn(page, 'tbody th')).toEqual([names.bo])
    expect(emptied).toContain('Nobody is in this group yet.')
    expect((await visitor.get(at)).status).toBe(404)
  })

  test('and the rights in a category are not overwritten from another tab, unless one saves again', async () => {
    const [id, category] = [await newGroup(), await newCategory()]
    const visitor = admin.visitor()
    for (const [key, value] of root.cookies) visitor.cookies.set(key, value)
    const places = [
      [`/admin/groups/${id}`, { name: newThing('choir') }, { name: newThing('choir') }],
      [
        `/admin/categories/${category.id}/door`,
        { readBy: 'members', writeBy: 'moderators' },
        { readBy: 'groups', writeBy: 'groups', readers: `${id}`, writers: `${id}` },
      ],
    ] as const

    for (const [path, mine, theirs] of places) {
      const versionIn = (page: string) => attributeIn(page, `form[action="${path}"] [name=version]`, 'value')
      const version = versionIn(await (await visitor.get(path)).text())
      const first = await visitor.post(path, { ...theirs, version })
      const late = await visitor.post(path, { ...mine, version })
      const shown = await late.text()
      const again = await visitor.post(path, { ...mine, version: versionIn(shown) })

      expect([first.status, late.status, again.status]).toEqual([303, 409, 303])
      expect(shown).toContain('This was changed meanwhile, perhaps in another tab.')
    }
    expect(await bodyOf<object[]>(asAdmin('GET', '/api/doors'))).toContainEqual({
      ...{ category: category.id, readBy: 'members', writeBy: 'moderators' },
      ...{ readers: [], writers: [] },
    })
  })

  test('has a name of its own, of one line', async () => {
    const name = newThing('choir')
    await asAdmin('POST', '/api/groups', { name })

    expect(await statusOf(asAdmin('POST', '/api/groups', { name }))).toBe(409)
    for (const bad of ['', ' ', 'x'.repeat(61), 'two\nlines'])
      expect(await statusOf(asAdmin('POST', '/api/groups', { name: bad }))).toBe(422)
  })

  test('is for admins alone to make', async () => {
    for (const [method, path] of [
      ['GET', '/api/groups'],
      ['POST', '/api/groups'],
      ['PUT', '/api/groups/1/members/1'],
      ['PUT', '/api/doors/1'],
    ] as const)
      expect(await statusOf(asAdmin(method, path, undefined, ana))).toBe(403)
  })

  test('of thousands is listed without reading all of them', async () => {
    const group = await newGroup()
    const names = Array.from({ length: 3_000 }, (_, n) => `${group} singer ${n}`)
    const members = names.map((name) => [name, ...[1, 2, 3].map(() => Buffer.from(sha256(name), 'hex'))])
    await web.database.write('INSERT INTO users (name, name_key, look_key, look_twin) VALUES ?', [members])
    for (const byClaim of [0, 1])
      await web.database.write(
        'INSERT INTO group_members (user_id, group_id, by_claim) SELECT id, ?, ? FROM users WHERE name LIKE ?',
        [group, byClaim, `${group} singer %`],
      )

    const { found, read } = await readsOf(web.database, (sql) => membersInGroup(sql, group, '0', 51))

    expect(found.map(({ name }) => name)).toEqual(names.slice(0, 51))
    expect(found.every(({ byHand, byClaim }) => byHand + byClaim === 2)).toBe(true)
    expect(read).toBeLessThan(2_000)
  })

  test('that is not there is a 404, as is a member who is not', async () => {
    const group = await newGroup()

    expect(await statusOf(asAdmin('PUT', `/api/groups/999999/members/${await idOf(names.bo)}`))).toBe(404)
    expect(await statusOf(asAdmin('PUT', `/api/groups/${group}/members/999999`))).toBe(404)
    expect(await statusOf(asAdmin('DELETE', '/api/groups/999999'))).toBe(404)
    expect(await statusOf(asAdmin('DELETE', await member(group)))).toBe(409)
  })
})

describe('a category that a group reads', () => {
  test('is read by who is put into it, and not by who is taken out, from that moment', async () => {
    const { group, post } = await newRoom()
    const reads = () => statusOf(send('GET', `/api/posts/${post}`, bo))

    const before = await reads()
    await asAdmin('PUT', await member(group))
    const inside = await reads()
    await asAdmin('DELETE', await member(group))
    const after = await reads()

    expect([before, inside, after]).toEqual([404, 200, 404])
  })

  test('is not read by who signs in while they are taken out', async () => {
    const { group, post } = await newRoom()
    const name = newName('cem')
    const cem = await newMember(web, name)
    await asAdmin('PUT', await member(group, name))
    const again = (await web.as('accounts')).visitor()
    // Whoever looks for expired sessions holds the next one, too, of a few all: not those of this test.
    const soon = new Date(Date.now() + 86_400_000)
    const keys = Array.from({ length: 1_000 }, (_, n) => Buffer.from(sha256(`${name} ${n}`), 'hex'))
    await web.database.write('INSERT INTO sessions (token_key, user_id, expires_at) VALUES ?', [
      keys.map((key) => [key, 1, soon]),
    ])
    const reads = () => statusOf(send('GET', `/api/posts/${post}`, again))
    const holder = await createConnection({ uri: web.database.url })
    await holder.query('BEGIN')
    await holder.query('SELECT * FROM group_members WHERE group_id = ? FOR UPDATE', [group])

    const inside = await statusOf(send('GET', `/api/posts/${post}`, cem))
    const takingOut = asAdmin('DELETE', await member(group, name))
    await untilWaiting(web.database, () => 1)
    const signingIn = again.post('/login', { username: name, password }).then(reads)
    await Promise.race([signingIn, untilWaiting(web.database, () => 2)])
    await holder.query('COMMIT')
    await holder.end()

    expect([inside, (await takingOut).status]).toEqual([200, 204])
    await signingIn
    expect(await reads()).toBe(404)
  })

  test('falls silent for who is taken out of the group', async () => {
    const { group, category, post } = await newRoom()
    await asAdmin('PUT', await member(group))
    const answer = await send('GET', `/live?posts=${post}&lists=category:${category.id}.0`, bo)
    const events = readEvents(answer.body!)
    await until(() => events.of('news').length > 0)

    await asAdmin('DELETE', await member(group))

    await events.ended
  })

  test('tells strangers nothing live, and its own people what is new', async () => {
    const { group, category, post } = await newRoom()
    await asAdmin('PUT', await member(group))
    await asAdmin('PUT', await member(group, names.ana))
    const open = await newPost((await newCategory()).name)
    const lists = `posts.${open},category:${category.id}.${post}`
    const streams = [undefined, bo].map((who) =>
      send('GET', `/live?posts=${post},${open}&lists=${lists}`, who),
    )
    const [stranger, insider] = (await Promise.all(streams)).map(({ body }) => readEvents(body!))
    await until(() => (insider?.of('likes').length ?? 0) > 0 && (stranger?.of('likes').length ?? 0) > 0)

    const inside = await newPost(category.name)
    await send('POST', `/api/posts/${post}/likes`, bo)
    await send('POST', `/api/posts/${open}/likes`, bo)
    await until(() => JSON.stringify(insider?.of('news')).includes(`${inside}`))
    await until(() => insider?.last(post)?.total === 1 && stranger?.last(open)?.total === 1)

    expect(stranger?.last(post)).toBeUndefined()
    expect(JSON.stringify(stranger?.of('news'))).not.toContain(`${inside}`)
  })

  test('ends the streams of who looks at it when it is closed, and shows them nothing more', async () => {
    const category = await newCategory()
    const post = await newPost(category.name)
    const read = () => statusOf(send('GET', `/api/posts/${post}`))
    const before = await read()
    const events = readEvents((await send('GET', `/live?posts=${post}`)).body!)
    await until(() => events.of('likes').length > 0)

    const closing = setDoor(category.id, { readBy: 'members' })
    await events.ended
    await closing

    expect([before, await read(), await statusOf(send('GET', `/api/posts/${post}`, bo))]).toEqual([
      200, 401, 200,
    ])
    const listed = await (await send('GET', '/api/posts')).text()
    expect(listed).not.toContain(`"id":${post},`)
  })

  test('is open again when it is opened', async () => {
    const { category, post } = await newRoom()

    await setDoor(category.id, {})

    expect(await statusOf(send('GET', `/api/posts/${post}`))).toBe(200)
  })

  test('is for admins and its moderators when its group is removed, and its page says so', async () => {
    const { group, category, post } = await newRoom()
    await asAdmin('PUT', await member(group))
    const before = await statusOf(send('GET', `/api/posts/${post}`, bo))

    await asAdmin('DELETE', `/api/groups/${group}`)

    const page = await pageOf(`/admin/categories/${category.id}/door`, root, admin)
    const reads = [bo, root].map((who) => statusOf(send('GET', `/api/posts/${post}`, who)))
    expect([before, ...(await Promise.all(reads))]).toEqual([200, 404, 200])
    expect(page).toContain('nobody but admins and moderators reads here now')
  })

  test('lets nobody like it who may not read it', async () => {
    const { post } = await newRoom()
    const likesOf = async () =>
      (await bodyOf<{ likes: number }>(send('GET', `/api/posts/${post}`, root))).likes

    const pressed = await web.app.handle(
      new Request(`${origin}/posts/${post}/likes`, {
        method: 'POST',
        headers: { origin, 'hx-request': 'true', 'content-length': '0' },
      }),
    )
    const byApi = await statusOf(send('POST', `/api/posts/${post}/likes`, bo))
    const none = await likesOf()
    await send('POST', `/api/posts/${post}/likes`, root)

    expect([pressed.status, byApi, none, await likesOf()]).toEqual([401, 404, 0, 1])
  })

  test('tells nobody of a mention or an answer who may not read it', async () => {
    const { group, category } = await newRoom()
    await asAdmin('PUT', await member(group, names.ana))
    await send('POST', '/api/posts', ana, { category: category.name, title: 'T', body: `Hear, @${names.bo}` })

    expect(await (await send('GET', '/api/notices', bo)).text()).not.toContain('mention')
    await asAdmin('PUT', await member(group))
    await send('POST', '/api/posts', ana, { category: category.name, title: 'T', body: `Hear, @${names.bo}` })
    expect(await (await send('GET', '/api/notices', bo)).text()).toContain('mention')
    await asAdmin('DELETE', await member(group))
    expect(await (await send('GET', '/api/notices', bo)).text()).not.toContain('mention')
  })

  test('shuts out no admin, whoever closes it', async () => {
    const { category, post } = await newRoom()

    expect(await statusOf(setDoor(category.id, { readBy: 'groups', readers: [] }))).toBe(422)
    expect(await statusOf(send('GET', `/api/posts/${post}`, root))).toBe(200)
    expect(await statusOf(setDoor(category.id, {}))).toBe(200)
  })

  test('takes no group that is not there, and no right that there is none of', async () => {
    const { id } = await newCategory()

    for (const rights of [
      { readBy: 'groups', readers: [999_999] },
      { readBy: 'nobody' },
      { writeBy: 'groups' },
      { writeBy: 'everyone' },
    ])
      expect(await statusOf(setDoor(id, rights))).toBe(422)
    expect(await statusOf(setDoor(999_999, { readBy: 'members' }))).toBe(404)
  })
})

describe('a category that not every member writes in', () => {
  test('is read by everybody, and written by moderators alone', async () => {
    const category = await newCategory()
    await setDoor(category.id, { writeBy: 'moderators' })
    const byAdmin = await write(category.name, root)
    const { id } = await bodyOf<{ id: number }>(byAdmin)

    const refused = await write(category.name)
    const comment = await send('POST', `/api/posts/${id}/comments`, ana, { body: 'So do I' })

    expect([byAdmin.status, refused.status, comment.status]).toEqual([201, 403, 403])
    expect(await bodyOf<{ detail: string }>(refused)).toMatchObject({
      detail: 'You may read here, and not write.',
    })
    expect(await statusOf(send('GET', `/api/posts/${id}`))).toBe(200)
  })

  test('is written by who is in the group', async () => {
    const [group, category] = [await newGroup(), await newCategory()]
    await setDoor(category.id, { writeBy: 'groups', writers: [group] })
    const before = (await write(category.name, bo)).status

    await asAdmin('PUT', await member(group))

    expect([before, (await write(category.name, bo)).status]).toEqual([403, 201])
  })

  test('is offered by no form to who may not write there', async () => {
    const [open, readOnly] = [await newCategory(), await newCategory()]
    await setDoor(readOnly.id, { writeBy: 'moderators' })
    const post = await newPost(open.name)
    const keeper = newName('bo')
    const cem = await newMember(web, keeper)
    await web.database.write('INSERT INTO moderators (user_id, category_id) VALUES (?, ?)', [
      ...[await idOf(keeper), open.id],
    ])
    const wrong = { category: open.name, title: '', body: 'No title' }
    const htmx = { 'hx-request': 'true' }

    const forms = [
      await pageOf('/', ana),
      await pageOf(`/posts/${post}/edit`, ana),
      await (await as(ana).post(`/posts/${post}/edit`, wrong)).text(),
      await (await as(ana).post('/posts', wrong)).text(),
      await (await as(ana).post('/posts', wrong, htmx)).text(),
      await (await as(ana).post('/posts', { ...wrong, title: 'T' }, htmx)).text(),
      await pageOf(`/moderation/queue/post/${post}`, cem, admin),
    ].map((page) => /<select name="category"[\s\S]*?<\/select>/.exec(page)?.[0] ?? '')

    for (const form of forms) expect(form).toContain(open.name)
    for (const form of forms) expect(form).not.toContain(readOnly.name)
    expect(await pageOf('/', root)).toContain(`>${readOnly.name}</option>`)
  })

  test('says below its posts that one may not write there', async () => {
    const category = await newCategory()
    const post = await newPost(category.name)
    await setDoor(category.id, { writeBy: 'moderators' })

    const [theirs, keepers] = [await pageOf(`/posts/${post}`, ana), await pageOf(`/posts/${post}`, root)]

    expect(theirs).toContain('You may read here, and not write.')
    expect([theirs, keepers].map((page) => page.includes('id="new-comment"'))).toEqual([false, true])
  })

  test('takes no post that is moved there by who may not write in it', async () => {
    const [from, to] = [await newCategory(), await newCategory()]
    await setDoor(to.id, { writeBy: 'moderators' })
    const post = await newPost(from.name)

    expect(await statusOf(send('PATCH', `/api/posts/${post}`, ana, { category: to.name }))).toBe(403)
  })
})

test('an old address leads to what is shut for those alone who may read it', async () => {
  const { group, category, post } = await newRoom()
  await asAdmin('PUT', await member(group))
  const { insertId } = await web.database.write(
    `INSERT INTO imports (board, program, keeps_ids) VALUES (UUID(), 'phpbb', FALSE)`,
  )
  await web.database.write('INSERT INTO imported (import_id, kind, source_id, local_id) VALUES ?', [
    [
      [insertId, 'posts', 901, post],
      [insertId, 'openers', 902, post],
      [insertId, 'categories', 903, category.id],
    ],
  ])

  const leads = async (who?: Visitor) => {
    const addresses = ['/viewtopic.php?t=901', '/forum/viewtopic.php?p=902', '/viewforum.php?f=903']
    const answers = await Promise.all(addresses.map((address) => as(who).get(address)))
    return answers.map(({ status, headers }) => headers.get('location') ?? status)
  }

  expect(await leads()).toEqual([404, 404, 404])
  expect(await leads(bo)).toEqual([`/posts/${post}`, `/posts/${post}`, `/categories/${category.id}`])
})

describe('what moderators do with a post of a category that a group reads', () => {
  const act = (wanted: object) =>
    asAdmin('POST', '/api/moderation/actions', { kind: 'post', reason: 'Told in the choir', ...wanted })
  const readBy = (post: number, ...who: (Visitor | undefined)[]) =>
    Promise.all(who.map((each) => statusOf(send('GET', `/api/posts/${post}`, each))))
  const cardOf = (post: number) => `id="post-${post}"`

  test('pinned on the front page, it stands there for who may read it alone', async () => {
    const { group, category, post } = await newRoom()
    await asAdmin('PUT', await member(group))

    const done = await act({ act: 'pin', id: post, isOnFront: true })

    const inside = await Promise.all(['/', `/c/${category.name}`].map((path) => pageOf(path, bo)))
    const outside = await Promise.all([pageOf('/'), pageOf('/', ana)])
    await act({ act: 'unpin', id: post })
    expect(done.status).toBe(201)
    for (const page of inside) expect(page).toContain(cardOf(post))
    for (const page of outside) expect(page).not.toContain(cardOf(post))
  })

  test('moved to an open one and back, it is read by whom it is for from that moment', async () => {
    const [{ category, post }, open] = [await newRoom(), await newCategory()]

    const before = await readBy(post, undefined, bo)
    await act({ act: 'move', id: post, category: open.id })
    const outside = await readBy(post, undefined, bo)
    const listed = await pageOf('/')
    const events = readEvents((await send('GET', `/live?posts=${post}`)).body!)
    await until(() => events.of('likes').length > 0)
    await act({ act: 'move', id: post, category: category.id })
    await events.ended

    expect([before, outside, await readBy(post, undefined, bo)]).toEqual([
      [401, 404],
      [200, 200],
      [401, 404],
    ])
    expect(listed).toContain(cardOf(post))
    expect(await pageOf('/')).not.toContain(cardOf(post))
  })

  test('merged into an open one, and from an open one, its text is read where it stands now', async () => {
    const [{ category, post }, open] = [await newRoom(), await newCategory()]
    const [into, from] = [await newPost(open.name), await newPost(open.name)]
    const says = async (place: number, who?: Visitor) =>
      (await send('GET', `/api/posts/${place}/comments`, who)).text()
    const [secret, common] = ['told in the choir', 'told in the square']
    await web.database.write('UPDATE posts SET body = ? WHERE id = ?', [secret, post])
    await web.database.write('UPDATE posts SET body = ? WHERE id = ?', [common, from])

    const outside = [await says(into), await says(into, bo)]
    const opened = await act({ act: 'merge', id: post, into })
    const told = [await says(into), await says(into, bo)]
    await act({ act: 'split', id: post })
    const shut = await act({ act: 'merge', id: from, into: post })

    expect([opened.status, shut.status]).toEqual([201, 201])
    for (const said of outside) expect(said).not.toContain(secret)
    for (const said of told) expect(said).toContain(secret)
    expect(await says(into)).not.toContain(secret)
    expect(await says(post, root)).toContain(common)
    expect(await readBy(from, undefined, bo)).toEqual([410, 410])
    const leadsOn = async (who?: Visitor) =>
      'see' in (await (await send('GET', `/api/posts/${from}`, who)).json())
    expect([await leadsOn(), await leadsOn(bo), await leadsOn(root)]).toEqual([false, false, true])
    expect([await says(post), await says(post, bo)].join()).not.toContain(common)
    expect(category.id).not.toBe(open.id)
  })

  test('stands in the public log with its number, and with its reason for who may read it', async () => {
    const { group, post } = await newRoom()
    await asAdmin('PUT', await member(group))
    const [reason, year] = [newThing('reason'), new Date().getUTCFullYear()]
    const comment = (
      await bodyOf<{ id: number }>(send('POST', `/api/posts/${post}/comments`, bo, { body: 'So' }))
    ).id
    await act({ act: 'lock', id: post, reason })
    await act({ act: 'hide', kind: 'comment', id: comment, reason })
    const paths = ['/moderation', '/moderation/feed', `/moderation/${year}.json`, `/moderation/${year}.csv`]
    const logOf = (who?: Visitor) => Promise.all(paths.map((path) => pageOf(path, who)))

    const [inside, stranger, outside] = [await logOf(bo), await logOf(), await logOf(ana)]

    for (const log of inside) expect(log.split(reason).length).toBeGreaterThan(2)
    for (const log of [...stranger, ...outside]) expect(log).not.toContain(reason)
    expect(stranger[0]).toContain(`/posts/${post}"`)
    expect(stranger[0]).toContain('the reason is for who may read it')
  })
})

describe('the secret address of a member’s feeds', () => {
  const addressIn = async (answer: Response) =>
    new URL(attributeIn(await answer.text(), 'main input[readonly]', 'value')).pathname
  const newAddress = async (who: Visitor) => addressIn(await who.post('/feeds'))
  const read = (path: string) => web.app.handle(new Request(origin + path))

  test('reads what they may read, as long as they may, and is kept by nobody', async () => {
    const { group, category, post } = await newRoom()
    await asAdmin('PUT', await member(group))
    const address = await newAddress(bo)

    const whole = await read(address)
    const own = await read(`${address}/${category.id}`)
    const [wholeText, ownText] = [await whole.text(), await own.text()]
    await asAdmin('DELETE', await member(group))
    const after = [await read(address), await read(`${address}/${category.id}`)]

    expect([whole.status, whole.headers.get('cache-control')]).toEqual([200, 'private, no-store'])
    expect(wholeText).toContain(`/posts/${post}<`)
    expect(ownText).toContain(`/posts/${post}<`)
    expect(await after[0]?.text()).not.toContain(`/posts/${post}<`)
    expect(after.map(({ status }) => status)).toEqual([200, 404])
  })

  test('is as small as others where a program named the category', async () => {
    const { insertId } = await web.database.write(
      `INSERT INTO categories (name, name_key) VALUES (REPEAT('room', 100000), UNHEX(SHA2(UUID(), 256)))`,
    )

    const feed = await (await read(`${await newAddress(bo)}/${insertId}`)).text()

    expect(feed.length).toBeLessThan(2_000)
    expect(feed).toContain('roomroom…')
  })

  test('ends when it is made anew, and is asked of members alone', async () => {
    const first = await newAddress(bo)
    const second = await newAddress(bo)

    const statuses = [await read(first), await read(second), await read('/feeds/guessed')]
    expect(statuses.map(({ status }) => status)).toEqual([404, 200, 404])
    expect((await web.visitor().post('/feeds')).status).toBe(401)
  })

  test('is not made by a request that was under way while all sessions were ended', async () => {
    const name = newName('cem')
    const cem = await newMember(web, name)
    const id = await idOf(name)
    await newAddress(cem)
    const holder = await createConnection({ uri: web.database.url })
    await holder.query('BEGIN')
    await holder.query('SELECT id FROM users WHERE id = ? FOR UPDATE', [id])

    const asking = cem.post('/feeds')
    await untilWaiting(web.database, () => 1)
    for (const table of ['sessions', 'feed_keys'])
      await holder.query(`DELETE FROM ${table} WHERE user_id = ?`, [id])
    await holder.query('COMMIT')
    await holder.end()

    expect((await asking).status).toBe(401)
    expect(await web.database.rows('SELECT user_id FROM feed_keys WHERE user_id = ?', [id])).toEqual([])
  })

  test('is good for nothing when the account is shut', async () => {
    const name = newName('cem')
    const cem = await newMember(web, name)
    const address = await newAddress(cem)
    await web.database.write('UPDATE users SET disabled_at = NOW(3) WHERE name = ?', [name])

    expect((await read(address)).status).toBe(404)
  })
})
