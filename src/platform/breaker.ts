import { attendedMs } from './attention.ts'

export type BreakerState = 'closed' | 'open' | 'half-open'

export type Breaker = {
  /**
   * Asks, and learns from how it went. Rejects as `ask` does, and at once, without asking, while the breaker
   * is not closed.
   */
  run<T>(ask: () => Promise<T>): Promise<T>
  state(): BreakerState
  /** Whatever was known is out of date, as after a new connection: it is closed again. */
  close(): void
}

export type BreakerOptions = {
  /** Asks for nothing, to see whether an answer comes: sent while the breaker is half open. */
  probe(): Promise<unknown>
  /** An answer that takes longer is as bad as none, in milliseconds. */
  slowMs?: number
  /** How long nobody is asked after the breaker opened, in milliseconds. */
  restMs?: number
  /** A clock that only rises, in milliseconds. */
  now?: () => number
}

/** Nobody was asked, because the breaker is not closed. */
export class LeftAlone extends Error {}

const failuresToOpen = 2

/**
 * A circuit breaker around a store that the site can do without: a store that hangs or crawls must not slow
 * down everyone who asks it first. It opens after two failures in a row, or when a slow answer follows a slow
 * one: the second question must have begun after the first was answered, because one stall of our own process
 * makes all that are under way slow at once. When it has rested, a probe nobody waits for decides: half open,
 * then closed or open again.
 */
export function openBreaker({
  probe,
  slowMs = 100,
  restMs = 1_000,
  now = attendedMs,
}: BreakerOptions): Breaker {
  let state: BreakerState = 'closed'
  let restUntil = 0
  let failures = 0
  let slowSince: number | undefined

  return { run, state: () => state, close }

  async function run<T>(ask: () => Promise<T>): Promise<T> {
    if (state !== 'closed') {
      if (state === 'open' && now() >= restUntil) void tryOut()
      throw new LeftAlone('it is left alone for a while')
    }
    const began = now()
    try {
      const answer = await ask()
      answered(began)
      return answer
    } catch (error) {
      if (++failures >= failuresToOpen) open()
      throw error
    }
  }

  function answered(began: number) {
    failures = 0
    const answeredAt = now()
    if (answeredAt - began <= slowMs) slowSince = undefined
    else if (slowSince === undefined) slowSince = answeredAt
    else if (began >= slowSince) open()
  }

  async function tryOut() {
    state = 'half-open'
    const began = now()
    const isThere = await probe().then(
      () => true,
      () => false,
    )
    if (isThere && now() - began <= slowMs) close()
    else open()
  }

  function open() {
    state = 'open'
    restUntil = now() + restMs
  }

  function close() {
    state = 'closed'
    failures = 0
    slowSince = undefined
  }
}
