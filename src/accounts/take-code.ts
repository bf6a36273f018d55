import type { Context } from '../context.ts'
import { noteAndTell } from '../events/note.ts'
import { countGuess, lockFactor, setLastStep, takeRecoveryCode } from '../factors/queries.ts'
import { keyOfRecoveryCode } from '../factors/recovery-codes.ts'
import { stepOfCode } from '../factors/totp.ts'
import { lockUser } from './queries.ts'

/**
 * Wrong codes of an app that one account may give within an hour: of a million there are, three are right at
 * a time. Recovery codes are not counted, as nobody guesses one: whoever spends the others' guesses locks out
 * nobody who has one.
 */
const mostGuesses = 10

/**
 * Takes a code of the member's app, or a recovery code, which is good once. Returns what is wrong with it, as
 * a sentence, or undefined. To be asked after the password, so that nobody else spends their guesses.
 */
export function takeCode(context: Context, user: number, typed: string): Promise<string | undefined> {
  const now = Date.now()
  const recovery = keyOfRecoveryCode(typed)
  return context.db.transaction(async (sql) => {
    // The member before what is theirs, as everyone who locks both does.
    const member = await lockUser(sql, user)
    const factor = await lockFactor(sql, user)
    if (!member || !factor) return 'This code is not right.'
    if (recovery) {
      if (!(await takeRecoveryCode(sql, user, recovery))) return 'This code is not right.'
      await noteAndTell(context, sql, member, 'recovery-code-used')
      return undefined
    }

    if (factor.guesses >= mostGuesses)
      return 'Too many wrong codes were given. Please use a recovery code, or try again in an hour.'
    const step = stepOfCode(factor.secret, typed, now)
    if (step === undefined) {
      await countGuess(sql, user)
      if (factor.guesses + 1 === mostGuesses) await noteAndTell(context, sql, member, 'too-many-codes')
      return 'This code is not right.'
    }
    if (step <= factor.lastStep) return 'This code was used already. Please wait for the next one.'
    await setLastStep(sql, user, step)
    return undefined
  })
}
