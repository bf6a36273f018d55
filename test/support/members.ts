import type { ApiSite } from './api-site.ts'
import { password } from './page.ts'

/** An API site with the members ana and bo, the admin root, and two categories. Gives the header of each one's token. */
export async function addMembers(
  site: ApiSite,
): Promise<Record<'ana' | 'bo' | 'root', { authorization: string }>> {
  const tokens = {
    ana: await tokenOf(site, 'ana'),
    bo: await tokenOf(site, 'bo'),
    root: await tokenOf(site, 'root'),
  }
  await site.web.database.write("UPDATE users SET role = 'admin' WHERE name = 'root'")
  for (const name of ['Town square', 'Books']) await site.api('POST', '/api/categories', { name }, tokens.ana)
  return tokens
}

async function tokenOf({ api }: ApiSite, username: string) {
  await api('POST', '/api/users', { username, password })
  const { headers } = await api('POST', '/api/session', { username, password })
  const cookie = headers.getSetCookie()[0]!.split(';')[0]!
  const { body } = await api('POST', '/api/tokens', { name: 'tests' }, { cookie })
  return { authorization: `Bearer ${(body as { token: string }).token}` }
}
