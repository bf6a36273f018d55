import { say } from '../../texts/say.ts'
import type { Viewer } from '../accounts/queries.ts'
import { discountPost, postById } from '../board/queries.ts'
import { forgetPosts } from '../board/removal.ts'
import type { Context } from '../context.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { hasControlCharacters } from '../platform/fields.ts'
import { deletePost, rememberRemoval } from './queries.ts'

const longestReason = 500

export function reasonErrors(reason: string): FieldErrors {
  if (reason === '') return { reason: 'Give a reason: its author will read it.' }
  if ([...reason].length > longestReason)
    return { reason: say('At most {longest} characters.', { longest: longestReason }) }
  if (hasControlCharacters(reason) || !reason.isWellFormed()) {
    return { reason: 'A reason is one line of ordinary characters.' }
  }
  return {}
}

/** Takes a post off the board and keeps its title and the reason, which stand where it was. */
export async function removePost(context: Context, admin: Viewer, id: number, reason: string): Promise<void> {
  const post = await postById(context.db, String(id))
  if (!post) throw new Refusal(404, 'This post is gone.')
  await context.db.transaction(async (sql) => {
    await discountPost(sql, post)
    if (!(await rememberRemoval(sql, id, admin.id, reason))) throw new Refusal(404, 'This post is gone.')
    await deletePost(sql, id)
  })
  await forgetPosts(context, [post])
}
