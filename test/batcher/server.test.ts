import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Accepted, LikeRequest, Refused } from '../../src/likes/protocol.ts'
import { addPosts, startBatcher, type TestBatcher } from '../support/servers/batcher.ts'
import { freshDatabase, type TestDatabase } from '../support/servers/database.ts'
import { sharedRedis } from '../support/servers/services.ts'
import { presses, totalOf } from '../support/site/likes.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

let database: TestDatabase
let batcher: TestBatcher
let posts: number[]

beforeAll(async () => {
  database = await freshDatabase()
  posts = await addPosts(database, 3)
  batcher = await startBatcher(database, await sharedRedis())
})

describe('a body that holds no list of likes is refused, and the answer names what is wrong', () => {
  const cases: [name: string, body: unknown, words: string][] = [
    ['no list', { likes: 3 }, 'likes must be a list'],
    ['no object', [1], 'likes must be a list'],
    ['too long a list', { likes: Array(5_001).fill(null) }, 'likes has more than 5000 elements'],
  ]
  test.each(cases)('%s', async (_, body, words) => {
    const response = await batcher.send('/likes', body)

    expect(response.status).toBe(400)
    expect(((await response.json()) as { error: string }).error).toContain(words)
  })

  test('text that is no JSON', async () => {
    const response = await fetch(`${batcher.url}/likes`, { method: 'POST', body: 'likes' })

    expect(response.status).toBe(400)
  })
})

describe('an element that makes no sense is refused alone, and the answer names what is wrong', () => {
  const cases: [name: string, element: unknown, words: string][] = [
    ['no object', null, 'must be an object'],
    ['a missing id', { post: 1 }, 'id must be'],
    ['an empty id', { id: '', post: 1 }, 'id must be'],
    ['a long id', { id: 'x'.repeat(301), post: 1 }, 'id must be'],
    ['a post that is no number', { id: 'b', post: '1' }, 'post must be'],
    ['a post that is no id', { id: 'a', post: 1.5 }, 'post must be'],
    ['a post below 1', { id: 'x', post: -1 }, 'post must be'],
    ['a post beyond what JavaScript counts', { id: 'x', post: 1e16 }, 'post must be'],
  ]
  test.each(cases)('%s', async (_, element, words) => {
    const before = await batcher.stats()
    const [first, last] = presses(posts[0]!, 2)

    const answers = await batcher.press([first!, element as LikeRequest, last!])

    expect(answers.map((each) => 'status' in each && each.status)).toEqual([false, 400, false])
    expect((answers[1] as Refused).error).toContain(words)
    expect(await batcher.stats()).toMatchObject({
      answered: before.answered + 2,
      refused: before.refused + 1,
    })
  })

  test('a number that is not above those before it', async () => {
    const post = posts[0]!

    const answers = await batcher.press([
      { id: 's:falling:2', post },
      { id: 's:falling:1', post },
      { id: 's:falling:3', post },
    ])

    expect(answers.map((each) => 'status' in each && each.status)).toEqual([false, 400, false])
    expect(batcher.running().output()).toContain('presses made no sense')
  })

  test('ids of posts that are none have no total, and the others have theirs', async () => {
    const [{ total }] = (await batcher.press(presses(posts[0]!, 1))) as [Accepted]

    const response = await fetch(`${batcher.url}/totals?posts=9999999999999999,x,${posts[0]},`)

    expect(await response.json()).toMatchObject({ totals: [[posts[0]!, total]] })
  })
})

test('a like for a post that does not exist is refused and not counted, the others of its batch are', async () => {
  const before = await batcher.stats()

  const answers = await batcher.press([...presses(999_999, 1), ...presses(posts[1]!, 1)])

  expect(answers).toMatchObject([
    { post: 999_999, status: 404 },
    { post: posts[1], total: 1 },
  ])
  expect((await batcher.stats()).answered).toBe(before.answered + 1)
})

test('an id that was used for another post is refused', async () => {
  await batcher.press([{ id: 'k:once', post: posts[0]! }])

  const answers = await batcher.press([
    { id: 'k:once', post: posts[2]! },
    { id: 'k:once', post: posts[0]! },
  ])

  expect(answers).toMatchObject([{ status: 409 }, { post: posts[0] }])
})

test('the same id twice in one batch counts once', async () => {
  const post = posts[2]!
  const before = totalOf((await batcher.press(presses(post, 1)))[0])!

  const answers = await batcher.press([
    { id: 'k:twin', post },
    { id: 'k:twin', post },
  ])

  expect(answers.map(totalOf)).toEqual([before + 1, before + 1])
})

test('fifty requests at once with the same id count once', async () => {
  const post = posts[2]!
  const before = totalOf((await batcher.press(presses(post, 1)))[0])!

  const answers = await Promise.all(
    Array.from({ length: 50 }, () => batcher.press([{ id: 'k:parallel', post }])),
  )

  expect(new Set(answers.flat().map(totalOf))).toEqual(new Set([before + 1]))
})

test('a numbered press that was refused stays refused under its number, and counts under a new one', async () => {
  const late = 888_888
  await batcher.press([
    { id: 's:web:1', post: late },
    { id: 's:web:2', post: posts[0]! },
  ])
  await database.write(
    'INSERT INTO posts (id, category_id, title, body) SELECT ?, category_id, title, body FROM posts LIMIT 1',
    [late],
  )
  await until(async () => totalOf((await batcher.press([{ id: 'k:first', post: late }]))[0]) === 1)

  const answers = await batcher.press([
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
  await batcher.press(old)
  const [latest] = await batcher.press([{ id: 's:late:3', post }])

  const answers = await batcher.press(old)

  expect(answers.map(totalOf)).toEqual([totalOf(latest), totalOf(latest)])
})

test('when too many likes wait the next are refused, until there is room again', async () => {
  const small = await startBatcher(database, await sharedRedis(), {
    name: 'small',
    env: { MAX_WAITING: '5' },
  })

  const answers = await small.press(presses(posts[0]!, 7))
  await small.flush()
  const later = await small.press(presses(posts[0]!, 1))

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

test('Prometheus reads what was answered', async () => {
  const text = await (await fetch(`${batcher.url}/metrics`)).text()

  const { answered } = await batcher.stats()
  expect(text).toContain(
    `# TYPE agora_batcher_answered_total counter\nagora_batcher_answered_total ${answered}\n`,
  )
})
