import type { Redis } from 'ioredis'
import type { TotalsAnswer } from '../src/likes/protocol.ts'
import type { Clock } from '../src/platform/clock.ts'
import type { BatcherConfig } from '../src/platform/config.ts'
import type { Db } from '../src/platform/db.ts'
import { Refusal } from '../src/platform/errors.ts'
import type { Log } from '../src/platform/log.ts'
import type { Failpoint } from './failpoint.ts'
import { openFlusher } from './flush/flusher.ts'
import { openFolding } from './flush/fold.ts'
import { openPause } from './flush/pause.ts'
import { likesOfNewestPosts } from './flush/queries.ts'
import { openGuard } from './guard.ts'
import { openIntake } from './intake/intake.ts'
import { openLookup } from './intake/post-lookup.ts'
import { type Journal, StandsBy } from './ledger/journal.ts'
import { type Decision, openLedger } from './ledger/ledger.ts'
import type { BatcherMetrics } from './metrics.ts'
import { openTotals } from './publish/totals.ts'
import { openRetention } from './retention.ts'

/** How many of the newest posts are known from the start, so that they can be liked with MySQL away. */
const preloadedPosts = 10_000
const flushWithinMs = 30_000

type Parts = {
  config: BatcherConfig
  log: Log
  failpoint: Failpoint
  clock: Clock
  db: Db
  redis: Redis
  journal: Journal
  metrics: Pick<BatcherMetrics, 'committed' | 'flushed'>
}

/**
 * All that a batcher does with a journal, from having it to losing it. Another process that takes it, or this
 * one that takes it again, begins with what is in the journal and nothing else.
 */
export function openLife({ config, log, failpoint, clock, db, redis, journal, metrics }: Parts) {
  const { name, maxWaiting, maxKeys, flushLikes } = config
  const limits = { maxWaiting, maxKeys, flushLikes }
  const ledger = openLedger({ name, journal, ...limits, clock, log, onCommitted: metrics.committed })
  const { shared } = ledger
  const guard = openGuard({ secret: config.secret, ledger, clock })
  const lookup = openLookup({ db, ledger, clock, log })
  const isOneRedis = !config.redisUrl.includes('+sentinel:')
  const totals = openTotals({ name, redis, ledger, log, isOneRedis })
  const pause = openPause({ now: clock })
  const flusher = openFlusher({
    name,
    db,
    ledger,
    log,
    settings: config,
    pause,
    failpoint,
    clock,
    flushed: metrics.flushed,
    onCorrected: (rows) => {
      const corrected = totals.asOfNow(rows)
      whenKept(() => void totals.show(corrected))
    },
    onFollowed: totals.restart,
  })
  const intake = openIntake({
    name,
    ledger,
    totals,
    log,
    prepare: lookup.prepare,
    isClosed: () => flusher.parted() !== undefined,
  })
  const retention = openRetention({ ledger, guard, totals, clock, log })
  const folding = openFolding({ name, db, log, failpoint })
  void preload()

  return {
    allows: guard.allows,
    accept: intake.accept,
    flush: () => flusher.flushAll(flushWithinMs),
    backup,
    resume: pause.resume,
    reconcile,
    forget: lookup.recheck,
    totals: totalsNow,
    liked,
    stats,
    /** Whether no other process can have answered a like by now. */
    isSure: () => shared?.isSure() ?? true,
    drain,
    end,
  }

  async function preload() {
    try {
      for (const { id, likes } of await likesOfNewestPosts(db, preloadedPosts)) ledger.learnPost(id, likes)
    } catch (error) {
      log.warn('the newest posts are not known yet', {
        reason: error instanceof Error ? error.message : error,
      })
    }
  }

  function whenKept(act: () => void) {
    const kept = ledger.kept()
    if (kept) kept.then(act, () => {})
    else act()
  }

  async function totalsNow(posts: number[]): Promise<Omit<TotalsAnswer, 'batcher'>> {
    throwUnlessSure()
    const answer = { version: ledger.version(), totals: ledger.totals(posts) }
    await ledger.kept()
    return answer
  }

  async function liked(user: number, posts: number[]): Promise<number[]> {
    const answer = await lookup.likedBy(user, posts)
    throwUnlessSure()
    await ledger.kept()
    return answer
  }

  function throwUnlessSure() {
    if (shared?.isSure() === false) throw new StandsBy()
  }

  /**
   * Resolves to the journal with no batch on its way to MySQL, and none that follows until `resume`: what it
   * holds is just what MySQL lacks, the batch in flight being known by its number.
   */
  async function backup(owner: string): Promise<Uint8Array | undefined> {
    if (!ledger.isApart) throw new Refusal(409, 'The journal is in MySQL, so a copy of the database has it.')
    if (!pause.begin(owner)) return undefined
    await flusher.idle()
    return ledger.copy()
  }

  async function reconcile(decision: Decision | undefined) {
    const decided = decision === undefined ? false : await flusher.decide(decision)
    return { batcher: name, parted: flusher.parted() ?? null, waiting: ledger.waiting(), decided }
  }

  /** What waits is brought to MySQL, unless it is there already, where whoever is next goes on with it. */
  async function drain(withinMs: number) {
    pause.end()
    const isFlushed = shared !== undefined || (await flusher.flushAll(withinMs))
    if (!isFlushed) log.warn('likes stay in the journal until the next start', { waiting: ledger.waiting() })
    retention.close()
    await Promise.race([folding.close(), Bun.sleep(withinMs)])
    await Promise.race([flusher.stop(), Bun.sleep(withinMs)])
    await totals.close()
    if (shared) await totals.untilUnbelieved()
    await shared?.release()
    ledger.close()
  }

  /** The journal is lost: whatever is still under way comes to nothing. */
  function end() {
    retention.close()
    ledger.close()
    void folding.close()
    void flusher.stop()
    void totals.close()
  }

  function stats() {
    return {
      ...ledger.stats(),
      refused: intake.refused(),
      flushFailures: flusher.failures(),
      totalsInRedis: totals.state() === 'leased',
      parted: flusher.parted() ?? null,
    }
  }
}

export type Life = ReturnType<typeof openLife>

/** Of a batcher that stands by. */
export const noStats: ReturnType<Life['stats']> = {
  answered: 0,
  waiting: 0,
  applied: 0,
  batches: 0,
  oldestSeconds: 0,
  waitingPosts: 0,
  knownPosts: 0,
  commits: 0,
  chain: null,
  keys: 0,
  keysDropped: 0,
  journalBytes: undefined,
  journalFreeBytes: undefined,
  refused: 0,
  flushFailures: 0,
  totalsInRedis: false,
  parted: null,
}
