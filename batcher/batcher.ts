import { closedBecause, type TotalsAnswer } from '../src/likes/protocol.ts'
import { type Clock, steadyClock } from '../src/platform/clock.ts'
import type { BatcherConfig } from '../src/platform/config.ts'
import { openDb } from '../src/platform/db.ts'
import type { Log } from '../src/platform/log.ts'
import { openRedis } from '../src/platform/redis.ts'
import type { Failpoint } from './failpoint.ts'
import { openFlusher } from './flush/flusher.ts'
import { openFolding } from './flush/fold.ts'
import { openPause } from './flush/pause.ts'
import { likesOfNewestPosts } from './flush/queries.ts'
import type { Decision } from './flush/reconcile.ts'
import { openGuard } from './guard.ts'
import { openIntake } from './intake/intake.ts'
import { openLookup } from './intake/post-lookup.ts'
import { openDedupe } from './ledger/dedupe.ts'
import { openJournal } from './ledger/journal.ts'
import { openKeys } from './ledger/keys.ts'
import { openMemberLikes } from './ledger/member-likes.ts'
import { goneTotal, PostTable } from './ledger/post-table.ts'
import { openBatcherMetrics } from './metrics.ts'
import { openTotals } from './publish/totals.ts'
import { openRetention } from './retention.ts'
import { serve } from './server.ts'

/** How many of the newest posts are known from the start, so that they can be liked with MySQL away. */
const preloadedPosts = 10_000
const flushWithinMs = 30_000

export type Batcher = {
  port: number
  /** Takes no more likes, answers those it has, brings to MySQL what it can within `withinMs`, and closes. */
  drain(withinMs: number): Promise<void>
}

/**
 * Opens the journal and serves. Throws a JournalError when the journal can't be used. Neither MySQL nor Redis has to
 * be there. `at` is called at the points where tests stop the process.
 */
export function startBatcher(
  config: BatcherConfig,
  log: Log,
  at: Failpoint = () => {},
  clock: Clock = steadyClock,
): Batcher {
  const { name, likes: policy } = config
  const journal = openJournal(config.journal, at)
  const posts = new PostTable()
  journal.loadPosts(posts, clock())
  const metrics = openBatcherMetrics(policy, stats)
  const db = openDb({
    url: config.databaseUrl,
    connections: 3,
    answered: (_, name, seconds) => metrics.queried(seconds, name),
  })
  const redis = openRedis(config.redisUrl, log)
  const choices = openMemberLikes(journal)
  const guard = openGuard({ secret: config.secret, journal, clock })
  const keys = openKeys({ journal, clock, log, most: config.maxKeys })
  const ids = openDedupe({ journal, keys, clock })
  const lookup = openLookup({ db, posts, choices, log })
  const totals = openTotals({ name, redis, journal, posts, log })
  const { flushed } = metrics
  const hold = openPause()
  const flush = openFlusher({
    name,
    db,
    journal,
    posts,
    choices,
    log,
    settings: config,
    hold,
    at,
    clock,
    flushed,
    onCorrected,
    onFollowed: totals.restart,
  })
  const intake = openIntake({
    name,
    journal,
    posts,
    ids,
    choices,
    totals,
    lookup,
    log,
    maxWaiting: config.maxWaiting,
    clock,
    closed: () => (flush.parted() ? closedBecause.parted : undefined),
    onTaken: flush.noteTaken,
    onCommitted: metrics.committed,
  })
  const retention = openRetention({ journal, posts, ids, keys, guard, totals, flush, clock, log })
  const folding = openFolding({ name, db, log, at })
  void preload()

  let isDraining = false
  const server = serve(
    {
      name,
      policy,
      lets: guard.lets,
      isDraining: () => isDraining,
      take: intake.take,
      flush: () => flush.flushAll(flushWithinMs),
      backup,
      resume: hold.release,
      reconcile,
      forget: lookup.recheck,
      totals: totalsOf,
      liked: lookup.likedBy,
      stats,
      metrics,
    },
    { host: config.host, port: config.port, log },
  )

  return { port: server.port ?? config.port, drain }

  function onCorrected(rows: number[]) {
    void totals.show(rows, ++intake.tally.version)
  }

  async function preload() {
    try {
      for (const { id, likes } of await likesOfNewestPosts(db, preloadedPosts)) posts.add(id, likes)
    } catch (error) {
      log.warn('the newest posts are not known yet', {
        reason: error instanceof Error ? error.message : error,
      })
    }
  }

  function totalsOf(list: number[]): Omit<TotalsAnswer, 'batcher'> {
    const totals = list.flatMap((post): [number, number][] => {
      const row = posts.find(post)
      return row < 0 || posts.isIdle(row) || posts.total(row) === goneTotal ? [] : [[post, posts.total(row)]]
    })
    return { version: intake.tally.version, totals }
  }

  /**
   * The journal, with no batch on its way to MySQL and none that follows until `resume`: what it holds is just what
   * MySQL lacks, the batch under way being told apart by its number. Undefined while another backup is made.
   */
  async function backup(id: string): Promise<Uint8Array | undefined> {
    if (!hold.take(id)) return undefined
    await flush.settled()
    return journal.copy()
  }

  /** See `Work`. */
  async function reconcile(decision: Decision | undefined) {
    const isDone = decision === undefined ? false : await flush.decide(decision)
    const parted = flush.parted()
    return { batcher: name, parted: parted ?? null, waiting: waiting(), decided: isDone }
  }

  async function drain(withinMs: number) {
    isDraining = true
    hold.end()
    await server.stop()
    const isFlushed = await flush.flushAll(withinMs)
    if (!isFlushed) log.warn('likes stay in the journal until the next start', { waiting: waiting() })
    retention.close()
    await Promise.race([folding.close(), Bun.sleep(withinMs)])
    metrics.close()
    await Promise.race([flush.stop(), Bun.sleep(withinMs)])
    await totals.close()
    redis.disconnect()
    journal.close()
    await db.close()
  }

  function waiting(): number {
    return posts.waitingLikes + flush.waitingInBatches()
  }

  function stats() {
    const oldest = posts.first('waiting')
    return {
      name,
      policy,
      answered: intake.tally.answered,
      waiting: waiting(),
      applied: flush.tally.applied,
      batches: flush.tally.batches,
      oldestSeconds: oldest < 0 ? 0 : (clock() - posts.since(oldest)) / 1_000,
      waitingPosts: posts.waitingPosts,
      knownPosts: posts.count,
      refused: intake.tally.refused,
      commits: intake.tally.commits,
      flushFailures: flush.tally.failures,
      totalsInRedis: totals.state() === 'leased',
      parted: flush.parted() ?? null,
      chain: flush.chain() ?? null,
      draining: isDraining,
      keys: keys.count(),
      keysDropped: keys.dropped(),
      journalBytes: journal.bytes(),
      journalFreeBytes: journal.freeBytes(),
      memoryBytes: process.memoryUsage.rss(),
    }
  }
}
