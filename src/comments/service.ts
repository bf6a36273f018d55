import { say } from '../../texts/say.ts'
import { notYoursToModerate, refuseBystanders, refuseElsewhere } from '../accounts/access.ts'
import type { Viewer } from '../accounts/queries.ts'
import { logAction } from '../action-log/chain.ts'
import { lastEntryOf } from '../action-log/queries.ts'
import { cached, invalidatedBy, type PostPlace } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { refuseReaders } from '../doors/refuse.ts'
import { beginFanOut, followOnWriting } from '../follows/queries.ts'
import { admissionOf, holdText } from '../newcomers/service.ts'
import { noticeMentioned } from '../notices/mentions.ts'
import { deleteNoticesOfComments, membersToldOf } from '../notices/queries.ts'
import { tellMembers, tellOf } from '../notices/service.ts'
import { isMissingParent, type Sql } from '../platform/db.ts'
import { Refusal } from '../platform/errors.ts'
import { isId } from '../platform/fields.ts'
import { inPortions, untilBytes } from '../platform/portions.ts'
import { lockAnyPost, lockPost } from '../posts/queries.ts'
import { postOrRefuse } from '../posts/service.ts'
import { withoutHiddenTexts } from '../removal/hidden.ts'
import { type Grounds, groundsOf, standingFor, type TypedGrounds } from '../rules/grounds.ts'
import { refuseLocked, refuseSilent } from '../sanctions/refuse.ts'
import { noticeText } from '../telling/queries.ts'
import { htmlOf, mentionsIn } from '../text/markdown.ts'
import type { CommentDraft } from './draft.ts'
import {
  type Comment,
  commentById,
  countComments,
  deleteLeaf,
  emptyComment,
  firstReplies,
  hasReplies,
  hideComment,
  insertComment,
  lockComment,
  placeOfComment,
  repliesOf,
  restoreComment,
  rootComments,
  updateComment,
} from './queries.ts'
import { type ShownComment, type Thread, threadsOf, worthShowing } from './threads.ts'

/** Comments on the post itself on one page. */
const rootsShown = 20
/** Replies that are shown with each of them. */
const repliesShown = 10
/** Replies on a page of their own. */
const repliesOnPage = 50
/**
 * Of comments on one page, bytes of what was typed and of its markup, beyond the last: 5 kB of quotes in
 * quotes become 125 kB, and 220 of those took seconds to draw.
 */
const bytesOnPage = 150_000

/** A page of threads; `next` is where the page after it begins. */
export type Threads = { threads: Thread[]; next: number | undefined }

/** The threads of a post from the root `from` on, each with its first replies. First pages are remembered. */
export async function threadsOfPost(
  context: Context,
  { id: post, categoryId }: Pick<PostPlace, 'id' | 'categoryId'>,
  from?: string,
): Promise<Threads> {
  const { key, seconds } = cached.comments
  const load = () => loadThreads(context, post, from ?? '0')
  // What not everybody may read is in no cache.
  const isCached = !from && !context.doors.closed().includes(categoryId)
  const found = isCached ? (await context.cache.getOrLoad(key(post), seconds, load)).value : await load()

  const inOrder = rootByRoot(await withoutHiddenTexts(context, found.comments))
  const shown = await withHtml(inOrder)
  const rest = inOrder.slice(shown.length)
  const more = new Map(found.more)
  const [cut] = rest
  if (cut && cut.rootId !== null) more.set(cut.rootId, cut.id)
  const threads = threadsOf(shown).map((thread) => ({ ...thread, more: more.get(thread.comment.id) }))
  return {
    threads: worthShowing(threads),
    next: rest.find(({ rootId }) => rootId === null)?.id ?? found.next,
  }
}

/** Each root before its replies. */
const rootByRoot = (comments: Comment[]): Comment[] =>
  [...Map.groupBy(comments, ({ id, rootId }) => rootId ?? id).values()].flat()

type Loaded = { comments: Comment[]; more: [root: number, from: number][]; next: number | undefined }

async function loadThreads({ db }: Context, post: number, from: string): Promise<Loaded> {
  const found = await rootComments(db, post, from, rootsShown + 1)
  const roots = found.slice(0, rootsShown)
  if (roots.length === 0) return { comments: [], more: [], next: undefined }

  const ids = roots.map(({ id }) => id)
  const byRoot = Map.groupBy(await firstReplies(db, ids, repliesShown + 1), ({ rootId }) => rootId)
  const replies = [...byRoot.values()].flatMap((some) => some.slice(0, repliesShown))
  const more = ids.flatMap((id): Loaded['more'] => {
    const next = byRoot.get(id)?.[repliesShown]
    return next ? [[id, next.id]] : []
  })
  return { comments: [...roots, ...replies], more, next: found[rootsShown]?.id }
}

/** Further replies of a root, as trees of their own. */
export async function moreReplies({ db }: Context, root: number, from: string): Promise<Threads> {
  const found = await repliesOf(db, root, from, repliesOnPage + 1)
  const shown = await withHtml(found.slice(0, repliesOnPage))
  // A reply to the root itself needs no word about it.
  const threads = threadsOf(shown).map(({ comment, ...rest }) => ({
    ...rest,
    comment: comment.replyTo === root ? { ...comment, replyTo: undefined } : comment,
  }))
  return { threads: worthShowing(threads), next: found[shown.length]?.id }
}

/** As many of the first comments as one page shows, with their markup. */
const withHtml = (comments: Comment[]): Promise<ShownComment[]> =>
  inPortions(
    comments,
    (comment) => ({ ...comment, html: htmlOf(comment.body) }),
    untilBytes(bytesOnPage, ({ body, html }) => [body, html]),
  )

/** The comment of this id, removed or not, or a 404. */
export async function commentOrRefuse({ db }: Context, id: string): Promise<ShownComment> {
  const comment = isId(id) ? await commentById(db, id) : undefined
  if (!comment) throw new Refusal(404, 'There is no such comment.')
  return { ...comment, html: htmlOf(comment.body) }
}

/** The same for a comment that still has a text. One that an admin removed says why. */
export async function commentThere(context: Context, id: string): Promise<ShownComment> {
  const comment = await commentOrRefuse(context, id)
  const { reason } = comment
  if (reason !== null) throw new Refusal(410, say('This comment was removed: {reason}', { reason }))
  if (comment.removedAt !== null) throw new Refusal(404, 'This comment is gone.')
  return comment
}

/**
 * Where a comment stands among the others: the page that begins with its thread, or a page of its replies.
 */
export async function addressOf({ db }: Context, { id, postId, rootId }: Comment): Promise<string> {
  if (rootId === null) return `/posts/${postId}?from=${id}#comment-${id}`
  const root = await commentById(db, `${rootId}`)
  const replies = await firstReplies(db, [rootId], repliesShown)
  const shown = await withHtml(root ? [root, ...replies] : replies)
  const isNear = shown.some((comment) => comment.id === id)
  const page = isNear ? `/posts/${postId}?from=${rootId}` : `/comments/${rootId}/replies?from=${id}`
  return `${page}#comment-${id}`
}

/** The part of writing a comment that belongs into a transaction. Returns its id. */
export async function storeComment(
  sql: Sql,
  { id: post, authorId, categoryId: category }: PostPlace,
  author: Viewer,
  { body, parent }: CommentDraft,
): Promise<number> {
  if (!(await countComments(sql, post, 1, author.id))) {
    await refuseLocked(sql, post, author.id)
    await refuseReaders(sql, category, author.id)
    throw new Refusal(404, 'This post is gone.')
  }
  const above = await answeredBy(sql, post, parent)
  const rootId = above ? (above.rootId ?? above.id) : null
  const comment = { postId: post, rootId, parentId: parent, authorId: author.id, body }
  const id = await insertComment(sql, comment).catch((error) => {
    throw isMissingParent(error) ? new Refusal(401, 'This account is gone.') : error
  })
  const answered = [authorId, above?.authorId ?? null].flatMap((member) =>
    member === null || member === author.id ? [] : [member],
  )
  const text = { post, comment: id, author: author.id }
  if (answered.length > 0) await noticeText(sql, 'answer', text, answered)
  await noticeMentioned(sql, text, body)
  await followOnWriting(sql, author.id, post)
  await beginFanOut(sql, post, id)
  return id
}

/** Comments below one on the post itself: whatever is merged and parted again is moved with all of them. */
const mostReplies = 4_000

/**
 * Returns the comment that one answers, if it is one. Throws a 422 where it is gone, a 409 where nothing more
 * may stand below it.
 */
async function answeredBy(sql: Sql, post: number, parent: number | null): Promise<Comment | undefined> {
  if (parent === null) return undefined
  const above = await commentById(sql, `${parent}`)
  if (above?.postId !== post || above.removedAt) throw notThere()
  if (await hasReplies(sql, above.rootId ?? above.id, mostReplies)) throw full()
  return above
}

/** The same for a comment that may have to wait for moderators; as `storing` in posts. */
export async function storingComment(
  context: Context,
  post: PostPlace,
  author: Viewer,
  draft: CommentDraft,
): Promise<(sql: Sql) => Promise<number | string>> {
  const admission = await admissionOf(context, author, draft)
  return async (sql) => {
    const cause = await admission(sql)
    if (cause === undefined) return storeComment(sql, post, author, draft)
    await refuseLocked(sql, post.id, author.id)
    await refuseReaders(sql, post.categoryId, author.id)
    const { body, parent } = draft
    if (!(await lockPost(sql, post.id))) throw new Refusal(404, 'This post is gone.')
    await answeredBy(sql, post.id, parent)
    const place = { category: post.categoryId, post: post.id, parent }
    return holdText(sql, { author: author.id, ...place, title: '', body, cause })
  }
}

function full(): Refusal {
  const says = 'No more answers fit below this comment. Please write one on the post itself.'
  return new Refusal(409, says, { body: says })
}

const notThere = () =>
  new Refusal(422, 'What you answer is gone.', {
    parent: 'This comment is gone.',
    body: 'What you answer is gone.',
  })

/** The part that comes after it: everyone sees the comment from now on. */
export async function commentAdded(context: Context, id: number, post: PostPlace): Promise<ShownComment> {
  await context.cache.invalidate(invalidatedBy.commentsChanged(post))
  context.live.publish({ kind: 'comment', id, postId: post.id })
  await tellOf(context, { of: 'comment', id })
  return commentOrRefuse(context, `${id}`)
}

/** Throws when a comment is not as somebody thought. */
export type Expected = (now: Comment) => void

/** Changes the text of a comment. The same text again is no change. */
export async function changeComment(
  context: Context,
  comment: Comment,
  body: string,
  expected?: Expected,
): Promise<ShownComment> {
  await context.db.transaction(async (sql) => {
    const now = await heldComment(sql, comment.id)
    expected?.(now)
    if (body === now.body) return
    if (!(await updateComment(sql, comment.id, body, now.authorId))) {
      await refuseSilent(sql, now.authorId)
      const place = await placeOfComment(sql, comment.id)
      if (place) await refuseReaders(sql, place.categoryId, now.authorId)
    }
    if (now.authorId === null) return
    const text = { post: comment.postId, comment: comment.id, author: now.authorId }
    await noticeMentioned(sql, text, body, now.body)
  })
  await context.cache.invalidate(invalidatedBy.commentChanged(comment.postId))
  if (mentionsIn(body).length > 0) await tellOf(context, { of: 'comment', id: comment.id })
  return commentOrRefuse(context, `${comment.id}`)
}

/**
 * Removes a comment as its author, or hides it as who keeps order there and gives a reason, which then stands
 * where it was. Throws a 403 for anybody else, a 422 for a reason that is missing.
 */
export async function removeCommentBy(
  context: Context,
  viewer: Viewer,
  comment: Comment,
  typed: TypedGrounds,
  expected?: Expected,
): Promise<void> {
  const { post } = await postOrRefuse(context, `${comment.postId}`)
  refuseBystanders(viewer, comment.authorId, post.categoryId)
  const grounds = await groundsOf(context, viewer, comment.authorId, typed)
  const told = await context.db.transaction(
    async (sql) => {
      if (!(await lockPost(sql, post.id))) throw new Refusal(404, 'This post is gone.')
      const now = await heldComment(sql, comment.id)
      expected?.(now)
      await countComments(sql, post.id, -1)
      const told = await membersToldOf(sql, { of: 'comment', id: comment.id })
      if (grounds !== undefined) {
        await hideLogged(sql, now, viewer.id, grounds)
        return told
      }
      await removeOwn(sql, comment)
      return told
    },
    [`post ${post.id}`],
  )
  await context.cache.invalidate(invalidatedBy.commentsChanged(post))
  await tellMembers(context, told)
}

/**
 * Brings back a comment that is hidden, just as it was. Returns its post. Throws a 403 for who does not keep
 * order there, a 409 when there is nothing to bring back.
 */
export async function bringCommentBack(context: Context, viewer: Viewer, id: number): Promise<PostPlace> {
  const place = await placeOfComment(context.db, id)
  const post = await context.db.transaction(
    (sql) => putCommentBack(sql, viewer, id),
    place ? [`post ${place.id}`] : [],
  )
  await commentShown(context, post, id)
  return post
}

/** The part of it that belongs into a transaction; the log says the `reason`. */
export async function putCommentBack(sql: Sql, viewer: Viewer, id: number, reason = ''): Promise<PostPlace> {
  const gone = new Refusal(409, 'This comment cannot be brought back any more.')
  const place = await placeOfComment(sql, id)
  const post = place && (await lockAnyPost(sql, place.id))
  if (!post) throw gone
  refuseElsewhere(viewer, post.categoryId)
  await lockComment(sql, id)
  if (!(await restoreComment(sql, id, viewer.id))) throw gone
  const subject = { kind: 'comment', subject: id } as const
  const [hidden, shown] = [await lastEntryOf(sql, subject, ['hide']), await commentById(sql, `${id}`)]
  await logAction(sql, {
    ...{ act: 'show', ...subject, reason, by: viewer.id },
    ...{ refersTo: hidden?.number ?? null, concerns: shown?.authorId ?? null },
  })
  return post
}

/** The part that comes after it: everyone sees the comment again. */
export async function commentShown(context: Context, post: PostPlace, id: number): Promise<void> {
  await context.cache.invalidate(invalidatedBy.commentsChanged(post))
  await tellOf(context, { of: 'comment', id })
}

async function hideLogged(sql: Sql, comment: Comment, by: number, grounds: Grounds): Promise<void> {
  const { id, authorId } = comment
  if (!(await hideComment(sql, id, { by, reason: standingFor(grounds) }))) throw notYoursToModerate()
  await logAction(sql, { act: 'hide', kind: 'comment', subject: id, by, ...grounds, concerns: authorId })
}

/**
 * Takes a comment away: its row too when nobody replied to it, and then those above it that only it held up.
 * Otherwise the rest of it says that there was one. So it is with one of which very many were told: nobody
 * sees the notices that are left, and they go when their time is over.
 */
async function removeOwn(sql: Sql, comment: Comment): Promise<void> {
  await emptyComment(sql, comment.id)
  if (await deleteNoticesOfComments(sql, [comment.id], noticesAtOnce)) await deleteUpwards(sql, comment)
}

const noticesAtOnce = 1_000

/** The comment as it is, which nobody changes or removes until the transaction is over. */
async function heldComment(sql: Sql, id: number): Promise<Comment> {
  await lockComment(sql, id)
  const now = await commentById(sql, `${id}`)
  if (!now || now.removedAt !== null) throw new Refusal(404, 'This comment is gone.')
  return now
}

async function deleteUpwards(sql: Sql, { id, parentId }: Comment): Promise<void> {
  const { affectedRows } = await deleteLeaf(sql, id)
  const above = affectedRows > 0 && parentId !== null ? await commentById(sql, `${parentId}`) : undefined
  if (above?.removedAt) await deleteUpwards(sql, above)
}
