/** A replica that sent so lately is under load, and about to send again. */
const burstMs = 10
const longestWaitMs = 1

/**
 * When to commit. A commit costs as much as many likes, so under load it waits until each replica that sent a
 * moment ago has a request in it, for a millisecond at most. A lone replica never waits for others.
 */
export function openGroupCommit(commit: () => void, now: () => number = () => performance.now()) {
  const lastSent = new Map<string, number>()
  let producersSeen = new Set<string>()
  let timer: Timer | undefined
  let isDue = false

  return { requestCame }

  /** A request came; `producer` is its replica, where it says so. */
  function requestCame(producer: string | undefined) {
    const time = now()
    if (producer !== undefined) {
      lastSent.set(producer, time)
      producersSeen.add(producer)
    }
    if (isDue) return
    if (!isAnyoneExpected(time)) begin()
    else timer ??= setTimeout(begin, longestWaitMs)
  }

  function isAnyoneExpected(time: number): boolean {
    for (const [producer, sentAt] of lastSent) {
      if (time - sentAt > burstMs) lastSent.delete(producer)
      else if (!producersSeen.has(producer)) return true
    }
    return false
  }

  /** Requests of the same turn of the event loop are in the commit, too. */
  function begin() {
    isDue = true
    clearTimeout(timer)
    setImmediate(() => {
      isDue = false
      timer = undefined
      producersSeen = new Set()
      commit()
    })
  }
}
