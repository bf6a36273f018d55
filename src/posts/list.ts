import { cached } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { readingAs } from '../doors/reader.ts'
import { type Collected, collect, newestIds } from '../finding/collect.ts'
import type { Extent } from '../finding/protocol.ts'
import type { Sought } from '../finding/question.ts'
import { pageOf, usualLimit } from '../http/paging.ts'
import type { Source } from '../platform/cache.ts'
import { isId } from '../platform/fields.ts'
import { inPortions } from '../platform/portions.ts'
import { whatIsHidden, withoutHidden } from '../removal/hidden.ts'
import type { Hidden } from '../removal/queries.ts'
import { wordsOf } from '../text/markdown.ts'
import { withoutPiles } from '../text/seen.ts'
import {
  type Cursor,
  type ListedPost,
  type Post,
  type RankedPost,
  rankedPosts,
  type Sort,
} from './queries.ts'

/** `best`: of those that search finds, what has more of what was looked for. */
export type Order = Sort | 'best'

/**
 * Which posts are listed: of a category, by an author, with a tag, each by its id; of these those that search
 * finds.
 */
export type PostQuery = {
  sort?: Order
  category?: number
  author?: number
  tag?: number
  /** Only those that search finds by this. */
  sought?: Sought
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
  /** Whoever asked has gone: nothing more is looked for. */
  signal?: AbortSignal
}

/** `extent`: how much of the board was searched, where something was looked for. */
export type PostList = {
  posts: ListedPost[]
  nextCursor: string | undefined
  source: Source
  extent?: Extent | undefined
}

/**
 * Returns a page of posts, with the likes they have now: the one way to a list of posts, for pages, feeds and
 * programs.
 *
 * First pages that many ask for are cached, those further down are not: who reads there is rare, and what
 * changed there hard to name. Nor are a tag's: which of them a removed post was in would have to be asked
 * first.
 *
 * What is cached for all holds nothing of a category that not everybody may read. Such a category has entries
 * of its own, which are asked for by who may read it, and then stand among the others.
 */
export async function listPosts(context: Context, query: PostQuery): Promise<PostList> {
  const { sort = 'new', limit = usualLimit, likes = 'live' } = query
  const entries = entriesOf(context, query)
  const read = async () => {
    const { rows, source, extent } = await loadRows(context, query, entries)
    const page = pageOf(rows, limit)
    const posts = likes === 'live' ? await withTotals(context, page.rows) : page.rows
    const list = { posts, nextCursor: page.last && cursorOf(page.last, sort), source, extent }
    return { list, isShort: posts.length < page.rows.length }
  }

  const { list, isShort } = await read()
  if (entries.length === 0 || !isShort || list.source === 'memory') return list
  // Some of a cached list are removed by now: those behind them have to follow.
  await context.cache.invalidate(entries.map(({ key }) => key))
  return (await read()).list
}

/** `inside`: the category alone of which it is, where not everybody may read that. */
type CacheEntry = { key: string; seconds: number; inside?: number }

type Loaded = { rows: RankedPost[]; source: Source; extent?: Extent | undefined }

/** One row more than the page shows, where there are more. */
async function loadRows(context: Context, query: PostQuery, entries: CacheEntry[]): Promise<Loaded> {
  const { cache, db } = context
  const { sort = 'new', sought, limit = usualLimit, text = 'card' } = query
  let extent: Extent | undefined
  const load = async (category = query.category) => {
    const filter = { ...query, category, text, limit: limit + 1, hidden: await whatIsHidden(context) }
    if (!sought) return shown(await rankedPosts(db, { ...filter, sort: storedOrder(sort) }), text)
    const found = await foundPosts(context, { ...filter, sought })
    extent = found.extent
    return shown(found.rows, text)
  }
  if (entries.length === 0) return { rows: await load(), source: 'mysql', extent }
  const [first, ...others] = await Promise.all(
    entries.map(({ key, seconds, inside }) =>
      cache.getOrLoad(key, seconds, () =>
        inside === undefined ? load() : readingAs(context.doors.readerInside(inside), () => load(inside)),
      ),
    ),
  )
  if (!first) return { rows: [], source: 'mysql' }
  if (others.length === 0) return { rows: first.value, source: first.source }
  const rows = [first, ...others].flatMap(({ value }) => value)
  rows.sort((a, b) => b.place - a.place || b.id - a.id)
  return { rows: rows.slice(0, limit + 1), source: first.source }
}

/**
 * So many entries of categories that not everybody may read are asked for; where there are more, MySQL is.
 */
const mostInside = 20

/** Where a list is cached, if it is: for who may read more than everybody may, in several places. */
function entriesOf({ doors }: Context, query: PostQuery): CacheEntry[] {
  const entry = cacheEntryOf(query)
  if (!entry) return []
  const inside = doors.inside()
  const { category, author } = query
  if (category !== undefined && doors.closed().includes(category))
    return inside.includes(category) ? [{ ...entry, inside: category }] : []
  if (category !== undefined || inside.length === 0) return [entry]
  if (author !== undefined || inside.length > mostInside) return []
  const within = inside.flatMap((each) => {
    const own = cacheEntryOf({ ...query, category: each })
    return own ? [{ ...own, inside: each }] : []
  })
  return [entry, ...within]
}

const shown = async (rows: RankedPost[], text: 'card' | 'full') => (text === 'card' ? asCards(rows) : rows)

/** The orders that the database has. */
const storedOrder = (sort: Order): Sort => (sort === 'best' ? 'new' : sort)

type Filter = PostQuery & { sought: Sought; limit: number; text: 'card' | 'full'; hidden: Hidden }

/** Those in the order of their likes, and those with a tag, are looked for among the newest hits. */
async function foundPosts(context: Context, filter: Filter): Promise<Collected<RankedPost>> {
  const { sort = 'new', tag, category, author, cursor, limit, hidden, text, signal } = filter
  const criteria = {
    ...filter.sought,
    kind: 'post' as const,
    categories: narrowed(filter.sought.categories, category),
    authors: narrowed(filter.sought.authors, author),
  }
  const load = (ids: number[], more: Partial<PostQuery> & { limit: number }) =>
    rankedPosts(context.db, { ids, hidden, text, ...more, sort: storedOrder(more.sort ?? 'new') })
  if (tag === undefined && (sort === 'new' || sort === 'best')) {
    const behind = cursor && { score: cursor.place, id: cursor.id }
    return collect(
      context,
      { ...criteria, sort, behind, limit },
      (ids) => load(ids, { limit: ids.length }),
      signal,
    )
  }
  const { ids, extent } = await newestIds(context, criteria, signal)
  const rows = ids.length === 0 ? [] : await load(ids, { sort, tag, cursor, limit })
  return { rows, extent }
}

/** Of those in a list, this one alone; where it is not among them, none: no category and no member is 0. */
const narrowed = (ids: number[], id: number | undefined) =>
  id === undefined ? ids : ids.length === 0 || ids.includes(id) ? [id] : [0]

/** Where a list is cached, if it is. */
function cacheEntryOf(query: PostQuery): CacheEntry | undefined {
  const { category, author, tag, sought, cursor, limit = usualLimit, text = 'card' } = query
  const sort = storedOrder(query.sort ?? 'new')
  const isFirstPage = !cursor && limit === usualLimit
  const isFiltered = tag !== undefined || sought !== undefined
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

/** Cards show the words of a text without its Markdown. */
export const asCards = <P extends Post>(posts: P[]): Promise<P[]> =>
  inPortions(posts, (post) => ({
    ...post,
    body: post.isAct ? withoutPiles(post.body) : wordsOf(post.body),
  }))

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
export function cursorIn(text: string, sort: Order): Cursor | undefined {
  const [, place, id = ''] = (sort === 'new' ? /^()(\d+)$/ : /^(\d{1,15})-(\d+)$/).exec(text) ?? []
  if (!isId(id)) return undefined
  return { place: Number(sort === 'new' ? id : place), id: Number(id) }
}

const cursorOf = ({ place, id }: RankedPost, sort: Order) => (sort === 'new' ? `${id}` : `${place}-${id}`)

/**
 * Reads which page of which order a page's address names. What makes no sense is the `usual` one, from the
 * top.
 */
export function pageQueryIn(
  request: Request,
  usual: Sort = 'new',
): { sort: Sort; cursor: Cursor | undefined } {
  const { searchParams } = new URL(request.url)
  const sort = sorts.find((each) => each === searchParams.get('sort')) ?? usual
  return { sort, cursor: cursorIn(searchParams.get('before') ?? '', sort) }
}

/**
 * Only the newest part of what is sorted by time grows: new posts are announced there while the page is open.
 */
export function liveAt(request: Request, topic: string, href: string, usual: Sort = 'new') {
  const { sort, cursor } = pageQueryIn(request, usual)
  if (sort !== 'new' || cursor !== undefined) return undefined
  return { topic, href: usual === 'new' ? href : `${href}?sort=new` }
}
