import type { Batch } from '../ledger/records.ts'
import { firstHash, hashOf } from './batch.ts'

/** The newest batch of a chain: all before it are meant by it, because each hash is over the one before. */
export type Newest = { number: number; hash: string }

/** What the batcher last formed, and which of it may be sent again. */
export type Own = {
  newest: Newest
  /** Those that MySQL may not have, oldest first. */
  queue: Batch[]
  deliveredAfter(number: number): Batch[]
}

/**
 * How MySQL's history and the journal's fit. `lost`: MySQL lacks these, which were delivered. `ahead`: MySQL has
 * batches that the journal never formed. `behind`: MySQL lacks some that the journal no longer keeps. `forked`: both
 * have a batch of one number, and not the same.
 */
export type Agreement =
  | { is: 'agreed' }
  | { is: 'lost'; batches: Batch[] }
  | { is: 'parted'; how: 'ahead' | 'behind' | 'forked' }

export const beginning: Newest = { number: 0, hash: firstHash }

export function compare(batcher: string, { newest, queue, deliveredAfter }: Own, mysql: Newest): Agreement {
  if (mysql.number > newest.number) return { is: 'parted', how: 'ahead' }
  if (mysql.number === newest.number) return agreedIf(mysql.hash === newest.hash)
  const waiting = queue.find(({ number }) => number === mysql.number)
  if (waiting) return agreedIf(waiting.hash === mysql.hash)

  const delivered = deliveredAfter(mysql.number)
  const next = delivered[0] ?? queue.find(({ number }) => number > mysql.number)
  if (!next) return { is: 'parted', how: 'behind' }
  if (!follows(batcher, mysql, next))
    return { is: 'parted', how: next.number === mysql.number + 1 ? 'forked' : 'behind' }
  return delivered.length > 0 ? { is: 'lost', batches: delivered } : { is: 'agreed' }
}

/** Whether the batch is the one after this. */
export const follows = (batcher: string, previous: Newest, { number, entries, hash }: Batch) =>
  hashOf(previous.hash, batcher, number, entries) === hash

const agreedIf = (isSame: boolean): Agreement => (isSame ? { is: 'agreed' } : { is: 'parted', how: 'forked' })
