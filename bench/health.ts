import { type BatcherStats, batcherOf, type PrivateStack } from './private-stack.ts'

/** The two that know of likes which MySQL may not have yet. While both are away nobody does. */
type Knower = 'batcher' | 'redis'

/** What the nemesis has done to those who know the totals, and what of it is over. */
export type Health = {
  /** Something is about to be done to it. Returns a function to be called when that is over. */
  harm(part: Knower): () => void
  /** From now on a store is an older one, and nobody knows. Returns a function that ends this state. */
  suspect(): () => void
  /** How often both have been away at once or a store was suspect, and whether it is so now. */
  blindness(): number
  isBlind(): boolean
  /** In words, for a report. */
  now(): string
  close(): Promise<void>
}

const everyMs = 20
/** Long before a batcher that has lost Redis answers likes without it, which it does a second later. */
const everyMsWithAllThere = 200
/** Within this time the batcher notices that Redis does not answer: it renews its lease every 300 ms. */
const noticedMs = 700

/**
 * The batcher is back when it answers, Redis when the batcher has said for some time that all totals stand
 * there; it is away, too, when the batcher says on its own that they do not, as on a machine so busy that a
 * lease ended.
 * Answers count only when nothing was done to either between question and answer.
 */
export function watchHealth(stack: PrivateStack): Health {
  const away = new Set<Knower>()
  const harmed = new Set<Knower>()
  let harms = 0
  let redisSince: number | undefined
  let blindness = 0
  let suspicions = 0
  let isClosed = false
  const watching = watch()

  return {
    harm(part) {
      harms++
      harmed.add(part)
      redisSince = undefined
      lose(part)
      return () => {
        harms++
        harmed.delete(part)
      }
    },
    suspect() {
      suspicions++
      blindness++
      return () => {
        suspicions--
      }
    },
    blindness: () => blindness,
    isBlind: () => away.size === 2 || suspicions > 0,
    now: () => (away.size === 0 ? 'with all there' : `with ${[...away].join(' and ')} away`),
    close: () => {
      isClosed = true
      return watching
    },
  }

  function lose(part: Knower) {
    if (away.size < 2 && away.add(part).size === 2) blindness++
  }

  async function watch() {
    while (!isClosed) {
      const before = harms
      const stats = await statsOf(stack).catch(() => undefined)
      if (before === harms) learn(stats)
      await Bun.sleep(away.size > 0 ? everyMs : everyMsWithAllThere)
    }
  }

  function learn(stats: BatcherStats | undefined) {
    if (stats && !harmed.has('batcher')) away.delete('batcher')
    if (stats && !stats.totalsInRedis) lose('redis')
    if (!stats?.totalsInRedis || harmed.has('redis')) redisSince = undefined
    else redisSince ??= performance.now()
    if (redisSince !== undefined && performance.now() - redisSince > noticedMs) away.delete('redis')
  }
}

/** What the batcher says of itself: in containers only replicas reach it, and they pass it on. */
export async function statsOf(stack: PrivateStack): Promise<BatcherStats> {
  if (stack.mode === 'native') return (await batcherOf(stack)).stats()
  const response = await fetch(`${stack.url}/api/audit`, { signal: AbortSignal.timeout(2_000) })
  const [stats] = ((await response.json()) as { batchers: BatcherStats[] }).batchers
  if (!stats) throw new Error('the batcher does not answer')
  return stats
}
