import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { openReplica, type Replica } from '../support/servers/replica.ts'
import { attributeIn, find } from '../support/site/markup.ts'
import type { Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(60_000)

let replica: Replica
let ana: Visitor
let bo: Visitor

beforeAll(async () => {
  replica = await openReplica({ likes: 'once' })
  await replica.database.write(`INSERT INTO categories (name, name_key) VALUES ('a', UNHEX(SHA2('a', 256)))`)
  ana = await signedUp('ana')
  bo = await signedUp('bo')
})

async function signedUp(name: string): Promise<Visitor> {
  const visitor = (await replica.as('accounts')).visitor()
  await visitor.post('/signup', { username: name, password: 'correct horse battery' })
  const onBoard = replica.visitor()
  for (const [key, value] of visitor.cookies) onBoard.cookies.set(key, value)
  return onBoard
}

async function newPost(): Promise<number> {
  const { insertId } = await replica.database.write(
    `INSERT INTO posts (category_id, title, body) VALUES (1, 't', 'b')`,
  )
  return insertId
}

const send = (who: Visitor, method: string, path: string, headers: Record<string, string> = {}) =>
  replica.app.handle(
    new Request(`http://localhost${path}`, {
      method,
      headers: {
        cookie: [...who.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...headers,
      },
    }),
  )
const setMine = async (who: Visitor, method: 'PUT' | 'DELETE', post: number) =>
  (await send(who, method, `/api/posts/${post}/likes/mine`)).json()
const sendLike = async (who: Visitor, post: number) =>
  (await who.post(`/posts/${post}/likes`, {}, { 'hx-request': 'true' })).text()
const flush = () => fetch(`${replica.batcher.url}/flush`, { method: 'POST' })
const storedLikes = async (post: number) =>
  (await replica.database.rows<{ likes: number }>('SELECT likes FROM posts WHERE id = ?', [post]))[0]?.likes

test('who is not signed in is asked to sign in, and nothing is counted', async () => {
  const post = await newPost()

  const answers = await Promise.all([
    send(replica.visitor(), 'POST', `/posts/${post}/likes`),
    send(replica.visitor(), 'POST', `/api/posts/${post}/likes`),
    send(replica.visitor(), 'PUT', `/api/posts/${post}/likes/mine`),
  ])

  expect(answers.map(({ status }) => status)).toEqual([401, 401, 401])
  expect(await (await ana.get(`/posts/${post}`)).text()).toContain('Like, 0 so far')
})

test('the button likes, then takes it back, and the button shows which', async () => {
  const post = await newPost()

  const [first, second, third] = [
    await sendLike(ana, post),
    await sendLike(bo, post),
    await sendLike(ana, post),
  ]

  const shown = [first, second, third, await (await bo.get('/')).text()].map((markup) => [
    attributeIn(markup, `#like-${post}`, 'aria-pressed'),
    attributeIn(markup, `#like-${post}`, 'aria-label'),
  ])
  expect(shown).toEqual([
    ['true', 'Like, 1 so far'],
    ['true', 'Like, 2 so far'],
    ['false', 'Like, 1 so far'],
    ['true', 'Like, 1 so far'],
  ])
})

test('setting the state again and again changes nothing', async () => {
  const post = await newPost()

  const answers = [
    await setMine(ana, 'PUT', post),
    await setMine(ana, 'PUT', post),
    await setMine(ana, 'DELETE', post),
    await setMine(ana, 'DELETE', post),
  ]

  expect(answers).toEqual([
    { post, likes: 1, liked: true },
    { post, likes: 1, liked: true },
    { post, likes: 0, liked: false },
    { post, likes: 0, liked: false },
  ])
})

test('fifty parallel likes of one member are one like', async () => {
  const post = await newPost()

  const answers = await Promise.all(Array.from({ length: 50 }, () => setMine(ana, 'PUT', post)))
  await flush()

  expect(answers).toEqual(Array.from({ length: 50 }, () => ({ post, likes: 1, liked: true })))
  expect(await storedLikes(post)).toBe(1)
  expect(await replica.database.rows('SELECT user_id FROM likes WHERE post_id = ?', [post])).toHaveLength(1)
})

test('fifty parallel toggles of one member end where they began', async () => {
  const post = await newPost()

  await Promise.all(Array.from({ length: 50 }, () => sendLike(ana, post)))
  await flush()

  expect(await storedLikes(post)).toBe(0)
  expect(await replica.database.rows('SELECT user_id FROM likes WHERE post_id = ?', [post])).toEqual([])
})

test('a like that was taken back after a flush leaves no row', async () => {
  const post = await newPost()
  await setMine(ana, 'PUT', post)
  await flush()
  await setMine(ana, 'DELETE', post)
  await flush()

  expect(await storedLikes(post)).toBe(0)
  expect(await replica.database.rows('SELECT user_id FROM likes WHERE post_id = ?', [post])).toEqual([])
})

test("an Idempotency-Key is a member's own: another one's like under the same counts too", async () => {
  const post = await newPost()
  const key = { 'idempotency-key': crypto.randomUUID() }

  const likes = []
  for (const who of [ana, bo, ana, bo]) {
    likes.push(await (await send(who, 'POST', `/api/posts/${post}/likes`, key)).json())
  }

  expect(likes).toEqual([1, 2, 2, 2].map((likes) => ({ post, likes })))
  expect(find(await (await bo.get(`/posts/${post}`)).text(), '[aria-pressed=true]')).toHaveLength(1)
})

test('an Idempotency-Key that was used for another request is refused, after a restart too', async () => {
  const [post, other] = [await newPost(), await newPost()]
  const key = { 'idempotency-key': crypto.randomUUID() }
  const statusOf = async (method: string, path: string) => (await send(ana, method, path, key)).status

  const first = await statusOf('PUT', `/api/posts/${post}/likes/mine`)
  const requests = () => [
    statusOf('DELETE', `/api/posts/${post}/likes/mine`),
    statusOf('POST', `/posts/${post}/likes`),
    statusOf('PUT', `/api/posts/${other}/likes/mine`),
    statusOf('PUT', `/api/posts/${post}/likes/mine`),
  ]
  const statuses = await Promise.all(requests())
  await replica.batcher.restart()
  const later = await Promise.all(requests())

  expect(first).toBe(200)
  expect([statuses, later]).toEqual([
    [422, 422, 422, 200],
    [422, 422, 422, 200],
  ])
  expect(await setMine(ana, 'PUT', post)).toEqual({ post, likes: 1, liked: true })
})

test('a stranger reads that liking takes an account', async () => {
  const text = await (await replica.visitor().get('/')).text()

  expect(text).toContain('to write a post or to press like.')
  expect(text).not.toContain('Everyone can press like.')
})

test('a post says who likes it, oneself at once', async () => {
  const post = await newPost()
  await setMine(bo, 'PUT', post)
  await flush()
  await setMine(ana, 'PUT', post)

  const page = await (await ana.get(`/posts/${post}`)).text()

  expect(page.replaceAll(/<[^>]*>/g, '')).toContain('Liked by ana, bo')
})

test('the audit finds no drift under this policy either', async () => {
  await flush()
  const { drift, recount } = await (await send(ana, 'GET', '/api/audit')).json()

  expect({ drift, flaws: recount.flaws }).toEqual({ drift: 0, flaws: [] })
})

test('where every like counts there is no like of one’s own to set', async () => {
  const open = await openReplica()

  const answer = await open.app.handle(
    new Request('http://localhost/api/posts/1/likes/mine', { method: 'PUT' }),
  )

  expect(answer.status).toBe(409)
  expect(await answer.json()).toMatchObject({ status: 409, title: 'Conflict' })
})
