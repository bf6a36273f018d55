import type { CallCounter } from './acts/counter.ts'
import type { Doors } from './doors/doors.ts'
import type { SearchClient } from './finding/client.ts'
import type { Heartbeats } from './health/heartbeat.ts'
import type { LastHour } from './health/last-hour.ts'
import type { ReplicaMetrics } from './health/replica-metrics.ts'
import type { Assets } from './http/assets.ts'
import type { LikesClient } from './likes/client.ts'
import type { Live } from './live/live.ts'
import type { AccessLog } from './platform/access-log.ts'
import type { Bulkhead } from './platform/bulkhead.ts'
import type { Cache } from './platform/cache.ts'
import type { Config } from './platform/config.ts'
import type { Db } from './platform/db.ts'
import type { Lifecycle } from './platform/lifecycle.ts'
import type { Log } from './platform/log.ts'

/** Everything a feature may reach. `main.ts` and the tests open their own. */
export type Context = {
  config: Config
  db: Db
  cache: Cache
  likes: LikesClient
  search: SearchClient
  /** Which categories not everybody may read. */
  doors: Doors
  /** Tells people who look at a page what changes on it. */
  live: Live
  /** The acts API's count of calls to this replica's service. */
  calls: CallCounter
  /** The lines of `/logs`. */
  accessLog: AccessLog
  /** How replicas are, and what the scaler makes of it. */
  watch: Heartbeats
  lastHour: LastHour
  assets: Assets
  metrics: ReplicaMetrics
  /** Bulkheads for costly work, a few at a time. */
  bulkheads: Record<'passwords' | 'pictures' | 'papers' | 'search' | 'audit' | 'live' | 'beside', Bulkhead>
  log: Log
  lifecycle: Lifecycle
  /** Are the stores there? Names of those that are not. */
  unavailable(): Promise<string[]>
}
