import type { Clock } from '../src/platform/clock.ts'
import type { Log } from '../src/platform/log.ts'
import type { Guard } from './guard.ts'
import type { Ledger } from './ledger/ledger.ts'
import type { Totals } from './publish/totals.ts'

/** Longer than any cache keeps a post's row, by far. */
const retentionMs = 10 * 60 * 1_000
const everyMs = 1_000
const collectedFromBytes = 128 * 1024 * 1024

type Parts = { ledger: Ledger; guard: Guard; totals: Totals; clock: Clock; log: Log }

/**
 * Removes, once a second, what has long been in MySQL from Redis, the journal and, when there is much of it,
 * memory.
 */
export function openRetention({ ledger, guard, totals, clock, log }: Parts) {
  let isFailing = false
  const timer = setInterval(tryToPrune, everyMs)
  return { close: () => clearInterval(timer) }

  /** Logs a failure, as with the disk full: the next run does the work. */
  function tryToPrune() {
    try {
      prune()
      isFailing = false
    } catch (error) {
      if (!isFailing) log.error('the journal could not be pruned', { error })
      isFailing = true
    }
  }

  function prune() {
    guard.closeIfDue()
    totals.hide(ledger.prune(clock() - retentionMs))
    // A rebuilding goes through the rows by their numbers.
    if (totals.state() !== 'rebuilding') ledger.compact()
    ledger.checkpointWhenIdle()
    // The columns of many posts make the collector wait for as many bytes of garbage, though they hold
    // nothing to scan.
    if (process.memoryUsage.rss() > collectedFromBytes) Bun.gc(false)
  }
}
