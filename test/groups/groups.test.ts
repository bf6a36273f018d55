import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { openReplica, origin, type Replica } from '../support/servers/replica.ts'
import { readEvents } from '../support/site/events.ts'
import { attributeIn, textsIn } from '../support/site/markup.ts'
import { newMember } from '../support/site/members.ts'
import { newName } from '../support/site/page.ts'
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
    const visitor = admin.visitor()
    for (const [key, value] of root.cookies) visitor.cookies.set(key, value)

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

  test('falls silent within a second for who is taken out of the group', async () => {
    const { group, category, post } = await newRoom()
    await asAdmin('PUT', await member(group))
    const answer = await send('GET', `/live?posts=${post}&lists=category:${category.id}.0`, bo)
    const events = readEvents(answer.body!)
    await until(() => events.of('news').length > 0)

    const at = performance.now()
    await asAdmin('DELETE', await member(group))
    await events.ended

    expect(performance.now() - at).toBeLessThan(1_000)
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

    const at = performance.now()
    const closing = setDoor(category.id, { readBy: 'members' })
    await events.ended
    const took = performance.now() - at
    await closing

    expect(took).toBeLessThan(1_000)
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

    const visitor = admin.visitor()
    for (const [key, value] of root.cookies) visitor.cookies.set(key, value)
    const page = await (await visitor.get(`/admin/categories/${category.id}/door`)).text()
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

  test('takes no post that is moved there by who may not write in it', async () => {
    const [from, to] = [await newCategory(), await newCategory()]
    await setDoor(to.id, { writeBy: 'moderators' })
    const post = await newPost(from.name)

    expect(await statusOf(send('PATCH', `/api/posts/${post}`, ana, { category: to.name }))).toBe(403)
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

  test('ends when it is made anew, and is asked of members alone', async () => {
    const first = await newAddress(bo)
    const second = await newAddress(bo)

    const statuses = [await read(first), await read(second), await read('/feeds/guessed')]
    expect(statuses.map(({ status }) => status)).toEqual([404, 200, 404])
    expect((await web.visitor().post('/feeds')).status).toBe(401)
  })

  test('is good for nothing when the account is shut', async () => {
    const name = newName('cem')
    const cem = await newMember(web, name)
    const address = await newAddress(cem)
    await web.database.write('UPDATE users SET disabled_at = NOW(3) WHERE name = ?', [name])

    expect((await read(address)).status).toBe(404)
  })
})
