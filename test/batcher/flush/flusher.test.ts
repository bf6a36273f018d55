import { afterEach, expect, setDefaultTimeout, setSystemTime, test } from 'bun:test'
import { join } from 'node:path'
import { createConnection } from 'mysql2/promise'
import { openJournal } from '../../../batcher/ledger/sqlite/journal.ts'
import { addPosts, startBatcher, storedLikes } from '../../support/servers/batcher.ts'
import { startBatcherHere } from '../../support/servers/batcher-here.ts'
import { freshDatabase } from '../../support/servers/database.ts'
import { temporaryFolder } from '../../support/servers/reaper.ts'
import { sharedRedis, startMysql } from '../../support/servers/services.ts'
import { likesOf } from '../../support/site/likes.ts'
import { until } from '../../support/until.ts'

setDefaultTimeout(60_000)

const hourMs = 3_600_000
afterEach(() => setSystemTime())

type BatchRow = { number: number; likes: number; posts: number; entries: string; hash: string }
const batchesOf = 'SELECT number, likes, posts, entries, hash FROM like_batches ORDER BY number'

test('nine likes leave the database as it was until their time is up, eleven are written in one statement', async () => {
  const database = await freshDatabase()
  const [quiet, busy] = await addPosts(database, 2)
  const batcher = await startBatcher(database, await sharedRedis(), {
    env: { FLUSH_LIKES: '10', FLUSH_SECONDS: '3' },
  })

  await batcher.like(likesOf(quiet!, 9))
  await batcher.like(likesOf(busy!, 11))

  await until(async () => (await storedLikes(database, busy!)) === 11)
  expect(await storedLikes(database, quiet!)).toBe(0)
  expect(await database.rows<BatchRow>(batchesOf)).toMatchObject([{ likes: 11, entries: `[[${busy},11]]` }])

  await until(async () => (await storedLikes(database, quiet!)) === 9)
  expect(await database.rows<BatchRow>(batchesOf)).toHaveLength(2)
})

test('a flush writes a thousand posts in statements of five hundred, in order of their ids', async () => {
  const database = await freshDatabase()
  const posts = await addPosts(database, 1_200)
  const batcher = await startBatcher(database, await sharedRedis())
  await batcher.like(posts.toReversed().flatMap((post) => likesOf(post, 2)))

  await batcher.flush()

  const [batch] = await database.rows<BatchRow>(batchesOf)
  const wrong = await database.rows('SELECT id FROM posts WHERE likes <> 2')
  expect(JSON.parse(batch!.entries)).toEqual(posts.map((post) => [post, 2]))
  expect(batch).toMatchObject({ number: 1, likes: 2_400, posts: 1_200 })
  expect(wrong).toEqual([])
})

test('batches form a chain: each hash is over the one before', async () => {
  const database = await freshDatabase()
  const [post] = await addPosts(database, 1)
  const batcher = await startBatcher(database, await sharedRedis())
  for (const count of [1, 2, 3]) {
    await batcher.like(likesOf(post!, count))
    await batcher.flush()
  }

  const batches = await database.rows<BatchRow>(batchesOf)

  let previous = '0'.repeat(64)
  for (const { number, entries, hash } of batches) {
    const text = `${previous}|batcher-1|${number}|${entries}`
    previous = new Bun.CryptoHasher('sha256').update(text).digest('hex')
    expect(hash).toBe(previous)
  }
  expect(batches.map(({ likes }) => likes)).toEqual([1, 2, 3])
})

test('a post that was deleted does not hold up the others, and takes no more likes', async () => {
  const database = await freshDatabase()
  const [stored, deleted] = await addPosts(database, 2)
  const batcher = await startBatcher(database, await sharedRedis())
  await batcher.like([...likesOf(stored!, 3), ...likesOf(deleted!, 3)])
  await database.write('DELETE FROM posts WHERE id = ?', [deleted])

  await batcher.flush()

  expect(await storedLikes(database, stored!)).toBe(3)
  await until(async () => (await batcher.stats()).waiting === 0)
  const [answer] = await batcher.like(likesOf(deleted!, 1))
  expect(answer).toMatchObject({ status: 404 })
})

test('a batcher that hears of a deleted post refuses likes for it at once', async () => {
  const database = await freshDatabase()
  const [post] = await addPosts(database, 1)
  const batcher = await startBatcher(database, await sharedRedis())
  await batcher.like(likesOf(post!, 1))
  await database.write('DELETE FROM posts WHERE id = ?', [post])

  const { gone } = (await (await batcher.send('/forget', { posts: [post] })).json()) as { gone: number[] }
  const [answer] = await batcher.like(likesOf(post!, 1))

  expect(gone).toEqual([post!])
  expect(answer).toMatchObject({ status: 404 })
})

test('likes are taken while MySQL is dead, and written once it is back', async () => {
  const mysql = await startMysql()
  const database = await freshDatabase(mysql)
  const [post] = await addPosts(database, 1)
  const batcher = await startBatcher(database, await sharedRedis(), { env: { FLUSH_LIKES: '10' } })
  await batcher.like(likesOf(post!, 5))
  await mysql.kill()

  const answers = await batcher.like(likesOf(post!, 20))
  const unknown = await batcher.like(likesOf(post! + 1_000, 1))
  await until(async () => (await batcher.stats()).flushFailures > 0)
  await mysql.restart()

  expect(answers.at(-1)).toMatchObject({ total: 25 })
  expect(unknown).toMatchObject([{ status: 503 }])
  await until(async () => (await storedLikes(database, post!)) === 25)
})

test('a batch that meets a lock is tried again until the lock is gone', async () => {
  const database = await freshDatabase(await startMysql())
  const [first, second] = await addPosts(database, 2)
  await database.write('SET GLOBAL innodb_lock_wait_timeout = 1')
  const batcher = await startBatcher(database, await sharedRedis())
  await batcher.like([...likesOf(first!, 1), ...likesOf(second!, 1)])
  const rival = await createConnection({ uri: database.url })
  await rival.beginTransaction()
  await rival.query('UPDATE posts SET title = title WHERE id = ?', [second])

  const flushed = batcher.flush()
  // The server refreshes this table only when it was left alone for a tenth of a second.
  const waiting = "SELECT trx_id FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'"
  await until(async () => (await database.rows(waiting)).length > 0, { everyMs: 150 })
  // Now each waits for the other: the server ends one of the two with a deadlock error, or the batch times
  // out.
  await rival.query('UPDATE posts SET title = title WHERE id = ?', [first]).catch(() => {})
  await rival.rollback()
  await rival.end()
  await flushed

  expect(await storedLikes(database, first!)).toBe(1)
  expect(await storedLikes(database, second!)).toBe(1)
})

test('a wall clock that steps back holds up no like, and the age of the oldest goes on', async () => {
  const database = await freshDatabase()
  const [first, second] = await addPosts(database, 2)
  const batcher = await startBatcherHere(database)
  await batcher.like(likesOf(first!, 1))

  setSystemTime(Date.now() - hourMs)
  await batcher.like(likesOf(second!, 1))
  batcher.pass(30_000)
  const { oldestSeconds } = await batcher.stats()
  batcher.pass(31_000)

  expect(oldestSeconds).toBeGreaterThanOrEqual(30)
  await until(async () => (await storedLikes(database, first!)) === 1)
  await until(async () => (await storedLikes(database, second!)) === 1)
})

test('a wall clock that steps forward makes nothing due before its time', async () => {
  const database = await freshDatabase()
  const [post] = await addPosts(database, 1)
  const batcher = await startBatcherHere(database)
  await batcher.like(likesOf(post!, 1))

  setSystemTime(Date.now() + hourMs)
  await batcher.like(likesOf(post!, 1))

  const { oldestSeconds, waiting } = await batcher.stats()
  expect(oldestSeconds).toBeLessThan(30)
  expect(waiting).toBe(2)
})

test('likes that the process before took in a later hour wait for their time, not for that hour', async () => {
  const database = await freshDatabase()
  const [first, second] = await addPosts(database, 2)
  const journal = join(temporaryFolder(), 'journal.sqlite')
  const before = openJournal(journal)
  before.keep({
    posts: [
      { post: first!, total: 1, waiting: 1, since: Date.now() - hourMs },
      { post: second!, total: 1, waiting: 1, since: Date.now() + 9 * hourMs },
    ],
    producers: new Map(),
    keys: undefined,
    memberLikes: [],
    answered: 2,
    version: 1,
    added: 2,
  })
  before.close()

  const batcher = await startBatcherHere(database, { journal })
  batcher.pass(61_000)

  await until(async () => (await storedLikes(database, first!)) === 1)
  await until(async () => (await storedLikes(database, second!)) === 1)
})

test('likes whose time is nearly up go with those whose time is, in one batch; younger ones stay', async () => {
  const database = await freshDatabase()
  const [first, second, third] = (await addPosts(database, 3)) as [number, number, number]
  const batcher = await startBatcherHere(database)
  await batcher.like(likesOf(first, 1))
  batcher.pass(3_000)
  await batcher.like(likesOf(second, 1))
  batcher.pass(20_000)
  await batcher.like(likesOf(third, 1))

  batcher.pass(38_000)
  await until(async () => (await storedLikes(database, first)) === 1)

  expect(await storedLikes(database, second)).toBe(1)
  expect(await batcher.stats()).toMatchObject({ batches: 1, waiting: 1 })
})
