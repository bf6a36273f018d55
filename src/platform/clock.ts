/** Milliseconds since 1970, or thereabouts, that only rise. */
export type Clock = () => number

const startedAt = Date.now() - performance.now()

/**
 * The time of day as it was when this process started, and from then on a clock that nobody sets. What is
 * ordered, due or forgotten by it goes on when the wall clock steps. Returns whole milliseconds.
 */
export const steadyClock: Clock = () => Math.floor(startedAt + performance.now())
