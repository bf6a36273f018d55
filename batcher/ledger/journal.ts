/**
 * The journal: what makes an answered like survive anything.
 *
 * Of two kinds this is the one of a single machine. Where any machine may die the journal is in MySQL, and
 * `mysql/journal.ts` has the argument.
 *
 * It is one SQLite file (`sqlite/`), owned by one process (an exclusive lock), each commit
 * synced to the disk before it returns. All likes of one turn of the event loop share a commit. Only
 * `ledger.ts` writes it, so memory is what a restart would read.
 *
 * Why a like is counted exactly once, at each point where the process may be killed:
 *
 * 1. Before the journal's commit. Nothing is stored and nothing was answered. The replica sends the same id
 *    again to the next process, which has never seen it.
 * 2. After the commit, before the answer. The like and its id are stored by one commit. The replica sends the
 *    id again; it is known, so it is answered with the post's total and not counted a second time.
 * 3. While likes wait. They are in `posts.waiting`, with the total that was answered.
 * 4. After a batch was formed. Its number, content and hash were fixed in the journal by one commit, before
 *    MySQL heard of it. Only one batch is ever in flight, and likes that come meanwhile are no part of it.
 *    Whatever happens now, this same batch is sent, and no other, until its outcome is known.
 * 5. Before MySQL's commit. One transaction inserts the batch's row into `like_batches` and adds the likes:
 *    MySQL rolls both back when the connection dies. The batch is sent again.
 * 6. After MySQL's commit, or with its outcome unknown. The batch is sent again; the insert meets its own
 *    primary key (it waits for a rival transaction that is still open), so nothing is added a second time.
 *    That the row has our hash shows that it is ours.
 * 7. Before the journal acknowledges the batch. As 6: MySQL has it, the journal still does; it is sent again
 *    and refused. Acknowledging it lowers `posts.waiting` and moves the batch to `delivered` in one commit,
 *    so it happens once.
 *
 * The stores may disagree about the past: a failover loses MySQL's last transactions, somebody puts an older
 * copy of one store beside the other. Each batch's hash is over the one before, so a number and its hash name
 * all that was applied. Before a batch is applied, in the same transaction, and once a second, MySQL's newest
 * is compared with ours (`flush/agreement.ts`):
 *
 * 8. MySQL lacks batches that were delivered. They are kept for an hour, or from a start for another: one
 *    commit puts them back before those that wait, with their numbers and hashes, and they go their way
 *    again, each by 4 to 7. Killed before that commit, the next start compares again and finds the same;
 *    killed after it, they are batches in flight like any other.
 * 9. MySQL has batches that this journal never formed, or lacks some that it no longer keeps. Nothing is
 *    right by itself then: no like is accepted and no batch sent until somebody decides (`./agora reconcile`)
 *    or the stores agree again. The decision is one commit; before it nothing has changed, after it the
 *    journal follows MySQL's chain.
 *
 * A torn write at the end of SQLite's log is not a commit and is discarded at the next start, like 1. A file
 * that is damaged elsewhere stops the start and is left as it is.
 *
 * Totals need no MySQL to be right after a restart: `posts.total` is stored in the same commit as the like,
 * and a flush moves likes from the journal to MySQL without changing it.
 */

import type { Sql } from '../../src/platform/db.ts'
import { Refusal } from '../../src/platform/errors.ts'
import type { Batch } from './batch.ts'
import type {
  Change,
  Correction,
  Following,
  JournalPost,
  JournalState,
  KeyBlock,
  Pruning,
  Requeued,
} from './records.ts'

/**
 * Each act is one commit, all of it or nothing; what throws has changed nothing. What it holds at first is
 * read once, when it was opened.
 */
export type Journal = {
  state(): JournalState
  posts(): Iterable<JournalPost>
  producers(): { producer: string; highWaterMark: number; refused: string }[]
  memberLikes(): { post: number; user: number; liked: number }[]
  /** Returns the batches that MySQL may not have, in the order in which they go there. */
  batches(): Batch[]
  /** Returns the blocks of keys, the oldest first. */
  keyBlocks(): Iterable<KeyBlock>
  /**
   * Returns by how much all answered likes changed totals since the chain began. Undefined: not known yet.
   */
  counted(): number | undefined
  /**
   * Returns a number above those that other processes and earlier calls got, of a future that was put away
   * too.
   */
  nextGeneration(): number
  /** Keeps what one turn of the event loop accepted. */
  keep(change: Change): void
  /** Fixes the batch that goes to MySQL next. Its members' likes stop waiting. */
  addBatch(batch: Batch): void
  /** Fixes other batches in place of those that MySQL is known not to have. */
  replaceBatches(others: Batch[], corrections?: Correction[]): void
  /** MySQL has the batch: `counts` likes of each post no longer wait. */
  acknowledge(batch: Batch, counts: [post: number, count: number][], now: number): void
  /**
   * Forgets posts of which nothing waits, producers, and keys of periods before `keys.from`, a part of them
   * at a time, and returns the room to the disk. Keeps `keys.newHour`.
   */
  prune(pruning: Pruning): void
  close(): void
  /** Undefined where it is in MySQL. */
  apart: Apart | undefined
  /** Undefined where no other process can take it. */
  shared: Shared | undefined
}

/** What a journal has because it is a file, and another store than MySQL, which may disagree with it. */
export type Apart = {
  /** Returns the keys that release 0.1.0 wrote. */
  keysOfBefore(): Iterable<{ id: string; post: number }>
  /** Returns the batches behind this number that MySQL confirmed within the last hour. */
  deliveredAfter(number: number): Batch[]
  setCounted(likes: number): void
  /** MySQL has lost these batches, which were delivered: they wait again, before all others. */
  requeue(lost: Batch[], lostPosts: Requeued[], now: number): void
  /** Takes MySQL's history for its own. */
  follow(history: Following): void
  /** Returns the whole journal as of the last commit. */
  copy(): Uint8Array
  /** Whether requests without the secret are refused already. */
  isGuarded(): boolean
  guard(): void
  bytes(): number
  /** Returns how many bytes are left on its disk, undefined where that is not known. */
  freeBytes(): number | undefined
  /** Does what costs time and can wait until nothing else does. */
  checkpoint(): void
}

/** What a journal has because other processes stand by to take it over. Times are `performance.now()`. */
export type Shared = {
  /**
   * Acts return before they are kept. Resolves when all acts up to now are; undefined when they are already.
   * Rejects with `StandsBy` when the journal is lost, and whether they were kept is not known.
   */
  kept(): Promise<void> | undefined
  /** Resolves when MySQL has confirmed, asked after this call, that the journal is ours. */
  confirmed(): Promise<void>
  /** Whether nobody who took it over meanwhile can have answered a like. */
  isSure(): boolean
  /** Before this nothing may be answered: the process before may have readers who believe it. */
  answersFrom: number
  /** To be called in the transaction that applies a batch: forgets the batch with it. */
  settle(sql: Sql, batch: Batch): Promise<void>
  /** Gives the journal up, because what it says can't be. */
  leave(reason: string): void
  /** Gives the journal up, when no reader believes our totals any more. */
  release(): Promise<void>
}

/** Another process has the journal, or may have it. */
export class StandsBy extends Refusal {
  override name = 'StandsBy'

  constructor() {
    super(503, 'This batcher stands by.')
  }
}

/** The journal can't be used; the message is the one line a person needs. */
export class JournalError extends Error {
  override name = 'JournalError'
}

/** Whether the error says that nothing was stored because there is no room on the disk. */
export const isFullDisk = (error: unknown) =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_FULL')
