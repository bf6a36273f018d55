import { Elysia } from 'elysia'
import { segmentOf } from '../../views/names.ts'
import { memberByIdOrRefuse } from '../accounts/service.ts'
import type { Context } from '../context.ts'
import { Refusal } from '../platform/errors.ts'
import { isId } from '../platform/fields.ts'
import { localOf } from './queries.ts'

/** What an address of phpBB may name, the first of these that it does, by kinds of what was imported. */
const namedBy: Record<string, [parameter: string, kinds: string[]][]> = {
  'viewtopic.php': [
    ['p', ['comments', 'openers']],
    ['t', ['posts']],
  ],
  'viewforum.php': [['f', ['categories']]],
  'memberlist.php': [['u', ['members']]],
}

/**
 * Leads from the addresses of a board that was imported to what came of it, wherever that was installed on
 * its host. https://github.com/phpbb/phpbb/blob/3.3.x/phpBB/viewtopic.php reads its parameters.
 */
export const oldAddresses = (context: Context) => {
  const placeOf = async (page: string, asked: URLSearchParams): Promise<string> => {
    for (const [parameter, kinds] of namedBy[page] ?? []) {
      const id = asked.get(parameter) ?? ''
      if (!isId(id)) continue
      const found = await localOf(context.db, 'phpbb', kinds, Number(id))
      if (found) return addressOf(context, found)
    }
    throw new Refusal(404, 'There is nothing at this address.')
  }

  const pages = new Elysia({ name: 'old-addresses' })
  for (const page of Object.keys(namedBy)) {
    for (const path of [`/${page}`, `/:folder/${page}`]) {
      pages.get(path, async ({ request }) => {
        const location = await placeOf(page, new URL(request.url).searchParams)
        return new Response(null, { status: 301, headers: { location } })
      })
    }
  }
  return pages
}

async function addressOf(context: Context, { kind, id }: { kind: string; id: number }): Promise<string> {
  if (kind === 'members')
    return `/users/${segmentOf((await memberByIdOrRefuse(context, `${id}`)).member.name)}`
  return `/${kind === 'openers' ? 'posts' : kind}/${id}`
}
