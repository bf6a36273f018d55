import type { Context } from '../context.ts'
import type { Sql } from '../platform/db.ts'
import {
  addCounts,
  countsOf,
  deleteOldActiveDays,
  dueCounters,
  endOfPiece,
  foldActiveDays,
  holdCounter,
  type Kind,
  markCounted,
  markFolded,
  markSeen,
  newestOf,
} from './queries.ts'

/** No transaction of the site takes so long: what has a smaller number than the newest then is there now. */
const settledSeconds = 60

/**
 * Counts a piece of what came, by the days on which it came. Returns false when nothing is to be done now.
 *
 * Each kind is counted in the order of its numbers, once: the transaction that adds to the days also writes
 * how far it came. A row may be committed after one with a greater number; so it counts up to what was the
 * newest a while ago. The rest, which is little, whoever wants to know counts then (`countsBetween`).
 */
export async function countDays(context: Context, rows: number): Promise<boolean> {
  let isMore = false
  for (const { what } of await dueCounters(context.db, settledSeconds))
    isMore = (await context.db.transaction((sql) => countPiece(sql, what, rows))) || isMore
  return isMore
}

async function countPiece(sql: Sql, kind: Kind, rows: number): Promise<boolean> {
  const counter = await holdCounter(sql, kind, settledSeconds)
  if (!counter) return false
  if (kind === 'active') {
    await foldActiveDays(sql)
    const isMore = (await deleteOldActiveDays(sql, rows)) === rows
    if (!isMore) await markFolded(sql)
    return isMore
  }
  if (!counter.isDue) return false
  if (counter.countedTo >= counter.countTo) {
    await markSeen(sql, kind, await newestOf(sql, kind))
    return false
  }
  const end = endOfPiece(kind, counter.countedTo, counter.countTo)
  const counts = await countsOf(sql, kind, counter.countedTo, end)
  if (counts.length > 0) await addCounts(sql, kind, counts)
  await markCounted(sql, kind, end)
  return true
}
