import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { ApiClient } from '../support/api.ts'
import { type ApiSite, openApiSite } from '../support/api-site.ts'
import { addMembers } from '../support/members.ts'
import { password } from '../support/page.ts'

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

const titles = async (query: string) =>
  ((await api('GET', `/api/posts${query}`)).body as Post[]).map(({ title }) => title)

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
