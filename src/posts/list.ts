import { cached } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { pageOf, usualLimit } from '../http/paging.ts'
import type { Source } from '../platform/cache.ts'
import { isTooBroad, type Limits } from '../platform/db.ts'
import { Refusal } from '../platform/errors.ts'
import { isId } from '../platform/fields.ts'
import { inPortions } from '../platform/portions.ts'
import { whatIsHidden, withoutHidden } from '../removal/hidden.ts'
import { wordsOf } from '../text/markdown.ts'
import { type Cursor, type Post, type RankedPost, rankedPosts, type Sort } from './queries.ts'

/**
 * Which posts are listed: of a category, by an author, with a tag, each by its id; or those with certain
 * words.
 */
export type PostQuery = {
  sort?: Sort
  category?: number
  author?: number
  tag?: number
  /** A full-text query in boolean mode. */
  words?: string
  /** Where the page before ended. */
  cursor?: Cursor
  limit?: number
  /**
   * `card`: the first words of each text, without its marks. `full`: up to 20,000 characters as they were
   * typed.
   */
  text?: 'card' | 'full'
  /** `stored`: as MySQL has them, for who shows no numbers. */
  likes?: 'live' | 'stored'
}

export type PostList = { posts: Post[]; nextCursor: string | undefined; source: Source }

/** Runs a statement that looks for words within limits, as `bounded` of the search does. */
type Within = <T>(search: (limits?: Limits) => Promise<T>) => Promise<T>

/**
 * Returns a page of posts, with the likes they have now: the one way to a list of posts, for pages, feeds and
 * programs.
 *
 * First pages that many ask for are cached, those further down are not: who reads there is rare, and what
 * changed there hard to name. Nor are a tag's: which of them a removed post was in would have to be asked
 * first.
 */
export async function listPosts(context: Context, query: PostQuery, within?: Within): Promise<PostList> {
  const { sort = 'new', limit = usualLimit, likes = 'live' } = query
  const entry = cacheEntryOf(query)
  const read = async () => {
    const { rows, source } = await loadRows(context, query, entry, within)
    const page = pageOf(rows, limit)
    const posts = likes === 'live' ? await withTotals(context, page.rows) : page.rows
    const list = { posts, nextCursor: page.last && cursorOf(page.last, sort), source }
    return { list, isShort: posts.length < page.rows.length }
  }

  const { list, isShort } = await read()
  if (!entry || !isShort || list.source === 'memory') return list
  // Some of a cached list are removed by now: those behind them have to follow.
  await context.cache.invalidate([entry.key])
  return (await read()).list
}

type CacheEntry = { key: string; seconds: number }

/** One row more than the page shows, where there are more. */
async function loadRows(
  { cache, db }: Context,
  query: PostQuery,
  entry: CacheEntry | undefined,
  within: Within = (load) => load(),
): Promise<{ rows: RankedPost[]; source: Source }> {
  const { sort = 'new', limit = usualLimit, text = 'card' } = query
  const load = async () => {
    const filter = { ...query, sort, text, limit: limit + 1, hidden: await whatIsHidden({ cache, db }) }
    const rows = await within((limits) => rankedPosts(db, filter, limits))
    return text === 'card' ? asCards(rows) : rows
  }
  if (!entry) return { rows: await load(), source: 'mysql' }
  const { value, source } = await cache.remember(entry.key, entry.seconds, load)
  return { rows: value, source }
}

/** Where a list is cached, if it is. */
function cacheEntryOf(query: PostQuery): CacheEntry | undefined {
  const { sort = 'new', category, author, tag, words, cursor, limit = usualLimit, text = 'card' } = query
  const isFirstPage = !cursor && limit === usualLimit
  const isFiltered = tag !== undefined || words !== undefined
  if (!isFirstPage || isFiltered || (category !== undefined && author !== undefined)) return undefined
  if (text === 'full') {
    if (sort !== 'new') return undefined
    return { key: cached.newestInFull.key(category, author), seconds: cached.newestInFull.seconds }
  }
  if (sort !== 'new') {
    if (author !== undefined) return undefined
    return { key: cached.rankedPosts.key(sort, category), seconds: cached.rankedPosts.seconds }
  }
  if (author !== undefined)
    return { key: cached.newestPostsBy.key(author), seconds: cached.newestPostsBy.seconds }
  if (category !== undefined)
    return { key: cached.newestPostsIn.key(category), seconds: cached.newestPostsIn.seconds }
  return { key: cached.newestPosts.key(), seconds: cached.newestPosts.seconds }
}

/** Cards show the words of a text without its marks. */
export const asCards = <P extends Post>(posts: P[]): Promise<P[]> =>
  inPortions(posts, (post) => (post.isAct ? post : { ...post, body: wordsOf(post.body) }))

/**
 * The posts with the likes they have now, without those that are removed. As long as nothing changes these
 * are the same objects, so views are drawn once.
 */
export async function withTotals<P extends Post>(context: Context, posts: P[]): Promise<P[]> {
  const stored = (post: number) => posts.find(({ id }) => id === post)?.likes
  const [totals, there] = await Promise.all([
    context.likes.totals(
      posts.map(({ id }) => id),
      stored,
    ),
    withoutHidden(context, posts),
  ])
  return there.map((post) => withLikes(post, totals.get(post.id) ?? post.likes))
}

const lastShown = new WeakMap<Post, Post>()

function withLikes<P extends Post>(post: P, likes: number): P {
  if (post.likes === likes) return post
  const shown = lastShown.get(post) as P | undefined
  if (shown?.likes === likes) return shown
  const laidOver = { ...post, likes }
  lastShown.set(post, laidOver)
  return laidOver
}

export const sorts: Sort[] = ['new', 'top', 'hot']

/** Reads a cursor as addresses have it: an id for the newest, `number-id` for what is sorted by a number. */
export function cursorIn(text: string, sort: Sort): Cursor | undefined {
  const [, place, id = ''] = (sort === 'new' ? /^()(\d+)$/ : /^(\d{1,15})-(\d+)$/).exec(text) ?? []
  if (!isId(id)) return undefined
  return { place: Number(sort === 'new' ? id : place), id: Number(id) }
}

const cursorOf = ({ place, id }: RankedPost, sort: Sort) => (sort === 'new' ? `${id}` : `${place}-${id}`)

/**
 * Reads which page of which order a page's address names. What makes no sense is the newest, from the top.
 */
export function pageQueryIn(request: Request): { sort: Sort; cursor: Cursor | undefined } {
  const { searchParams } = new URL(request.url)
  const sort = sorts.find((each) => each === searchParams.get('sort')) ?? 'new'
  return { sort, cursor: cursorIn(searchParams.get('before') ?? '', sort) }
}

/**
 * Only the newest part of what is sorted by time grows: new posts are announced there while the page is open.
 */
export function liveAt(request: Request, topic: string, href: string) {
  const { sort, cursor } = pageQueryIn(request)
  return sort === 'new' && cursor === undefined ? { topic, href } : undefined
}

/** Of one statement. Longer than any takes on a server that has little else to do. */
const searchWithinMs = 2_000

/**
 * The one way to look for words, whoever asks for it: one search at a time, each of its statements ended by
 * the server after two seconds, or when whoever asked has gone. Throws a 422 when the words stand in so many
 * texts that the server's memory for one search is used up.
 */
export async function bounded<T>(
  { bulkheads }: Context,
  { signal }: Request,
  search: (limits: Limits) => Promise<T>,
): Promise<T> {
  try {
    return await bulkheads.search(() => search({ withinMs: searchWithinMs, signal }), signal)
  } catch (error) {
    if (!isTooBroad(error)) throw error
    throw new Refusal(422, 'Too many texts have words like these. Please look for fewer or rarer ones.')
  }
}
