import { cached } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { type Hidden, removedAccounts, removedCategoryIds } from './queries.ts'

type Stores = Pick<Context, 'cache' | 'db' | 'doors'>

/** `nameless` are accounts that are gone while their posts stay. */
type Removed = Hidden & { nameless: number[] }

/**
 * Returns what is removed and not swept yet: whatever is in these categories or by these authors is gone for
 * everyone; and besides the categories that the reader may not read. Nearly always there is nothing, and then
 * lists are read as if there was no such thing. To be
 * called where a list is loaded, not before: what is older than the list would let it hold what was removed
 * in between.
 */
export async function whatIsHidden({ cache, db, doors }: Stores): Promise<Removed> {
  const { key, seconds } = cached.removed
  const { value } = await cache.getOrLoad(key(), seconds, () => loaded(db))
  const shut = await doors.shut()
  return shut.length === 0 ? value : { ...value, categories: [...value.categories, ...shut] }
}

async function loaded(db: Stores['db']): Promise<Removed> {
  const [categories, accounts] = await Promise.all([removedCategoryIds(db), removedAccounts(db)])
  const idsOf = (isWithPosts: 0 | 1) =>
    accounts.flatMap(({ id, postsRemoved }) => (postsRemoved === isWithPosts ? [id] : []))
  return { categories, authors: idsOf(1), nameless: idsOf(0) }
}

type Byline = { authorId: number | null; author: string | null; avatar: string | null }

/** Those of the posts that are not removed, without the names of who is. What was cached may hold both. */
export async function withoutHidden<P extends Byline & { categoryId: number }>(
  stores: Stores,
  posts: P[],
): Promise<P[]> {
  if (posts.length === 0) return posts
  const { categories, authors, nameless } = await whatIsHidden(stores)
  const isHidden = ({ categoryId, authorId }: P) =>
    categories.includes(categoryId) || (authorId !== null && authors.includes(authorId))
  return posts.flatMap((post) => (isHidden(post) ? [] : [withoutName(post, nameless)]))
}

/** The comments without the names of who is gone, and without what was removed with them. */
export async function withoutHiddenTexts<
  C extends Byline & { body: string; createdAt: string; removedAt: string | null },
>(stores: Stores, comments: C[]): Promise<C[]> {
  if (comments.length === 0) return comments
  const { authors, nameless } = await whatIsHidden(stores)
  return comments.map((comment) =>
    comment.authorId !== null && authors.includes(comment.authorId)
      ? { ...comment, ...nobody, body: '', removedAt: comment.removedAt ?? comment.createdAt }
      : withoutName(comment, nameless),
  )
}

const nobody = { authorId: null, author: null, avatar: null }

const withoutName = <B extends Byline>(signed: B, nameless: number[]): B =>
  signed.authorId !== null && nameless.includes(signed.authorId) ? { ...signed, ...nobody } : signed
