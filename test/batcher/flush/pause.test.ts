import { Database } from 'bun:sqlite'
import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { createConnection } from 'mysql2/promise'
import { openPause } from '../../../batcher/flush/pause.ts'
import { addPosts, startBatcher, storedLikes, type TestBatcher } from '../../support/servers/batcher.ts'
import { startBatcherHere } from '../../support/servers/batcher-here.ts'
import { freshDatabase, type TestDatabase } from '../../support/servers/database.ts'
import { temporaryFolder } from '../../support/servers/reaper.ts'
import { sharedRedis } from '../../support/servers/services.ts'
import { likesOf } from '../../support/site/likes.ts'
import { until } from '../../support/until.ts'

setDefaultTimeout(60_000)

let database: TestDatabase
let batcher: TestBatcher
let post: number
beforeAll(async () => {
  database = await freshDatabase()
  ;[post] = (await addPosts(database, 1)) as [number]
  batcher = await startBatcher(database, await sharedRedis(), { env: { FLUSH_LIKES: '0' } })
})

test('while a backup is made likes are answered and stay in the journal, of which it gets a whole copy', async () => {
  const response = await batcher.send('/backup?holder=ana')
  const file = join(temporaryFolder(), 'copy.sqlite')
  await Bun.write(file, response)

  const [accepted] = await batcher.like([{ id: 'k:1', post }])

  expect(accepted).toMatchObject({ total: 1 })
  const copy = new Database(file)
  expect(copy.query('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' })
  expect(copy.query('SELECT answered FROM state').get()).toEqual({ answered: 0 })
  copy.close()
  expect(await storedLikes(database, post)).toBe(0)
  expect(await (await batcher.send('/resume?holder=ana')).json()).toEqual({ held: true })
  await until(async () => (await storedLikes(database, post)) === 1)
})

test('two backups at a time are not made, and only its maker ends one', async () => {
  expect((await batcher.send('/backup?holder=ana')).status).toBe(200)

  expect((await batcher.send('/backup?holder=bo')).status).toBe(409)
  expect(await (await batcher.send('/resume?holder=bo')).json()).toEqual({ held: false })
  expect(await (await batcher.send('/resume?holder=ana')).json()).toEqual({ held: true })
  expect(await (await batcher.send('/resume?holder=ana')).json()).toEqual({ held: false })
  expect((await batcher.send('/backup')).status).toBe(400)
})

test('a batcher that stops does not wait for the backup', async () => {
  await batcher.send('/backup?holder=ana')
  await batcher.like([{ id: 'k:2', post }])

  await batcher.running().stop()

  expect(await storedLikes(database, post)).toBe(2)
})

test('a pause lasts a minute, and begins anew when its owner asks again', () => {
  let now = 0
  const pause = openPause({ now: () => now })
  pause.begin('ana')
  now = 59_999
  expect([pause.isPaused(), pause.begin('bo'), pause.begin('ana')]).toEqual([true, false, true])
  now += 59_999
  expect(pause.isPaused()).toBe(true)

  now++

  expect(pause.isPaused()).toBe(false)
  expect(pause.resume('ana')).toBe(false)
  expect([pause.begin('bo'), pause.resume('ana'), pause.resume('bo')]).toEqual([true, false, true])
})

test('when whoever makes a backup has died likes reach MySQL after a minute, and the copy is void', async () => {
  const here = await startBatcherHere(database)
  const [liked] = (await addPosts(database, 1)) as [number]
  await here.like(likesOf(liked, 1))
  here.pass(30_000)
  await here.send('/backup?holder=ana')
  here.pass(59_000)
  expect(await storedLikes(database, liked)).toBe(0)

  here.pass(2_000)

  await until(async () => (await storedLikes(database, liked)) === 1)
  expect(await (await here.send('/resume?holder=ana')).json()).toEqual({ held: false })
})

test('a pause that begins while the stores are compared lets no flush follow', async () => {
  const own = await freshDatabase()
  const [liked] = (await addPosts(own, 1)) as [number]
  const comparing = await startBatcher(own, await sharedRedis(), {
    name: 'comparing',
    env: { FLUSH_LIKES: '0' },
  })
  const compared = async () =>
    Number(
      /mysql_query_duration_seconds_count\{query="lastBatch"\} (\d+)/.exec(
        await (await fetch(`${comparing.url}/metrics`)).text(),
      )?.[1],
    )
  const locking = await createConnection(own.url)
  await locking.query('LOCK TABLES like_batches WRITE')
  await until(async () => {
    const [rows] = await locking.query<never[]>(
      `SELECT id FROM information_schema.processlist
       WHERE db = ? AND info LIKE '%FROM like_batches%' AND info NOT LIKE '%processlist%'`,
      [own.name],
    )
    return rows.length > 0
  })
  // Before anything else: on a busy machine its time may be over before the pause begins.
  const before = await compared()

  await comparing.send('/backup?holder=ana')
  await comparing.like(likesOf(liked, 1))
  await locking.end()
  await until(async () => (await compared()) > before)
  await comparing.send('/backup?holder=ana')

  expect(await storedLikes(own, liked)).toBe(0)
  await comparing.send('/resume?holder=ana')
  await until(async () => (await storedLikes(own, liked)) === 1)
})
