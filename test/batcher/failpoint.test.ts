import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { FailpointName } from '../../batcher/failpoint.ts'
import { addPosts, startBatcher, storedLikes, type TestBatcher } from '../support/servers/batcher.ts'
import { freshDatabase } from '../support/servers/database.ts'
import { sharedRedis, startMysql } from '../support/servers/services.ts'
import { likesOf, totalOf } from '../support/site/likes.ts'

setDefaultTimeout(60_000)

async function oneLikedPost() {
  const database = await freshDatabase()
  const [post] = await addPosts(database, 1)
  const batcher = await startBatcher(database, await sharedRedis())
  await batcher.like(likesOf(post!, 3))
  return { database, post: post!, batcher }
}

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

describe.each<FailpointName>(['before journal commit', 'after journal commit'])('killed %s', (diesAt) => {
  test('a like that is sent again with the same id counts once', async () => {
    const { database, post, batcher } = await oneLikedPost()
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

describe.each<FailpointName>(['before mysql commit', 'after mysql commit', 'before journal acknowledges'])(
  'killed %s',
  (diesAt) => {
    test('the batch under way is in MySQL once, and likes that followed it too', async () => {
      const { database, post, batcher } = await oneLikedPost()
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
  },
)

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

test('ids are known for what they were after a restart', async () => {
  const { post, batcher } = await oneLikedPost()
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

test('MySQL killed while a batch is committed has it once', async () => {
  const mysql = await startMysql()
  const database = await freshDatabase(mysql)
  const posts = await addPosts(database, 400)
  const batcher = await startBatcher(database, await sharedRedis(), { env: { FLUSH_LIKES: '0' } })
  let sent = 0
  for (let kill = 0; kill < 3; kill++) {
    for (let round = 0; round < 5; round++, sent++)
      await batcher.like(posts.flatMap((post) => likesOf(post, 1)))
    await mysql.kill()
    await mysql.restart()
  }

  await batcher.flush()

  const wrong = await database.rows('SELECT id, likes FROM posts WHERE likes <> ?', [sent])
  expect(wrong).toEqual([])
})
