/** A replica that sent so lately is under load, and about to send again. */
const burstMs = 10
const longestWaitMs = 1

/**
 * When to commit. A commit costs as much as many likes, so under load it waits until each replica that sent a moment
 * ago has a request in it, for a millisecond at most. A lone replica never waits for others.
 */
export function openGroupCommit(commit: () => void) {
  const lastSent = new Map<string, number>()
  let here = new Set<string>()
  let timer: Timer | undefined
  let isDue = false

  return { arrived }

  /** A request came; `sender` is its replica, where it tells. */
  function arrived(sender: string | undefined) {
    const now = performance.now()
    if (sender !== undefined) {
      lastSent.set(sender, now)
      here.add(sender)
    }
    if (isDue) return
    if (!isAnyoneExpected(now)) begin()
    else timer ??= setTimeout(begin, longestWaitMs)
  }

  function isAnyoneExpected(now: number): boolean {
    for (const [sender, at] of lastSent) {
      if (now - at > burstMs) lastSent.delete(sender)
      else if (!here.has(sender)) return true
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
      here = new Set()
      commit()
    })
  }
}
