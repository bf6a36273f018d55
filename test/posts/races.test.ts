import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import type { Member } from '../../src/accounts/queries.ts'
import { removeAccount } from '../../src/accounts/removal.ts'
import { type ApiBoard, openApiBoard, type Post } from '../support/api/board.ts'
import { served } from '../support/served.ts'

setDefaultTimeout(60_000)

let site: ApiBoard['site']
let api: ApiBoard['api']
let tokens: ApiBoard['tokens']
let write: ApiBoard['write']

beforeAll(async () => {
  ;({ site, api, tokens, write } = await openApiBoard())
})

/** How many posts each category says it has, and how many it lists. */
async function counted() {
  const categories = (await api('GET', '/api/categories')).body as { name: string; posts: number }[]
  return Promise.all(
    categories.map(async ({ name, posts }) => {
      const { body } = await api('GET', `/api/posts?category=${encodeURIComponent(name)}&limit=100`)
      return { name, says: posts, lists: (body as Post[]).length }
    }),
  )
}

const isRight = ({ says, lists }: { says: number; lists: number }) => says === lists

test('a post that is moved and changed by many at the same moment is counted once', async () => {
  const { id } = await write('in two hands')
  const change = (patch: object) => served(() => api('PATCH', `/api/posts/${id}`, patch, tokens.ana))

  const answers = await Promise.all([
    ...Array.from({ length: 6 }, () => change({ category: 'Books' })),
    change({ title: 'in three hands' }),
    change({ body: 'all of them mine' }),
  ])

  const { body } = await api('GET', `/api/posts/${id}`)
  expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200))
  expect(body).toMatchObject({ category: 'Books', title: 'in three hands', body: 'all of them mine' })
  expect((await counted()).filter((each) => !isRight(each))).toEqual([])
})

test('a post that is removed and moved by many at the same moment goes once', async () => {
  const { id } = await write('the only one here', { category: 'Books' })
  const remove = () => served(() => api('DELETE', `/api/posts/${id}`, undefined, tokens.ana))
  const move = () => served(() => api('PATCH', `/api/posts/${id}`, { category: 'Town square' }, tokens.ana))

  const answers = await Promise.all([remove(), move(), remove(), move(), remove(), remove()])

  const statuses = answers.map(({ status }) => status)
  expect(statuses.filter((status) => status === 204)).toHaveLength(1)
  expect(statuses.filter((status) => ![200, 204, 404].includes(status))).toEqual([])
  expect((await counted()).filter((each) => !isRight(each))).toEqual([])
})

const manyComments = 1_001

/** A post with more comments than are deleted at once. */
async function writeLarge(title: string): Promise<number> {
  const { id } = await write(title, { category: 'Books' })
  const [post] = await site.web.database.rows<{ author: number }>(
    'SELECT author_id AS author FROM posts WHERE id = ?',
    [id],
  )
  await site.web.database.write('INSERT INTO comments (post_id, author_id, body) VALUES ?', [
    Array.from({ length: manyComments }, (_, n) => [id, post!.author, `comment ${n}`]),
  ])
  await site.web.database.write('UPDATE posts SET comments = ? WHERE id = ?', [manyComments, id])
  return id
}

test('one with many comments that is removed, moved, changed and answered at once goes once', async () => {
  const before = await counted()
  const id = await writeLarge('much was said')
  const remove = () => served(() => api('DELETE', `/api/posts/${id}`, undefined, tokens.ana))
  const move = () => served(() => api('PATCH', `/api/posts/${id}`, { category: 'Town square' }, tokens.ana))
  const change = () => served(() => api('PATCH', `/api/posts/${id}`, { body: 'something else' }, tokens.ana))
  const answer = () => served(() => api('POST', `/api/posts/${id}/comments`, { body: 'me too' }, tokens.ana))

  const answers = await Promise.all([remove, move, remove, change, answer, remove, move].map((act) => act()))

  const statuses = answers.map(({ status }) => status)
  expect(statuses.filter((status) => status === 204)).toHaveLength(1)
  expect(statuses.filter((status) => ![200, 201, 204, 404].includes(status))).toEqual([])
  expect(await counted()).toEqual(before)
})

test('a comment that is removed by many at the same moment goes once', async () => {
  const { id } = await write('one word')
  const { body } = await api('POST', `/api/posts/${id}/comments`, { body: 'the word' }, tokens.bo)
  const address = `/api/comments/${(body as { id: number }).id}`
  const remove = () => served(() => api('DELETE', address, undefined, tokens.bo))
  const removeAsAdmin = () => served(() => api('DELETE', `${address}?reason=Spam`, undefined, tokens.root))

  const answers = await Promise.all([remove(), removeAsAdmin(), remove(), removeAsAdmin(), remove()])

  const statuses = answers.map(({ status }) => status)
  expect(statuses.filter((status) => status === 204)).toHaveLength(1)
  expect(statuses.filter((status) => ![204, 404, 410].includes(status))).toEqual([])
  expect((await api('GET', `/api/posts/${id}`)).body).toMatchObject({ comments: 0 })
})

test('a category that is removed by many while its posts are moved goes once', async () => {
  await api('POST', '/api/categories', { name: 'Attic' }, tokens.ana)
  const posts = await Promise.all([1, 2, 3].map((n) => write(`in the attic ${n}`, { category: 'Attic' })))
  const remove = () => served(() => api('DELETE', '/api/v1/categories/Attic'))
  const move = ({ id }: Post) =>
    served(() => api('PATCH', `/api/posts/${id}`, { category: 'Books' }, tokens.ana))

  const answers = await Promise.all([remove(), ...posts.map(move), remove(), ...posts.map(move), remove()])

  const statuses = answers.map(({ status }) => status)
  expect([0, 4, 8].filter((at) => statuses[at] === 200)).toHaveLength(1)
  expect(statuses.filter((status) => ![200, 400, 404, 422].includes(status))).toEqual([])
  expect((await counted()).filter((each) => !isRight(each))).toEqual([])
})

test('an account goes with a post that was removed before it and is not swept yet', async () => {
  const id = await writeLarge('to be swept')
  await api('DELETE', `/api/posts/${id}`, undefined, tokens.ana)
  const { web } = site
  // As the sweeper leaves it when it is killed half-way.
  await web.database.write('DELETE FROM comments WHERE post_id <> ?', [id])
  await web.database.write('DELETE FROM comments WHERE post_id = ? LIMIT 500', [id])
  const [ana] = await web.database.rows<Member>("SELECT id, name, role FROM users WHERE name = 'ana'")

  const isGone = await removeAccount(site.accounts.context, ana!, { withPosts: true })

  expect(isGone).toBe(true)
  expect((await counted()).filter((each) => !isRight(each))).toEqual([])
})
