import { Refusal } from './errors.ts'

/** Runs `work` when its turn comes. Throws a Refusal, 503, when too many wait already. */
export type Gate = {
  <T>(work: () => Promise<T>): Promise<T>
  load(): { running: number; waiting: number }
}

/**
 * For work that costs much memory or CPU: `atOnce` pieces of it run at a time, `waiting` more wait in the order they
 * came, and whoever comes then is told to try again after `retrySeconds`.
 */
export function openGate({
  atOnce,
  waiting,
  retrySeconds,
}: {
  atOnce: number
  waiting: number
  retrySeconds: number
}): Gate {
  const queue: (() => void)[] = []
  let running = 0

  const entered = async () => {
    if (running < atOnce) {
      running++
      return
    }
    if (queue.length >= waiting) {
      const headers = { 'retry-after': String(retrySeconds) }
      throw new Refusal(503, 'Very many people want this at the moment. Please try again soon.', {}, headers)
    }
    // Whoever leaves hands on its place, so `running` stays as it is.
    await new Promise<void>((resolve) => queue.push(resolve))
  }
  const leave = () => {
    const next = queue.shift()
    if (next) next()
    else running--
  }

  const gate = async <T>(work: () => Promise<T>): Promise<T> => {
    await entered()
    try {
      return await work()
    } finally {
      leave()
    }
  }
  return Object.assign(gate, { load: () => ({ running, waiting: queue.length }) })
}
