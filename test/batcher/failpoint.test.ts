import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { FailpointName } from '../../batcher/failpoint.ts'
import { addPosts, startBatcher, storedLikes, type TestBatcher } from '../support/servers/batcher.ts'
import { freshDatabase } from '../support/servers/database.ts'
import { sharedRedis, startMysql } from '../support/servers/services.ts'
import { likesOf, totalOf } from '../support/site/likes.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

async function oneLikedPost(env: Record<string, string> = {}) {
  const database = await freshDatabase()
  const [post] = await addPosts(database, 1)
  const batcher = await startBatcher(database, await sharedRedis(), { env })
  await batcher.like(likesOf(post!, 3))
  return { database, post: post!, batcher }
}

const journals: [string, Record<string, string>][] = [
  ['a file', {}],
  ['in MySQL', { JOURNAL: 'mysql' }],
]

const inEach = (points: FailpointName[]) =>
  points.flatMap((point) =>
    journals.map((journal): [FailpointName, ...typeof journal] => [point, ...journal]),
  )

/** The batcher kills itself while it does this. */
async function untilDead(batcher: TestBatcher, work: Promise<unknown>) {
  expect(
    await work.then(
      () => 'answered',
      () => 'died',
    ),
  ).toBe('died')
  expect(await batcher.running().exited).toBe(128 + 9)
}

const atCommit = inEach(['before journal commit', 'after journal commit'])
describe.each(atCommit)('killed %s, the journal %s', (diesAt, _, env) => {
  test('a like that is sent again with the same id counts once', async () => {
    const { database, post, batcher } = await oneLikedPost(env)
    const again = [...likesOf(post, 5), ...[1, 2, 3].map((number) => ({ id: `s:replica:${number}`, post }))]
    await batcher.restart({ diesAt })
    await untilDead(batcher, batcher.like(again))

    await batcher.restart({})
    const answers = await batcher.like(again)
    await batcher.flush()

    expect(totalOf(answers.at(-1))).toBe(11)
    expect(await storedLikes(database, post)).toBe(11)
  })
})

const atFlush = inEach(['before mysql commit', 'after mysql commit', 'before journal acknowledges'])
describe.each(atFlush)('killed %s, the journal %s', (diesAt, _, env) => {
  test('the batch under way is in MySQL once, and likes that followed it too', async () => {
    const { database, post, batcher } = await oneLikedPost(env)
    const late = likesOf(post, 4)
    await batcher.restart({ diesAt })
    await batcher.like(likesOf(post, 2))
    await untilDead(batcher, batcher.flush())

    await batcher.restart({})
    const answers = await batcher.like(late)
    await batcher.flush()
    const repeated = await batcher.like(late)

    expect(totalOf(answers.at(-1))).toBe(9)
    expect(repeated.map(totalOf)).toEqual([9, 9, 9, 9])
    expect(await storedLikes(database, post)).toBe(9)
    expect(await batcher.stats()).toMatchObject({ answered: 9, applied: 9, waiting: 0 })
  })
})

test('a total is right after a restart without MySQL and Redis', async () => {
  const mysql = await startMysql()
  const database = await freshDatabase(mysql)
  const [post] = await addPosts(database, 1)
  await database.write('UPDATE posts SET likes = 100 WHERE id = ?', [post])
  const batcher = await startBatcher(database, { url: 'redis://127.0.0.1:1' })
  await batcher.like(likesOf(post!, 3))
  await mysql.kill()

  await batcher.restart({})
  const [answer] = await batcher.like(likesOf(post!, 1))

  expect(totalOf(answer)).toBe(104)
})

test.each(journals)('ids are known for what they were after a restart, the journal %s', async (_, env) => {
  const { post, batcher } = await oneLikedPost(env)
  const [keyed, numbered] = [
    { id: 'k:mine', post },
    { id: 's:replica:7', post },
  ]
  await batcher.like([keyed, numbered])

  await batcher.restart({})
  const answers = await batcher.like([keyed, numbered, { id: 's:replica:8', post }])

  expect(answers.map(totalOf)).toEqual([5, 5, 6])
})

test('SIGTERM brings what waits to MySQL and ends with 0', async () => {
  const { database, post, batcher } = await oneLikedPost()

  batcher.running().send('SIGTERM')
  const code = await batcher.running().exited

  expect(code).toBe(0)
  expect(await storedLikes(database, post)).toBe(3)
})

test.each(journals)('MySQL killed while a batch is committed has it once, the journal %s', async (_, env) => {
  const mysql = await startMysql()
  const database = await freshDatabase(mysql)
  const posts = await addPosts(database, 400)
  const batcher = await startBatcher(database, await sharedRedis(), { env: { FLUSH_LIKES: '0', ...env } })
  let sent = 0
  for (let kill = 0; kill < 3; kill++) {
    for (let round = 0; round < 5; round++, sent++)
      await batcher.like(posts.flatMap((post) => likesOf(post, 1)))
    await mysql.kill()
    await mysql.restart()
    await until(async () => (await fetch(`${batcher.url}/ready`)).ok)
  }

  await batcher.flush()

  const wrong = await database.rows('SELECT id, likes FROM posts WHERE likes <> ?', [sent])
  expect(wrong).toEqual([])
})
