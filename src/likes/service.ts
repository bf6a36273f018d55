import type { Viewer } from '../accounts/queries.ts'
import type { Context } from '../context.ts'
import { likesInMysql, namesOfWhoLike } from './queries.ts'

/**
 * `LIKES=once`: the posts with what the viewer likes marked. With the batcher away the buttons do without the
 * mark.
 */
export async function withMine<P extends { id: number }>(
  { config, likes }: Context,
  viewer: Viewer | undefined,
  posts: P[],
): Promise<(P & { liked?: boolean })[]> {
  if (config.likes !== 'once' || !viewer || posts.length === 0) return posts
  const ids = posts.map(({ id }) => id)
  const mine = await likes.likedBy(viewer.id, ids).catch(() => undefined)
  return mine ? posts.map((post) => ({ ...post, liked: mine.has(post.id) })) : posts
}

const namedAtMost = 20

/** `LIKES=once`: names of members who like the post, the viewer's always as it is now. */
export async function likedByNames(
  { config, db }: Context,
  viewer: Viewer | undefined,
  post: { id: number; liked?: boolean },
): Promise<string[]> {
  if (config.likes !== 'once') return []
  const names = await namesOfWhoLike(db, post.id, namedAtMost)
  if (!viewer || post.liked === undefined) return names
  const others = names.filter((name) => name !== viewer.name)
  return post.liked ? [viewer.name, ...others] : others
}

/** The likes that MySQL has, or none when it is away. */
export async function storedLikes({ db, bulkheads }: Context, posts: number[]): Promise<Map<number, number>> {
  if (posts.length === 0) return new Map()
  const rows = await bulkheads.live(() => likesInMysql(db, posts)).catch(() => [])
  return new Map(rows.map(({ id, likes }) => [id, likes]))
}
