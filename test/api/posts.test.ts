import { beforeAll, describe, expect, test } from 'bun:test'
import type { ApiClient } from '../support/api.ts'
import { type ApiSite, openApiSite } from '../support/api-site.ts'
import { password } from '../support/page.ts'

let site: ApiSite
let api: ApiClient
const tokens: Record<string, Record<string, string>> = {}

type Post = {
  id: number
  title: string
  likes: number
  category: string
  author: string | null
  editedAt: string | null
}

beforeAll(async () => {
  site = await openApiSite()
  api = site.api
  for (const username of ['ana', 'bo', 'root']) {
    await api('POST', '/api/users', { username, password })
    const { headers } = await api('POST', '/api/session', { username, password })
    const cookie = headers.getSetCookie()[0]!.split(';')[0]!
    const { body } = await api('POST', '/api/tokens', { name: 'tests' }, { cookie })
    tokens[username] = { authorization: `Bearer ${(body as { token: string }).token}` }
  }
  await site.web.database.write("UPDATE users SET role = 'admin' WHERE name = 'root'")
  const { context } = site.web
  const keys = await site.web.database.rows<{ token: string }>(
    'SELECT LOWER(HEX(token_key)) AS token FROM tokens',
  )
  await context.cache.forget(keys.map(({ token }) => `token:${token}`))
  for (const name of ['Town square', 'Books']) await api('POST', '/api/categories', { name }, tokens.ana)
})

const write = async (title: string, more: Record<string, unknown> = {}, who = 'ana') => {
  const { body } = await api(
    'POST',
    '/api/posts',
    { category: 'Town square', title, body: `about ${title}`, ...more },
    tokens[who],
  )
  return body as Post
}
const titles = async (query: string) =>
  ((await api('GET', `/api/posts${query}`)).body as Post[]).map(({ title }) => title)

describe('categories', () => {
  test('are made by members, once, and listed with the number of their posts', async () => {
    const made = await api('POST', '/api/categories', { name: ' Füße & so ' }, tokens.ana)
    const again = await api('POST', '/api/categories', { name: 'Füße & so' }, tokens.ana)
    const found = await api('GET', made.headers.get('location')!)
    const listed = (await api('GET', '/api/categories')).body

    expect(made.status).toBe(201)
    expect(again.status).toBe(409)
    expect(found.body).toEqual(made.body)
    expect(listed).toContainEqual(made.body)
  })

  test.each([
    ['', 'A category needs a name.'],
    ['x'.repeat(61), 'A name has at most 60 characters.'],
    ['a\nb', 'A name is one line of ordinary characters.'],
    [7, 'A category needs a name.'],
  ])('called %p are refused', async (name, message) => {
    const { status, body } = await api('POST', '/api/categories', { name }, tokens.ana)

    expect(status).toBe(422)
    expect(body).toMatchObject({ title: 'Unprocessable Entity', errors: { name: message } })
  })

  test('are removed by admins only, with their posts', async () => {
    await api('POST', '/api/categories', { name: 'Gone soon' }, tokens.ana)
    const post = await write('in what goes', { category: 'Gone soon' })
    await api('POST', `/api/posts/${post.id}/likes`)

    const answers = [
      (await api('DELETE', '/api/categories/Gone%20soon')).status,
      (await api('DELETE', '/api/categories/Gone%20soon', undefined, tokens.ana)).status,
      (await api('DELETE', '/api/categories/Gone%20soon', undefined, tokens.root)).status,
      (await api('DELETE', '/api/categories/Gone%20soon', undefined, tokens.root)).status,
      (await api('GET', `/api/posts/${post.id}`)).status,
      (await api('POST', `/api/posts/${post.id}/likes`)).status,
    ]

    expect(answers).toEqual([401, 403, 204, 404, 404, 404])
  })
})

describe('posts', () => {
  test('are written, read, changed and removed', async () => {
    const made = await api(
      'POST',
      '/api/posts',
      { category: 'Books', title: ' A title ', body: 'Text\r\nof two lines' },
      tokens.ana,
    )
    const location = made.headers.get('location')!
    const changed = await api(
      'PATCH',
      location,
      { title: 'Another title', category: 'Town square' },
      tokens.ana,
    )
    const read = await api('GET', location)
    const removed = await api('DELETE', location, undefined, tokens.ana)
    const missing = await api('GET', location)

    expect(made.status).toBe(201)
    expect(made.body).toMatchObject({
      title: 'A title',
      body: 'Text\nof two lines',
      author: 'ana',
      likes: 0,
      editedAt: null,
    })
    expect(changed.body).toMatchObject({
      title: 'Another title',
      body: 'Text\nof two lines',
      category: 'Town square',
    })
    expect((changed.body as Post).editedAt).not.toBeNull()
    expect(read.body).toEqual(changed.body)
    expect(removed.status).toBe(204)
    expect(missing.status).toBe(404)
    expect(missing.headers.get('content-type')).toBe('application/problem+json')
  })

  test('count in their category, wherever they are moved', async () => {
    const counts = async () => {
      const { body } = await api('GET', '/api/categories')
      return Object.fromEntries(
        (body as { name: string; posts: number }[]).map(({ name, posts }) => [name, posts]),
      )
    }
    const before = await counts()

    const post = await write('moving', { category: 'Books' })
    const written = await counts()
    await api('PATCH', `/api/posts/${post.id}`, { category: 'Town square' }, tokens.ana)
    const moved = await counts()
    await api('DELETE', `/api/posts/${post.id}`, undefined, tokens.ana)

    expect(written.Books).toBe(before.Books! + 1)
    expect(moved.Books).toBe(before.Books!)
    expect(moved['Town square']).toBe(before['Town square']! + 1)
    expect(await counts()).toEqual(before)
  })

  test('belong to their author and the admins', async () => {
    const { id } = await write('of ana')

    const answers = [
      (await api('PATCH', `/api/posts/${id}`, { title: 'x' })).status,
      (await api('PATCH', `/api/posts/${id}`, { title: 'x' }, tokens.bo)).status,
      (await api('DELETE', `/api/posts/${id}`, undefined, tokens.bo)).status,
      (await api('PATCH', `/api/posts/${id}`, { title: 'x' }, tokens.root)).status,
      (await api('DELETE', `/api/posts/${id}`, undefined, tokens.root)).status,
    ]

    expect(answers).toEqual([401, 403, 403, 200, 204])
  })

  test('that cannot be taken say why, field by field', async () => {
    const { status, body, headers } = await api(
      'POST',
      '/api/posts',
      { title: 'x'.repeat(201), body: 7 },
      tokens.ana,
    )

    expect(status).toBe(422)
    expect(headers.get('content-type')).toBe('application/problem+json')
    expect(body).toEqual({
      type: 'about:blank',
      title: 'Unprocessable Entity',
      status: 422,
      detail: 'Something in this request cannot be taken as it is.',
      errors: {
        category: 'Choose a category.',
        title: 'A title has at most 200 characters.',
        body: 'Write something.',
      },
    })
  })

  test('are not made of what is no JSON or no object', async () => {
    const answers = [
      await api('POST', '/api/posts', '{"title":', tokens.ana),
      await api('POST', '/api/posts', '', tokens.ana),
      await api('POST', '/api/posts', '[]', tokens.ana),
      await api('POST', '/api/posts', 'null', tokens.ana),
      await api('PATCH', `/api/posts/${(await write('as it is')).id}`, '7', tokens.ana),
    ]

    expect(answers.map(({ status }) => status)).toEqual([400, 400, 422, 422, 422])
  })

  test('that are unchanged are not sent again', async () => {
    const { id } = await write('with an ETag')
    const first = await api('GET', `/api/posts/${id}`)
    const etag = first.headers.get('etag')!

    const same = await api('GET', `/api/posts/${id}`, undefined, { 'if-none-match': `"other", W/${etag}` })
    await api('POST', `/api/posts/${id}/likes`)
    const liked = await api('GET', `/api/posts/${id}`, undefined, { 'if-none-match': etag })

    expect(same.status).toBe(304)
    expect(same.headers.get('etag')).toBe(etag)
    expect(liked.status).toBe(200)
    expect(liked.body).toMatchObject({ likes: 1 })
  })
})

describe('lists of posts', () => {
  beforeAll(async () => {
    for (let n = 1; n <= 7; n++)
      await write(`paged ${n}`, { category: 'Books', body: 'the zebra crossing' }, 'bo')
  })

  test.each(['new', 'top', 'hot'])(
    'sorted %s lead from page to page, without gap or double',
    async (sort) => {
      const seen: string[] = []
      let path: string | undefined = `/api/posts?category=Books&sort=${sort}&limit=3`
      while (path) {
        const { body, headers }: { body: unknown; headers: Headers } = await api('GET', path)
        seen.push(...(body as Post[]).map(({ title }) => title))
        path = headers.get('link')?.match(/^<([^>]+)>; rel="next"$/)?.[1]
      }

      expect(seen).toEqual(['7', '6', '5', '4', '3', '2', '1'].map((n) => `paged ${n}`))
    },
  )

  test('sorted top and hot have what was liked first', async () => {
    const [, , third] = (await api('GET', '/api/posts?category=Books')).body as Post[]
    await Promise.all(Array.from({ length: 12 }, () => api('POST', `/api/posts/${third!.id}/likes`)))
    await site.web.batcher.send('/flush', {})

    const [top] = await titles('?category=Books&sort=top')
    const [hot] = await titles('?category=Books&sort=hot')
    const [overall] = await titles('?sort=top')

    expect([top, hot, overall]).toEqual([third!.title, third!.title, third!.title])
  })

  test('of an author, of a category, of both, and of nobody', async () => {
    expect((await titles('?user=bo')).length).toBe(7)
    expect((await titles('?user=bo&category=Books&sort=top')).length).toBe(7)
    expect(await titles('?user=bo&category=Town%20square')).toEqual([])
    expect(await titles('?user=nobody')).toEqual([])
    expect(await titles('?category=nowhere')).toEqual([])
  })

  test('are searched for words, in any case, of which none is too common', async () => {
    const made = await write('Über die Brücke', { body: 'It is the way to the river.' })

    expect(await titles('?q=BRÜCKE')).toEqual([made.title])
    expect(await titles('?q=brücke+the+river')).toEqual([made.title])
    expect(await titles('?q=riv')).toEqual([made.title])
    expect(await titles('?q=brücke+zebra')).toEqual([])
    expect((await titles('?q=zebra&sort=top&limit=2')).length).toBe(2)
    expect(await titles('?q=%2B-%22(*)~%3C%3E%40+brücke')).toEqual([made.title])
  })

  test('that are asked for wrongly say why', async () => {
    const { status, body } = await api('GET', '/api/posts?sort=best&limit=0&before=x&q=ab')

    expect(status).toBe(422)
    expect((body as { errors: unknown }).errors).toEqual({
      sort: 'sort is new, top or hot.',
      limit: 'limit is a whole number from 1 to 100.',
      before: 'before is what the Link header of a page gave.',
      q: 'q needs a word of at least three letters.',
    })
  })

  test('come from Redis the second time, and never show what was removed', async () => {
    const made = await write('here and gone')
    await api('GET', '/api/posts')
    const second = await api('GET', '/api/posts')

    await api('DELETE', `/api/posts/${made.id}`, undefined, tokens.ana)
    const after = await titles('')

    expect(second.headers.get('x-source')).toBe('redis')
    expect((second.body as Post[])[0]!.title).toBe('here and gone')
    expect(after).not.toContain('here and gone')
  })
})

describe('an Idempotency-Key', () => {
  const key = () => ({ ...tokens.ana, 'idempotency-key': crypto.randomUUID() })
  const draft = (title: string) => ({ category: 'Town square', title, body: 'text' })

  test('makes one post of many requests, at once and later', async () => {
    const headers = key()

    const answers = await Promise.all(
      Array.from({ length: 10 }, () => api('POST', '/api/posts', draft('only once'), headers)),
    )
    const later = await api('POST', '/api/posts', draft('only once'), headers)

    const locations = new Set([...answers, later].map(({ headers }) => headers.get('location')))
    expect(new Set([...answers, later].map(({ status }) => status))).toEqual(new Set([201]))
    expect(locations.size).toBe(1)
    expect((await titles('?q=once')).length).toBe(1)
  })

  test('with something else in the request is refused', async () => {
    const headers = key()
    await api('POST', '/api/posts', draft('first'), headers)

    const { status, body } = await api('POST', '/api/posts', draft('second'), headers)

    expect(status).toBe(422)
    expect(body).toMatchObject({ detail: 'This Idempotency-Key was used for another request.' })
  })

  test('of one member is nothing to another', async () => {
    const headers = key()
    const first = await api('POST', '/api/posts', draft('of ana'), headers)

    const second = await api('POST', '/api/posts', draft('of bo'), { ...headers, ...tokens.bo })

    expect(second.status).toBe(201)
    expect(second.headers.get('location')).not.toBe(first.headers.get('location'))
  })

  test('of a request that failed may be used again', async () => {
    const headers = key()
    await api('POST', '/api/categories', { name: 'Books' }, headers)

    const { status } = await api('POST', '/api/categories', { name: 'Films' }, headers)

    expect(status).toBe(201)
  })

  test('works for categories, users and likes too', async () => {
    const headers = key()
    const [post] = (await api('GET', '/api/posts')).body as Post[]
    const twice = async (path: string, body: unknown) => {
      await api('POST', path, body, headers)
      return (await api('POST', path, body, headers)).status
    }

    expect(await twice('/api/categories', { name: 'Once' })).toBe(201)
    expect(await twice('/api/users', { username: 'cem', password })).toBe(201)
    expect(await twice(`/api/posts/${post!.id}/likes`, undefined)).toBe(200)
    expect((await api('GET', `/api/posts/${post!.id}`)).body).toMatchObject({ likes: post!.likes + 1 })
  })

  test('of 256 characters is too long', async () => {
    const { status } = await api(
      'POST',
      '/api/categories',
      { name: 'x' },
      { ...tokens.ana, 'idempotency-key': 'k'.repeat(256) },
    )

    expect(status).toBe(422)
  })
})
