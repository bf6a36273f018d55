import { say } from '../../texts/say.ts'
import { refuseOthers } from '../accounts/access.ts'
import type { Viewer } from '../accounts/queries.ts'
import { cached, invalidatedBy } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { sweepPictures } from '../pictures/service.ts'
import { chunks } from '../platform/async.ts'
import type { Sql } from '../platform/db.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { hasControlCharacters } from '../platform/fields.ts'
import {
  hasManyComments,
  insertRemovedCategory,
  isLargeCategory,
  logModeration,
  markCategoryRemoved,
  movePostAway,
} from '../removal/queries.ts'
import { isSeen } from '../text/seen.ts'
import {
  deleteCategory,
  deletePost,
  deletePosts,
  discountPost,
  type LockedPost,
  lockCategory,
  lockPost,
  moveAct,
  moveRank,
  type Notice,
  type PostPlace,
  postById,
  rememberRemoval,
  somePostsIn,
} from './queries.ts'
import type { Expected } from './service.ts'

/** Deletes in one statement, and keys forgotten at once: neither may hold up others for long. */
const postsAtOnce = 2_000

/** Posts of a category, or comments, that are deleted while somebody waits; where there are more they are hidden, and swept. */
const mostAtOnce = 1_000

const longestReason = 500

/** What is wrong with an admin's reason, by field. */
export function reasonErrors(reason: string): FieldErrors {
  if ([...reason].length > longestReason)
    return { reason: say('At most {longest} characters.', { longest: longestReason }) }
  if (!isSeen(reason)) return { reason: 'Give a reason: its author will read it.' }
  if (hasControlCharacters(reason) || !reason.isWellFormed())
    return { reason: 'A reason is one line of ordinary characters.' }
  return {}
}

/** An admin's reason; undefined where none is needed, because it is their own or they are none. Throws a 422. */
export function reasonOf({ id, role }: Viewer, author: number | null, typed: string): string | undefined {
  const reason = typed.trim()
  if (id === author && (role !== 'admin' || reason === '')) return undefined
  const errors = reasonErrors(reason)
  if (errors.reason) throw new Refusal(422, errors.reason, errors)
  return reason
}

/**
 * Removes a post as its author, or as an admin, who gives a reason: its title and the reason stand where it was. Throws a
 * 403 for anybody else, a 422 for an admin without a reason.
 */
export async function removePostBy(
  context: Context,
  viewer: Viewer,
  { id, authorId }: Pick<PostPlace, 'id' | 'authorId'>,
  typed: string,
  expected?: Expected,
): Promise<void> {
  refuseOthers(viewer, authorId)
  const reason = reasonOf(viewer, authorId, typed)
  const notice = reason === undefined ? undefined : { by: viewer.id, reason }
  await removePost(context, id, { notice, expected })
}

/** What stands where something was that went through /api/v1, whose contract has no place for a reason. */
const throughActsApi = 'Removed through /api/v1.'

/** The same for `signer`, or for everyone where /api/v1 is open: the notice has a fixed reason, unless it was their own. */
export const removePostThroughActsApi = (
  context: Context,
  signer: Viewer | undefined,
  { id, authorId }: Pick<PostPlace, 'id' | 'authorId'>,
) =>
  removePost(context, id, {
    notice: signer?.id === authorId ? undefined : { by: signer?.id ?? null, reason: throughActsApi },
  })

type How = { notice?: Notice | undefined; expected?: Expected | undefined }

/**
 * Removes a post from the database and from everywhere it is remembered; a notice stands where it was. A 404 when it is
 * gone already.
 */
export async function removePost(
  context: Context,
  id: number,
  { notice, expected }: How = {},
): Promise<void> {
  const removed = await context.db.transaction(async (sql) => {
    const post = await takeOff(sql, id, expected)
    if (notice) await rememberRemoval(sql, post, notice)
    return post
  })
  await forgetPosts(context, [removed])
}

/** The part of removing a post that belongs into a transaction. Returns where it stood, or a 404. */
async function takeOff(sql: Sql, id: number, expected?: Expected): Promise<LockedPost> {
  const post = await lockPost(sql, id)
  const now = expected && (await postById(sql, `${id}`))
  if (!post) throw postGone()
  if (now) expected(now)
  if (!(await discountPost(sql, post))) throw postGone()
  if (!(await hasManyComments(sql, id, mostAtOnce))) await deletePost(sql, id)
  else await hidePost(sql, id)
  return post
}

const postGone = () => new Refusal(404, 'This post is gone.')

/** Puts a post where nobody sees it, to be swept in pieces. */
async function hidePost(sql: Sql, id: number): Promise<void> {
  const away = await insertRemovedCategory(sql)
  await movePostAway(sql, id, away)
  await moveAct(sql, id, away)
  await moveRank(sql, id, away)
}

/**
 * Removes a category with all its posts, all or nothing, as the acts API does: for `signer`, or for everyone where it is
 * open. One with many is hidden at once, and its name is free; what is left of it is swept later. Admins read of it. A 404
 * when it is gone already.
 */
export async function removeCategory(
  context: Context,
  { id, name }: { id: number; name: string },
  signer?: Viewer,
): Promise<void> {
  const by = signer?.id ?? null
  if (await isLargeCategory(context.db, id, mostAtOnce)) return hideCategory(context, id, name, by)
  const posts = await context.db.transaction(async (sql) => {
    if (!(await lockCategory(sql, id))) throw noCategory()
    const removed = await removePostsIn(sql, id)
    await deleteCategory(sql, id)
    await logModeration(sql, 'category', name, by)
    return removed
  })
  await context.cache.invalidate(invalidatedBy.categoryAddedOrRemoved())
  await forgetPosts(context, posts)
}

async function hideCategory(
  { db, cache }: Context,
  category: number,
  name: string,
  by: number | null,
): Promise<void> {
  await db.transaction(async (sql) => {
    if (!(await markCategoryRemoved(sql, category))) throw noCategory()
    await logModeration(sql, 'category', name, by)
  })
  await cache.invalidate(invalidatedBy.categoryHidden(category))
}

const noCategory = () => new Refusal(404, 'There is no such category.')

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
  for (const some of chunks(posts, postsAtOnce)) {
    const keys = [...invalidatedBy.postsChanged(some), cached.removed.key()]
    await Promise.all([cache.invalidate(keys), likes.forget(some.map(({ id }) => id))])
  }
  await sweepPictures(context)
}
