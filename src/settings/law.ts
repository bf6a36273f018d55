import type { Context } from '../context.ts'
import { type SignUpLaw, signUpLaws } from '../platform/config.ts'
import { settingsOf } from './service.ts'

/**
 * Returns how one becomes a member now: as an admin set it last, else as the environment says. Nobody applies
 * where all sign in at another service, since an application holds a password.
 */
export async function signUpLaw(context: Context): Promise<SignUpLaw> {
  const { SIGN_UP } = await settingsOf(context)
  const law = signUpLaws.find((each) => each === SIGN_UP) ?? context.config.signUp
  return law === 'apply' && context.config.signOn?.isOnly ? 'closed' : law
}

/** Returns what an admin asks those who apply; undefined where none wrote anything. */
export async function signUpQuestion(context: Context): Promise<string | undefined> {
  const { SIGN_UP_QUESTION } = await settingsOf(context)
  return SIGN_UP_QUESTION || undefined
}
