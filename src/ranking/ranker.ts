import type { Context } from '../context.ts'
import { chunks } from '../platform/async.ts'
import { type Db, isMissingParent, type Sql } from '../platform/db.ts'
import { followRanks } from '../tags/queries.ts'
import {
  type Behind,
  batchesToRank,
  checkedRanks,
  lockRanking,
  type RankingBatch,
  rankingBehind,
  ranksOf,
  setRanked,
  setRanks,
} from './queries.ts'

const rankEveryMs = 15_000
const batchesAtOnce = 50
const postsAtOnce = 500
const checkedAtOnce = 2_000

/**
 * Lets the orders of top and hot follow the likes. What changed stands in `like_batches`, so the work is in
 * what was liked, not in how many posts there are; each post is set to what it should be, so doing it twice
 * is harmless. A batcher's batches become visible in the order of their numbers, one after the other, so the
 * last number that was followed says what is left, however many there are of one moment. Every replica tries
 * every 15 s, who locks the row of `ranking` does it.
 *
 * Batches are folded after ten minutes at the earliest, whether or not they were followed: who stood still
 * for longer finds that some are gone, compares all posts with their ranks, and goes on behind the gap.
 */
export function startRanking(context: Context): { stop(): void } {
  const timer = setInterval(() => {
    rankNow(context).catch((error) => context.log.warn('posts could not be ranked', { error }))
  }, rankEveryMs)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}

/** Ranks what was liked up to now, unless another replica is about it. */
export async function rankNow({ db }: Pick<Context, 'db'>): Promise<void> {
  for (let isDone = false; !isDone; ) isDone = await db.transaction((lock) => rankSome(lock, db))
}

/** Returns true when there is no more to do. */
async function rankSome(lock: Sql, db: Db): Promise<boolean> {
  if (!(await lockRanking(lock))) return true
  const behind = await rankingBehind(lock)
  const gaps = behind.filter(({ isFolded }) => isFolded)
  if (gaps.length > 0) await rankAllStale(db)
  for (const { batcher, folded } of gaps) await setRanked(lock, { batcher, number: folded })
  for (const each of behind) if (!each.isFolded) await follow(lock, each)
  return behind.length === 0
}

/**
 * By transactions of their own, because ranks lock what a flush of likes writes. What the batches that are
 * gone gave was in `posts` before this began.
 */
async function rankAllStale(db: Db): Promise<void> {
  for (let after: number | undefined = 0; after !== undefined; ) {
    const last: number = after
    after = await db.transaction((sql) => rankStale(sql, last))
  }
}

/** Returns the last of the posts that were looked at; undefined when there are none. */
async function rankStale(sql: Sql, after: number): Promise<number | undefined> {
  const checked = await checkedRanks(sql, after, checkedAtOnce)
  const stale = checked.filter(({ isStale }) => isStale).map(({ post }) => post)
  for (const some of chunks(stale, postsAtOnce)) await rank(sql, some)
  return checked.at(-1)?.post
}

async function follow(sql: Sql, behind: Behind): Promise<void> {
  const batches = await batchesToRank(sql, behind, batchesAtOnce)
  const last = batches.at(-1)
  if (!last) return
  for (const some of chunks(postsIn(batches), postsAtOnce)) await rank(sql, some)
  await setRanked(sql, { batcher: behind.batcher, number: last.number })
}

/** Sorted, so that no two transactions wait for each other in a circle. */
function postsIn(batches: RankingBatch[]): number[] {
  const entries = batches.flatMap((batch) => JSON.parse(batch.entries) as [post: number, added: number][])
  return [...new Set(entries.map(([post]) => post))].sort((a, b) => a - b)
}

async function rank(sql: Sql, posts: number[]): Promise<void> {
  const ranks = await ranksOf(sql, posts)
  if (ranks.length === 0) return
  await setRanks(sql, ranks).catch((error) => {
    // A post without a rank went away meanwhile; its neighbours are ranked with their next like.
    if (!isMissingParent(error)) throw error
  })
  await followRanks(sql, posts)
}
