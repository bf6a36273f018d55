import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { rankNow } from '../../src/ranking/ranker.ts'
import { sha1 } from '../support/acts/client.ts'
import { type ApiBoard, openApiBoard, type Post } from '../support/api/board.ts'
import { served } from '../support/served.ts'
import { password } from '../support/site/page.ts'

setDefaultTimeout(60_000)

let site: ApiBoard['site']
let api: ApiBoard['api']
let tokens: ApiBoard['tokens']
let write: ApiBoard['write']
let titles: ApiBoard['titles']

beforeAll(async () => {
  ;({ site, api, tokens, write, titles } = await openApiBoard())
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
    await rankNow(site.web.context)

    const [top] = await titles('?category=Books&sort=top')
    const [hot] = await titles('?category=Books&sort=hot')
    const [overall] = await titles('?sort=top')

    expect([top, hot, overall]).toEqual([third!.title, third!.title, third!.title])
  })

  test('of an author, of a category, of both, and of nobody', async () => {
    expect((await titles('?user=bo')).length).toBe(7)
    expect((await titles('?user=bo&category=Books&sort=top')).length).toBe(7)
    expect(await titles('?user=bo&category=Town%20square')).toEqual([])
    expect((await api('GET', '/api/posts?user=nobody')).status).toBe(404)
    expect((await api('GET', '/api/posts?category=nowhere')).status).toBe(404)
    expect(await titles('?tag=untold')).toEqual([])
  })

  test.each([
    [' a category ', ' an author '],
    [' ', '  '],
  ])('of the category %j and the author %j, as their names were sent', async (category, username) => {
    await api('POST', '/api/v1/users', { username, password: sha1('x') })
    await api('POST', '/api/v1/categories', [category])
    const caption = `of a name of ${username.length}`
    const act = { actId: username.length, username, categoryName: category, caption, imgB64: 'aGVsbG8=' }
    await api('POST', '/api/v1/acts', { ...act, timestamp: '01-01-2020:00-00-00' })

    const inCategory = await titles(`?${new URLSearchParams({ category })}`)
    const byAuthor = await titles(`?${new URLSearchParams({ user: username })}`)

    expect([inCategory, byAuthor]).toEqual([[caption], [caption]])
  })

  test('are searched for words, in any case, of which none is too common', async () => {
    const created = await write('Über die Brücke', { body: 'It is the way to the river.' })

    await site.web.search.caughtUp()

    expect(await titles('?q=BRÜCKE')).toEqual([created.title])
    expect(await titles('?q=brücke+the+river')).toEqual([created.title])
    expect(await titles('?q=riv')).toEqual([created.title])
    expect(await titles('?q=brücke+zebra')).toEqual([])
    expect((await titles('?q=zebra&sort=top&limit=2')).length).toBe(2)
    expect(await titles('?q=%2B-%22(*)~%3C%3E%40+brücke')).toEqual([created.title])
  })

  test('that are asked for wrongly say why', async () => {
    const { status, body } = await api('GET', '/api/posts?sort=worst&limit=0&before=x&q=%2B')

    expect(status).toBe(422)
    expect((body as { errors: unknown }).errors).toEqual({
      sort: 'sort is new, top or hot, or with q best.',
      limit: 'limit is a whole number from 1 to 100.',
      before: 'before is what the Link header of a page gave.',
      q: 'q needs a letter, a digit or an emoji.',
    })
  })

  test('come from Redis the second time, and never show what was removed', async () => {
    const created = await write('here and gone')
    await api('GET', '/api/posts')
    const second = await api('GET', '/api/posts')

    await api('DELETE', `/api/posts/${created.id}`, undefined, tokens.ana)
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
      Array.from({ length: 10 }, () => served(() => api('POST', '/api/posts', draft('only once'), headers))),
    )
    const later = await api('POST', '/api/posts', draft('only once'), headers)

    const locations = new Set([...answers, later].map(({ headers }) => headers.get('location')))
    expect(new Set([...answers, later].map(({ status }) => status))).toEqual(new Set([201]))
    expect(locations.size).toBe(1)
    await site.web.search.caughtUp()
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
