import { say, translated } from '../../texts/say.ts'
import { notYoursToModerate } from '../accounts/access.ts'
import type { Viewer } from '../accounts/queries.ts'
import { logAction } from '../action-log/chain.ts'
import { cached, invalidatedBy, type PostPlace } from '../cache-policy.ts'
import { categoryById, countPosts, discountPost } from '../categories/queries.ts'
import type { Context } from '../context.ts'
import { refuseReaders } from '../doors/refuse.ts'
import { beginFanOut, followOnWriting } from '../follows/queries.ts'
import { idIn } from '../http/params.ts'
import { admissionOf, holdText } from '../newcomers/service.ts'
import { noticeMentioned } from '../notices/mentions.ts'
import { tellOf } from '../notices/service.ts'
import { insertPicture } from '../pictures/queries.ts'
import type { AddedPicture } from '../pictures/service.ts'
import type { Source } from '../platform/cache.ts'
import { isMissingParent, type Sql } from '../platform/db.ts'
import { Refusal, RefusalLeadingOn } from '../platform/errors.ts'
import { keepsOrderNow, noteAdmin } from '../removal/queries.ts'
import type { Grounds } from '../rules/grounds.ts'
import { refuseSilent } from '../sanctions/refuse.ts'
import { retagPost, tagPost } from '../tags/service.ts'
import { mentionsIn } from '../text/markdown.ts'
import type { Patch } from './draft.ts'
import { withTotals } from './list.ts'
import {
  type Draft,
  insertPost,
  isOfferGone,
  type LockedPost,
  lockPost,
  moveAct,
  moveRank,
  type Post,
  postById,
  reasonOfRemoval,
  setCategoryOf,
  updatePost,
} from './queries.ts'

/** Returns the post at an address. Throws a 404, a 410 where an admin took it off the board. */
export const postAt = (context: Context, id: string) =>
  postOrRefuse(context, `${idIn(id, 'There is no such post.')}`)

/**
 * Returns the post of this id with its live count. Throws a 404, a 410 where an admin took it off the board.
 */
export async function postOrRefuse(context: Context, id: string): Promise<{ post: Post; source: Source }> {
  const { key, seconds } = cached.post
  const open = await context.cache.getOrLoad(key(Number(id)), seconds, () => postById(context.db, id))
  // What not everybody may read is in no cache.
  const isInside = open.value === undefined && context.doors.inside().length > 0
  const { value, source } = isInside
    ? { value: await postById(context.db, id), source: 'mysql' as const }
    : open
  const [post] = await withTotals(context, value ? [value] : [])
  if (!post) throw await whyGone(context, id)
  return { post, source }
}

/** A post that an admin took off the board leaves the reason behind, and where it went if it was merged. */
async function whyGone({ db }: Context, id: string): Promise<Refusal> {
  const removal = await reasonOfRemoval(db, id)
  if (!removal) return new Refusal(404, 'This post is gone.')
  const reason = translated(removal.reason)
  if (removal.mergedAs === null || !removal.isReadThere)
    return new Refusal(410, say('This post was removed: {reason}', { reason }))
  const says = say('This post was merged into another one: {reason}', { reason })
  const on = { to: `/comments/${removal.mergedAs}`, says: 'Read on there' }
  return new RefusalLeadingOn(410, says, on, {}, 'Merged into another post')
}

/** By what a repeated request for a new post is recognized. */
export const contentOf = (draft: Draft, added?: AddedPicture) =>
  added ? { ...draft, image: { hash: added.picture.hash, alt: added.alt } } : draft

/** The part of adding a post that belongs into a transaction. Returns the post's id. */
export async function storePost(sql: Sql, draft: Draft, added?: AddedPicture): Promise<number> {
  try {
    if (added) await insertPicture(sql, added.picture)
    if (!(await countPosts(sql, draft.categoryId, { posts: 1, acts: 0 }, draft.authorId))) {
      await refuseSilent(sql, draft.authorId)
      await refuseReaders(sql, draft.categoryId, draft.authorId)
      throw categoryGone()
    }
    const id = await insertPost(sql, contentOf(draft, added))
    await tagPost(sql, id, draft.body)
    if (draft.authorId === null) return id
    await noticeMentioned(sql, { post: id, comment: null, author: draft.authorId }, draft.body)
    await followOnWriting(sql, draft.authorId, id)
    await beginFanOut(sql, id, null)
    return id
  } catch (error) {
    throw inTermsOfCategories(error)
  }
}

/**
 * What stores a post in a transaction, or has it wait for moderators. Returns its id, or by what it is known
 * while it waits. `beside`: what else of it is read. Throws a 422 for what the board does not take.
 */
export async function storing(
  context: Context,
  author: Viewer,
  draft: Draft,
  added?: AddedPicture,
  beside = '',
): Promise<(sql: Sql) => Promise<number | string>> {
  const { title, body, categoryId: category } = draft
  const alt = `${added?.alt ?? ''}\n\n${beside}`
  const admission = await admissionOf(context, author, { title, body, alt, hasPicture: added !== undefined })
  return async (sql) => {
    const cause = await admission(sql)
    if (cause === undefined) return storePost(sql, draft, added)
    await refuseSilent(sql, author.id)
    await refuseReaders(sql, category, author.id)
    return holdText(sql, { author: author.id, category, post: null, parent: null, title, body, cause }).catch(
      (error) => {
        throw inTermsOfCategories(error)
      },
    )
  }
}

/** The part that comes after it: everyone sees the post from now on. */
export async function postAdded(context: Context, id: number, draft: Draft): Promise<Post> {
  await context.cache.invalidate(invalidatedBy.postAddedOrChanged({ id, ...draft }))
  context.live.publish({ kind: 'post', id, categoryId: draft.categoryId, authorId: draft.authorId })
  if (mentionsIn(draft.body).length > 0) await tellOf(context, { of: 'post', id })
  return (await postOrRefuse(context, String(id))).post
}

/** Throws when a post is not as somebody thought. Of what belongs to it it may ask in the transaction. */
export type Expected = (now: Post, sql: Sql) => void | Promise<void>

/**
 * Changes what the patch names, as `by`, who is its author or an admin; admins read who moved whose post.
 * Returns the post as it is then.
 */
export async function changePost(
  context: Context,
  post: Post,
  patch: Patch,
  how: { by: Viewer; grounds?: Grounds; expected?: Expected },
): Promise<Post> {
  const places = await context.db.transaction(
    (sql) => patchPost(sql, post, patch, how),
    rowsOfPatch(post, patch),
  )
  await context.cache.invalidate(places.flatMap(invalidatedBy.postAddedOrChanged))
  return postChanged(context, post.id, patch, places)
}

/** The part that comes after it, when no cache has the post any more. Returns it as it is then. */
export async function postChanged(
  context: Context,
  id: number,
  { body = '' }: Patch,
  places: PostPlace[],
): Promise<Post> {
  tellMoved(context, places)
  if (mentionsIn(body).length > 0) await tellOf(context, { of: 'post', id })
  return (await postOrRefuse(context, String(id))).post
}

/** Whoever sees a post that went where not everybody may read asks anew whether they may. */
export function tellMoved({ doors, live }: Context, [before, after]: PostPlace[]): void {
  if (before && after && before.categoryId !== after.categoryId && doors.closed().includes(after.categoryId))
    live.publish({ kind: 'moved', id: after.id })
}

/** Where a change moves a post to another category: both, whose posts are counted. */
export const rowsOfPatch = ({ categoryId: from }: Post, { categoryId: to = from }: Patch) =>
  to === from ? [] : [`category ${from}`, `category ${to}`]

/**
 * The part of it that belongs into a transaction. Leaves as it is now what the patch doesn't name: somebody
 * may have changed it since `post` was read. Returns where the post was and is; nothing where it says what it
 * said.
 */
export async function patchPost(
  sql: Sql,
  { id, isAct, offer }: Post,
  patch: Patch,
  { by, grounds, expected }: { by: Viewer; grounds?: Grounds; expected?: Expected },
): Promise<PostPlace[]> {
  const before = await lockPost(sql, id)
  const now = expected && (await postById(sql, `${id}`))
  if (!before) throw postGone()
  if (now) await expected(now, sql)
  const after = { ...before, ...patch }
  // Said again, it is not edited.
  if (Bun.deepEquals(after, before)) return []

  try {
    if (after.categoryId !== before.categoryId) {
      await movePost(sql, before, after.categoryId, by.id)
      if (by.id !== before.authorId) await noteMove(sql, before, after.categoryId, by)
    }
    // Moved, it says what it said.
    const isEdited = after.title !== before.title || after.body !== before.body
    if (isEdited && offer && (await isOfferGone(sql, id))) throw offerGone()
    const isDone = isEdited
      ? await updatePost(sql, id, { ...after, body: patch.body, isEdited }, by.id)
      : await setCategoryOf(sql, id, after.categoryId, by.id)
    if (!isDone) {
      await refuseSilent(sql, by.id)
      await refuseReaders(sql, before.categoryId, by.id)
      throw postGone()
    }
  } catch (error) {
    throw inTermsOfCategories(error)
  }
  if (!isAct && after.body !== before.body) {
    await retagPost(sql, id, after.body)
    const { authorId: author } = before
    if (author !== null)
      await noticeMentioned(sql, { post: id, comment: null, author }, after.body, before.body)
  }
  if (after.categoryId !== before.categoryId && by.id !== before.authorId)
    await logAction(sql, {
      ...{ act: 'move', kind: 'post', subject: id, by: by.id, reason: '', ...grounds },
      ...{ detail: `${before.categoryId} ${after.categoryId}`, concerns: before.authorId },
    })
  return [before, after]
}

/** Throws a 403 for who keeps no order where the post was. */
async function noteMove(sql: Sql, post: LockedPost, category: number, by: Viewer): Promise<void> {
  const { title, categoryId } = post
  if (!(await keepsOrderNow(sql, by.id, categoryId))) throw notYoursToModerate()
  const { name = '' } = (await categoryById(sql, `${category}`)) ?? {}
  await noteAdmin(sql, 'moved', { subject: title, detail: name, by: by.id })
}

/** A category that was removed while somebody chose it. */
const inTermsOfCategories = (error: unknown) => (isMissingParent(error) ? categoryGone() : error)

const categoryGone = () => new Refusal(422, 'This category is gone.', { category: 'Choose another one.' })

const postGone = () => new Refusal(404, 'This post is gone.')

/** What an offer said stays as it was taken. */
export const offerGone = () => new Refusal(409, 'This offer is gone. Open it again before you change it.')

/** `by`: who has to be one who writes there, if anybody. */
async function movePost(sql: Sql, post: PostPlace, category: number, by: number | null): Promise<void> {
  if (!(await discountPost(sql, post))) throw postGone()
  const { affectedRows: acts } = await moveAct(sql, post.id, category)
  await moveRank(sql, post.id, category)
  if (await countPosts(sql, category, { posts: 1, acts }, null, by)) return
  await refuseReaders(sql, category, by)
  throw categoryGone()
}

/**
 * Moves a post back to where a moderator moved it from. Returns where it was and where it is; undefined when
 * it is gone, or hidden. To be called in a transaction.
 */
export async function movePostBack(
  sql: Sql,
  by: number,
  id: number,
  category: number,
): Promise<[PostPlace, PostPlace] | undefined> {
  const before = await lockPost(sql, id)
  if (!before) return undefined
  const after = { ...before, categoryId: category }
  if (before.categoryId !== category) {
    await movePost(sql, before, category, null)
    await setCategoryOf(sql, id, category, by)
  }
  return [before, after]
}
