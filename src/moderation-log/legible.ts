import type { HashedEntry, Kind } from '../action-log/queries.ts'
import type { Context } from '../context.ts'
import { readableComments, readablePosts } from '../removal/queries.ts'

/** An entry as somebody may read it: its reason is null where it is about what they may not read. */
export type LegibleEntry = Omit<HashedEntry, 'reason'> & { reason: string | null }

/** What a year's files have of an entry. */
export const columns = [
  ...(['number', 'act', 'kind', 'subject', 'reason', 'doneAt', 'hash'] as const),
  ...(['rule', 'detail', 'until', 'refersTo'] as const),
] as const

/** `by` is null where that account is gone; undefined where it is named nowhere. */
export type Published = Pick<LegibleEntry, (typeof columns)[number]> & { by?: string | null | undefined }

/**
 * The entries without what moderators wrote of posts and comments that the reader may not read: a reason
 * often says what stood there. Of what is gone altogether nobody can say any more where it stood, so it is
 * taken for such a one by who may not read everything.
 */
export async function legible(
  { db, doors }: Pick<Context, 'db' | 'doors'>,
  entries: HashedEntry[],
): Promise<LegibleEntry[]> {
  if ((await doors.shut()).length === 0) return entries
  const subjectsOf = (kind: Kind) => [
    ...new Set(entries.flatMap((entry) => (entry.kind === kind ? [entry.subject] : []))),
  ]
  const among = async (kind: Kind, readable: typeof readablePosts) => {
    const ids = subjectsOf(kind)
    return new Set(ids.length === 0 ? [] : await readable(db, ids))
  }
  const [posts, comments] = await Promise.all([
    among('post', readablePosts),
    among('comment', readableComments),
  ])
  return entries.map((entry) => {
    const { kind, subject } = entry
    const isShut = kind === 'post' ? !posts.has(subject) : kind === 'comment' && !comments.has(subject)
    return isShut ? { ...entry, rule: null, detail: null, reason: null } : entry
  })
}
