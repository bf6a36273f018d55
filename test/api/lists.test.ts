import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { rankNow } from '../../src/ranking/ranker.ts'
import type { ApiClient } from '../support/api.ts'
import { type ApiSite, openApiSite } from '../support/api-site.ts'
import { addMembers } from '../support/members.ts'

setDefaultTimeout(60_000)

let site: ApiSite
let api: ApiClient
let tokens: Awaited<ReturnType<typeof addMembers>>

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
  tokens = await addMembers(site)
})

const write = async (
  title: string,
  more: Record<string, unknown> = {},
  who: 'ana' | 'bo' | 'root' = 'ana',
) => {
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
