import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { type LikesClient, type LikesOptions, openLikes } from '../../src/likes/client.ts'
import { openLog } from '../../src/platform/log.ts'
import { breakerOf, openRedis } from '../../src/platform/redis.ts'
import { addPosts, startBatcher, storedLikes, type TestBatcher } from '../support/servers/batcher.ts'
import { closeAfterTests } from '../support/servers/cleanup.ts'
import { freshDatabase, type TestDatabase } from '../support/servers/database.ts'
import { sharedRedis, startMysql } from '../support/servers/services.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

const silent = openLog('test', 'error', () => {})
let database: TestDatabase
let batcher: TestBatcher
let likes: LikesClient
let posts: number[]

async function openClient(
  batchers: TestBatcher[],
  options: Partial<LikesOptions> = {},
): Promise<LikesClient> {
  const redis = closeAfterTests(openRedis((await sharedRedis()).url, silent), (it) => it.disconnect())
  const urls = batchers.map(({ url }) => url)
  return openLikes({ batchers: urls, redis, breaker: breakerOf(redis), log: silent, ...options })
}

beforeAll(async () => {
  database = await freshDatabase()
  posts = await addPosts(database, 40)
  batcher = await startBatcher(database, await sharedRedis(), { name: 'client-test' })
  likes = await openClient([batcher])
})

const refusal = (work: Promise<unknown>) =>
  work.then(
    () => 'answered',
    (error) => error.status as number,
  )

test('five hundred likes at once are one commit or a few, and each counts', async () => {
  const before = await batcher.stats()

  const answers = await Promise.all(Array.from({ length: 500 }, () => likes.add(posts[0]!)))

  const after = await batcher.stats()
  expect(new Set(answers.map(({ total }) => total)).size).toBe(500)
  expect(Math.max(...answers.map(({ total }) => total))).toBe(500)
  expect(after.commits - before.commits).toBeLessThan(10)
})

test('a like waits for a batcher that restarts, and counts once', async () => {
  await likes.add(posts[1]!)
  // A slow machine may need longer for it than a visitor waits; then ana likes again.
  const sendLike = (id: string) => until(() => likes.add(posts[1]!, { id }))

  const [restarted, ...answers] = await Promise.all([
    batcher.restart(),
    ...Array.from({ length: 20 }, () => sendLike(crypto.randomUUID())),
  ])
  await batcher.flush()

  expect(restarted).toBeUndefined()
  expect(Math.max(...answers.map(({ total }) => total))).toBe(21)
  expect(await storedLikes(database, posts[1]!)).toBe(21)
})

test('a batcher that hangs is waited for two seconds, no longer; what it was sent counts once at most', async () => {
  let now = 0
  const client = await openClient([batcher], { now: () => now })
  await client.add(posts[2]!)
  batcher.running().pause()

  const first = refusal(client.add(posts[2]!))
  now = 1_000
  const second = refusal(client.add(posts[2]!))
  now = 2_000
  expect(await first).toBe(503)
  expect(await Promise.race([second, 'waiting'])).toBe('waiting')
  now = 3_000
  expect(await second).toBe(503)
  batcher.running().resume()
  const { total } = await likes.add(posts[2]!)

  expect([2, 3, 4]).toContain(total)
})

test('a like of a post that does not exist is refused as gone', async () => {
  expect(await refusal(likes.add(987_654))).toBe(404)
})

test('a like that the batcher refuses to read is refused alone, at once, and those beside it count', async () => {
  const beyond = 1e16
  const lines: string[] = []
  const log = openLog('test', 'warn', (line) => lines.push(line))
  const client = await openClient([batcher], { log })
  const before = await batcher.stats()

  const [spoilt, ...good] = await Promise.all([
    refusal(client.add(beyond)),
    ...Array.from({ length: 10 }, () => client.add(posts[6]!)),
  ])

  expect(spoilt).toBe(422)
  expect(lines.filter((line) => line.includes('cannot read a like'))).toHaveLength(1)
  expect(Math.max(...good.map(({ total }) => total))).toBe(10)
  expect((await batcher.stats()).answered).toBe(before.answered + 10)
})

test('a like that spoils its whole request is found by halves, and all others count in their order', async () => {
  // As text it is no JSON, so the batcher can read nothing of the request.
  const spoil = () => refusal(likes.add(Number.NaN))
  const like = (index: number) =>
    index % 7 === 3 ? spoil() : likes.add(posts[7]!).then(({ total }) => total)

  const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => like(index)))

  const isSpoilt = (_: unknown, index: number) => index % 7 === 3
  expect(new Set(answers.filter(isSpoilt))).toEqual(new Set([422]))
  expect(answers.filter((_, index) => !isSpoilt(_, index))).toEqual(
    Array.from({ length: 43 }, (_, index) => index + 1),
  )
})

test('an Idempotency-Key counts once, at any replica, after a restart too', async () => {
  const id = crypto.randomUUID()
  const other = await openClient([batcher])

  await likes.add(posts[3]!, { id })
  await other.add(posts[3]!, { id })
  await batcher.restart()
  const { total } = await other.add(posts[3]!, { id })

  expect(total).toBe(1)
  expect(await refusal(likes.add(posts[4]!, { id }))).toBe(422)
})

test('an Idempotency-Key that is too long, or none, is refused', async () => {
  expect(await refusal((async () => likes.add(posts[3]!, { id: 'x'.repeat(256) }))())).toBe(422)
  expect(await refusal((async () => likes.add(posts[3]!, { id: '' }))())).toBe(422)
})

test('a client can not pretend to be a replica', async () => {
  await likes.add(posts[5]!, { id: 's:replica:9' })

  const { total } = await likes.add(posts[5]!, { id: 's:replica:8' })

  expect(total).toBe(2)
})

test('two batchers share the posts, and every total and every number in MySQL is right', async () => {
  const redis = await sharedRedis()
  const two = await Promise.all(['first', 'second'].map((name) => startBatcher(database, redis, { name })))
  const [writer, reader] = [await openClient(two), await openClient(two)]
  const shared = posts.slice(20)

  await Promise.all(
    shared.flatMap((post, index) => Array.from({ length: index + 1 }, () => writer.add(post))),
  )
  const totals = await reader.totals(shared)
  const stats = await Promise.all(two.map((each) => each.stats()))
  await Promise.all(two.map((each) => each.flush()))

  expect(shared.map((post) => totals.get(post))).toEqual(shared.map((_, index) => index + 1))
  expect(await Promise.all(shared.map((post) => storedLikes(database, post)))).toEqual(
    shared.map((_, index) => index + 1),
  )
  for (const { waitingPosts } of stats) expect(waitingPosts).toBeGreaterThan(2)
})

test('with MySQL hung likes on known posts pass, and one on an unknown post gets through when it is back', async () => {
  const mysql = await startMysql()
  const own = await freshDatabase(mysql)
  const [known] = await addPosts(own, 1)
  const small = await startBatcher(own, await sharedRedis(), { name: 'hung' })
  const client = await openClient([small])
  const [later] = await addPosts(own, 1)
  mysql.pause()

  const unknown = client.add(later!)
  const answers = await Promise.all(Array.from({ length: 20 }, () => client.add(known!)))
  mysql.resume()

  expect(answers).toHaveLength(20)
  expect(await unknown).toMatchObject({ total: 1 })
})

test('a deleted post takes no more likes once its batcher knows', async () => {
  const [post] = await addPosts(database, 1)
  await until(() => likes.add(post!).then(() => true))
  await database.write('DELETE FROM posts WHERE id = ?', [post])

  await likes.forget([post!])

  expect(await refusal(likes.add(post!))).toBe(404)
})
