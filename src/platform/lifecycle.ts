import type { Log } from './log.ts'

export type Lifecycle = {
  /** From now on this replica answers 500 to everything: an injected fault, to see it healed. */
  fail(): void
  isFailing(): boolean
  /** True from the first SIGTERM on: `/up` then answers 503, so that the balancer sends no more. */
  isDraining(): boolean
  /** Resolves when a SIGTERM or SIGINT came and `drainMs` have passed, or it came twice. */
  stopped: Promise<void>
}

/**
 * Turns SIGTERM and SIGINT into a drain: first be unready, for `drainMs` milliseconds, then stop. Whoever
 * says it twice has seen to it that nobody is sent any more.
 */
export function openLifecycle(drainMs: number, log: Log): Lifecycle {
  let draining = false
  let broken = false
  const { promise: stopped, resolve } = Promise.withResolvers<void>()
  const drain = (signal: string) => {
    if (draining) return resolve()
    draining = true
    log.info('draining', { signal, drainMs })
    setTimeout(resolve, drainMs)
  }
  process.on('SIGTERM', drain)
  process.on('SIGINT', drain)
  return {
    isDraining: () => draining,
    stopped,
    isFailing: () => broken,
    fail() {
      broken = true
      log.warn('a fault was injected: every answer is 500')
    },
  }
}
