import type { Sentence } from '../texts/arabic.ts'

type Told = {
  kind: string
  postId: number | null
  commentId: number | null
  orderId: number | null
  itemId: number | null
  windowId: number | null
}

/** Where it is that a notice tells of. */
export function placeOf({ kind, commentId, postId, orderId, itemId, windowId }: Told): string {
  if (kind === 'moderation') return '/statements'
  if (itemId !== null) return kind === 'low' ? `/admin/items/${itemId}` : `/market/${itemId}`
  if (windowId !== null)
    return kind === 'packing'
      ? `/admin/windows/${windowId}/packing`
      : kind === 'opens'
        ? '/market'
        : '/market/orders'
  if (orderId !== null) return `/market/orders#order-${orderId}`
  if (commentId !== null) return `/comments/${commentId}`
  return kind === 'interest' || kind === 'reserved' ? `/offers/${postId}` : `/posts/${postId}`
}

/** What is told of the market, of an item or a window. */
export const marketSentences: Partial<Record<string, Sentence>> = {
  low: 'Few pieces are left',
  back: 'It is in stock again',
  opens: 'One can order now',
  closes: 'It has closed: your order stands',
  packing: 'It has closed: the packing list',
  ready: 'What you ordered can be picked up',
}

export function whatOf({ kind, commentId }: { kind: string; commentId: number | null }): Sentence {
  if (kind === 'confirm') return 'Please confirm that you read this: a post'
  if (kind === 'interest') return 'Interest in your offer'
  if (kind === 'answer') return 'An answer'
  if (kind === 'mention') return 'A mention'
  return commentId === null ? 'A post' : 'A comment'
}
