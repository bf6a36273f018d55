import type { Context } from '../context.ts'
import { isMissingParent, type Sql } from '../platform/db.ts'
import { followRanks } from '../tags/queries.ts'
import {
  type Behind,
  batchesToRank,
  type RankingBatch,
  rankingBehind,
  ranksOf,
  setRanked,
  setRanks,
  takeRankingTurn,
} from './queries.ts'

const rankEveryMs = 15_000
const batchesAtOnce = 50
const postsAtOnce = 500

/**
 * Lets the orders of top and hot follow the likes. What changed stands in `like_batches`, so the work is in what was
 * liked, not in how many posts there are; each post is set to what it should be, so doing it twice is harmless. A
 * batcher's batches become visible in the order of their numbers, one after the other, so the last number that was
 * followed says what is left, however many there are of one moment. Every replica tries every 15 s, who locks the row of
 * `ranking` does it.
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
  for (let isDone = false; !isDone; ) isDone = await db.transaction(rankSome)
}

/** Gives true when there is no more to do. */
async function rankSome(sql: Sql): Promise<boolean> {
  if (!(await takeRankingTurn(sql))) return true
  const behind = await rankingBehind(sql)
  for (const each of behind) await follow(sql, each)
  return behind.length === 0
}

async function follow(sql: Sql, behind: Behind): Promise<void> {
  const batches = await batchesToRank(sql, behind, batchesAtOnce)
  const last = batches.at(-1)
  if (!last) return
  const posts = postsIn(batches)
  for (let from = 0; from < posts.length; from += postsAtOnce)
    await rank(sql, posts.slice(from, from + postsAtOnce))
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
