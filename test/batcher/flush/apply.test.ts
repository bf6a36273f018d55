import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { addPosts, startBatcher, storedLikes, type TestBatcher } from '../../support/servers/batcher.ts'
import { freshDatabase, type TestDatabase } from '../../support/servers/database.ts'
import { type Service, sharedRedis, startMysql } from '../../support/servers/services.ts'
import { type SlowProxy, startSlowProxy } from '../../support/servers/slow-proxy.ts'
import { likesOf } from '../../support/site/likes.ts'
import { until } from '../../support/until.ts'

setDefaultTimeout(60_000)

let mysql: Service
let database: TestDatabase
let way: SlowProxy
let batcher: TestBatcher

beforeAll(async () => {
  mysql = await startMysql()
  database = await freshDatabase(mysql)
  way = await startSlowProxy(mysql.port)
  const url = new URL(database.urls.batcher)
  url.port = `${way.port}`
  await addPosts(database, 10)
  batcher = await startBatcher(database, await sharedRedis(), { env: { DATABASE_URL: url.href } })
})

/** What is waiting is in MySQL, once. Returns how many tries have failed by then. */
async function flushedOnce(post: number, likes: number): Promise<number> {
  await until(async () => (await storedLikes(database, post)) >= likes)
  const stats = await until(async () => {
    const now = await batcher.stats()
    return now.waiting === 0 && now
  })
  expect(await storedLikes(database, post)).toBe(likes)
  return stats.flushFailures
}

describe('likes reach MySQL once, by another connection, when', () => {
  test.each([
    [1, 'BEGIN'],
    [2, 'INSERT INTO like_batches'],
    [3, 'UPDATE posts'],
    [4, 'COMMIT'],
  ])('the answer to a statement is lost (%i: %s)', async (post, statement) => {
    const { flushFailures } = await batcher.stats()
    await batcher.like(likesOf(post, 3))
    way.loseAnswerTo(statement)

    await batcher.flush()

    expect(await flushedOnce(post, 3)).toBeGreaterThan(flushFailures)
  })

  test('the connections it had lead nowhere any more', async () => {
    await batcher.like(likesOf(5, 4))
    expect(way.loseAll()).toBeGreaterThan(0)

    await batcher.flush()

    // Whether a batch or the look at MySQL's newest one met them is a matter of the moment.
    await flushedOnce(5, 4)
  })

  test('MySQL hung for a while, and each try that failed is counted', async () => {
    const { flushFailures } = await batcher.stats()
    await batcher.like(likesOf(6, 5))
    mysql.pause()
    const flush = batcher.flush()
    await until(async () => (await batcher.stats()).flushFailures > flushFailures + 1)
    mysql.resume()
    await flush

    await flushedOnce(6, 5)
  })
})
