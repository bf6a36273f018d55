import { cached } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { unhurried } from '../platform/trace.ts'
import { type Addition, additionsTo, type Batch, foldedOf, newestBatches } from './queries.ts'
import { type Chain, type Recount, recount } from './recount.ts'

/** One batcher's answer to `GET /stats`. */
type BatcherStats = {
  name: string
  answered: number
  waiting: number
  applied: number
  batches: number
  oldestSeconds: number
  /** Batches and likes that the database must have of it. null while it does not know. */
  chain: { number: number; likes: number } | null
  /** How its journal and the database differ, while they can't both be right. */
  parted: { how: string; journal: number; mysql: number } | null
}

export type Audit = {
  /**
   * Likes that batchers answered since their journals began, those that wait for MySQL, those that MySQL has.
   */
  answered: number
  waiting: number
  applied: number
  batches: number
  drift: number
  /** The last batch of all. */
  lastBatch: Pick<Batch, 'batcher' | 'number' | 'hash' | 'appliedAt'> | null
  batchers: BatcherStats[]
  /** How many batchers did not answer; `answered` and `waiting` lack theirs. */
  silent: number
  recount: Recount
}

/** The count of all likes: what the batchers say now, and a recount that is at most a few seconds old. */
export async function audit(context: Context): Promise<Audit> {
  const { key, seconds } = cached.recount
  const [{ value }, answers, newest] = await Promise.all([
    context.cache.getOrLoad(key(), seconds, () => countAnew(context)),
    context.likes.stats(),
    newestBatches(context.db, 1),
  ])
  const batchers = batchersIn(answers)
  const sum = (of: 'answered' | 'waiting') => batchers.reduce((total, each) => total + each[of], 0)
  const [last] = newest
  return {
    answered: sum('answered'),
    waiting: sum('waiting'),
    applied: value.applied,
    batches: value.batches,
    drift: value.drift,
    lastBatch: last
      ? { batcher: last.batcher, number: last.number, hash: last.hash, appliedAt: last.appliedAt }
      : null,
    batchers,
    silent: answers.length - batchers.length,
    recount: value,
  }
}

/** Counts anew now, unless that was done within the last two seconds. */
export async function recountNow(context: Context): Promise<void> {
  const { key, seconds } = cached.recount
  const { value } = await context.cache.getOrLoad(key(), seconds, () => countAnew(context))
  // It may be another replica's, so there is no clock but the wall's: after a step it is as old as it says,
  // or from later.
  if (Math.abs(Date.now() - Date.parse(value.at)) < shortestPauseMs) return
  await context.cache.invalidate([key()])
  await context.cache.getOrLoad(key(), seconds, () => countAnew(context))
}

async function countAnew({ db, likes, bulkheads }: Context): Promise<Recount> {
  const chains = batchersIn(await likes.stats()).flatMap(({ name, chain }): Chain[] =>
    chain ? [{ batcher: name, ...chain }] : [],
  )
  return bulkheads.audit(() => unhurried(() => recount(db, chains)))
}

const batchersIn = (answers: (Record<string, unknown> | undefined)[]) =>
  answers.filter((stats): stats is BatcherStats => stats !== undefined)

const shortestPauseMs = 2_000

export type History = {
  /** The last batches that added to the post, newest first. */
  additions: Addition[]
  /** Likes of each batcher's batches before, up to this number. */
  folded: { batcher: string; number: number; added: number }[]
}

export const historyOf = ({ db, bulkheads }: Context, { signal }: Request, post: number): Promise<History> =>
  bulkheads.audit(async () => {
    const [additions, folded] = await Promise.all([
      additionsTo(db, post, 100, { signal }),
      foldedOf(db, post),
    ])
    return { additions, folded }
  }, signal)
