import type { Db, Sql } from '../../src/platform/db.ts'
import type { Log } from '../../src/platform/log.ts'
import type { Failpoint } from '../failpoint.ts'
import { chunks } from '../intake/post-lookup.ts'
import { hashOf } from './batch.ts'
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
/** Kept as they are: the newest, and of them those with the newest entries. A recount reads no more than these. */
const mostBatches = 2_000
const mostEntries = 100_000
/** Whoever follows the batches has this long. Ranks that stood still for longer compare all posts (src/ranking/ranker.ts). */
const keptSeconds = 600
const batchesPerPiece = 200
const entriesPerPiece = 5_000
const rowsPerStatement = 500

type Parts = { name: string; db: Db; log: Log; at: Failpoint }

/**
 * Folds the oldest batches of this batcher into its checkpoint: what they added to each post goes to `folded_likes`, their
 * number, sum and last hash to `like_checkpoints`, and their rows are deleted, all by one transaction, which is done wholly
 * or not at all. The batcher does it because nobody else adds to its chain; the newest batch, by which a batch that
 * is sent again is known, always stays. Each piece is small and touches rows that no flush writes.
 */
export function openFolding(parts: Parts) {
  let isClosed = false
  let endPause = () => {}
  const running = keepFolding()
  return { close }

  async function close() {
    isClosed = true
    endPause()
    await running
  }

  async function keepFolding() {
    while (true) {
      await pause(everyMs)
      if (isClosed) return
      await foldAll(parts, { isClosed: () => isClosed }).catch((error) =>
        parts.log.warn('old batches could not be folded', { error }),
      )
    }
  }

  async function pause(ms: number) {
    if (isClosed) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, ms)
    endPause = resolve
    await promise
    clearTimeout(timer)
  }
}

type Limits = { isClosed?: () => boolean; olderThanSeconds?: number; keptBatches?: number }

/** Folds all that may be folded now, piece by piece. Throws when MySQL can't be asked. */
export async function foldAll({ name, db, log, at }: Parts, limits: Limits = {}): Promise<void> {
  const { isClosed, olderThanSeconds = keptSeconds, keptBatches = mostBatches } = limits
  const last = await lastToFold(db, name, keptBatches)
  while (last > 0 && !isClosed?.()) {
    const piece = await db.transaction(async (sql) => {
      const folded = await foldPiece(sql, name, last, olderThanSeconds)
      at('before fold commits')
      return folded
    })
    at('after fold commits')
    if (piece === 'flawed')
      log.error('a batch is not as it was written, so none is folded', { batcher: name })
    if (piece !== 'folded') return
    await Bun.sleep(betweenPiecesMs)
  }
}

/** The number up to which batches are not among those that are kept; 0 when all are. */
async function lastToFold(db: Db, name: string, keptBatches: number): Promise<number> {
  let entries = 0
  const newest = await sizesOfNewest(db, name, Math.max(keptBatches, 1) + 1)
  for (const [place, { number, posts }] of newest.entries()) {
    entries += posts
    if (place > 0 && (place >= keptBatches || entries > mostEntries)) return number
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
    for (const [post, each] of entries) added.set(post, (added.get(post) ?? 0) + each)
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
