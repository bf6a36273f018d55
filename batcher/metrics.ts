import type { LikesPolicy } from '../src/platform/config.ts'
import { type Metrics, openMetrics } from '../src/platform/metrics.ts'

/** Fields of `GET /stats` that are metrics, too. */
type Stats = Record<
  | 'answered'
  | 'refused'
  | 'applied'
  | 'batches'
  | 'flushFailures'
  | 'commits'
  | 'waiting'
  | 'waitingPosts'
  | 'oldestSeconds'
  | 'keys'
  | 'keysDropped',
  number
> & {
  active: boolean
  journalBytes: number | undefined
  journalFreeBytes: number | undefined
  totalsInRedis: boolean
  parted: object | null
}

const commitBuckets = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1]

export function openBatcherMetrics(policy: LikesPolicy, stats: () => Stats) {
  const metrics = openMetrics()
  counters(metrics, stats)
  gauges(metrics, policy, stats)
  return {
    ...metrics,
    committed: metrics.timings(
      'agora_batcher_commit_duration_seconds',
      'Commits of likes to the journal, the sync to the disk included.',
      [],
      commitBuckets,
    ),
    flushed: metrics.timings(
      'agora_batcher_flush_duration_seconds',
      'Batches brought to MySQL, from the first statement on until the journal forgot them; failed tries too.',
    ),
    queried: metrics.timings(
      'agora_mysql_query_duration_seconds',
      "From sending a statement to its answer, by the statement's name.",
      ['query'],
    ),
  }
}

export type BatcherMetrics = ReturnType<typeof openBatcherMetrics>

function counters({ counter }: Metrics, stats: () => Stats) {
  counter('agora_batcher_answered_total', 'Likes taken since the journal began.', () => stats().answered)
  counter('agora_batcher_refused_total', 'Likes not taken.', () => stats().refused)
  counter(
    'agora_batcher_applied_total',
    'Likes brought to MySQL since the journal began.',
    () => stats().applied,
  )
  counter('agora_batcher_batches_total', 'Batches brought to MySQL.', () => stats().batches)
  counter('agora_batcher_flush_failures_total', 'Tries to flush that failed.', () => stats().flushFailures)
  counter(
    'agora_batcher_keys_dropped_total',
    'Idempotency keys forgotten before their day was over.',
    () => stats().keysDropped,
  )
  counter('agora_batcher_journal_commits_total', 'Commits of likes to the journal.', () => stats().commits)
}

function gauges({ gauge }: Metrics, policy: LikesPolicy, stats: () => Stats) {
  gauge('agora_batcher_waiting', 'Likes that MySQL may not have.', () => stats().waiting)
  gauge('agora_batcher_waiting_posts', 'Posts with likes in no batch.', () => stats().waitingPosts)
  gauge('agora_batcher_oldest_seconds', 'Age of the oldest like in no batch.', () => stats().oldestSeconds)
  gauge('agora_batcher_active', '0 while another batcher has the journal.', () => (stats().active ? 1 : 0))
  gauge('agora_batcher_totals_in_redis', '1 when readers find totals in Redis.', () =>
    stats().totalsInRedis ? 1 : 0,
  )
  gauge('agora_batcher_parted', '1 when MySQL and the journal have parted and no like is taken.', () =>
    stats().parted ? 1 : 0,
  )
  gauge('agora_batcher_keys', 'Idempotency keys of the last day.', () => stats().keys)
  gauge('agora_batcher_journal_bytes', 'Size of the journal.', () => stats().journalBytes ?? Number.NaN)
  gauge(
    'agora_batcher_journal_free_bytes',
    'Room left on the disk of the journal.',
    () => stats().journalFreeBytes ?? Number.NaN,
  )
  // Under LIKES=once a like may take back another, so these do not add up there.
  if (policy === 'open') {
    gauge('agora_batcher_drift', 'Likes answered but neither waiting nor applied: 0.', () => {
      const { answered, waiting, applied } = stats()
      return answered - waiting - applied
    })
  }
}
