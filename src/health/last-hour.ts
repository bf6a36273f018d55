import type { Redis } from 'ioredis'
import type { SiteState } from './site-status.ts'

/** How the site was at one moment. What was not known then is null. */
export type Moment = {
  /** Milliseconds since 1970. */
  at: number
  /** Requests for web replicas since HAProxy's start. */
  counted: number | null
  /** Of the slowest web replica, on average. */
  responseMs: number | null
  replicas: number
  /** Likes that MySQL may not have. */
  waiting: number | null
}

/** What the scaler reported in the last hour, twice a minute, in Redis: gone with it, and then kept anew. */
export type LastHour = {
  /** Keeps a report, the first of its half minute. `waiting` is asked only then. */
  note(state: SiteState, waiting: () => Promise<number | null>, now?: number): Promise<void>
  /** Returns the moments, the oldest first; none while Redis is away. */
  read(now?: number): Promise<Moment[]>
}

const hourMs = 3_600_000
const everyMs = 30_000
/** The number changes with the shape. */
const key = 'ops:hour:1'

export function openLastHour(redis: Redis): LastHour {
  let noted = 0
  return {
    async note(state, waiting, now = Date.now()) {
      const slot = Math.floor(now / everyMs)
      if (slot === noted) return
      noted = slot
      // Reports come to whichever replica is free.
      if ((await redis.set(`${key}:${slot}`, '1', 'PX', 2 * everyMs, 'NX')) === null) return
      const moment: Moment = { ...momentOf(state), at: now, waiting: await waiting() }
      await redis
        .multi()
        .rpush(key, JSON.stringify(moment))
        .ltrim(key, -hourMs / everyMs, -1)
        .pexpire(key, hourMs)
        .exec()
    },

    async read(now = Date.now()) {
      const stored = await redis.lrange(key, 0, -1).catch(() => [])
      const moments = stored.map((text) => JSON.parse(text) as Moment)
      return moments.filter(({ at }) => at > now - hourMs).sort((a, b) => a.at - b.at)
    },
  }
}

function momentOf({ counted, scaling, processes }: SiteState) {
  const times = processes.flatMap(({ role, responseMs }) => (role === 'web' ? (responseMs ?? []) : []))
  return {
    counted: counted ?? null,
    responseMs: times.length === 0 ? null : Math.max(...times),
    replicas: scaling.replicas,
  }
}

/** A value of the site at one moment, `at` in ISO 8601. */
export type Measured = { at: string; value: number }

/** Requests a second, each between two moments. One in which HAProxy began to count anew has none. */
export function requestRates(moments: Moment[]): Measured[] {
  return moments.flatMap(({ at, counted }, index) => {
    const before = moments[index - 1]
    if (!before || counted === null || before.counted === null || counted < before.counted) return []
    return [{ at: isoOf(at), value: ((counted - before.counted) * 1_000) / (at - before.at) }]
  })
}

/** A field of each moment at which it was known. */
export const valuesOf = (moments: Moment[], field: 'responseMs' | 'replicas' | 'waiting'): Measured[] =>
  moments.flatMap((moment) => {
    const value = moment[field]
    return value === null ? [] : [{ at: isoOf(moment.at), value }]
  })

const isoOf = (at: number) => new Date(at).toISOString()
