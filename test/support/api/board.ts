import { password } from '../site/page.ts'
import type { ApiClient } from './client.ts'
import { type ApiSite, openApiSite } from './site.ts'

export type Post = {
  id: number
  title: string
  likes: number
  category: string
  author: string | null
  editedAt: string | null
}

/** A site with two members and an admin, known by their tokens, and two categories. */
export type ApiBoard = {
  site: ApiSite
  api: ApiClient
  tokens: Record<string, Record<string, string>>
  write(title: string, more?: Record<string, unknown>, who?: string): Promise<Post>
  titles(query: string): Promise<string[]>
}

export async function openApiBoard(): Promise<ApiBoard> {
  const site = await openApiSite()
  const { api } = site
  const tokens: ApiBoard['tokens'] = {}
  for (const [who, username] of Object.entries({ ana: 'ana', bo: 'bo', root: 'rosa' })) {
    await api('POST', '/api/users', { username, password })
    const { headers } = await api('POST', '/api/session', { username, password })
    const cookie = headers.getSetCookie()[0]!.split(';')[0]!
    const { body } = await api('POST', '/api/tokens', { name: 'tests', password }, { cookie })
    tokens[who] = { authorization: `Bearer ${(body as { token: string }).token}` }
  }
  await site.web.database.write("UPDATE users SET role = 'admin' WHERE name = 'rosa'")
  const { context } = site.web
  const keys = await site.web.database.rows<{ token: string }>(
    'SELECT LOWER(HEX(token_key)) AS token FROM tokens',
  )
  await context.cache.invalidate(keys.map(({ token }) => `token:${token}`))
  for (const name of ['Town square', 'Books']) await api('POST', '/api/categories', { name }, tokens.ana)

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
  return { site, api, tokens, write, titles }
}
