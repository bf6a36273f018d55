import { say } from '../../texts/say.ts'
import type { FieldErrors } from '../platform/errors.ts'
import { isId, type Read, writtenIn } from '../platform/fields.ts'
import { wordsOf } from '../text/markdown.ts'
import { isSeen } from '../text/seen.ts'

export const longestComment = 5_000

/** Reads a comment's text from a form or body. */
export function readText(fields: Record<string, unknown>): Read<{ body: string }> {
  const body = writtenIn(fields.body)
  const wrong = wrongText(body)
  return wrong ? { errors: { body: wrong } } : { draft: { body } }
}

export type CommentDraft = { body: string; parent: number | null }

/** Reads a new comment: its text and, for a reply, what it answers. */
export function readComment(fields: Record<string, unknown>): Read<CommentDraft> {
  const { errors, draft } = readText(fields)
  const { parent = null } = fields
  const isReply = parent !== null && parent !== ''
  const wrongParent: FieldErrors =
    isReply && !isId(String(parent)) ? { parent: 'There is no such comment.' } : {}
  if (!draft || wrongParent.parent) return { errors: { ...errors, ...wrongParent } }
  return { draft: { ...draft, parent: isReply ? Number(parent) : null } }
}

function wrongText(body: string): string | undefined {
  if ([...body].length > longestComment)
    return say('A comment has at most {longest} characters.', { longest: longestComment })
  if (body.includes('\0')) return 'A comment cannot hold a NUL character.'
  if (!body.isWellFormed()) return 'A comment cannot hold half a character.'
  if (!isSeen(wordsOf(body))) return 'Write something.'
  return undefined
}
