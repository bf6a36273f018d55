import { chunks, pause } from '../../src/platform/async.ts'
import type { Db, Sql } from '../../src/platform/db.ts'
import type { Log } from '../../src/platform/log.ts'
import type { Failpoint } from '../failpoint.ts'
import { hashOf } from '../ledger/batch.ts'
import {
  addFolded,
  type BatchToFold,
  batchesToFold,
  type Checkpoint,
  dropFoldedBatches,
  openCheckpoint,
  setCheckpoint,
  sizesOfNewest,
} from './queries.ts'

const everyMs = 60_000
const betweenPiecesMs = 100
/**
 * Left unfolded: the newest, and of them those with the newest entries. A recount reads no more than
 * these.
 */
const mostBatches = 2_000
const mostEntries = 100_000
/**
 * What follows the batches has this long. Ranks that stood still for longer compare all posts
 * (src/ranking/ranker.ts).
 */
const retentionSeconds = 600
const batchesPerPiece = 200
const entriesPerPiece = 5_000
const rowsPerStatement = 500

type Parts = { name: string; db: Db; log: Log; failpoint: Failpoint }

/**
 * Folds the oldest batches of this batcher into its checkpoint: what they added to each post goes to
 * `folded_likes`, their number, sum and last hash to `like_checkpoints`, and their rows are deleted, all by
 * one transaction, which is done wholly or not at all. The batcher does it because nobody else adds to its
 * chain; the newest batch, by which a batch that is sent again is known, always stays. Each piece is small
 * and touches rows that no flush writes.
 */
export function openFolding(parts: Parts) {
  const closing = new AbortController()
  const running = keepFolding()
  return { close }

  async function keepFolding() {
    while (true) {
      await pause(everyMs, closing.signal)
      if (closing.signal.aborted) return
      await foldAll(parts, { signal: closing.signal }).catch((error) =>
        parts.log.warn('old batches could not be folded', { error }),
      )
    }
  }

  /** Resolves when the piece under way has ended. */
  async function close() {
    closing.abort()
    await running
  }
}

type Limits = { signal?: AbortSignal; olderThanSeconds?: number; retainedBatches?: number }

/** Folds all that may be folded now, piece by piece. Throws when MySQL can't be asked. */
export async function foldAll({ name, db, log, failpoint }: Parts, limits: Limits = {}): Promise<void> {
  const { signal, olderThanSeconds = retentionSeconds, retainedBatches = mostBatches } = limits
  const last = await lastToFold(db, name, retainedBatches)
  while (last > 0 && !signal?.aborted) {
    const piece = await db.transaction(async (sql) => {
      const folded = await foldPiece(sql, name, last, olderThanSeconds)
      failpoint('before fold commits')
      return folded
    })
    failpoint('after fold commits')
    if (piece === 'flawed')
      log.error('a batch is not as it was written, so none is folded', { batcher: name })
    if (piece !== 'folded') return
    await Bun.sleep(betweenPiecesMs)
  }
}

/** Returns the number up to which batches may be folded; 0 when none may. */
async function lastToFold(db: Db, name: string, retainedBatches: number): Promise<number> {
  let entries = 0
  const newest = await sizesOfNewest(db, name, Math.max(retainedBatches, 1) + 1)
  for (const [place, { number, posts }] of newest.entries()) {
    entries += posts
    if (place > 0 && (place >= retainedBatches || entries > mostEntries)) return number
  }
  return 0
}

async function foldPiece(
  sql: Sql,
  name: string,
  last: number,
  olderThanSeconds: number,
): Promise<'folded' | 'done' | 'flawed'> {
  const checkpoint = await openCheckpoint(sql, name)
  const found = await batchesToFold(sql, name, {
    after: checkpoint.number,
    last,
    olderThanSeconds,
    limit: batchesPerPiece,
  })
  const batches = firstEntries(found)
  if (batches.length === 0) return 'done'
  const added = new Map<number, number>()
  let end = checkpoint
  for (const batch of batches) {
    const entries: [post: number, added: number][] = JSON.parse(batch.entries)
    if (!goesOn(name, end, batch, entries)) return 'flawed'
    for (const [post, likes] of entries) added.set(post, (added.get(post) ?? 0) + likes)
    end = { number: batch.number, hash: batch.hash, likes: end.likes + batch.likes }
  }
  const rows = [...added].sort(([a], [b]) => a - b)
  for (const some of chunks(rows, rowsPerStatement)) await addFolded(sql, name, some)
  await setCheckpoint(sql, name, end)
  await dropFoldedBatches(sql, name, end.number)
  return 'folded'
}

function firstEntries(batches: BatchToFold[]): BatchToFold[] {
  let entries = 0
  return batches.filter(({ posts }, place) => {
    entries += posts
    return place === 0 || entries <= entriesPerPiece
  })
}

function goesOn(
  name: string,
  previous: Checkpoint,
  { number, likes, hash }: BatchToFold,
  entries: [post: number, added: number][],
): boolean {
  const sum = entries.reduce((total, [, added]) => total + added, 0)
  return (
    number === previous.number + 1 && sum === likes && hashOf(previous.hash, name, number, entries) === hash
  )
}
