import type { Sentence } from '../texts/arabic.ts'

type Told = { kind: string; postId: number | null; commentId: number | null; orderId: number | null }

/** Where it is that a notice tells of. */
export const placeOf = ({ kind, commentId, postId, orderId }: Told): string =>
  kind === 'moderation'
    ? '/statements'
    : orderId !== null
      ? `/market/orders#order-${orderId}`
      : commentId !== null
        ? `/comments/${commentId}`
        : kind === 'interest' || kind === 'reserved'
          ? `/offers/${postId}`
          : `/posts/${postId}`

export function whatOf({ kind, commentId }: { kind: string; commentId: number | null }): Sentence {
  if (kind === 'confirm') return 'Please confirm that you read this: a post'
  if (kind === 'interest') return 'Interest in your offer'
  if (kind === 'answer') return 'An answer'
  if (kind === 'mention') return 'A mention'
  return commentId === null ? 'A post' : 'A comment'
}
