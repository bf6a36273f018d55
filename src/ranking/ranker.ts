import type { Context } from '../context.ts'
import { isMissingParent, type Sql } from '../platform/db.ts'
import { followRanks } from '../tags/queries.ts'
import {
  batchesSince,
  entriesOf,
  type RankingBatch,
  rankedUntil,
  ranksOf,
  setRankedUntil,
  setRanks,
} from './queries.ts'

const rankEveryMs = 15_000
/** A batch may become visible this much later than the time it carries. */
const overlapSeconds = 20
const batchesAtOnce = 50
const postsAtOnce = 500

/**
 * Lets the orders of top and hot follow the likes. What changed stands in `like_batches`, so the work is in what was
 * liked, not in how many posts there are; each post is set to what it should be, so doing it twice is harmless. Every
 * replica tries every 15 s, who locks the row of `ranking` does it.
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
  const since = await rankedUntil(sql)
  if (since === undefined) return true
  const batches = await batchesSince(sql, since, overlapSeconds, batchesAtOnce)
  const last = batches.at(-1)
  if (!last) return true

  const posts = await postsIn(sql, batches)
  for (let from = 0; from < posts.length; from += postsAtOnce)
    await rank(sql, posts.slice(from, from + postsAtOnce))
  await setRankedUntil(sql, last.appliedAt)
  return batches.length < batchesAtOnce || last.appliedAt <= since
}

/** Sorted, so that no two transactions wait for each other in a circle. */
async function postsIn(sql: Sql, batches: RankingBatch[]): Promise<number[]> {
  const posts = new Set<number>()
  for (const batch of batches) {
    for (const [post] of JSON.parse(await entriesOf(sql, batch)) as [number, number][]) posts.add(post)
  }
  return [...posts].sort((a, b) => a - b)
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
