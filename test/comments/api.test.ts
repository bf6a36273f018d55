import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { type ApiBoard, openApiBoard } from '../support/api/board.ts'

setDefaultTimeout(60_000)

type Comment = { id: number; post: number; parent: number | null; author: string | null; removed: boolean }

let board: ApiBoard
beforeAll(async () => {
  board = await openApiBoard()
})

const say = async (post: number, body: string, parent?: number, headers = {}) => {
  const { api, tokens } = board
  return api('POST', `/api/posts/${post}/comments`, { body, parent }, { ...tokens.ana, ...headers })
}

describe('comments', () => {
  test('are written, read, changed and removed', async () => {
    const { api, tokens, write } = board
    const post = await write('with comments')

    const created = await say(post.id, 'one **two**')
    const address = created.headers.get('location')!
    const found = await api('GET', address)
    const same = await api('GET', address, undefined, { 'if-none-match': found.headers.get('etag')! })
    const others = await api('PATCH', address, { body: 'not mine' }, tokens.bo)
    const changed = await api('PATCH', address, { body: 'three' }, tokens.ana)
    const counted = await api('GET', `/api/posts/${post.id}`)
    const gone = await api('DELETE', address, undefined, tokens.ana)
    const after = await api('GET', address)

    expect([created.status, found.status, same.status, others.status]).toEqual([201, 200, 304, 403])
    expect(found.body).toEqual(created.body)
    expect(created.body).toMatchObject({ post: post.id, parent: null, author: 'ana', body: 'one **two**' })
    expect(changed.body).toMatchObject({ body: 'three', editedAt: expect.any(String) })
    expect(counted.body).toMatchObject({ comments: 1 })
    expect([gone.status, after.status]).toEqual([204, 404])
  })

  test('are listed in the order in which they were written, page after page', async () => {
    const { api, tokens, write } = board
    const post = await write('a discussion')
    const root = (await say(post.id, 'root')).body as Comment
    for (let n = 0; n < 4; n++) await say(post.id, `reply ${n}`, root.id)
    await api('DELETE', `/api/comments/${root.id}`, undefined, tokens.ana)

    const first = await api('GET', `/api/posts/${post.id}/comments?limit=3`)
    const next = /<([^>]+)>/.exec(first.headers.get('link') ?? '')![1]!
    const second = await api('GET', next)

    const all = [...(first.body as Comment[]), ...(second.body as Comment[])]
    expect(all.map(({ parent }) => parent)).toEqual([null, root.id, root.id, root.id, root.id])
    expect(all[0]).toMatchObject({ id: root.id, author: null, body: '', removed: true })
    expect(second.headers.get('link')).toBeNull()
  })

  test('are made once for each Idempotency-Key', async () => {
    const { api, write } = board
    const post = await write('sent twice')
    const key = { 'idempotency-key': 'my-comment' }

    const answers = await Promise.all([1, 2, 3].map(() => say(post.id, 'once', undefined, key)))
    const other = await say(post.id, 'something else', undefined, key)

    expect(new Set(answers.map(({ body }) => (body as Comment).id)).size).toBe(1)
    expect(other.status).toBe(422)
    expect((await api('GET', `/api/posts/${post.id}/comments`)).body).toHaveLength(1)
  })

  test('answer only what is on the same post and still there', async () => {
    const { write } = board
    const [one, two] = [await write('one'), await write('two')]
    const root = (await say(one.id, 'root')).body as Comment

    const answers = [await say(two.id, 'elsewhere', root.id), await say(one.id, 'nowhere', 999_999)]

    expect(answers.map(({ status }) => status)).toEqual([422, 422])
    expect(answers[0]!.body).toMatchObject({ errors: { parent: 'This comment is gone.' } })
    expect((await say(999_999, 'no post')).status).toBe(404)
  })

  test.each([{}, { body: 7 }, { body: '' }, { body: 'x', parent: 'x' }, { body: '\ud800' }])(
    'of %j are refused',
    async (body) => {
      const post = await board.write('refused')

      const { status } = await board.api('POST', `/api/posts/${post.id}/comments`, body, board.tokens.bo)

      expect(status).toBe(422)
    },
  )
})

test('posts are found by their tags, in any case, and no longer when the tag is gone', async () => {
  const { api, tokens, write, titles } = board
  const post = await write('tagged', { body: 'with #Füße' })
  await write('not tagged', { body: 'füße' })

  const found = [
    await titles(`?tag=${encodeURIComponent('FÜSSE')}`),
    await titles('?tag=f%C3%BC%C3%9Fe&user=ana'),
  ]
  const none = [await titles('?tag=nothing'), await titles('?tag=f%C3%BC%C3%9Fe&user=bo')]
  await api('PATCH', `/api/posts/${post.id}`, { body: 'without' }, tokens.ana)

  expect(found).toEqual([['tagged'], ['tagged']])
  expect(none).toEqual([[], []])
  expect(await titles('?tag=f%C3%BC%C3%9Fe')).toEqual([])
})
