import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { type ApiBoard, openApiBoard, type Post } from '../support/api-board.ts'

setDefaultTimeout(60_000)

let api: ApiBoard['api']
let tokens: ApiBoard['tokens']
let write: ApiBoard['write']

beforeAll(async () => {
  ;({ api, tokens, write } = await openApiBoard())
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
  const change = (patch: object) => api('PATCH', `/api/posts/${id}`, patch, tokens.ana)

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
  const remove = () => api('DELETE', `/api/posts/${id}`, undefined, tokens.ana)
  const move = () => api('PATCH', `/api/posts/${id}`, { category: 'Town square' }, tokens.ana)

  const answers = await Promise.all([remove(), move(), remove(), move(), remove(), remove()])

  const statuses = answers.map(({ status }) => status)
  expect(statuses.filter((status) => status === 204)).toHaveLength(1)
  expect(statuses.filter((status) => ![200, 204, 404].includes(status))).toEqual([])
  expect((await counted()).filter((each) => !isRight(each))).toEqual([])
})
