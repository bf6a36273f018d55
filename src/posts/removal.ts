import { notYoursToModerate, refuseBystanders, refuseElsewhere } from '../accounts/access.ts'
import type { Viewer } from '../accounts/queries.ts'
import { logAction } from '../action-log/chain.ts'
import { lastEntryOf } from '../action-log/queries.ts'
import { invalidatedBy, type PostPlace } from '../cache-policy.ts'
import { countPostBack, discountPost } from '../categories/queries.ts'
import { noteChanged } from '../changes/queries.ts'
import type { Context } from '../context.ts'
import { membersToldOf } from '../notices/queries.ts'
import { tellMembers, tellOf } from '../notices/service.ts'
import type { Sql } from '../platform/db.ts'
import { Refusal } from '../platform/errors.ts'
import { forgetPosts } from '../removal/forget.ts'
import { insertRemovedCategory, isLargePost, movePostAway } from '../removal/queries.ts'
import { type Grounds, groundsOf, standingFor, type TypedGrounds } from '../rules/grounds.ts'
import {
  deleteNotice,
  deletePost,
  hideWithNotice,
  type LockedPost,
  lockAnyPost,
  lockPost,
  moveAct,
  moveRank,
  type Notice,
  postById,
  reasonOfRemoval,
  rememberRemoval,
} from './queries.ts'
import type { Expected } from './service.ts'

/**
 * Comments and likes that are deleted while somebody waits; where there are more the post is put away, and
 * swept.
 */
const mostAtOnce = 1_000

/**
 * Removes a post as its author, or hides it as who keeps order in its category and gives a reason, which
 * stands where it was. Throws a 403 for anybody else, a 422 for a reason that is missing.
 */
export async function removePostBy(
  context: Context,
  viewer: Viewer,
  post: PostPlace,
  typed: TypedGrounds,
  expected?: Expected,
): Promise<void> {
  refuseBystanders(viewer, post.authorId, post.categoryId)
  const grounds = await groundsOf(context, viewer, post.authorId, typed)
  if (grounds === undefined) return removePost(context, post, { expected })
  await hidePost(context, post, { by: viewer.id, grounds, expected })
}

/**
 * Takes a post off the board for everyone; a notice stands where it was. It stays as it is, with whatever
 * hangs on it, and batchers go on counting its likes, so that it may be brought back. A 404 when it is gone
 * or hidden already.
 */
async function hidePost(
  context: Context,
  { id, categoryId }: PostPlace,
  { by, grounds, expected }: { by: number; grounds: Grounds; expected: Expected | undefined },
): Promise<void> {
  const post = await context.db.transaction(
    async (sql) => {
      const post = await discountedPost(sql, id, expected)
      const notice = { by, reason: standingFor(grounds) }
      if (!(await hideWithNotice(sql, id, notice))) throw notYoursToModerate()
      await noteChanged(sql, 'post', [id])
      const done = { act: 'hide', kind: 'post', subject: id, by, ...grounds } as const
      await logAction(sql, { ...done, concerns: post.authorId })
      return post
    },
    [`category ${categoryId}`, `post ${id}`],
  )
  await context.cache.invalidate(invalidatedBy.commentsChanged(post))
  await tellOf(context, { of: 'post', id })
}

/**
 * Brings back a post that is hidden, just as it was, with the likes that came meanwhile. Returns where it
 * stands. Throws a 403 for who does not keep order there, a 409 when there is nothing to bring back.
 */
export async function bringPostBack(context: Context, viewer: Viewer, id: number): Promise<PostPlace> {
  const restored = await context.db.transaction((sql) => putPostBack(sql, viewer, id), [`post ${id}`])
  await postShown(context, restored)
  return restored
}

/** The part of it that belongs into a transaction; the log says the `reason`. */
export async function putPostBack(sql: Sql, viewer: Viewer, id: number, reason = ''): Promise<PostPlace> {
  const post = await lockAnyPost(sql, id)
  if (!post) throw new Refusal(409, 'This post cannot be brought back any more.')
  refuseElsewhere(viewer, post.categoryId)
  if ((await reasonOfRemoval(sql, `${id}`))?.mergedAs)
    throw new Refusal(409, 'This post was merged into another one: undo that.')
  if (!(await deleteNotice(sql, id, viewer.id))) throw new Refusal(409, 'This post is on the board.')
  if (!(await countPostBack(sql, post))) throw new Refusal(409, 'The category of this post is gone.')
  await noteChanged(sql, 'post', [id])
  const subject = { kind: 'post', subject: id } as const
  const hidden = await lastEntryOf(sql, subject, ['hide'])
  await logAction(sql, {
    ...{ act: 'show', ...subject, reason, by: viewer.id },
    ...{ refersTo: hidden?.number ?? null, concerns: post.authorId },
  })
  return post
}

/** The part that comes after it: everyone sees the post again. */
export async function postShown(context: Context, post: PostPlace): Promise<void> {
  await context.cache.invalidate(invalidatedBy.commentsChanged(post))
  await tellOf(context, { of: 'post', id: post.id })
}

/** The text in place of what was removed through /api/v1, whose contract has no place for a reason. */
const throughActsApi = 'Removed through /api/v1.'

/**
 * The same for `signer`, or for everyone where /api/v1 is open: the notice has a fixed reason, unless it was
 * their own.
 */
export const removePostThroughActsApi = (context: Context, signer: Viewer | undefined, post: PostPlace) =>
  removePost(context, post, {
    notice: signer?.id === post.authorId ? undefined : { by: signer?.id ?? null, reason: throughActsApi },
  })

type How = { notice?: Notice | undefined; expected?: Expected | undefined }

/**
 * Removes a post from the database and from every cache; a notice stands where it was. A 404 when it is
 * gone already.
 */
export async function removePost(
  context: Context,
  { id, categoryId }: Pick<PostPlace, 'id' | 'categoryId'>,
  { notice, expected }: How = {},
): Promise<void> {
  const { post, told } = await context.db.transaction(
    async (sql) => {
      const { post, told } = await takeOff(sql, id, expected)
      if (notice) await rememberRemoval(sql, post, notice)
      return { post, told }
    },
    [`category ${categoryId}`, `post ${id}`],
  )
  await forgetPosts(context, [post])
  await tellMembers(context, told)
}

/**
 * The part of removing a post that belongs into a transaction, which has read nothing before. Returns where
 * it stood, and who was told of it. Throws a 404.
 */
async function takeOff(sql: Sql, id: number, expected?: Expected) {
  const post = await discountedPost(sql, id, expected)
  const told = await membersToldOf(sql, { of: 'post', id })
  if (!(await isLargePost(sql, id, mostAtOnce))) await deletePost(sql, id)
  else await putAway(sql, id)
  return { post, told }
}

/** The post, locked and counted out of its category. Throws a 404. */
async function discountedPost(sql: Sql, id: number, expected?: Expected): Promise<LockedPost> {
  const post = await lockPost(sql, id)
  const now = expected && (await postById(sql, `${id}`))
  if (!post) throw postGone()
  if (now) await expected(now, sql)
  if (!(await discountPost(sql, post))) throw postGone()
  return post
}

const postGone = () => new Refusal(404, 'This post is gone.')

/** Puts a post where nobody sees it, to be swept in pieces. */
async function putAway(sql: Sql, id: number): Promise<void> {
  const removed = await insertRemovedCategory(sql)
  await movePostAway(sql, id, removed)
  await moveAct(sql, id, removed)
  await moveRank(sql, id, removed)
}
