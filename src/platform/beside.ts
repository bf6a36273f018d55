import type { Bulkhead } from './bulkhead.ts'
import type { Log } from './log.ts'

/**
 * Does what no request waits for, and which may be left out: two at a time of a replica, so that rows which
 * somebody holds keep two connections and no more. What does not get its turn within seconds is not done, and
 * logged as what it `says`.
 */
export function beside(
  { bulkheads, log }: { bulkheads: { beside: Bulkhead }; log: Log },
  says: string,
  work: () => Promise<unknown>,
): void {
  bulkheads.beside(work).catch((error) => log.warn(says, { error }))
}

/** How `bulkheads.beside` is opened. */
export const besideAtOnce = { atOnce: 2, waiting: 200, waitMs: 5_000 }
