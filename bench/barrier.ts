export type Barrier = ReturnType<typeof openBarrier>

/** What each of `walkers` passes again and again, before it does something. It can be closed for a while. */
export function openBarrier(walkers: number) {
  let waiting = 0
  let isClosed = false
  return {
    /** Resolves `ms` later, and not while the barrier is closed. */
    async pass(ms: number): Promise<void> {
      waiting++
      await Bun.sleep(ms)
      while (isClosed) await Bun.sleep(10)
      waiting--
    },
    /** Resolves when all stand before it, to a function that opens it again. */
    async close(): Promise<() => void> {
      isClosed = true
      while (waiting < walkers) await Bun.sleep(10)
      return () => {
        isClosed = false
      }
    },
  }
}
