import { say } from '../../texts/say.ts'
import type { Viewer } from '../accounts/queries.ts'
import { forgetPosts, takeOff } from '../board/removal.ts'
import type { Context } from '../context.ts'
import type { FieldErrors } from '../platform/errors.ts'
import { hasControlCharacters } from '../platform/fields.ts'
import { isSeen } from '../text/seen.ts'
import { rememberRemoval } from './queries.ts'

const longestReason = 500

export function reasonErrors(reason: string): FieldErrors {
  if (!isSeen(reason)) return { reason: 'Give a reason: its author will read it.' }
  if ([...reason].length > longestReason)
    return { reason: say('At most {longest} characters.', { longest: longestReason }) }
  if (hasControlCharacters(reason) || !reason.isWellFormed()) {
    return { reason: 'A reason is one line of ordinary characters.' }
  }
  return {}
}

/** Takes a post off the board and keeps its title and the reason, which stand where it was. */
export async function removePost(context: Context, admin: Viewer, id: number, reason: string): Promise<void> {
  const removed = await context.db.transaction(async (sql) => {
    const post = await takeOff(sql, id)
    await rememberRemoval(sql, post, admin.id, reason)
    return post
  })
  await forgetPosts(context, [removed])
}
