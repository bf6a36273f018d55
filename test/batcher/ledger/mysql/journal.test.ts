import { expect, setDefaultTimeout, test } from 'bun:test'
import { addPosts, startBatcher, storedLikes } from '../../../support/servers/batcher.ts'
import { freshDatabase } from '../../../support/servers/database.ts'
import { startRedis } from '../../../support/servers/services.ts'
import { servingOf, startSeveral } from '../../../support/servers/several-batchers.ts'
import { likesOf, totalOf } from '../../../support/site/likes.ts'
import { until } from '../../../support/until.ts'

setDefaultTimeout(120_000)

async function twoBatchers(env: Record<string, string> = {}) {
  const [database, redis] = [await freshDatabase(), await startRedis()]
  const [post] = await addPosts(database, 1)
  const batchers = await startSeveral(database, redis, 2, env)
  const first = await servingOf(batchers)
  const second = batchers.find((each) => each !== first)!
  return { database, redis, post: post!, first, second }
}

test('of two batchers one serves, and the other says that it stands by', async () => {
  const { post, first, second } = await twoBatchers()

  const answers = await Promise.all(
    [first, second].map((each) => each.send('/likes', { likes: likesOf(post, 1) })),
  )
  const up = await Promise.all([first, second].map(async ({ url }) => (await fetch(`${url}/up`)).json()))

  expect(answers.map(({ status }) => status)).toEqual([200, 503])
  expect(await answers[1]!.json()).toEqual({ error: 'This batcher stands by.' })
  expect(up).toEqual([
    { batcher: 'batcher-1', active: true },
    { batcher: 'batcher-1', active: false },
  ])
})

test('one that vanished in a transaction holds the journal for no longer than two seconds', async () => {
  const { post, first, second } = await twoBatchers()
  first.arm('SIGSTOP at before journal commit')

  first.like(likesOf(post, 1)).catch(() => {})
  await until(() => !first.isArmed())
  await until(() => second.isServing(), { withinMs: 10_000 })
  const [answer] = await second.like(likesOf(post, 1))

  expect(totalOf(answer)).toBe(1)
  first.running().send('SIGCONT')
})

test('one that was stopped while a batch was on its way adds nothing when it goes on', async () => {
  const { database, post, first, second } = await twoBatchers({ FLUSH_LIKES: '0' })
  first.arm('SIGSTOP at before mysql commit')

  first.like(likesOf(post, 3)).catch(() => {})
  await until(() => !first.isArmed())
  await until(() => second.isServing())
  await second.flush()
  first.running().send('SIGCONT')
  await until(() => first.running().output().includes('lost the journal'))
  await second.like(likesOf(post, 1))
  await second.flush()

  expect(await storedLikes(database, post)).toBe(4)
  expect(await second.stats()).toMatchObject({ answered: 4, applied: 4, waiting: 0 })
})

test('a journal that was a file goes on in MySQL behind its batches, and a total is what MySQL has', async () => {
  const [database, redis] = [await freshDatabase(), await startRedis()]
  const [post] = await addPosts(database, 1)
  const before = await startBatcher(database, redis)
  await before.like(likesOf(post!, 3))
  await before.flush()
  await before.running().kill()

  const after = await startBatcher(database, redis, { env: { JOURNAL: 'mysql' } })
  const [answer] = await after.like(likesOf(post!, 1))
  await after.flush()

  const rows = await database.rows('SELECT number, likes FROM like_batches ORDER BY number')
  expect(totalOf(answer)).toBe(4)
  expect(rows).toEqual([
    { number: 1, likes: 3 },
    { number: 2, likes: 1 },
  ])
  expect(await after.stats()).toMatchObject({ chain: { number: 2, likes: 4 } })
})

test('likes that wait go behind batches that somebody else wrote under the same name', async () => {
  const [database, redis] = [await freshDatabase(), await startRedis()]
  const [post] = await addPosts(database, 1)
  const [batcher] = await startSeveral(database, redis, 1)
  await servingOf([batcher!])
  await until(async () => totalOf((await batcher!.like(likesOf(post!, 1)))[0]) === 1)
  await batcher!.running().kill()
  const other = await startBatcher(database, redis)
  await other.like(likesOf(post!, 2))
  await other.flush()
  await other.running().kill()

  await batcher!.restart()
  await servingOf([batcher!])
  const [answer] = await batcher!.like(likesOf(post!, 1))
  await batcher!.flush()

  expect(totalOf(answer)).toBe(4)
  expect(await storedLikes(database, post!)).toBe(4)
  expect(await batcher!.stats()).toMatchObject({ chain: { number: 2, likes: 4 }, waiting: 0 })
})
