import { afterEach, expect, setDefaultTimeout, setSystemTime, test } from 'bun:test'
import { join } from 'node:path'
import { type Batcher, startBatcher as start } from '../../batcher/batcher.ts'
import { openJournal } from '../../batcher/ledger/journal.ts'
import type { LikeRequest, LikesAnswer } from '../../src/likes/protocol.ts'
import { batcherConfig } from '../../src/platform/config.ts'
import { openLog } from '../../src/platform/log.ts'
import { addPosts, storedLikes } from '../support/servers/batcher.ts'
import { closeAfterTests } from '../support/servers/cleanup.ts'
import { freshDatabase, type TestDatabase } from '../support/servers/database.ts'
import { temporaryFolder } from '../support/servers/reaper.ts'
import { sharedRedis } from '../support/servers/services.ts'
import { presses } from '../support/site/likes.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

const hourMs = 3_600_000
const silent = openLog('test', 'error', () => {})
afterEach(() => setSystemTime())

/** A batcher in this process, whose clocks a test can set. */
async function startHere(
  database: Pick<TestDatabase, 'urls'>,
  journal = join(temporaryFolder(), 'journal.sqlite'),
) {
  const config = batcherConfig({
    BATCHER_NAME: 'clock',
    HOST: '127.0.0.1',
    PORT: '0',
    DATABASE_URL: database.urls.batcher,
    REDIS_URL: (await sharedRedis()).url,
    JOURNAL: journal,
    FLUSH_LIKES: '1000000',
    FLUSH_SECONDS: '60',
    FLUSH_EVERY_MS: '20',
  })
  let aheadMs = 0
  const steady = () => Math.floor(performance.now() + aheadMs)
  const batcher = closeAfterTests(
    start(config, silent, () => {}, steady),
    (it: Batcher) => it.drain(0),
  )
  const url = `http://127.0.0.1:${batcher.port}`
  const stats = async () => (await (await fetch(`${url}/stats`)).json()) as Record<string, number>
  // Until MySQL has told of the post it is refused.
  const press = (likes: LikeRequest[]) =>
    until(async () => {
      const answer = await fetch(`${url}/likes`, { method: 'POST', body: JSON.stringify({ likes }) })
      return ((await answer.json()) as LikesAnswer).likes.every((each) => 'total' in each)
    })
  return {
    stats,
    press,
    pass: (ms: number) => {
      aheadMs += ms
    },
  }
}

test('a wall clock that steps back holds up no like, and the age of the oldest goes on', async () => {
  const database = await freshDatabase()
  const [first, second] = await addPosts(database, 2)
  const batcher = await startHere(database)
  await batcher.press(presses(first!, 1))

  setSystemTime(Date.now() - hourMs)
  await batcher.press(presses(second!, 1))
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
  const batcher = await startHere(database)
  await batcher.press(presses(post!, 1))

  setSystemTime(Date.now() + hourMs)
  await batcher.press(presses(post!, 1))

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
    senders: new Map(),
    keys: undefined,
    memberLikes: [],
    answered: 2,
    version: 1,
    added: 2,
  })
  before.close()

  const batcher = await startHere(database, journal)
  batcher.pass(61_000)

  await until(async () => (await storedLikes(database, first!)) === 1)
  await until(async () => (await storedLikes(database, second!)) === 1)
})

test('likes whose time is nearly up go with those whose time is, in one batch; younger ones stay', async () => {
  const database = await freshDatabase()
  const [first, second, third] = (await addPosts(database, 3)) as [number, number, number]
  const batcher = await startHere(database)
  await batcher.press(presses(first, 1))
  batcher.pass(3_000)
  await batcher.press(presses(second, 1))
  batcher.pass(20_000)
  await batcher.press(presses(third, 1))

  batcher.pass(38_000)
  await until(async () => (await storedLikes(database, first)) === 1)

  expect(await storedLikes(database, second)).toBe(1)
  expect(await batcher.stats()).toMatchObject({ batches: 1, waiting: 1 })
})
