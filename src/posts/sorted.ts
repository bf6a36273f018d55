import { cached } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import type { Source } from '../platform/cache.ts'
import { whatIsHidden } from '../removal/hidden.ts'
import { placeIn, placeOf, sorts } from './listing.ts'
import { type RankedPost, rankedPosts, type Sort } from './lists/queries.ts'
import type { Post } from './queries.ts'
import { asCards, type Loaded, newest, newestIn, pageSize, shownOf } from './service.ts'

/** What the address of a page of posts asks for. */
export type ListQuery = { sort: Sort; category?: number; tag?: number; before: string | undefined }

/** A page of posts; `older` is the `before` of the page after it. */
export type SortedPosts = { posts: Post[]; older: string | undefined; source: Source }

/** The `sort` and `before` of a page's address. What makes no sense is the newest, from the top. */
export function listQueryIn(request: Request): Pick<ListQuery, 'sort' | 'before'> {
  const { searchParams } = new URL(request.url)
  const sort = sorts.find((each) => each === searchParams.get('sort')) ?? 'new'
  const before = searchParams.get('before') ?? ''
  return { sort, before: placeIn(before, sort) ? before : undefined }
}

/** Only the newest part of what is sorted by time grows: there new posts are told of while the page is open. */
export function liveAt(request: Request, topic: string, href: string) {
  const { sort, before } = listQueryIn(request)
  return sort === 'new' && before === undefined ? { topic, href } : undefined
}

/** A page of posts in the order that was asked for, with live counts. */
export async function sortedPosts(context: Context, asked: ListQuery): Promise<SortedPosts> {
  const { sort, category, tag, before } = asked
  if (sort !== 'new' || tag !== undefined) return ranked(context, asked)
  const list = category === undefined ? newest(context, before) : newestIn(context, category, before)
  const { older, ...rest } = await list
  return { ...rest, older: older === undefined ? undefined : `${older}` }
}

async function ranked(context: Context, asked: ListQuery): Promise<SortedPosts> {
  const { posts, value, source } = await shownOf(context, pageSize, () => loaded(context, asked))
  const last = value[pageSize - 1]
  const older = value.length > pageSize && last ? placeOf(last, asked.sort) : undefined
  return { posts, older, source }
}

/** A tag's lists are not remembered: which of them a removed post was in would have to be asked first. */
async function loaded(
  { cache, db }: Context,
  { sort, category, tag, before }: ListQuery,
): Promise<Loaded<RankedPost>> {
  const load = async (): Promise<RankedPost[]> =>
    asCards(
      await rankedPosts(db, {
        ...{ sort, category, tag, author: undefined, words: undefined },
        ...{ before: before === undefined ? undefined : placeIn(before, sort), limit: pageSize + 1 },
        texts: 'excerpt',
        hidden: await whatIsHidden({ cache, db }),
      }),
    )
  if (sort === 'new' || tag !== undefined || before) return { value: await load(), source: 'mysql' as const }
  const { key: keyOf, seconds } = cached.rankedPosts
  const key = keyOf(sort, category)
  return { key, ...(await cache.remember(key, seconds, load)) }
}
