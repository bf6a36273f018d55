import { beforeEach, expect, setDefaultTimeout, test } from 'bun:test'
import type { Failpoint, FailpointName } from '../../../batcher/failpoint.ts'
import { foldAll } from '../../../batcher/flush/fold.ts'
import { recount } from '../../../src/audit/recount.ts'
import { type Db, openDb } from '../../../src/platform/db.ts'
import { openLog } from '../../../src/platform/log.ts'
import { rankNow } from '../../../src/ranking/ranker.ts'
import {
  addPosts,
  addUsers,
  startBatcher,
  storedLikes,
  type TestBatcher,
} from '../../support/servers/batcher.ts'
import { closeAfterTests } from '../../support/servers/cleanup.ts'
import { freshDatabase, type TestDatabase } from '../../support/servers/database.ts'
import { sharedRedis } from '../../support/servers/services.ts'
import { likesOf } from '../../support/site/likes.ts'
import { until } from '../../support/until.ts'

setDefaultTimeout(60_000)

let database: TestDatabase
let batcher: TestBatcher
let posts: number[]
let web: Db
let own: Db

const open = (url: string) => closeAfterTests(openDb({ url, connections: 3 }), (db) => db.close())
const log = openLog('test', 'error')

beforeEach(async () => {
  database = await freshDatabase()
  posts = await addPosts(database, 3)
  batcher = await startBatcher(database, await sharedRedis())
  web = open(database.urls.web)
  own = open(database.urls.batcher)
})

const flushed = async (post: number, count: number) => {
  await batcher.like(likesOf(post, count))
  await batcher.flush()
}
/** As if this many of the newest batches were all that is kept. */
const fold = (stored: number, failpoint: Failpoint = () => {}, name = 'batcher-1') =>
  foldAll({ name, db: own, log, failpoint }, { olderThanSeconds: 0, retainedBatches: stored })
const chainOf = () => database.rows<{ number: number }>('SELECT number FROM like_batches ORDER BY number')
const checkpoint = async () =>
  (await database.rows<{ number: number; likes: number; hash: string }>('SELECT * FROM like_checkpoints'))[0]
const counted = () => recount(web, [])

test('a recount gives the same before and after old batches are folded, and they are gone', async () => {
  for (const [post, count] of [
    [posts[0]!, 3],
    [posts[1]!, 2],
    [posts[0]!, 4],
    [posts[2]!, 1],
  ] as const)
    await flushed(post, count)
  const { hash } = (
    await database.rows<{ hash: string }>('SELECT hash FROM like_batches WHERE number = 3')
  )[0]!
  const before = await counted()

  await fold(1)
  const after = await counted()

  expect(await chainOf()).toEqual([{ number: 4 }])
  expect(await checkpoint()).toMatchObject({ number: 3, likes: 9, hash })
  const same = { batches: 4, applied: 10, drift: 0, flaws: [], chains: before.chains }
  expect(before).toMatchObject(same)
  expect(after).toMatchObject(same)
  await flushed(posts[0]!, 1)
  expect(await counted()).toMatchObject({ batches: 5, applied: 11, drift: 0, flaws: [] })
  await batcher.restart()
  await flushed(posts[0]!, 1)
  const { chain } = await until(async () => {
    const stats = await batcher.stats()
    return stats.chain && stats
  })
  expect(chain).toEqual({ number: 6, likes: 12 })
  expect(await storedLikes(database, posts[0]!)).toBe(9)
})

test('the newest batch is never folded, nor one that is younger than ten minutes', async () => {
  for (const count of [1, 1, 1]) await flushed(posts[0]!, count)

  await foldAll({ name: 'batcher-1', db: own, log, failpoint: () => {} }, { retainedBatches: 0 })
  expect(await chainOf()).toHaveLength(3)
  await fold(0)

  expect(await chainOf()).toEqual([{ number: 3 }])
})

test.each<FailpointName>(['before fold commits', 'after fold commits'])(
  'stopped %s, old batches are folded once',
  async (stopsAt) => {
    for (const count of [1, 2, 3]) await flushed(posts[0]!, count)

    const stopped = fold(1, (point) => {
      if (point === stopsAt) throw new Error('killed')
    })
    expect(await stopped.then(() => 'folded', String)).toBe('Error: killed')
    expect(await counted()).toMatchObject({ batches: 3, applied: 6, drift: 0, flaws: [] })
    await fold(1)

    expect(await counted()).toMatchObject({ batches: 3, applied: 6, drift: 0, flaws: [] })
    expect(await checkpoint()).toMatchObject({ number: 2, likes: 3 })
  },
)

test('two that fold at once fold each batch once', async () => {
  for (const count of [1, 2, 3, 4]) await flushed(posts[0]!, count)

  await Promise.all([fold(1), fold(1), fold(1)])

  expect(await counted()).toMatchObject({ batches: 4, applied: 10, drift: 0, flaws: [] })
  expect(await checkpoint()).toMatchObject({ number: 3, likes: 6 })
})

test('likes that are taken back are folded as they were', async () => {
  const [ana, bo] = (await addUsers(database, ['ana', 'bo'])) as [number, number]
  await batcher.restart({ env: { LIKES: 'once' } })
  const choose = (user: number, liked: boolean) =>
    until(async () => {
      const [answer] = await batcher.like([{ id: crypto.randomUUID(), post: posts[0]!, user, liked }])
      return answer && 'total' in answer
    })
  await choose(ana, true)
  await choose(bo, true)
  await batcher.flush()
  await choose(ana, false)
  await batcher.flush()
  await choose(ana, true)
  await batcher.flush()

  await fold(1)

  expect(await checkpoint()).toMatchObject({ number: 2, likes: 1 })
  expect(await counted()).toMatchObject({ applied: 2, drift: 0, flaws: [] })
})

test('ranks that stood still while batches were folded follow the likes of those all the same', async () => {
  const ranks = async () =>
    (
      await database.rows<{ likes: number }>(
        'SELECT likes FROM post_ranks WHERE post_id IN (?) ORDER BY post_id',
        [posts],
      )
    ).map(({ likes }) => likes)
  for (const [index, count] of [3, 2, 4].entries()) await flushed(posts[index]!, count)
  await fold(1)

  await rankNow({ db: web })

  expect(await checkpoint()).toMatchObject({ number: 2 })
  expect(await ranks()).toEqual([3, 2, 4])
  await flushed(posts[1]!, 5)
  await rankNow({ db: web })
  expect(await ranks()).toEqual([3, 7, 4])
  expect(await database.rows('SELECT * FROM ranked_batches')).toEqual([{ batcher: 'batcher-1', number: 4 }])
})

const tampered: [string, string, RegExp][] = [
  [
    'what a folded post got',
    'UPDATE folded_likes SET likes = likes + 1 LIMIT 1',
    /^2: the likes of the batches up to it/,
  ],
  [
    'the sum of a checkpoint',
    'UPDATE like_checkpoints SET likes = likes - 1',
    /^2: the likes of the batches/,
  ],
  [
    'the hash of a checkpoint',
    `UPDATE like_checkpoints SET hash = REPEAT('a', 64)`,
    /^3: its hash does not fit/,
  ],
  ['the number of a checkpoint', 'UPDATE like_checkpoints SET number = 1', /^3: the batch before it/],
]

test.each(tampered)('somebody who changes %s is found out', async (_, statement, expected) => {
  for (const count of [1, 2, 3]) await flushed(posts[0]!, count)
  await fold(1)
  await database.write(statement)

  const { flaws } = await counted()

  expect(flaws.map(({ number, wrong }) => `${number}: ${wrong}`)).toContainEqual(
    expect.stringMatching(expected),
  )
})

test('a batch that is not as it was written is not folded, so that it can be looked at', async () => {
  for (const count of [1, 2, 3]) await flushed(posts[0]!, count)
  await database.write(`UPDATE like_batches SET entries = '[[1,500]]', likes = 500 WHERE number = 2`)

  await fold(1)

  expect(await chainOf()).toHaveLength(3)
  expect((await counted()).flaws).toMatchObject([{ number: 2, wrong: 'its hash does not fit its content' }])
})
