import { Elysia } from 'elysia'
import { segmentOf } from '../../views/names.ts'
import { memberByIdOrRefuse } from '../accounts/service.ts'
import type { Context } from '../context.ts'
import type { Sql } from '../platform/db.ts'
import { Refusal } from '../platform/errors.ts'
import { isId } from '../platform/fields.ts'
import { tagId } from '../tags/queries.ts'
import { tagAddress } from '../text/tags.ts'
import { type Local, localAt, localOf } from './queries.ts'
import { tagOfSlug } from './tag-of-slug.ts'

type Params = Record<string, string>
type Find = (context: Context, params: Params, asked: URLSearchParams) => Promise<Local | string | undefined>

/** What an address of phpBB may name, the first of these that it does, by kinds of what was imported. */
const phpbb =
  (...named: [parameter: string, kinds: string[]][]): Find =>
  async ({ db }, _, asked) => {
    for (const [parameter, kinds] of named) {
      const found = await byNumber(db, 'phpbb', kinds, asked.get(parameter))
      if (found) return found
    }
  }

const byNumber = async (db: Sql, program: string, kinds: string[], id: string | null = '') =>
  id !== null && isId(id) ? await localOf(db, program, kinds, Number(id)) : undefined

const discussion: Find = async ({ db }, { id = '', number }) => {
  const discussion = /^\d+/.exec(id)?.[0]
  const answer = number === undefined ? undefined : await localAt(db, `d/${discussion}/${number}`)
  return answer ?? (await byNumber(db, 'flarum', ['posts'], discussion))
}

/**
 * Addresses of boards that were imported, and what is found there.
 *
 * https://github.com/phpbb/phpbb/blob/3.3.x/phpBB/viewtopic.php reads the parameters of phpBB;
 * https://github.com/flarum/framework/tree/1.x has the routes of Flarum, in extensions/tags/extend.php and
 * framework/core/src/Forum/routes.php.
 */
const places: Record<string, Find> = {
  '/viewtopic.php': phpbb(['p', ['comments', 'openers']], ['t', ['posts']]),
  '/viewforum.php': phpbb(['f', ['categories']]),
  '/memberlist.php': phpbb(['u', ['members']]),
  '/d/:id': discussion,
  '/d/:id/:number': discussion,
  '/u/:name': ({ db }, { name = '' }) => localAt(db, `u/${name.toLowerCase()}`),
  '/t/:slug': async ({ db }, { slug = '' }) => {
    const found = await localAt(db, `t/${slug.toLowerCase()}`)
    const tag = found ? undefined : tagOfSlug(slug)
    return tag !== undefined && (await tagId(db, tag)) !== null ? tagAddress(tag) : found
  },
}

/** Leads from those addresses to what came of them, wherever such a board was installed on its host. */
export const oldAddresses = (context: Context) => {
  const pages = new Elysia({ name: 'old-addresses' })
  for (const [place, find] of Object.entries(places)) {
    for (const path of [place, `/:folder${place}`]) {
      pages.get(path, async ({ request, params }) => {
        const found = await find(context, params as Params, new URL(request.url).searchParams)
        if (!found) throw new Refusal(404, 'There is nothing at this address.')
        const location = typeof found === 'string' ? found : await addressOf(context, found)
        return new Response(null, { status: 301, headers: { location } })
      })
    }
  }
  return pages
}

async function addressOf(context: Context, { kind, id }: Local): Promise<string> {
  if (kind === 'members')
    return `/users/${segmentOf((await memberByIdOrRefuse(context, `${id}`)).member.name)}`
  return `/${kind === 'openers' ? 'posts' : kind}/${id}`
}
