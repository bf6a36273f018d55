import type { Live } from '../live/live.ts'
import type { Bulkhead } from '../platform/bulkhead.ts'
import type { Cache } from '../platform/cache.ts'
import type { Db, DbOptions } from '../platform/db.ts'
import { openMetrics } from '../platform/metrics.ts'
import { currentTrace } from '../platform/trace.ts'
import type { Heartbeats } from './heartbeat.ts'
import type { Backups } from './site-status.ts'

/** A replica's metrics for Prometheus. The names are in deploy/monitoring/grafana-dashboard.json, too. */
export type ReplicaMetrics = ReturnType<typeof openReplicaMetrics>

export function openReplicaMetrics() {
  const metrics = openMetrics()
  const answers = metrics.timings(
    'agora_http_request_duration_seconds',
    "From the request to its answer, by the route's pattern and the class of the status.",
    ['method', 'route', 'status'],
  )
  const queries = metrics.timings(
    'agora_mysql_query_duration_seconds',
    "From sending a statement to its answer, by the statement's name.",
    ['query'],
  )
  const reads = { redis: 0, mysql: 0, memory: 0 }
  const likes = { taken: 0, refused: 0 }
  metrics.counter(
    'agora_cache_reads_total',
    'Reads through the cache, by where the value came from.',
    () => reads,
    'source',
  )
  metrics.counter(
    'agora_likes_sent_total',
    'Likes given to the batcher, by what became of them.',
    () => likes,
    'outcome',
  )
  return {
    ...{ ...metrics, answered, queried, reads, likes },
    ...{ watchCache, watchDb, watchBulkheads, watchLive, watchBackups },
  }

  /** Counts an answered request. Returns how long it took, in milliseconds. */
  function answered(method: string, route: string | undefined, status: number): number {
    const seconds = (performance.now() - (currentTrace()?.startedAt ?? performance.now())) / 1_000
    answers(seconds, method, route ?? 'none', statusClasses[Math.floor(status / 100)] ?? 'other')
    return seconds * 1_000
  }

  function queried(...[, query, seconds]: Parameters<NonNullable<DbOptions['answered']>>) {
    queries(seconds, query)
  }

  function watchCache(cache: Cache) {
    metrics.gauge(
      'agora_cache_breaker',
      'Whether Redis is asked (closed), left alone for a while (open) or tried out (half-open): 1 for what it is.',
      () => ({ closed: 0, 'half-open': 0, open: 0, [cache.breaker()]: 1 }),
      'state',
    )
    metrics.counter(
      'agora_cache_attempts_total',
      'Questions to Redis, which many readers may share, by whether it knew, and loads from MySQL.',
      () => cache.counts(),
      'outcome',
    )
  }

  function watchDb(db: Db) {
    metrics.gauge(
      'agora_mysql_connections',
      'Connections in use, and callers that wait for one.',
      () => db.load(),
      'state',
    )
    metrics.gauge(
      'agora_mysql_servers',
      'Where several servers have one content: how many are primary, secondary or away.',
      () => numbersOf(db.roles()),
      'role',
    )
  }

  function watchLive({ streams }: Live) {
    metrics.gauge('agora_live_streams', 'Pages that follow what happens on them.', streams)
  }

  /** As the stack reports them, which is known to all replicas; nothing while it is not. */
  function watchBackups({ read }: Heartbeats) {
    metrics.gauge(
      'agora_backups',
      'What of backups is not as it should be: 1 for what is.',
      async () => {
        const backups = (await read())?.backups
        return backups?.isDaily === undefined ? {} : faultsOf(backups)
      },
      'fault',
    )
  }

  function watchBulkheads(bulkheads: Record<string, Bulkhead>) {
    const read = (of: 'running' | 'waiting') => () =>
      Object.fromEntries(Object.entries(bulkheads).map(([name, bulkhead]) => [name, bulkhead.load()[of]]))
    metrics.gauge('agora_gate_running', 'Costly work under way, by its gate.', read('running'), 'gate')
    metrics.gauge(
      'agora_gate_waiting',
      'Costly work that waits for its turn, by its gate.',
      read('waiting'),
      'gate',
    )
  }
}

function numbersOf(roles: ReturnType<Db['roles']>): Record<string, number> {
  if (roles.length === 0) return {}
  const numbers = { primary: 0, secondary: 0, away: 0 }
  for (const role of roles) numbers[role]++
  return numbers
}

const faultsOf = ({ failedAt, drillFailedAt, isLate, isDrillLate }: Backups) => ({
  ...{ late: Number(isLate ?? false), failed: Number(failedAt !== null) },
  ...{ 'drill late': Number(isDrillLate ?? false), 'drill failed': Number(Boolean(drillFailedAt)) },
})

const statusClasses = ['', '1xx', '2xx', '3xx', '4xx', '5xx']
