import { Database } from 'bun:sqlite'
import { expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { epochKey, totalsKey } from '../../src/likes/protocol.ts'
import { openLog } from '../../src/platform/log.ts'
import { openRedis } from '../../src/platform/redis.ts'
import { addPosts, storedLikes } from '../support/servers/batcher.ts'
import { startBatcherHere } from '../support/servers/batcher-here.ts'
import { closeAfterTests } from '../support/servers/cleanup.ts'
import { freshDatabase } from '../support/servers/database.ts'
import { temporaryFolder } from '../support/servers/reaper.ts'
import { sharedRedis } from '../support/servers/services.ts'
import { likesOf } from '../support/site/likes.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

const minuteMs = 60_000
const silent = openLog('test', 'error', () => {})

test('a total stays in Redis and the journal for ten minutes after its last flush, and goes from both then', async () => {
  const name = 'retention'
  const database = await freshDatabase()
  const [early, late] = (await addPosts(database, 2)) as [number, number]
  const redis = closeAfterTests(openRedis((await sharedRedis()).url, silent), (it) => it.disconnect())
  await until(() => redis.status === 'ready')
  const batcher = await startBatcherHere(database, { name })
  await until(async () => (await batcher.stats()).totalsInRedis)
  const flushed = async (post: number) => {
    await batcher.like(likesOf(post, 2))
    await batcher.send('/flush')
    await until(async () => (await storedLikes(database, post)) === 2)
  }
  const inRedis = async (post: number) =>
    redis.hexists(totalsKey(name, (await redis.get(epochKey(name))) ?? ''), `${post}`)
  await flushed(early)
  batcher.pass(5 * minuteMs)
  await flushed(late)
  batcher.pass(4 * minuteMs)
  expect(await batcher.totals([early, late])).toEqual([
    [early, 2],
    [late, 2],
  ])
  expect([await inRedis(early), await inRedis(late)]).toEqual([1, 1])

  batcher.pass(minuteMs)

  await until(async () => (await inRedis(early)) === 0)
  expect(await batcher.totals([early, late])).toEqual([[late, 2]])
  expect(await inRedis(late)).toBe(1)
  batcher.pass(5 * minuteMs)
  await until(async () => (await inRedis(late)) === 0)
  const file = join(temporaryFolder(), 'copy.sqlite')
  await Bun.write(file, await batcher.send('/backup?holder=test'))
  const copy = new Database(file)
  expect(copy.query('SELECT post FROM posts').all()).toEqual([])
  copy.close()
})
