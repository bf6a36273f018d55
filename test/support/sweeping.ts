import { Unavailable } from '../../src/platform/errors.ts'
import type { SweepOne } from '../../src/sweeping/sweeper.ts'

/**
 * Sweeps one piece, and says that there is more when a busy database ended it: replicas come back to it a
 * second later, too.
 */
export const patiently =
  (sweepOne: SweepOne): SweepOne =>
  async (context, piece) => {
    try {
      return await sweepOne(context, piece)
    } catch (error) {
      if (error instanceof Unavailable) return true
      throw error
    }
  }
