import { remembered } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { removedCategoryIds } from './queries.ts'

/**
 * Categories that are removed and not swept yet: whatever is in them is gone for everyone. Nearly always there are none,
 * and then lists are read as if there was no such thing. To be called where a list is loaded, not before: a set that is
 * older than the list would let it hold what was removed in between.
 */
export async function hiddenCategories({ cache, db }: Pick<Context, 'cache' | 'db'>): Promise<number[]> {
  const { key, seconds } = remembered.removedCategories
  return (await cache.remember(key(), seconds, () => removedCategoryIds(db))).value
}

/** Those of the posts that are not removed. What was remembered may hold some that are. */
export async function withoutHidden<P extends { categoryId: number }>(
  context: Pick<Context, 'cache' | 'db'>,
  posts: P[],
): Promise<P[]> {
  const hidden = posts.length === 0 ? [] : await hiddenCategories(context)
  return hidden.length === 0 ? posts : posts.filter(({ categoryId }) => !hidden.includes(categoryId))
}
