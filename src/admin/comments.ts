import { postOrRefuse } from '../board/service.ts'
import { untrueAfter } from '../cache-policy.ts'
import { countComments, removeWithReason } from '../comments/queries.ts'
import { commentThere } from '../comments/service.ts'
import type { Context } from '../context.ts'
import { Refusal } from '../platform/errors.ts'

/** Takes a comment's text away and puts the reason in its place. */
export async function removeComment(
  context: Context,
  id: string,
  reason: string,
): Promise<{ postId: number }> {
  const { postId, ...comment } = await commentThere(context, id)
  const { post } = await postOrRefuse(context, `${postId}`)
  await context.db.transaction(async (sql) => {
    await countComments(sql, postId, -1)
    const { affectedRows } = await removeWithReason(sql, comment.id, reason)
    if (affectedRows === 0) throw new Refusal(404, 'This comment is gone.')
  })
  await context.cache.forget(untrueAfter.commentsChanged(post))
  return { postId }
}
