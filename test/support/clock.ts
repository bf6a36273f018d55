import type { Clock } from '../../stack/poll.ts'

/**
 * A clock that stands still but for what is waited for, which takes no time. `at` is called whenever its time
 * has changed.
 */
export function handClock(at: (ms: number) => void = () => undefined): Clock & { advance(ms: number): void } {
  let nowMs = 0
  const advance = (ms: number) => {
    nowMs += ms
    at(nowMs)
  }
  return { now: () => nowMs, pause: async (ms) => advance(ms), advance }
}
