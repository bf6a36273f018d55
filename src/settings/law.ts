import type { Context } from '../context.ts'
import { type SignUpLaw, signUpLaws } from '../platform/config.ts'
import { type Settings, settingsOf } from './service.ts'

/**
 * Returns how one becomes a member now: as an admin set it last, else as the environment says. Nobody applies
 * where all sign in at another service, since an application holds a password.
 */
export const signUpLaw = async (context: Context): Promise<SignUpLaw> =>
  signUpLawIn(context, await settingsOf(context))

/** The same by these settings. */
export function signUpLawIn({ config }: Context, { SIGN_UP }: Settings): SignUpLaw {
  const law = signUpLaws.find((each) => each === SIGN_UP) ?? config.signUp
  return law === 'apply' && config.signOn?.isOnly ? 'closed' : law
}

/** Returns what an admin asks those who apply; undefined where none wrote anything. */
export async function signUpQuestion(context: Context): Promise<string | undefined> {
  const { SIGN_UP_QUESTION } = await settingsOf(context)
  return SIGN_UP_QUESTION || undefined
}
