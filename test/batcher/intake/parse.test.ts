import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Accepted, LikeRequest, Refused } from '../../../src/likes/protocol.ts'
import { addPosts, startBatcher, type TestBatcher } from '../../support/servers/batcher.ts'
import { freshDatabase, type TestDatabase } from '../../support/servers/database.ts'
import { sharedRedis } from '../../support/servers/services.ts'
import { likesOf } from '../../support/site/likes.ts'

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
    const [first, last] = likesOf(posts[0]!, 2)

    const answers = await batcher.like([first!, element as LikeRequest, last!])

    expect(answers.map((each) => 'status' in each && each.status)).toEqual([false, 400, false])
    expect((answers[1] as Refused).error).toContain(words)
    expect(await batcher.stats()).toMatchObject({
      answered: before.answered + 2,
      refused: before.refused + 1,
    })
  })

  test('a number that is not above those before it', async () => {
    const post = posts[0]!

    const answers = await batcher.like([
      { id: 's:falling:2', post },
      { id: 's:falling:1', post },
      { id: 's:falling:3', post },
    ])

    expect(answers.map((each) => 'status' in each && each.status)).toEqual([false, 400, false])
    expect(batcher.running().output()).toContain('likes made no sense')
  })
})

test('ids of posts that are none have no total, and the others have theirs', async () => {
  const [{ total }] = (await batcher.like(likesOf(posts[0]!, 1))) as [Accepted]

  const response = await fetch(`${batcher.url}/totals?posts=9999999999999999,x,${posts[0]},`)

  expect(await response.json()).toMatchObject({ totals: [[posts[0]!, total]] })
})
