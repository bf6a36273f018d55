import { memberNamed } from '../accounts/queries.ts'
import { cached } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { largestLimit, limitIn, usualLimit } from '../http/paging.ts'
import type { Source } from '../platform/cache.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { isId } from '../platform/fields.ts'
import { whatIsHidden } from '../removal/hidden.ts'
import { bounded } from '../search/bounded.ts'
import { tagId } from '../tags/queries.ts'
import { booleanQuery, mostWords, wordsIn } from '../text/words.ts'
import { type ListFilter, type RankedPost, rankedPosts, type Sort } from './lists/queries.ts'
import type { Post } from './queries.ts'
import { categoryIn, type Loaded, shownOf } from './service.ts'

/** What the address of a list of posts asks for. */
export type ListParams = {
  category: string | undefined
  user: string | undefined
  tag: string | undefined
  words: string | undefined
  sort: Sort
  before: ListFilter['before']
  limit: number
}

/** Reads the query of `/api/posts`. Throws a 422 that says of each parameter what is wrong with it. */
export function listIn(request: Request): ListParams {
  const { searchParams } = new URL(request.url)
  // An empty search box, or a choice of nothing, filters nothing.
  const exactly = (name: string) => searchParams.get(name) || undefined
  const given = (name: string) => exactly(name)?.trim() || undefined
  const sort = sorts.find((each) => each === (given('sort') ?? 'new'))
  const limit = limitIn(given('limit'))
  const before = given('before')
  const place = before === undefined ? undefined : placeIn(before, sort ?? 'new')
  const q = given('q')
  const words = q === undefined ? undefined : booleanQuery(q)

  const errors: FieldErrors = {
    ...(sort ? {} : { sort: 'sort is new, top or hot.' }),
    ...(limit ? {} : { limit: `limit is a whole number from 1 to ${largestLimit}.` }),
    ...(before !== undefined && !place ? { before: 'before is what the Link header of a page gave.' } : {}),
    ...(q !== undefined && !words ? { q: 'q needs a word of at least three letters.' } : {}),
    ...(q !== undefined && wordsIn(q).length > mostWords ? { q: `q has at most ${mostWords} words.` } : {}),
  }
  if (!sort || !limit || Object.keys(errors).length > 0)
    throw new Refusal(422, 'The list cannot be made as it was asked for.', errors)
  // Names from /api/v1 may begin and end in spaces.
  const [category, user] = ['category', 'user'].map(exactly)
  return { category, user, tag: given('tag'), words, sort, before: place, limit }
}

export const sorts: Sort[] = ['new', 'top', 'hot']

/** `id` for the newest, `number-id` for what is sorted by a number. */
export function placeIn(before: string, sort: Sort): ListFilter['before'] {
  const [, place, id = ''] = (sort === 'new' ? /^()(\d+)$/ : /^(\d{1,15})-(\d+)$/).exec(before) ?? []
  if (!isId(id)) return undefined
  return { place: Number(sort === 'new' ? id : place), id: Number(id) }
}

export const placeOf = ({ place, id }: RankedPost, sort: Sort) =>
  sort === 'new' ? `${id}` : `${place}-${id}`

export type PageOfPosts = { posts: Post[]; next: string | undefined; source: Source }

/** A page of posts, with live counts. A 404 where the category or the user is not known; a tag may be any word. */
export async function listedPosts(
  context: Context,
  request: Request,
  listed: ListParams,
): Promise<PageOfPosts> {
  const { sort, words, before, limit } = listed
  const category = listed.category === undefined ? undefined : await categoryId(context, listed.category)
  const author = listed.user === undefined ? undefined : await authorId(context, listed.user)
  const tag = listed.tag === undefined ? undefined : await tagId(context.db, listed.tag)
  if (category === null) throw new Refusal(404, 'There is no such category.')
  if (author === null) throw new Refusal(404, 'Nobody here has this name.')
  if (tag === null) return { posts: [], next: undefined, source: 'mysql' }

  const wanted = { sort, words, before, category, author, tag, limit: limit + 1 }
  const { posts, value, source } = await shownOf(context, limit, () => loaded(context, request, wanted))
  const last = value[limit - 1]
  return { posts, next: value.length > limit && last ? placeOf(last, sort) : undefined, source }
}

/** First pages that most programs ask for are remembered; what is sorted by likes changes all the time. */
async function loaded(context: Context, request: Request, wanted: ListFilter): Promise<Loaded<RankedPost>> {
  const { cache, db } = context
  const { sort, words, before, category, author, tag, limit } = wanted
  const isUsual = sort === 'new' && !before && !tag && limit === usualLimit + 1 && !(category && author)
  const seen = async () => ({ ...wanted, hidden: await whatIsHidden(context) })
  if (words) {
    const there = await seen()
    const value = await bounded(context, request, (limits) => rankedPosts(db, there, limits))
    return { value, source: 'mysql' as const }
  }
  const load = async () => rankedPosts(db, await seen())
  if (!isUsual) return { value: await load(), source: 'mysql' as const }
  const { key: keyOf, seconds } = cached.newestInFull
  const key = keyOf(category, author)
  return { key, ...(await cache.remember(key, seconds, load)) }
}

const categoryId = async (context: Context, name: string) => (await categoryIn(context, name))?.id ?? null

async function authorId({ cache, db }: Context, name: string): Promise<number | null> {
  const { key, seconds } = cached.user
  const { value } = await cache.remember(key(name), seconds, () => memberNamed(db, name))
  return value?.id ?? null
}
