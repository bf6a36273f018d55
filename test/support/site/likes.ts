import type { LikeRequest } from '../../../src/likes/protocol.ts'

/** So many likes of a post, each with an id of its own. */
export const likesOf = (post: number, count: number): LikeRequest[] =>
  Array.from({ length: count }, () => ({ id: crypto.randomUUID(), post }))

/** What the answer to one like says. */
export const totalOf = (answer: unknown) => (answer as { total?: number } | undefined)?.total
