import { type Batch, type ChainEnd, follows } from '../ledger/batch.ts'

/** The batches that the batcher formed last, and which of them may be sent again. */
type OwnChain = {
  newest(): ChainEnd
  /** Those that MySQL may not have, oldest first. */
  queue(): Batch[]
  deliveredAfter(number: number): Batch[]
}

/**
 * How MySQL's history and the journal's fit. `lost`: MySQL lacks these, which were delivered. `ahead`: MySQL
 * has batches that the journal never formed. `behind`: MySQL lacks some that the journal no longer keeps.
 * `forked`: both have a batch of one number, and not the same.
 */
export type Agreement =
  | { is: 'agreed' }
  | { is: 'lost'; batches: Batch[] }
  | { is: 'parted'; how: 'ahead' | 'behind' | 'forked' }

export function compare(batcher: string, own: OwnChain, mysql: ChainEnd): Agreement {
  const newest = own.newest()
  const queue = own.queue()
  if (mysql.number > newest.number) return { is: 'parted', how: 'ahead' }
  if (mysql.number === newest.number) return agreedIf(mysql.hash === newest.hash)
  const waiting = queue.find(({ number }) => number === mysql.number)
  if (waiting) return agreedIf(waiting.hash === mysql.hash)

  const delivered = own.deliveredAfter(mysql.number)
  const next = delivered[0] ?? queue.find(({ number }) => number > mysql.number)
  if (!next) return { is: 'parted', how: 'behind' }
  if (!follows(batcher, mysql, next))
    return { is: 'parted', how: next.number === mysql.number + 1 ? 'forked' : 'behind' }
  return delivered.length > 0 ? { is: 'lost', batches: delivered } : { is: 'agreed' }
}

const agreedIf = (isSame: boolean): Agreement => (isSame ? { is: 'agreed' } : { is: 'parted', how: 'forked' })
