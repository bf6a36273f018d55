import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { rankNow } from '../../src/ranking/ranker.ts'
import { type ApiSite, openApiSite } from '../support/api/site.ts'

setDefaultTimeout(60_000)

let site: ApiSite
const ids: number[] = []

beforeAll(async () => {
  site = await openApiSite()
  const { database } = site.web
  await database.write("INSERT INTO categories (name, name_key) VALUES ('park', UNHEX(SHA2('park', 256)))")
  for (let n = 0; n < 3; n++) {
    const { insertId } = await database.write(
      "INSERT INTO posts (category_id, title, body) VALUES (1, 'a', 'b')",
    )
    ids.push(insertId)
  }
})

const top = async () =>
  ((await site.api('GET', '/api/posts?sort=top&category=park')).body as { id: number }[]).map(({ id }) => id)
const like = async (post: number, times: number) => {
  for (let n = 0; n < times; n++) await site.api('POST', `/api/posts/${post}/likes`)
}

test('what was liked rises when its likes are in the database, once they are ranked', async () => {
  const [first, second] = ids
  await like(first!, 2)
  await like(second!, 1)
  await site.web.batcher.send('/flush', {})

  const before = await top()
  await rankNow(site.web.context)
  const after = await top()

  expect(before).toEqual([])
  expect(after).toEqual([first!, second!])
})

test('a post that went away holds up no other', async () => {
  const [first, second, third] = ids
  await like(third!, 5)
  await like(first!, 1)
  await site.web.batcher.send('/flush', {})
  await site.web.database.write('DELETE FROM posts WHERE id = ?', [first])

  await rankNow(site.web.context)

  expect(await top()).toEqual([third!, second!])
})

test('replicas that rank at the same time do it once', async () => {
  const [, second] = ids
  const other = await site.web.as('web')
  await like(second!, 9)
  await site.web.batcher.send('/flush', {})

  await Promise.all([rankNow(site.web.context), rankNow(other.context), rankNow(site.web.context)])

  expect((await top())[0]).toBe(second!)
})

/** A post, with a batch of its own for each of its likes, all applied in this moment. */
async function likedAtOnce(batcher: string, likes: number): Promise<number> {
  const { database } = site.web
  const { insertId: post } = await database.write(
    'INSERT INTO posts (category_id, title, body, likes) VALUES (1, ?, ?, ?)',
    ['a', 'b', likes],
  )
  const [last] = await database.rows<{ number: string }>(
    'SELECT COALESCE(MAX(number), 0) AS number FROM like_batches WHERE batcher = ?',
    [batcher],
  )
  const batches = Array.from({ length: likes }, (_, index) => [
    ...[batcher, Number(last!.number) + 1 + index, 1, 1, `[[${post},1]]`, 'hash'],
  ])
  await database.write('INSERT INTO like_batches (batcher, number, likes, posts, entries, hash) VALUES ?', [
    batches,
  ])
  return post
}

test('many batches of one moment hold up nothing, now or later', async () => {
  const first = await likedAtOnce('batcher-1', 120)
  const second = await likedAtOnce('batcher-1', 121)
  await rankNow(site.web.context)
  const before = await top()
  const third = await likedAtOnce('batcher-1', 122)
  await rankNow(site.web.context)

  expect(before.slice(0, 2)).toEqual([second, first])
  expect((await top())[0]).toBe(third)
})

test('the batches of each batcher are followed', async () => {
  const post = await likedAtOnce('batcher-2', 130)

  await rankNow(site.web.context)

  expect((await top())[0]).toBe(post)
})
