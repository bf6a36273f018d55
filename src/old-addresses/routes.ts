import { Elysia } from 'elysia'
import { segmentOf } from '../../views/names.ts'
import { memberByIdOrRefuse } from '../accounts/service.ts'
import { categoryById } from '../categories/queries.ts'
import type { Context } from '../context.ts'
import type { Sql } from '../platform/db.ts'
import { Refusal } from '../platform/errors.ts'
import { isId } from '../platform/fields.ts'
import { readableComments, readablePosts } from '../removal/queries.ts'
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

const numbered =
  (program: string, kinds: string[]): Find =>
  ({ db }, { id }) =>
    byNumber(db, program, kinds, id)

/** What stands at `u/ana` of a board, for the address `/u/ana` of it. */
const named =
  (kind: string): Find =>
  ({ db }, { name = '' }) =>
    localAt(db, `${kind}/${name.toLowerCase()}`)

/** Flarum's, as in /d/7-bread and /d/7-bread/3. */
const discussion: Find = async ({ db }, { id = '', number }) => {
  const discussion = /^\d+/.exec(id)?.[0]
  const answer = number === undefined ? undefined : await localAt(db, `d/${discussion}/${number}`)
  return answer ?? (await byNumber(db, 'flarum', ['posts'], discussion))
}

/** Discourse's, as in /t/bread/7/3, /t/bread/7, /t/7/3 and /t/7; or a tag of Flarum. */
const topic: Find = async (context, params) => {
  const parts = [params.first, params.second, params.third].filter((part) => part !== undefined)
  const [first = '', second] = parts
  if (!isId(first) && second === undefined) return tag(context, { slug: first })
  const [id, place] = isId(first) ? parts : parts.slice(1)
  const answer = place === undefined ? undefined : await localAt(context.db, `t/${id}/${place}`)
  return answer ?? (await byNumber(context.db, 'discourse', ['posts'], id))
}

const tag = async ({ db }: Context, { slug = '' }: Params): Promise<Local | string | undefined> => {
  const found = await localAt(db, `t/${slug.toLowerCase()}`)
  const name = found ? undefined : tagOfSlug(slug)
  return name !== undefined && (await tagId(db, name)) !== null ? tagAddress(name) : found
}

/** Discourse's, by its number, which stands last. */
const category: Find = ({ db }, { second, third }) =>
  byNumber(db, 'discourse', ['categories'], third ?? second)

/**
 * Addresses of boards that were imported, and what is found there.
 *
 * https://github.com/phpbb/phpbb/blob/3.3.x/phpBB/viewtopic.php reads the parameters of phpBB;
 * https://github.com/flarum/framework/tree/1.x has the routes of Flarum, in extensions/tags/extend.php and
 * framework/core/src/Forum/routes.php; https://github.com/discourse/discourse/blob/main/config/routes.rb those
 * of Discourse, https://github.com/NodeBB/NodeBB/tree/master/src/routes those of NodeBB.
 */
const places: Record<string, Find> = {
  '/viewtopic.php': phpbb(['p', ['comments', 'openers']], ['t', ['posts']]),
  '/viewforum.php': phpbb(['f', ['categories']]),
  '/memberlist.php': phpbb(['u', ['members']]),
  '/d/:id': discussion,
  '/d/:id/:number': discussion,
  '/u/:name': named('u'),
  '/t/:first': topic,
  '/t/:first/:second': topic,
  '/t/:first/:second/:third': topic,
  '/p/:id': numbered('discourse', ['comments', 'openers']),
  '/tag/:slug': tag,
  '/topic/:id': numbered('nodebb', ['posts']),
  '/topic/:id/:slug': numbered('nodebb', ['posts']),
  '/topic/:id/:slug/:place': numbered('nodebb', ['posts']),
  '/post/:id': numbered('nodebb', ['comments', 'openers']),
  '/category/:id': numbered('nodebb', ['categories']),
  '/category/:id/:slug': numbered('nodebb', ['categories']),
  '/uid/:id': numbered('nodebb', ['members']),
  '/c/:category/:second': category,
  '/c/:category/:second/:third': category,
}
/** Outside of a folder members/by-id.ts has it. */
const placesInFolders: Record<string, Find> = { ...places, '/user/:name': named('user') }

/** Leads from those addresses to what came of them, wherever such a board was installed on its host. */
export const oldAddresses = (context: Context) => {
  const pages = new Elysia({ name: 'old-addresses' })
  const inFolders = Object.entries(placesInFolders).map(([place, find]): [string, Find] => [
    `/:folder${place}`,
    find,
  ])
  for (const [path, find] of [...Object.entries(places), ...inFolders]) {
    pages.get(path, async ({ request, params }) => {
      const found = await find(context, params as Params, new URL(request.url).searchParams)
      const isShut = typeof found === 'object' && !(await isReadableHere(context.db, found))
      if (!found || isShut) throw new Refusal(404, 'There is nothing at this address.')
      const location = typeof found === 'string' ? found : await addressOf(context, found)
      return new Response(null, { status: 301, headers: { location } })
    })
  }
  return pages
}

/** Else an old address would tell of what not everybody reads. */
async function isReadableHere(sql: Sql, { kind, id }: Local): Promise<boolean> {
  if (kind === 'members') return true
  if (kind === 'categories') return (await categoryById(sql, `${id}`)) !== undefined
  return (await (kind === 'comments' ? readableComments : readablePosts)(sql, [id])).length > 0
}

async function addressOf(context: Context, { kind, id }: Local): Promise<string> {
  if (kind === 'members')
    return `/users/${segmentOf((await memberByIdOrRefuse(context, `${id}`)).member.name)}`
  return `/${kind === 'openers' ? 'posts' : kind}/${id}`
}
