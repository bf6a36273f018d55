import { type Clock, steadyClock } from '../src/platform/clock.ts'
import type { BatcherConfig } from '../src/platform/config.ts'
import { openDatabase } from '../src/platform/database.ts'
import type { Log } from '../src/platform/log.ts'
import { openRedis } from '../src/platform/redis.ts'
import type { Failpoint } from './failpoint.ts'
import { openFlusher } from './flush/flusher.ts'
import { openFolding } from './flush/fold.ts'
import { openPause } from './flush/pause.ts'
import { likesOfNewestPosts } from './flush/queries.ts'
import { openGuard } from './guard.ts'
import { openIntake } from './intake/intake.ts'
import { openLookup } from './intake/post-lookup.ts'
import { type Decision, openLedger } from './ledger/ledger.ts'
import { openJournal } from './ledger/sqlite/journal.ts'
import { openBatcherMetrics } from './metrics.ts'
import { openTotals } from './publish/totals.ts'
import { openRetention } from './retention.ts'
import { serve } from './server.ts'

/** How many of the newest posts are known from the start, so that they can be liked with MySQL away. */
const preloadedPosts = 10_000
const flushWithinMs = 30_000

export type Batcher = {
  port: number
  /**
   * Accepts no more likes, answers those it has, brings to MySQL what it can within `withinMs`, and closes.
   */
  drain(withinMs: number): Promise<void>
}

/**
 * Opens the journal and serves. Throws a JournalError when the journal can't be used. Neither MySQL nor Redis
 * has to be there.
 */
export function startBatcher(
  config: BatcherConfig,
  log: Log,
  failpoint: Failpoint = () => {},
  clock: Clock = steadyClock,
): Batcher {
  const { name, likes: policy, maxWaiting, maxKeys, flushLikes } = config
  const metrics = openBatcherMetrics(policy, stats)
  const { committed: onCommitted, flushed } = metrics
  const limits = { maxWaiting, maxKeys, flushLikes }
  const journal = openJournal(config.journal, failpoint)
  const ledger = openLedger({ name, journal, ...limits, clock, log, onCommitted })
  const db = openDatabase({
    url: config.databaseUrl,
    connections: 3,
    answered: (_, name, seconds) => metrics.queried(seconds, name),
  })
  const redis = openRedis(config.redisUrl, log)
  const guard = openGuard({ secret: config.secret, ledger, clock })
  const lookup = openLookup({ db, ledger, clock, log })
  const totals = openTotals({ name, redis, ledger, log })
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
    flushed,
    onCorrected: (rows) => void totals.show(rows),
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

  let isDraining = false
  const server = serve(
    {
      name,
      policy,
      allows: guard.allows,
      isDraining: () => isDraining,
      accept: intake.accept,
      flush: () => flusher.flushAll(flushWithinMs),
      backup,
      resume: pause.resume,
      reconcile,
      forget: lookup.recheck,
      totals: (posts) => ({ version: ledger.version(), totals: ledger.totals(posts) }),
      liked: lookup.likedBy,
      stats,
      metrics,
    },
    { host: config.host, port: config.port, log },
  )

  return { port: server.port ?? config.port, drain }

  async function preload() {
    try {
      for (const { id, likes } of await likesOfNewestPosts(db, preloadedPosts)) ledger.learnPost(id, likes)
    } catch (error) {
      log.warn('the newest posts are not known yet', {
        reason: error instanceof Error ? error.message : error,
      })
    }
  }

  /**
   * Resolves to the journal with no batch on its way to MySQL, and none that follows until `resume`: what it
   * holds is just what MySQL lacks, the batch in flight being known by its number.
   */
  async function backup(owner: string): Promise<Uint8Array | undefined> {
    if (!pause.begin(owner)) return undefined
    await flusher.idle()
    return ledger.copy()
  }

  async function reconcile(decision: Decision | undefined) {
    const decided = decision === undefined ? false : await flusher.decide(decision)
    return { batcher: name, parted: flusher.parted() ?? null, waiting: ledger.waiting(), decided }
  }

  async function drain(withinMs: number) {
    isDraining = true
    pause.end()
    await server.stop()
    const isFlushed = await flusher.flushAll(withinMs)
    if (!isFlushed) log.warn('likes stay in the journal until the next start', { waiting: ledger.waiting() })
    retention.close()
    await Promise.race([folding.close(), Bun.sleep(withinMs)])
    metrics.close()
    await Promise.race([flusher.stop(), Bun.sleep(withinMs)])
    await totals.close()
    redis.disconnect()
    ledger.close()
    await db.close()
  }

  function stats() {
    return {
      name,
      policy,
      ...ledger.stats(),
      refused: intake.refused(),
      flushFailures: flusher.failures(),
      totalsInRedis: totals.state() === 'leased',
      parted: flusher.parted() ?? null,
      draining: isDraining,
      memoryBytes: process.memoryUsage.rss(),
    }
  }
}
