import { notYoursToModerate } from '../accounts/access.ts'
import { memberById, type Viewer } from '../accounts/queries.ts'
import { logAction } from '../action-log/chain.ts'
import { commentAdded, storeComment } from '../comments/service.ts'
import type { Context } from '../context.ts'
import { noticeApproved } from '../notices/queries.ts'
import { tellMembers } from '../notices/service.ts'
import { heldOfferOf } from '../offers/queries.ts'
import { putOffer } from '../offers/service.ts'
import type { Sql } from '../platform/db.ts'
import { Refusal } from '../platform/errors.ts'
import { lockPost } from '../posts/queries.ts'
import { postAdded, storePost } from '../posts/service.ts'
import { keepsOrderNow } from '../removal/queries.ts'
import { groundsOrRefuse, type TypedGrounds } from '../rules/grounds.ts'
import { deleteHeld, type Held, lockHeld, refuseHeld } from './queries.ts'

/**
 * Puts a text that waits on the board, as if it were written now: from here on it is found, followed and told
 * of like any other, and its author is told, too. Returns where it stands. Throws a 403 for who keeps no
 * order there, a 409 when somebody else has decided about it.
 */
export async function approve(context: Context, moderator: Viewer, id: number): Promise<string> {
  const { held, result } = await context.db.transaction(async (sql) => {
    const held = await heldOrRefuse(sql, moderator, id)
    const result = await stored(sql, held)
    const offer = await heldOfferOf(sql, id)
    if (offer) await putOffer(sql, result, offer)
    await deleteHeld(sql, id)
    const { authorId, postId } = held
    const place = postId === null ? { post: result, comment: null } : { post: postId, comment: result }
    await noticeApproved(sql, authorId, id, place)
    return { held, result }
  })
  await tellMembers(context, [held.authorId])
  if (held.postId === null) {
    await postAdded(context, result, asPost(held))
    return `/posts/${result}`
  }
  const { postId, categoryId } = held
  await commentAdded(context, result, { id: postId, categoryId, authorId: null })
  return `/comments/${result}`
}

/** Throws a 409 where it has no place any more, or its author may not write there now. */
async function stored(sql: Sql, held: Held): Promise<number> {
  try {
    return held.postId === null ? await storePost(sql, asPost(held)) : await asComment(sql, held)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    throw new Refusal(409, error.status === 403 ? 'Its author may not write there now.' : whatIsGone)
  }
}

/**
 * Does not take a text, and says why to its author, who keeps it and may appeal. It is in the log. Throws as
 * `approve` does.
 */
export async function refuse(
  context: Context,
  moderator: Viewer,
  id: number,
  typed: TypedGrounds,
): Promise<void> {
  const grounds = await groundsOrRefuse(context, typed)
  const author = await context.db.transaction(async (sql) => {
    const held = await heldOrRefuse(sql, moderator, id)
    await refuseHeld(sql, held, grounds)
    await logAction(sql, {
      ...{ act: 'refuse', kind: 'member', subject: held.authorId, by: moderator.id, ...grounds },
      ...{ detail: `${id}`, concerns: held.authorId },
    })
    return held.authorId
  })
  await tellMembers(context, [author])
}

async function heldOrRefuse(sql: Sql, { id: moderator }: Viewer, id: number): Promise<Held> {
  const held = await lockHeld(sql, id)
  if (!held) throw new Refusal(409, 'Somebody has decided about this already, or it is gone.')
  if (!(await keepsOrderNow(sql, moderator, held.categoryId))) throw notYoursToModerate()
  return held
}

const asPost = ({ categoryId, authorId, title, body }: Held) => ({ categoryId, authorId, title, body })

async function asComment(sql: Sql, { postId, parentId, authorId, body }: Held): Promise<number> {
  const post = postId === null ? undefined : await lockPost(sql, postId)
  const author = await memberById(sql, `${authorId}`)
  if (!post || !author) throw new Refusal(409, whatIsGone)
  return storeComment(sql, post, author, { body, parent: parentId })
}

const whatIsGone = 'What this is about is gone.'
