export type Gate = ReturnType<typeof openGate>

/** What each of `walkers` passes again and again, before it does something. It can be closed for a while. */
export function openGate(walkers: number) {
  let waiting = 0
  let isClosed = false
  return {
    /** Resolves `ms` later, and not while the gate is closed. */
    async pass(ms: number): Promise<void> {
      waiting++
      await Bun.sleep(ms)
      while (isClosed) await Bun.sleep(10)
      waiting--
    },
    /** Resolves when all stand before it. What it gives opens it again. */
    async close(): Promise<() => void> {
      isClosed = true
      while (waiting < walkers) await Bun.sleep(10)
      return () => {
        isClosed = false
      }
    },
  }
}
