/** How much of a turn of the event loop counts, at most. */
const beatMs = 50

let isBeating = false
let sumMs = 0
let lastAt = 0

/**
 * Returns milliseconds that only rise, and hardly do while this process comes to nothing, for want of
 * processor time or under too much of its own work. A turn of the event loop counts as 50 ms at most, however
 * long it takes. What others take to answer is measured by it: an answer that lies here unread is none that
 * is late. Costs 20 short turns a second, from its first call on.
 */
export function attendedMs(): number {
  if (!isBeating) begin()
  return sumMs + Math.min(performance.now() - lastAt, beatMs)
}

function begin() {
  isBeating = true
  lastAt = performance.now()
  const timer = setInterval(() => {
    const now = performance.now()
    sumMs += Math.min(now - lastAt, beatMs)
    lastAt = now
  }, beatMs)
  timer.unref()
}

/** Calls `late` after so many milliseconds of attention. Returns what calls that off. */
export function afterAttended(ms: number, late: () => void): () => void {
  const until = attendedMs() + ms
  let timer = setTimeout(look, ms)
  return () => clearTimeout(timer)

  function look() {
    const leftMs = until - attendedMs()
    if (leftMs <= 0) late()
    else timer = setTimeout(look, leftMs)
  }
}

/** Resolves or rejects as `promise` does, or after so much attention with what `late` returns or throws. */
export async function withinAttended<T, Late>(
  promise: Promise<T>,
  ms: number,
  late: () => Late,
): Promise<T | Late> {
  const { promise: isLate, resolve } = Promise.withResolvers<void>()
  const callOff = afterAttended(ms, resolve)
  try {
    return await Promise.race([promise, isLate.then(late)])
  } finally {
    callOff()
  }
}
