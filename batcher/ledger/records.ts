import type { Batch } from './batch.ts'

/**
 * What is known of one producer of numbered ids: the highest number seen, and which up to it were refused.
 */
export type Producer = { highWaterMark: number; refused: number[] }
export type Producers = Map<string, Producer>

/** Keys of one period, as the journal keeps them. */
export type KeyBlock = { period: number; hour: number; entries: Uint8Array }

/**
 * A post that the batcher answers for. `waiting` counts likes that MySQL may not have, those in batches too;
 * `since` is when the first of them came.
 */
export type JournalPost = { post: number; total: number; waiting: number; since: number }

/** What is known of all likes and batches: `number` and `hash` are those of the newest batch. */
export type JournalState = {
  answered: number
  version: number
  applied: number
  batches: number
  number: number
  hash: string
}

/** The records of one commit. Posts have the values that they will have. */
export type Change = {
  posts: JournalPost[]
  producers: Producers
  keys: KeyBlock | undefined
  /** `liked` null: the member wants what MySQL has. */
  memberLikes: { post: number; user: number; liked: boolean | null }[]
  answered: number
  version: number
  /** By how much it changes totals in all. */
  added: number
}

/** Records to be forgotten at once; `now` by the batcher's clock. */
export type Pruning = {
  posts: number[]
  producers: string[]
  keys: { from: number; newHour: KeyBlock | undefined }
  now: number
}

/** By how much a post's numbers change when its batch turns out to add something else. */
export type Correction = { post: number; total: number; waiting: number }

/** A post's new row when MySQL lost likes of it: `waiting` is added to what waits. */
export type Requeued = { post: number; total: number; waiting: number }

/** Another history that the journal takes for its own. */
export type Following = {
  /** MySQL's newest batch. */
  newest: { number: number; hash: string }
  /** The batches that are sent next, formed anew behind it. */
  batches: Batch[]
  /** All posts that the journal answers for from now on. */
  posts: JournalPost[]
  areMemberLikesDropped: boolean
  /** Likes that waited and are taken to be in MySQL already. */
  applied: number
}
