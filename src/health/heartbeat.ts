import type { Redis } from 'ioredis'
import type { Heartbeat, SiteState } from './site-status.ts'

/** Reports of replicas about themselves and of the scaler about all, both by way of Redis. */
export type Heartbeats = {
  /** Reports how this replica is, each second until the function it returns is called. */
  report(): () => void
  /** Returns what replicas reported within the last seconds. Throws when Redis is away. */
  heartbeats(): Promise<Heartbeat[]>
  /** Stores the scaler's report for a few seconds. Throws when Redis is away. */
  publish(state: SiteState): Promise<void>
  /** Returns its last report; undefined when that is too long ago or Redis is away. */
  read(): Promise<SiteState | undefined>
}

const publishEveryMs = 1_000
/** A heartbeat older than this says nothing of now. All replicas of a site run on one clock, or nearly so. */
const freshMs = 5_000
const tickMs = 50
const reportSeconds = 10

const heartbeatsKey = 'ops:pulses'
/** The number changes with the shape, since a replica and the scaler may be of two versions for a while. */
const stateKey = 'ops:state:1'

export function openHeartbeats(redis: Redis, name: string): Heartbeats {
  const watch: Heartbeats = {
    report() {
      // Containers have new names each time; where nobody reads the heartbeats, each clears away those that
      // are gone.
      void watch.heartbeats().catch(() => undefined)
      const meter = openMeter()
      const timer = setInterval(() => {
        if (redis.status === 'ready')
          void sendHeartbeat(redis, { name, ...meter.read() }).catch(() => undefined)
      }, publishEveryMs)
      return () => {
        clearInterval(timer)
        meter.close()
      }
    },
    async heartbeats() {
      const stored = Object.entries(await redis.hgetall(heartbeatsKey))
      const read = stored.map(([of, text]) => ({
        of,
        ...(JSON.parse(text) as { at: number; pulse: Heartbeat }),
      }))
      const [fresh, stale] = [read.filter(isFresh), read.filter((each) => !isFresh(each))]
      if (stale.length > 0) await redis.hdel(heartbeatsKey, ...stale.map(({ of }) => of))
      return fresh.map(({ pulse }) => pulse)
    },
    async publish(state) {
      await redis.set(stateKey, JSON.stringify(state), 'EX', reportSeconds)
    },
    async read() {
      const text = await redis.get(stateKey).catch(() => null)
      return text === null ? undefined : (JSON.parse(text) as SiteState)
    },
  }
  return watch
}

/** One from the future was written before the clock was set back, and nobody knows when. */
const isFresh = ({ at }: { at: number }) => Math.abs(Date.now() - at) < freshMs

async function sendHeartbeat(redis: Redis, heartbeat: Heartbeat): Promise<void> {
  await redis.hset(heartbeatsKey, heartbeat.name, JSON.stringify({ at: Date.now(), pulse: heartbeat }))
}

/** Measures between two readings how late the event loop is and how much of a core this process takes. */
function openMeter() {
  let lateness = 0
  let ticks = 0
  let due = performance.now() + tickMs
  let used = process.cpuUsage()
  let since = performance.now()
  const timer = setInterval(() => {
    const now = performance.now()
    lateness += Math.max(0, now - due)
    ticks++
    due = now + tickMs
  }, tickMs)

  return {
    read(): Omit<Heartbeat, 'name'> {
      const now = performance.now()
      const spent = process.cpuUsage(used)
      const reading = {
        loopDelayMs: rounded(ticks === 0 ? now - since : lateness / ticks, 1),
        busy: rounded((spent.user + spent.system) / 1_000 / (now - since), 2),
        memoryMb: Math.round(process.memoryUsage.rss() / 2 ** 20),
      }
      lateness = 0
      ticks = 0
      used = process.cpuUsage()
      since = now
      return reading
    },
    close: () => clearInterval(timer),
  }
}

const rounded = (value: number, digits: number) => Number(value.toFixed(digits))
