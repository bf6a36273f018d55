import type { Comment } from './queries.ts'

/** A comment with what hangs on it. */
export type Thread = {
  comment: ShownComment
  replies: Thread[]
  /** Where its further replies begin, for a root that has more than are shown. */
  more?: number
}

/** A comment with its text as markup. `replyTo` is what it answers when that is not above it on the page. */
export type ShownComment = Comment & { html: string; replyTo?: number }

/**
 * Builds trees from comments in the order of their ids, in which whatever a comment answers comes before it.
 * One whose parent is not among them stands at the top, and says what it answers.
 */
export function threadsOf(comments: ShownComment[]): Thread[] {
  const byId = new Map<number, Thread>()
  const top: Thread[] = []
  for (const comment of comments) {
    const parent = comment.parentId === null ? undefined : byId.get(comment.parentId)
    const isOrphan = comment.parentId !== null && !parent
    const thread = {
      comment: isOrphan ? { ...comment, replyTo: comment.parentId ?? undefined } : comment,
      replies: [],
    }
    byId.set(comment.id, thread)
    ;(parent?.replies ?? top).push(thread)
  }
  return top
}

/** Removed ones that hold nothing up are not worth a line. */
export const worthShowing = (threads: Thread[]): Thread[] =>
  threads.flatMap((thread) => {
    const replies = worthShowing(thread.replies)
    const { removedAt, reason } = thread.comment
    const isEmpty = removedAt !== null && reason === null && replies.length === 0 && thread.more === undefined
    return isEmpty ? [] : [{ ...thread, replies }]
  })
