/**
 * The journal as one SQLite file: what a commit has is on the disk. The argument stands in
 * `batcher/ledger/journal.ts`.
 */

import { Database } from 'bun:sqlite'
import { statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Failpoint } from '../../failpoint.ts'
import type { Batch } from '../batch.ts'
import { type Apart, isFullDisk, type Journal, JournalError } from '../journal.ts'
import type {
  Change,
  Correction,
  Following,
  JournalPost,
  JournalState,
  KeyBlock,
  Pruning,
  Requeued,
} from '../records.ts'
import {
  checkTables,
  fileSize,
  type JournalBatch,
  journalShape,
  journalStatements,
  makeLaterTables,
  makeTables,
  openTables,
} from './queries.ts'

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
export function openJournal(path: string, failpoint: Failpoint = () => {}): Journal & { apart: Apart } {
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
    keyBlocks,
    counted,
    nextGeneration,
    keep,
    addBatch,
    replaceBatches,
    acknowledge,
    prune,
    close,
    apart: {
      keysOfBefore,
      deliveredAfter,
      setCounted,
      requeue,
      follow,
      copy,
      isGuarded,
      guard,
      bytes,
      freeBytes,
      checkpoint,
    },
    shared: undefined,
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

  function batches(): Batch[] {
    return run.batches.all().map(toBatch)
  }

  function deliveredAfter(number: number): Batch[] {
    return run.deliveredAfter.all(number).map(toBatch)
  }

  function keyBlocks(): Iterable<KeyBlock> {
    return run.keyBlocks.iterate()
  }

  function keysOfBefore() {
    return run.keysOfBefore.iterate()
  }

  function counted(): number | undefined {
    return run.counted.get()?.likes
  }

  function setCounted(likes: number) {
    transaction(() => {
      run.dropCounted.run()
      run.setCounted.run(likes)
    })
  }

  function nextGeneration(): number {
    return run.nextGeneration.get(Date.now())?.generation ?? missing('its generation')
  }

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

  function addBatch(batch: Batch) {
    transaction(() => {
      for (const post of new Set(batch.memberLikes.map(([post]) => post))) run.dropMemberLikes.run(post)
      putBatch(batch)
    })
  }

  function replaceBatches(others: Batch[], corrections: Correction[] = []) {
    transaction(() => {
      run.dropBatches.run()
      for (const batch of others) putBatch(batch)
      for (const { post, total, waiting } of corrections) run.correctPost.run(post, total, waiting)
      run.addCounted.run(corrections.reduce((sum, { total }) => sum + total, 0))
    })
  }

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

  function isGuarded(): boolean {
    return run.guarded.get() !== null
  }

  function guard() {
    run.guard.run()
  }

  function bytes(): number {
    return size.get()?.bytes ?? 0
  }

  function freeBytes(): number | undefined {
    try {
      const { bavail, bsize } = statfsSync(dirname(path))
      return bavail * bsize
    } catch {
      return undefined
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

function missing(what: string): never {
  throw new JournalError(`the journal has lost ${what}`)
}
