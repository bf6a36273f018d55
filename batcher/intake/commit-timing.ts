/** A replica that sent so lately is under load, and about to send again. */
const burstMs = 10
const longestWaitMs = 1

/**
 * When to commit. A commit costs as much as many likes, so under load it waits until each replica that sent a
 * moment ago has a request in it, for a millisecond at most. A lone replica never waits for others.
 */
export function openGroupCommit(commit: () => void, now: () => number = () => performance.now()) {
  const lastSent = new Map<string, number>()
  let arrivedFrom = new Set<string>()
  let timer: Timer | undefined
  let isDue = false

  return { arrived }

  /** A request came; `producer` is its replica, where it says so. */
  function arrived(producer: string | undefined) {
    const time = now()
    if (producer !== undefined) {
      lastSent.set(producer, time)
      arrivedFrom.add(producer)
    }
    if (isDue) return
    if (!isAnyoneExpected(time)) begin()
    else timer ??= setTimeout(begin, longestWaitMs)
  }

  function isAnyoneExpected(time: number): boolean {
    for (const [producer, sentAt] of lastSent) {
      if (time - sentAt > burstMs) lastSent.delete(producer)
      else if (!arrivedFrom.has(producer)) return true
    }
    return false
  }

  /** What else comes in the same turn of the event loop is in the commit, too. */
  function begin() {
    isDue = true
    clearTimeout(timer)
    setImmediate(() => {
      isDue = false
      timer = undefined
      arrivedFrom = new Set()
      commit()
    })
  }
}
