/**
 * The journal: what makes an answered like survive anything.
 *
 * One SQLite file, owned by one process (an exclusive lock), each commit synced to the disk before it
 * returns. All likes of one turn of the event loop share a commit. Only `ledger.ts` writes it, so memory is
 * what a restart would read.
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

import { Database } from 'bun:sqlite'
import { statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Failpoint } from '../failpoint.ts'
import type { Batch } from './batch.ts'
import {
  checkTables,
  fileSize,
  type JournalBatch,
  type JournalPost,
  type JournalState,
  journalShape,
  journalStatements,
  makeLaterTables,
  makeTables,
  openTables,
} from './queries.ts'
import type { Change, Correction, Following, KeyBlock, Pruning, Requeued } from './records.ts'

/** The journal can't be used; the message is the one line a person needs. */
export class JournalError extends Error {
  override name = 'JournalError'
}

export type Journal = ReturnType<typeof openJournal>

const retentionMs = 24 * 60 * 60 * 1_000
/** How long a batch that MySQL confirmed can be sent again, and how many bytes of such are kept at most. */
const deliveredMs = 60 * 60 * 1_000
const deliveredBytes = 64 * 1024 * 1024
/**
 * More than one commit can be made in a hundredth of a millisecond, so no count from a clock is ever caught
 * up with.
 */
const versionsPerMs = 100

/** Opens or makes the file. Throws a JournalError when it is damaged, not ours, or in use. */
export function openJournal(path: string, failpoint: Failpoint = () => {}) {
  const { database, isNew } = openFile(path)
  const run = journalStatements(database)
  const size = fileSize(database)
  if (isNew) run.guard.run()
  // A journal that was restored goes on behind what its future has published to Redis and readers: the clock
  // has gone on. Nothing is written yet, so that a full disk does not keep the program from its start.
  const firstVersion = Date.now() * versionsPerMs
  let retainedBytes = bytesDelivered()
  // Processes before this one may have had another idea of the time: what they delivered is kept from now on.
  let deliveredBefore = run.newestDelivered.get()?.number ?? 0
  let startedAt: number | undefined

  return {
    state,
    posts,
    producers,
    memberLikes,
    batches,
    deliveredAfter,
    keyBlocks,
    keysOfBefore,
    counted,
    setCounted,
    nextGeneration,
    keep,
    addBatch,
    replaceBatches,
    acknowledge,
    requeue,
    follow,
    prune,
    isGuarded,
    guard,
    bytes,
    freeBytes,
    copy,
    checkpoint,
    close,
  }

  function state(): JournalState {
    const found = run.state.get() ?? missing('its state')
    return { ...found, version: Math.max(found.version, firstVersion) }
  }

  function posts(): Iterable<JournalPost> {
    return run.posts.iterate()
  }

  function producers() {
    return run.producers.all()
  }

  function memberLikes() {
    return run.memberLikes.all()
  }

  /** Returns the batches that MySQL may not have, in the order in which they go there. */
  function batches(): Batch[] {
    return run.batches.all().map(toBatch)
  }

  /** Returns the batches behind this number that MySQL confirmed within the last hour. */
  function deliveredAfter(number: number): Batch[] {
    return run.deliveredAfter.all(number).map(toBatch)
  }

  /** Returns the blocks of keys, the oldest first. */
  function keyBlocks(): Iterable<KeyBlock> {
    return run.keyBlocks.iterate()
  }

  /** Returns the keys that release 0.1.0 wrote. */
  function keysOfBefore() {
    return run.keysOfBefore.iterate()
  }

  /**
   * Returns by how much all answered likes changed totals since the chain began. Undefined: not known yet.
   */
  function counted(): number | undefined {
    return run.counted.get()?.likes
  }

  function setCounted(likes: number) {
    transaction(() => {
      run.dropCounted.run()
      run.setCounted.run(likes)
    })
  }

  /**
   * Returns a number above those that other processes and earlier calls got, of a future that was put away
   * too.
   */
  function nextGeneration(): number {
    return run.nextGeneration.get(Date.now())?.generation ?? missing('its generation')
  }

  /** Keeps what one turn of the event loop accepted. */
  function keep(change: Change) {
    const now = Date.now()
    transaction(
      () => {
        for (const { post, total, waiting, since } of change.posts)
          run.putPost.run(post, total, waiting, since)
        for (const { post, user, liked } of change.memberLikes) {
          if (liked === null) run.dropMemberLike.run(post, user)
          else run.putMemberLike.run(post, user, liked ? 1 : 0)
        }
        for (const [producer, { highWaterMark, refused }] of change.producers) {
          run.putProducer.run(producer, highWaterMark, JSON.stringify(refused), now)
        }
        if (change.keys) putKeys(change.keys)
        run.count.run(change.answered, change.version)
        run.addCounted.run(change.added)
      },
      () => failpoint('before journal commit'),
    )
    failpoint('after journal commit')
  }

  /** Fixes the batch that goes to MySQL next. Its members' likes stop waiting. */
  function addBatch(batch: Batch) {
    transaction(() => {
      for (const post of new Set(batch.memberLikes.map(([post]) => post))) run.dropMemberLikes.run(post)
      putBatch(batch)
    })
  }

  /** Fixes other batches in place of those that MySQL is known not to have. */
  function replaceBatches(others: Batch[], corrections: Correction[] = []) {
    transaction(() => {
      run.dropBatches.run()
      for (const batch of others) putBatch(batch)
      for (const { post, total, waiting } of corrections) run.correctPost.run(post, total, waiting)
      run.addCounted.run(corrections.reduce((sum, { total }) => sum + total, 0))
    })
  }

  /** MySQL has the batch: `counts` likes of each post no longer wait. */
  function acknowledge(batch: Batch, counts: [post: number, count: number][], now: number) {
    let added = 0
    transaction(
      () => {
        for (const [post, count] of counts) run.lowerWaiting.run(post, count, now)
        added = bytesOf(run.putDelivered.all(batch.number, now))
        run.dropBatch.run(batch.number)
        run.apply.run(batch.likes, 1)
      },
      () => failpoint('before journal acknowledges'),
    )
    retainedBytes += added
  }

  /** MySQL has lost these batches, which were delivered: they wait again, before all others. */
  function requeue(lost: Batch[], lostPosts: Requeued[], now: number) {
    const [first] = lost
    if (!first) return
    const likes = lost.reduce((sum, batch) => sum + batch.likes, 0)
    transaction(
      () => {
        run.requeue.run(first.number - 1)
        run.dropDeliveredAfter.run(first.number - 1)
        for (const { post, total, waiting } of lostPosts) run.requeuePost.run(post, total, waiting, now)
        run.apply.run(-likes, -lost.length)
      },
      () => failpoint('before journal requeues'),
    )
    retainedBytes = bytesDelivered()
    deliveredBefore = Math.min(deliveredBefore, first.number - 1)
    failpoint('after journal requeues')
  }

  /** Takes MySQL's history for its own. */
  function follow(history: Following) {
    transaction(
      () => {
        run.dropPosts.run()
        run.dropBatches.run()
        run.dropDeliveredAfter.run(0)
        run.dropCounted.run()
        if (history.areMemberLikesDropped) run.dropAllMemberLikes.run()
        run.number.run(history.newest.number, history.newest.hash)
        for (const batch of history.batches) putBatch(batch)
        for (const { post, total, waiting, since } of history.posts)
          run.putPost.run(post, total, waiting, since)
        run.apply.run(history.applied, 0)
      },
      () => failpoint('before journal follows'),
    )
    retainedBytes = 0
    failpoint('after journal follows')
  }

  /**
   * Forgets posts of which nothing waits, producers, and keys of periods before `keys.from`, a part of them
   * at a time, and returns the room to the disk. Keeps `keys.newHour`.
   */
  function prune({ posts: idle, producers: silent, keys, now }: Pruning) {
    let dropped = 0
    transaction(() => {
      for (const post of idle) run.dropPost.run(post)
      for (const producer of silent) run.dropProducer.run(producer)
      if (keys.newHour) putKeys(keys.newHour)
      run.dropKeys.run(keys.from)
      run.dropKeysOfBefore.run(Date.now() - retentionMs)
      const isFull = retainedBytes > deliveredBytes
      const [old, most] = isFull ? [Number.MAX_SAFE_INTEGER, 10] : [now - deliveredMs, 100]
      startedAt ??= now
      dropped = bytesOf(run.dropOldDelivered.all(deliveredBefore, startedAt, old, most))
    })
    retainedBytes -= dropped
    run.shrink.run()
  }

  /** Whether requests without the secret are refused already. */
  function isGuarded(): boolean {
    return run.guarded.get() !== null
  }

  function guard() {
    run.guard.run()
  }

  function bytes(): number {
    return size.get()?.bytes ?? 0
  }

  /** Returns how many bytes are left on its disk, NaN where the disk does not say. */
  function freeBytes(): number {
    try {
      const { bavail, bsize } = statfsSync(dirname(path))
      return bavail * bsize
    } catch {
      return Number.NaN
    }
  }

  /** Returns the whole file as of the last commit, with the part that is in SQLite's log. */
  function copy(): Uint8Array {
    return database.serialize()
  }

  /** Empties SQLite's write-ahead log into the file. Costs two syncs: for quiet times. */
  function checkpoint() {
    run.emptyLog.run()
  }

  /** With the disk full SQLite's log stays as it is, which the next start reads too. */
  function close() {
    try {
      run.emptyLog.run()
    } catch (error) {
      if (!isFullDisk(error)) throw error
    }
    for (const statement of [...Object.values(run), size]) statement.finalize()
    database.close(true)
  }

  /** All of `work` or nothing, on the disk when it returns. */
  function transaction(work: () => void, beforeCommit: () => void = () => {}) {
    run.begin.run()
    try {
      work()
      beforeCommit()
      run.commit.run()
    } catch (error) {
      if (database.inTransaction) run.rollback.run()
      throw error
    }
  }

  function bytesDelivered(): number {
    return run.deliveredBytes.get()?.bytes ?? 0
  }

  function putKeys({ period, hour, entries }: KeyBlock) {
    run.putKeys.run(period, hour, entries)
  }

  function putBatch({ number, likes, entries, memberLikes, hash }: Batch) {
    run.putBatch.run(number, likes, JSON.stringify(entries), JSON.stringify(memberLikes), hash)
    run.number.run(number, hash)
  }
}

function openFile(path: string): { database: Database; isNew: boolean } {
  let database: Database | undefined
  try {
    database = new Database(path, { create: true, strict: true })
    const { shape, isEmpty } = openTables(database)
    if (isEmpty) makeTables(database)
    else if (shape !== journalShape)
      throw new Error(`it is of version ${shape}, this program reads ${journalShape}`)
    const health = checkTables(database)
    if (health !== 'ok') throw new Error(health)
    makeLaterTables(database)
    return { database, isNew: isEmpty }
  } catch (error) {
    database?.close()
    throw new JournalError(reasonOf(path, error), { cause: error })
  }
}

function reasonOf(path: string, error: unknown): string {
  if (!(error instanceof Error)) return `the journal ${path} can't be opened: ${error}`
  const code = 'code' in error ? String(error.code) : ''
  if (code.startsWith('SQLITE_BUSY')) return `the journal ${path} is in use by another batcher`
  return `the journal ${path} can't be used and was left as it is: ${error.message}`
}

function toBatch({ number, likes, hash, entries, memberLikes }: JournalBatch): Batch {
  return { number, likes, hash, entries: JSON.parse(entries), memberLikes: JSON.parse(memberLikes) }
}

const bytesOf = (rows: { bytes: number }[]) => rows.reduce((sum, { bytes }) => sum + bytes, 0)

/** Whether the error says that nothing was stored because there is no room on the disk. */
export const isFullDisk = (error: unknown) =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_FULL')

function missing(what: string): never {
  throw new JournalError(`the journal has lost ${what}`)
}
