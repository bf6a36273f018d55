import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import {
  addPosts,
  addUsers,
  startBatcher,
  storedLikes,
  type TestBatcher,
} from '../../support/servers/batcher.ts'
import { freshDatabase, type TestDatabase } from '../../support/servers/database.ts'
import { sharedRedis, startMysql } from '../../support/servers/services.ts'
import { until } from '../../support/until.ts'

setDefaultTimeout(60_000)

let database: TestDatabase
let batcher: TestBatcher
let posts: number[]
let ana: number
let bo: number
let cem: number
let next = 0

beforeAll(async () => {
  database = await freshDatabase()
  posts = await addPosts(database, 20)
  const users = await addUsers(database, ['ana', 'bo', 'cem'])
  ;[ana, bo, cem] = users as [number, number, number]
  batcher = await startBatcher(database, await sharedRedis(), { env: { LIKES: 'once' } })
})

const newPost = () => posts[next++]!
const id = () => crypto.randomUUID()

/** Sends a like until MySQL could be asked what the member likes. */
const set = (post: number, user: number, liked: boolean) =>
  until(async () => {
    const [answer] = await batcher.like([{ id: id(), post, user, liked }])
    return answer && 'total' in answer ? answer : undefined
  })

const toggle = (post: number, user: number, own = id()) =>
  until(async () => {
    const [answer] = await batcher.like([{ id: own, post, user, toggle: true }])
    return answer && 'total' in answer ? answer : undefined
  })

const rowsOf = async (post: number) =>
  (
    await database.rows<{ user_id: number }>('SELECT user_id FROM likes WHERE post_id = ? ORDER BY user_id', [
      post,
    ])
  ).map(({ user_id }) => user_id)

test('fifty parallel likes of one member count once', async () => {
  const post = newPost()

  const answers = await Promise.all(Array.from({ length: 50 }, () => set(post, ana, true)))
  await batcher.flush()

  expect(new Set(answers.map(({ total }) => total))).toEqual(new Set([1]))
  expect(await storedLikes(database, post)).toBe(1)
  expect(await rowsOf(post)).toEqual([ana])
})

test('each member counts, and one who takes the like back is gone again', async () => {
  const post = newPost()
  for (const member of [ana, bo, cem]) await set(post, member, true)
  await batcher.flush()

  const answer = await set(post, bo, false)
  await batcher.flush()

  expect(answer).toMatchObject({ total: 2, liked: false })
  expect(await storedLikes(database, post)).toBe(2)
  expect(await rowsOf(post)).toEqual([ana, cem])
})

test('a like that is taken back before the flush leaves nothing to write', async () => {
  const post = newPost()
  await set(post, ana, true)
  const { batches } = await batcher.stats()

  const { total } = await set(post, ana, false)
  await batcher.flush()

  expect(total).toBe(0)
  expect(await rowsOf(post)).toEqual([])
  expect((await batcher.stats()).batches).toBe(batches)
})

test('a second toggle takes the like back, sending the same like again does not', async () => {
  const post = newPost()
  const own = id()

  const first = await toggle(post, ana, own)
  const repeated = await toggle(post, ana, own)
  const second = await toggle(post, ana)

  expect([first, repeated, second]).toMatchObject([
    { total: 1, liked: true },
    { total: 1, liked: true },
    { total: 0, liked: false },
  ])
})

test('what MySQL holds from before is known', async () => {
  const post = newPost()
  await database.write('INSERT INTO likes (post_id, user_id) VALUES (?, ?)', [post, bo])
  const again = await set(post, bo, true)

  const response = await fetch(`${batcher.url}/liked?user=${bo}&posts=${post},${newPost()}`)

  expect(again).toMatchObject({ total: 0, liked: true })
  expect(await response.json()).toEqual({ liked: [post] })
})

test('what members like survives the death of the batcher, what is on its way to MySQL too', async () => {
  const post = newPost()
  await set(post, ana, true)
  await set(post, bo, true)
  await batcher.restart({ diesAt: 'after mysql commit' })
  await set(post, cem, true)
  await batcher.flush().catch(() => {})
  await batcher.running().exited

  await batcher.restart({})
  const { total } = await set(post, ana, false)
  await batcher.flush()

  expect(total).toBe(2)
  expect(await storedLikes(database, post)).toBe(2)
  expect(await rowsOf(post)).toEqual([bo, cem])
})

test('a member who is deleted before the flush is not counted, and the total follows', async () => {
  const post = newPost()
  const [dora] = await addUsers(database, ['dora'])
  await set(post, ana, true)
  await set(post, dora!, true)
  await database.write('DELETE FROM users WHERE id = ?', [dora])

  await batcher.flush()
  const { total } = await set(post, bo, true)
  await batcher.flush()

  expect(total).toBe(2)
  expect(await storedLikes(database, post)).toBe(2)
  expect(await rowsOf(post)).toEqual([ana, bo])
})

test('a like that says nobody, or nothing, makes no sense, and the one beside it counts', async () => {
  const post = newPost()
  await set(post, ana, false)

  const answers = await batcher.like([
    { id: id(), post, liked: true },
    { id: id(), post, user: ana },
    { id: id(), post, user: ana, liked: true },
  ])

  expect(answers).toMatchObject([{ status: 400 }, { status: 400 }, { total: 1, liked: true }])
})

test('a key that comes again when nobody knows the member’s state leaves the others their answers', async () => {
  const mysql = await startMysql()
  const own = await freshDatabase(mysql)
  const [post] = await addPosts(own, 1)
  const [dora, eve] = await addUsers(own, ['dora', 'eve'])
  const lonely = await startBatcher(own, { url: 'redis://127.0.0.1:1' }, { env: { LIKES: 'once' } })
  const again = [
    { id: 'k:set', post: post!, user: dora!, liked: true },
    { id: 'k:toggle', post: post!, user: eve!, toggle: true },
  ]
  await until(async () => (await lonely.like(again)).every((answer) => 'total' in answer))
  await lonely.flush()
  await mysql.kill()
  await lonely.restart({})

  const answers = await lonely.like(again)

  expect(answers).toEqual([
    { id: 'k:set', post: post!, total: 2, version: expect.any(Number), liked: true },
    { id: 'k:toggle', post: post!, total: 2, version: expect.any(Number) },
  ])
})
