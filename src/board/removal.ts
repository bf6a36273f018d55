import { untrueAfter } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { sweepPictures } from '../pictures/service.ts'
import type { Sql } from '../platform/db.ts'
import { Refusal } from '../platform/errors.ts'
import {
  deleteCategory,
  deletePost,
  deletePosts,
  discountPost,
  type LockedPost,
  lockCategory,
  lockPost,
  type PostPlace,
  postById,
  somePostsIn,
} from './queries.ts'
import type { Expected } from './service.ts'

/** Deletes in one statement, and keys forgotten at once: neither may hold up others for long. */
const postsAtOnce = 2_000

/** Removes a post from the database and from everywhere it is remembered. A 404 when it is gone already. */
export async function removePost(context: Context, id: number, expected?: Expected): Promise<void> {
  const removed = await context.db.transaction((sql) => takeOff(sql, id, expected))
  await forgetPosts(context, [removed])
}

/** The part of removing a post that belongs into a transaction. Gives where it stood, or a 404. */
export async function takeOff(sql: Sql, id: number, expected?: Expected): Promise<LockedPost> {
  const post = await lockPost(sql, id)
  const now = expected && (await postById(sql, `${id}`))
  if (!post) throw new Refusal(404, 'This post is gone.')
  if (now) expected(now)
  await discountPost(sql, post)
  await deletePost(sql, id)
  return post
}

/** Removes a category with all its posts, all or nothing. A 404 when it is gone already. */
export async function removeCategory(context: Context, category: number): Promise<void> {
  const posts = await context.db.transaction(async (sql) => {
    await lockCategory(sql, category)
    const removed = await removePostsIn(sql, category)
    const { affectedRows } = await deleteCategory(sql, category)
    if (affectedRows === 0) throw new Refusal(404, 'There is no such category.')
    return removed
  })
  await context.cache.forget(untrueAfter.categoryAddedOrRemoved())
  await forgetPosts(context, posts)
}

async function removePostsIn(sql: Sql, category: number): Promise<PostPlace[]> {
  const removed: PostPlace[] = []
  while (true) {
    const posts = await somePostsIn(sql, category, postsAtOnce)
    if (posts.length === 0) return removed
    await deletePosts(
      sql,
      posts.map(({ id }) => id),
    )
    removed.push(...posts)
  }
}

/**
 * Makes everyone forget posts that were removed: caches, the batchers, which then take no more likes for
 * them, and pictures that were theirs alone.
 */
export async function forgetPosts(context: Context, posts: PostPlace[]): Promise<void> {
  const { cache, likes } = context
  for (let from = 0; from < posts.length; from += postsAtOnce) {
    const some = posts.slice(from, from + postsAtOnce)
    await Promise.all([cache.forget(untrueAfter.postsChanged(some)), likes.forget(some.map(({ id }) => id))])
  }
  await sweepPictures(context)
}
