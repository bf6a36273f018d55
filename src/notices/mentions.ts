import type { Sql } from '../platform/db.ts'
import { type NewText, noticeText } from '../telling/queries.ts'
import { mentionsIn } from '../text/markdown.ts'
import { membersNamed } from './queries.ts'

/**
 * Tells those whom a text mentions, but its author, and after a change only who was not mentioned
 * `before`. To be called in the transaction that stores it. A name that nobody has is none.
 */
export async function noticeMentioned(sql: Sql, place: NewText, text: string, before = ''): Promise<void> {
  const names = new Set(mentionsIn(text)).difference(new Set(mentionsIn(before)))
  if (names.size === 0) return
  const members = await membersNamed(sql, [...names])
  if (members.length > 0) await noticeText(sql, 'mention', place, members)
}
