import { notYoursToModerate } from '../accounts/access.ts'
import { logAction } from '../action-log/chain.ts'
import { lastEntryOf } from '../action-log/queries.ts'
import { invalidatedBy, type PostPlace } from '../cache-policy.ts'
import { countPostBack, discountPost } from '../categories/queries.ts'
import { noteChanged } from '../changes/queries.ts'
import type { Sql } from '../platform/db.ts'
import { Refusal } from '../platform/errors.ts'
import { deleteNotice, hideWithNotice, type LockedPost, lockAnyPost, lockPost } from '../posts/queries.ts'
import { keepsOrderNow } from '../removal/queries.ts'
import { type Grounds, standingFor } from '../rules/grounds.ts'
import {
  addToComments,
  deleteOpening,
  forgetMerged,
  insertOpening,
  lockCommentsOf,
  lockMerged,
  lockThreadOf,
  type Moved,
  moveComments,
  noteMerged,
  type Reply,
} from './queries.ts'

/*
 * A post that is merged into another is hidden there where it stood, with its likes, as one that is removed.
 * Its text becomes a comment on the other one, the opening, and its comments the replies to that: so whatever
 * is below the opening, also what was written meanwhile, goes back with it when the merge is undone. That is
 * done at once, and holds up all who moderate: so nothing has more than `mostReplies` below it.
 */

/** Comments that are moved while somebody waits. */
const mostComments = 2_000

type Merge = { post: number; into: number; by: number; grounds: Grounds }

/**
 * Merges a post into another, with its entry in the log, in a transaction. Returns both as they stood. Throws
 * a 403 for who does not keep order where either is, a 404 or 422 where one is gone or hidden.
 */
export async function mergeInside(sql: Sql, { post, into, by, grounds }: Merge): Promise<PostPlace[]> {
  const [from, to] = await lockedBoth(sql, post, into, lockPost)
  if (!from) throw new Refusal(404, 'This post is gone.')
  if (!to) throw new Refusal(422, noSuchTarget, { into: noSuchTarget })
  await refuseElsewhere(sql, by, [from, to])
  const comments = await lockCommentsOf(sql, post, mostComments + 1)
  if (comments.length > mostComments)
    throw new Refusal(409, 'This post has more comments than can be moved at once.')

  if (!(await discountPost(sql, from))) throw new Refusal(404, 'This post is gone.')
  if (!(await hideWithNotice(sql, post, { by, reason: standingFor(grounds) }))) throw notYoursToModerate()
  await noteChanged(sql, 'post', [post])
  const opening = await insertOpening(sql, { post, into, body: openingOf(from) })
  const below = comments.map(({ id, parent }) => ({ id, parent: parent ?? opening, root: opening }))
  await moveComments(sql, into, below)
  await addToComments(sql, post, -thereIn(comments))
  await addToComments(sql, into, thereIn(comments) + 1)
  await noteMerged(sql, { post, into, opening })
  await logAction(sql, {
    ...{ act: 'merge', kind: 'post', subject: post, by, ...grounds },
    ...{ detail: `${into}`, concerns: from.authorId },
  })
  return [from, to]
}

const noSuchTarget = 'There is no such post to merge it into.'

/**
 * Undoes it, with its entry in the log: the post stands where it stood, with its likes, its comments and what
 * was written below them since. Returns where both are. Throws a 403, and a 409 where it is not merged, or
 * what it was merged into was itself merged later.
 */
export async function splitInside(
  sql: Sql,
  { post, by, reason = '', refersTo }: { post: number; by: number; reason?: string; refersTo?: number },
): Promise<PostPlace[]> {
  const merged = await lockMerged(sql, post)
  if (!merged) throw new Refusal(409, 'There is nothing to undo.')
  if (await lockMerged(sql, merged.into))
    throw new Refusal(409, 'What it was merged into was merged, too. Undo that first.')
  const [from, to] = await lockedBoth(sql, post, merged.into, lockAnyPost)
  if (!from) throw new Refusal(409, 'This post cannot be brought back any more.')
  await refuseElsewhere(sql, by, to ? [from, to] : [from])

  const thread = await lockThreadOf(sql, merged.opening)
  const below = thread.filter(({ id }) => id !== merged.opening)
  await moveComments(sql, post, asThreads(below, merged.opening))
  await deleteOpening(sql, merged.opening)
  if (to) await addToComments(sql, to.id, -thereIn(thread))
  await addToComments(sql, post, thereIn(below))
  await forgetMerged(sql, post)
  if (!(await deleteNotice(sql, post, by))) throw notYoursToModerate()
  if (!(await countPostBack(sql, from))) throw new Refusal(409, 'The category of this post is gone.')
  await noteChanged(sql, 'post', [post])
  const subject = { kind: 'post', subject: post } as const
  await logAction(sql, {
    ...{ act: 'split', ...subject, reason, by, concerns: from.authorId },
    refersTo: refersTo ?? (await lastEntryOf(sql, subject, ['merge']))?.number ?? null,
  })
  return to ? [from, to] : [from]
}

/** The keys of what both show. */
export const invalidatedByMerging = (posts: PostPlace[]): string[] =>
  posts.flatMap(invalidatedBy.commentsChanged)

/** Both posts, the older one held first, as everybody does it who holds two. */
async function lockedBoth(
  sql: Sql,
  from: number,
  to: number,
  lock: (sql: Sql, id: number) => Promise<LockedPost | undefined>,
): Promise<(LockedPost | undefined)[]> {
  const found = new Map<number, LockedPost | undefined>()
  for (const id of [from, to].sort((a, b) => a - b)) found.set(id, await lock(sql, id))
  return [found.get(from), found.get(to)]
}

async function refuseElsewhere(sql: Sql, by: number, posts: PostPlace[]): Promise<void> {
  for (const { categoryId } of posts)
    if (!(await keepsOrderNow(sql, by, categoryId))) throw notYoursToModerate()
}

const thereIn = (comments: Reply[]) => comments.filter(({ isThere }) => isThere).length

/** The text of a post with its title, as Markdown. */
const openingOf = ({ title, body }: LockedPost) =>
  `**${title.replaceAll(/[\p{P}\p{S}]/gu, (sign) => (sign <= '~' ? `\\${sign}` : sign))}**\n\n${body}`

/** What answers the opening is on the post itself again. Whatever answers something comes after it. */
function asThreads(comments: Reply[], opening: number): Moved[] {
  const roots = new Map<number, number>()
  return comments.map(({ id, parent }) => {
    if (parent === null || parent === opening) {
      roots.set(id, id)
      return { id, parent: null, root: null }
    }
    const root = roots.get(parent) ?? parent
    roots.set(id, root)
    return { id, parent, root }
  })
}
