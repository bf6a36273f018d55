/** When something was answered, and for how long nothing was. Times are `performance.now()`. */
export type Gaps = {
  answered(): void
  /** When it was answered last. */
  last(): number
  /** The longest time without an answer, in milliseconds, that overlaps the time between the two. */
  longest(from: number, to: number): number
}

/** Shorter ones are nobody's business. */
const shortestMs = 50

export function openGaps(clock = () => performance.now()): Gaps {
  const gaps: [from: number, to: number][] = []
  let last = clock()
  return {
    answered() {
      const now = clock()
      if (now - last > shortestMs) gaps.push([last, now])
      last = now
    },
    last: () => last,
    longest: (from, to) =>
      [...gaps, [last, Math.max(last, to)] as const]
        .filter(([began, ended]) => ended > from && began < to)
        .reduce((longest, [began, ended]) => Math.max(longest, ended - began), 0),
  }
}
