import { readFileSync } from 'node:fs'
import { type Clock, steadyClock } from '../src/platform/clock.ts'

const sampledEveryMs = 1_000

type Scheduled = { ran: bigint; waited: bigint }

/**
 * Watches whether processors are short, by what this process itself gets of them. Returns a function that
 * tells whether, of late, it waited for a processor for longer than it ran on one. Where `read` returns
 * nothing, as on a system without /proc, they are never short.
 */
export function watchProcessors(read = readScheduled, now: Clock = steadyClock): () => boolean {
  let last = read()
  let lastMs = now()
  let areShort = false
  return () => {
    if (now() - lastMs < sampledEveryMs) return areShort
    const next = read()
    areShort = !!last && !!next && next.waited - last.waited > next.ran - last.ran
    last = next
    lastMs = now()
    return areShort
  }
}

/**
 * For how long this process ran on a processor and waited for one, in nanoseconds: the first two fields of
 * the file that Linux documents in its sched-stats.rst. Returns undefined where there is none.
 */
export function readScheduled(): Scheduled | undefined {
  try {
    const [ran = '', waited = ''] = readFileSync('/proc/self/schedstat', 'utf8').split(' ')
    return { ran: BigInt(ran), waited: BigInt(waited) }
  } catch {
    return undefined
  }
}
