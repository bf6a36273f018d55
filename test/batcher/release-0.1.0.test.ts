import { Database } from 'bun:sqlite'
import { expect, setDefaultTimeout, test } from 'bun:test'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { LikesPolicy } from '../../src/platform/config.ts'
import { startBatcher, storedLikes, type TestBatcher } from '../support/servers/batcher.ts'
import { freshDatabase, type TestDatabase } from '../support/servers/database.ts'
import { sharedRedis } from '../support/servers/services.ts'
import { totalOf } from '../support/site/likes.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

const sqlOf = (name: string) => Bun.file(join(import.meta.dir, 'release-0.1.0', `${name}.sql`)).text()

/**
 * What a batcher of that release left when it was killed: waiting likes, and a batch whose outcome it never
 * knew.
 */
async function leftBehind(likes: LikesPolicy): Promise<{ database: TestDatabase; batcher: TestBatcher }> {
  const database = await freshDatabase()
  const batcher = await startBatcher(database, await sharedRedis(), { env: { LIKES: likes } })
  await batcher.running().kill()
  for (const line of (await sqlOf(`${likes}-database`)).split('\n'))
    if (line.startsWith('INSERT')) await database.write(line)
  for (const end of ['', '-wal', '-shm']) rmSync(`${batcher.journal}${end}`, { force: true })
  const journal = new Database(batcher.journal)
  journal.run((await sqlOf(`${likes}-journal`)).replaceAll('{now}', `${Date.now()}`))
  journal.close()
  await batcher.restart()
  return { database, batcher }
}

/** With what MySQL must have of it, which an older journal does not know at first. */
const counting = (batcher: TestBatcher) =>
  until(async () => {
    const stats = await batcher.stats()
    return stats.chain && stats
  })

test('a journal of release 0.1.0 goes on: what waited counts once, and ids are known', async () => {
  const { database, batcher } = await leftBehind('open')
  await counting(batcher)

  const again = await batcher.like([
    { id: 'k:old-1', post: 1 },
    { id: 's:replica:7', post: 1 },
    { id: 'k:old-12', post: 2 },
  ])
  await batcher.flush()

  expect(again.map(totalOf)).toEqual([6, 6, 7])
  expect([await storedLikes(database, 1), await storedLikes(database, 2)]).toEqual([6, 7])
  expect(await batcher.stats()).toMatchObject({
    ...{ answered: 13, applied: 13, waiting: 0, parted: null },
    chain: { number: 4, likes: 13 },
  })
})

test('under LIKES=once it goes on, too', async () => {
  const { database, batcher } = await leftBehind('once')
  await counting(batcher)
  await batcher.flush()

  const rows = await database.rows<{ user_id: number }>('SELECT user_id FROM likes ORDER BY user_id')
  expect(rows.map(({ user_id }) => user_id)).toEqual([2, 3])
  expect(await storedLikes(database, 1)).toBe(2)
  expect(await batcher.stats()).toMatchObject({ waiting: 0, parted: null, chain: { number: 2, likes: 2 } })
})
