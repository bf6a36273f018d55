/** Runs pieces of work, so many at a time; the others wait in the order they came. */
export type Semaphore = <T>(work: () => Promise<T>) => Promise<T>

/** For a store that may be asked only so much at once. Unlike a bulkhead it sends nobody away. */
export function openSemaphore(atOnce: number): Semaphore {
  const queue: (() => void)[] = []
  let running = 0

  return async (work) => {
    if (running < atOnce) running++
    else await new Promise<void>((resolve) => queue.push(resolve))
    try {
      return await work()
    } finally {
      // Whoever leaves hands on its place, so `running` stays as it is.
      const next = queue.shift()
      if (next) next()
      else running--
    }
  }
}
