import { pause as rest } from '../../src/platform/async.ts'
import type { Clock } from '../../src/platform/clock.ts'
import type { Db } from '../../src/platform/db.ts'
import type { Log } from '../../src/platform/log.ts'
import type { Failpoint } from '../failpoint.ts'
import type { Decision, Ledger } from '../ledger/ledger.ts'
import { apply, effectiveLikes } from './apply.ts'
import type { Pause } from './pause.ts'
import { nothingToReconcile, openReconciliation } from './reconcile.ts'

const longestBackoffMs = 5_000
/** A flush takes along likes that have waited for eleven twelfths of their time, 55 s of a minute. */
const soonMsPerSecond = 1_000 / 12
const checkEveryMs = 5

type Parts = {
  name: string
  db: Db
  ledger: Ledger
  log: Log
  settings: { flushSeconds: number; flushEveryMs: number }
  pause: Pause
  failpoint: Failpoint
  clock: Clock
  /** Called with how long each try took. */
  flushed: (seconds: number) => void
  /** Called with rows whose total turned out to be another than was thought. */
  onCorrected: (rows: number[]) => void
  /** Called when nothing that was known of posts before holds any more. */
  onFollowed: () => void
}

/**
 * Brings waiting likes to MySQL: one batch at a time, each exactly once. `ledger/journal.ts` has the
 * argument.
 */
export function openFlusher({ settings, pause, failpoint, flushed, onCorrected, ...parts }: Parts) {
  const { name, db, ledger, log, clock } = parts
  const stores = ledger.isApart ? openReconciliation({ ...parts, onCorrected }) : nothingToReconcile(ledger)
  let failures = 0
  let failuresInARow = 0
  /** All that waits since then or longer is due, whatever its time. */
  let allBefore = 0
  let isStopped = false
  let lastTry = Promise.resolve()
  let nap = new AbortController()
  const running = keepFlushing()

  return { flushAll, idle, stop, decide, parted: stores.parted, failures: () => failures }

  async function keepFlushing() {
    while (!isStopped) {
      const startedAt = performance.now()
      try {
        await stores.carryOutDecision()
        if (!pause.isPaused()) await flushWhatIsDue()
        failuresInARow = 0
      } catch (error) {
        failures++
        failuresInARow++
        log.warn('likes could not be written to MySQL yet', { batch: ledger.queue()[0]?.number, error })
      }
      const tookMs = performance.now() - startedAt
      await sleep(failuresInARow > 0 ? backoff() : settings.flushEveryMs - tookMs)
    }
  }

  async function flushWhatIsDue() {
    await stores.compareIfDue(ledger.isDue(dueBefore()))
    // It may have been paused meanwhile, and whoever did so waits for the last try alone.
    if (pause.isPaused() || !stores.isAgreed() || !ledger.isDue(dueBefore())) return
    lastTry = timed(flush)
    await lastTry
  }

  async function timed(work: () => Promise<void>) {
    const startedAt = performance.now()
    await work().finally(() => flushed((performance.now() - startedAt) / 1_000))
  }

  /** With what is due goes what soon will be, so that a quiet board does not make a batch of every like. */
  async function flush() {
    const batch = ledger.nextBatch(dueBefore() + settings.flushSeconds * soonMsPerSecond)
    await ledger.kept()
    const { outcome, gone, previous } = await apply(db, name, batch, failpoint, ledger.shared?.settle)
    if (outcome === 'applied') return ledger.acknowledge(batch, gone)
    if (outcome === 'conflict') return stores.invalidate()
    const effective = await effectiveLikes(db, batch.memberLikes)
    onCorrected(ledger.amend(batch, effective, previous))
    log.warn('members or posts are gone, so a batch was corrected', { number: batch.number })
  }

  function dueBefore(): number {
    return Math.max(allBefore, clock() - settings.flushSeconds * 1_000)
  }

  function backoff(): number {
    return Math.min(longestBackoffMs, 100 * 2 ** failuresInARow) * (0.5 + Math.random() / 2)
  }

  async function sleep(ms: number) {
    if (isStopped || ms <= 0) return
    nap = new AbortController()
    await rest(ms, nap.signal)
  }

  /**
   * Makes all that waits now due. Resolves to whether MySQL has it, which is false when it doesn't within
   * `withinMs`.
   */
  async function flushAll(withinMs: number): Promise<boolean> {
    const deadline = performance.now() + withinMs
    const before = clock()
    allBefore = Math.max(allBefore, before)
    nap.abort()
    if (!(await becomes(() => (ledger.oldestSince() ?? Number.POSITIVE_INFINITY) > before, deadline)))
      return false
    const { number } = ledger.newest()
    return becomes(() => (ledger.queue()[0]?.number ?? Number.POSITIVE_INFINITY) > number, deadline)
  }

  /**
   * Resolves to true when the condition is true, to false when it can't become true, or not by the deadline.
   */
  async function becomes(condition: () => boolean, deadline: number): Promise<boolean> {
    while (!condition() && !stores.parted() && !isStopped && performance.now() < deadline)
      await Bun.sleep(checkEveryMs)
    return !stores.parted() && !isStopped && condition()
  }

  /**
   * Resolves when no batch is on its way to MySQL any more. To be called under a pause, so that none follows.
   */
  async function idle() {
    await lastTry.catch(() => {})
  }

  /** Takes MySQL's history for the journal's own. Resolves to false when there is nothing to decide. */
  function decide(decision: Decision): Promise<boolean> {
    const isDone = stores.decide(decision)
    nap.abort()
    return isDone
  }

  /** Resolves when the try under way has ended. */
  async function stop() {
    isStopped = true
    nap.abort()
    await running
  }
}
