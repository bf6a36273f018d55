import type { LikeRequest } from '../../../src/likes/protocol.ts'

/** So many presses on a post, each with an id of its own. */
export const presses = (post: number, count: number): LikeRequest[] =>
  Array.from({ length: count }, () => ({ id: crypto.randomUUID(), post }))

/** What one press's answer says. */
export const totalOf = (answer: unknown) => (answer as { total?: number } | undefined)?.total
