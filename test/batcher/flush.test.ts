import { expect, setDefaultTimeout, test } from 'bun:test'
import { addPosts, startBatcher, storedLikes } from '../support/batcher.ts'
import { freshDatabase } from '../support/database.ts'
import { sharedRedis } from '../support/services.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

const presses = (post: number, count: number) =>
  Array.from({ length: count }, () => ({ id: crypto.randomUUID(), post }))

const brief = { FLUSH_LIKES: '10', FLUSH_SECONDS: '60', FLUSH_EVERY_MS: '20' }

test('nine likes leave the database as it was, eleven are written in one statement', async () => {
  const database = await freshDatabase()
  const [quiet, busy] = await addPosts(database, 2)
  const batcher = await startBatcher(database, await sharedRedis(), { env: brief })

  await batcher.press(presses(quiet!, 9))
  await batcher.press(presses(busy!, 11))

  await until(async () => (await storedLikes(database, busy!)) === 11)
  expect(await storedLikes(database, quiet!)).toBe(0)
  const batches = await database.rows<{ likes: number; entries: string }>(
    'SELECT likes, entries FROM like_batches',
  )
  expect(batches).toEqual([{ likes: 11, entries: `[[${busy},11]]` }])
})
