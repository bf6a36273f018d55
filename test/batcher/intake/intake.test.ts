import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { addPosts, startBatcher, type TestBatcher } from '../../support/servers/batcher.ts'
import { freshDatabase, type TestDatabase } from '../../support/servers/database.ts'
import { sharedRedis } from '../../support/servers/services.ts'
import { likesOf, totalOf } from '../../support/site/likes.ts'
import { until } from '../../support/until.ts'

setDefaultTimeout(60_000)

let database: TestDatabase
let batcher: TestBatcher
let posts: number[]

beforeAll(async () => {
  database = await freshDatabase()
  posts = await addPosts(database, 3)
  batcher = await startBatcher(database, await sharedRedis())
})

test('a like for a post that does not exist is refused and not counted, the others of its batch are', async () => {
  const before = await batcher.stats()

  const answers = await batcher.like([...likesOf(999_999, 1), ...likesOf(posts[1]!, 1)])

  expect(answers).toMatchObject([
    { post: 999_999, status: 404 },
    { post: posts[1], total: 1 },
  ])
  expect((await batcher.stats()).answered).toBe(before.answered + 1)
})

test('an id that was used for another post is refused', async () => {
  await batcher.like([{ id: 'k:once', post: posts[0]! }])

  const answers = await batcher.like([
    { id: 'k:once', post: posts[2]! },
    { id: 'k:once', post: posts[0]! },
  ])

  expect(answers).toMatchObject([{ status: 409 }, { post: posts[0] }])
})

test('the same id twice in one batch counts once', async () => {
  const post = posts[2]!
  const before = totalOf((await batcher.like(likesOf(post, 1)))[0])!

  const answers = await batcher.like([
    { id: 'k:same', post },
    { id: 'k:same', post },
  ])

  expect(answers.map(totalOf)).toEqual([before + 1, before + 1])
})

test('fifty requests at once with the same id count once', async () => {
  const post = posts[2]!
  const before = totalOf((await batcher.like(likesOf(post, 1)))[0])!

  const answers = await Promise.all(
    Array.from({ length: 50 }, () => batcher.like([{ id: 'k:parallel', post }])),
  )

  expect(new Set(answers.flat().map(totalOf))).toEqual(new Set([before + 1]))
})

test('a numbered like that was refused stays refused under its number, and counts under a new one', async () => {
  const late = 888_888
  await batcher.like([
    { id: 's:web:1', post: late },
    { id: 's:web:2', post: posts[0]! },
  ])
  await database.write(
    'INSERT INTO posts (id, category_id, title, body) SELECT ?, category_id, title, body FROM posts LIMIT 1',
    [late],
  )
  await until(async () => totalOf((await batcher.like([{ id: 'k:first', post: late }]))[0]) === 1)

  const answers = await batcher.like([
    { id: 's:web:1', post: late },
    { id: 's:web:3', post: late },
  ])

  expect(answers).toMatchObject([{ status: 503 }, { total: 2 }])
})

test('a copy of a request that arrives late counts nothing', async () => {
  const post = posts[1]!
  const old = [
    { id: 's:late:1', post },
    { id: 's:late:2', post },
  ]
  await batcher.like(old)
  const [latest] = await batcher.like([{ id: 's:late:3', post }])

  const answers = await batcher.like(old)

  expect(answers.map(totalOf)).toEqual([totalOf(latest), totalOf(latest)])
})

test('when too many likes wait the next are refused, until there is room again', async () => {
  const small = await startBatcher(database, await sharedRedis(), {
    name: 'small',
    env: { MAX_WAITING: '5' },
  })

  const answers = await small.like(likesOf(posts[0]!, 7))
  await small.flush()
  const later = await small.like(likesOf(posts[0]!, 1))

  expect(answers.map((each) => 'status' in each && each.status)).toEqual([
    false,
    false,
    false,
    false,
    false,
    503,
    503,
  ])
  expect(totalOf(later[0])).toBeGreaterThan(0)
})
