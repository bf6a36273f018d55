import { Refusal, Unavailable } from './errors.ts'

/**
 * Runs `work` when its turn comes. Throws a Refusal, 503, when too many wait already, it would wait for too
 * long, or `signal` is aborted: nobody wants it any more.
 */
export type Bulkhead = {
  <T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>
  load(): { running: number; waiting: number }
}

export type BulkheadOptions = {
  atOnce: number
  waiting?: number
  waitMs?: number
  retrySeconds?: number
  /** Called when the last one has left. */
  empty?: () => void
}

/**
 * For work that costs much memory or CPU: `atOnce` pieces of it run at a time, `waiting` more wait in the
 * order they came, for `waitMs` at most, and whoever comes then gets a 503 with `retrySeconds`.
 * Without `waiting` and `waitMs` nobody is sent away.
 */
export function openBulkhead({
  atOnce,
  waiting = Number.POSITIVE_INFINITY,
  waitMs,
  retrySeconds = 1,
  empty,
}: BulkheadOptions): Bulkhead {
  const queue: (() => void)[] = []
  let running = 0

  const entered = (signal: AbortSignal | undefined) => {
    if (running < atOnce) return void running++
    if (queue.length >= waiting) throw tooMany()
    // Whoever leaves hands on its place, so `running` stays as it is.
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    queue.push(resolve)
    const giveUp = () => {
      const at = queue.indexOf(resolve)
      if (at < 0) return
      queue.splice(at, 1)
      reject(tooMany())
    }
    const timer = waitMs === undefined ? undefined : setTimeout(giveUp, waitMs)
    signal?.addEventListener('abort', giveUp)
    return promise.finally(() => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', giveUp)
    })
  }
  const tooMany = () => {
    const headers = { 'retry-after': String(retrySeconds) }
    return new Refusal(503, 'Very many people want this at the moment. Please try again soon.', {}, headers)
  }
  const leave = () => {
    const next = queue.shift()
    if (next) return next()
    running--
    if (running === 0) empty?.()
  }

  const bulkhead = async <T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> => {
    await entered(signal)
    let over: Promise<void> | undefined
    try {
      return await work()
    } catch (error) {
      over = error instanceof Unavailable ? error.over : undefined
      throw error
    } finally {
      // Who gave up waits no longer; the place is taken until the work has ended.
      if (over) over.then(leave, leave)
      else leave()
    }
  }
  return Object.assign(bulkhead, { load: () => ({ running, waiting: queue.length }) })
}

/** Runs `work` when its turn has come for each of these names. Throws as a bulkhead does. */
type Turns = <T>(names: string[], work: () => Promise<T>) => Promise<T>

/** Opens a bulkhead for each name, which is there for as long as somebody is in it. */
export function openTurns(options: BulkheadOptions): Turns {
  const bulkheads = new Map<string, Bulkhead>()

  // All enter in one order, so no two wait for one another.
  return (names, work) => enter([...new Set(names)].sort(), work)

  function enter<T>([name, ...others]: string[], work: () => Promise<T>): Promise<T> {
    return name === undefined ? work() : bulkheadOf(name)(() => enter(others, work))
  }

  function bulkheadOf(name: string): Bulkhead {
    const there = bulkheads.get(name)
    if (there) return there
    const opened = openBulkhead({ ...options, empty: () => bulkheads.delete(name) })
    bulkheads.set(name, opened)
    return opened
  }
}
