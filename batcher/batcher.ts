import { hostname } from 'node:os'
import { type Clock, steadyClock } from '../src/platform/clock.ts'
import type { BatcherConfig } from '../src/platform/config.ts'
import { openDatabase } from '../src/platform/database.ts'
import type { Log } from '../src/platform/log.ts'
import { openRedis } from '../src/platform/redis.ts'
import type { Failpoint } from './failpoint.ts'
import { openGuard } from './guard.ts'
import { StandsBy } from './ledger/journal.ts'
import { takeOver } from './ledger/mysql/standby.ts'
import { openJournal } from './ledger/sqlite/journal.ts'
import { type Life, noStats, openLife } from './life.ts'
import { openBatcherMetrics } from './metrics.ts'
import { serve } from './server.ts'

export type Batcher = {
  port: number
  /**
   * Accepts no more likes, answers those it has, brings to MySQL what it can within `withinMs`, and closes.
   */
  drain(withinMs: number): Promise<void>
}

/**
 * Opens the journal and serves. Throws a JournalError when the journal can't be used. Neither MySQL nor Redis
 * has to be there. With the journal in MySQL it stands by until it has it, and again when it has lost it.
 */
export function startBatcher(
  config: BatcherConfig,
  log: Log,
  failpoint: Failpoint = () => {},
  clock: Clock = steadyClock,
): Batcher {
  const { name, likes: policy, databaseUrl } = config
  const isShared = config.journal === 'mysql'
  const metrics = openBatcherMetrics(policy, stats)
  const journal = isShared ? undefined : openJournal(config.journal, failpoint)
  const db = openDatabase({
    url: databaseUrl,
    connections: 3,
    ...(isShared && { idleSeconds: 2 }),
    answered: (_, name, seconds) => metrics.queried(seconds, name),
  })
  const redis = openRedis(config.redisUrl, log, config.identity)
  const parts = { config, log, failpoint, clock, db, redis, metrics }
  const guard = openGuard({ secret: config.secret, ledger: alwaysGuarded, clock })
  let life: Life | undefined = journal && openLife({ ...parts, journal })
  let isDraining = false
  const closing = new AbortController()
  const closed = new Promise<void>((resolve) => closing.signal.addEventListener('abort', () => resolve()))
  const server = serve(
    {
      name,
      policy,
      allows: (request) => (life ?? guard).allows(request),
      isDraining: () => isDraining,
      isActive: () => life?.isSure() === true,
      accept: (likes) => active().accept(likes),
      flush: () => active().flush(),
      backup: (owner) => active().backup(owner),
      resume: (owner) => active().resume(owner),
      reconcile: (decision) => active().reconcile(decision),
      forget: (posts) => active().forget(posts),
      totals: (posts) => active().totals(posts),
      liked: (user, posts) => active().liked(user, posts),
      stats: () => active() && stats(),
      metrics,
    },
    { host: config.host, port: config.port, identity: config.identity, log },
  )
  const port = server.port ?? config.port
  const standing = isShared ? standBy() : Promise.resolve()

  return { port, drain }

  function active(): Life {
    if (!life) throw new StandsBy()
    return life
  }

  async function standBy() {
    const owner = `${hostname()}:${port}`
    while (!closing.signal.aborted) {
      const { promise: lost, resolve: onLost } = Promise.withResolvers<unknown>()
      const taken = await takeOver(
        { name, owner, url: databaseUrl, db, log, failpoint, onLost },
        closing.signal,
      )
      if (!taken) return
      life = openLife({ ...parts, journal: taken })
      const error = await Promise.race([lost, closed])
      if (closing.signal.aborted) return
      log.warn('this batcher has lost the journal in MySQL and stands by', {
        reason: error instanceof Error ? error.message : error,
      })
      life.end()
      life = undefined
    }
  }

  async function drain(withinMs: number) {
    isDraining = true
    closing.abort()
    await server.stop()
    await standing
    await life?.drain(withinMs)
    metrics.close()
    redis.disconnect()
    await db.close()
  }

  function stats() {
    return {
      name,
      policy,
      active: life !== undefined,
      ...(life?.stats() ?? noStats),
      draining: isDraining,
      memoryBytes: process.memoryUsage.rss(),
    }
  }
}

/** The hour in which replicas of releases without the secret are served is one of files. */
const alwaysGuarded = { isGuarded: () => true, guard: () => {} }
