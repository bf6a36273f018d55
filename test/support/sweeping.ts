import { Unavailable } from '../../src/platform/errors.ts'
import type { SweepOne } from '../../src/sweeping/sweeper.ts'

const patienceMs = 30_000

/**
 * Sweeps one piece, and says that there is more when a busy database ended it: replicas come back to it a
 * second later, too. Throws what ended it when none was swept for half a minute.
 */
export function patiently(sweepOne: SweepOne): SweepOne {
  let failsSince: number | undefined
  return async (context, piece) => {
    try {
      const isMore = await sweepOne(context, piece)
      failsSince = undefined
      return isMore
    } catch (error) {
      failsSince ??= performance.now()
      if (error instanceof Unavailable && performance.now() - failsSince < patienceMs) return true
      throw error
    }
  }
}
