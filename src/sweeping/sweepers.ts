import { noteLooks } from '../names/find-alike.ts'
import { lookOf, lookOfWords } from '../names/look.ts'
import { countDays } from '../overview/counting.ts'
import type { Config } from '../platform/config.ts'
import { type SweepOne, sweepAccount, sweepSome } from './sweeper.ts'

/**
 * What each role does piece by piece, beside answering: it sweeps what it may delete, looks at names that the
 * release before stored without their look, and counts what came by day.
 */
export const sweepers: Partial<Record<Config['role'], SweepOne>> = {
  web: async (context, piece) =>
    (await sweepSome(context, piece)) || noteLooks(context, 'categories', lookOfWords),
  accounts: async (context, piece) =>
    (await sweepAccount(context, piece)) || noteLooks(context, 'users', lookOf),
  admin: (context, piece) => countDays(context, piece.rows),
}
