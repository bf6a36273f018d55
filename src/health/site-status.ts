import type { SearchState } from '../finding/protocol.ts'
import type { DatabaseServer } from '../platform/db.ts'

/** What the scaler reports of the site, for `/status`. Shared with stack/scaler, which writes it. */
export type SiteState = {
  /** When it was written, ISO 8601. */
  at: string
  mode: 'native' | 'docker'
  scaling: Scaling
  /** Requests for web replicas since HAProxy's start; none of a scaler of 0.1.0. */
  counted?: number | null
  /** What the stack knows of backups, likewise. */
  backups?: Backups
  processes: ProcessState[]
  /** The last ones, newest first. */
  decisions: Decision[]
}

export type Backups = {
  last: { at: string; bytes: number } | null
  /** The last try, when it came after that. */
  failedAt: string | null
  /** When one was last restored to prove it, and all was there. */
  provenAt: string | null
  /** The last time that it was not, when it came after that. A scaler of before says none of what follows. */
  drillFailedAt?: string | null
  /** One is to be made each day. */
  isDaily?: boolean
  /** That was longer ago than a day, and two hours. */
  isLate?: boolean
  /** One was last proven longer ago than a week, and a day. */
  isDrillLate?: boolean
}

export type Scaling = {
  policy: 'load' | 'requests' | 'off'
  /** Bounds of the pool of web replicas. */
  min: number
  max: number
  /** How many there are. */
  replicas: number
  /** Load of the pool: 1 is what the policy aims at. Null while nothing is known. */
  load: number | null
  /** Requests so far in the window of the `requests` policy. */
  requestsInWindow: number | null
}

export type ProcessState = {
  name: string
  role: string
  /** As `./agora status` has it: `ready`, `starting` and so on. */
  state: string
  health: Health
  port: number
  /** The rest is known of replicas only, and null while it is not. */
  requestsPerSecond: number | null
  /** Requests it works on and that wait for it. */
  inFlight: number | null
  responseMs: number | null
  loopDelayMs: number | null
  /** Share of one core that it used. */
  busy: number | null
  memoryMb: number | null
}

/** `broken` answers errors to everything, `silent` nothing. */
export type Health = 'well' | 'draining' | 'broken' | 'silent' | 'unknown'

export type Decision = {
  at: string
  kind: 'scaled' | 'replaced' | 'failed' | 'kept'
  what: string
  reason: string
}

/** A replica's report of itself, each second. */
export type Heartbeat = {
  name: string
  /** How late a timer of 50 ms fires, on average over the last second. */
  loopDelayMs: number
  busy: number
  memoryMb: number
}

/**
 * What `/status` knows; `site` is null while the scaler reports nothing, or Redis, by which it does, is away.
 */
export type SiteStatus = {
  servedBy: string
  missing: string[]
  /** Batchers that take no likes until somebody decides. */
  parted: string[]
  /** Batchers with little room left on the disk of their journal. */
  shortOfRoom: { batcher: string; megabytes: number }[]
  /**
   * Where several servers have one content. `whole`: each may be lost. `apart`: they are all there, and do
   * not all see one another yet. `stopped`: none takes changes.
   */
  database: { state: 'whole' | 'one away' | 'apart' | 'stopped'; servers: DatabaseServer[] } | null
  /** What searches, as this replica reaches it; null while it does not. */
  search: SearchState | null
  site: SiteState | null
}
