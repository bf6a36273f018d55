import type { Context } from '../context.ts'
import { newSecret } from '../platform/secrets.ts'
import { sha256 } from '../platform/sha256.ts'
import { deleteExpiredHalves, halfSignIn, insertHalfSignIn, type Proven, takeHalfSignIn } from './queries.ts'
import { signedIn } from './signed-in.ts'
import { takeCode } from './take-code.ts'

/**
 * Whoever gave the right password of an account with a second factor is half signed in, for ten minutes: what
 * this returns is in the form that asks for the code. What they proved was right a moment ago; it is looked
 * at again.
 */
export async function beginHalfSignIn({ db }: Context, proven: Proven): Promise<string> {
  const secret = newSecret()
  await deleteExpiredHalves(db)
  await insertHalfSignIn(db, sha256(secret), proven)
  return secret
}

/**
 * The other half: returns the cookies of a session, undefined when it took too long or the password was
 * changed meanwhile; or what is wrong with the code.
 */
export async function finishSignIn(
  context: Context,
  request: Request,
  secret: string,
  code: string,
): Promise<{ cookies: string[] | undefined } | { error: string }> {
  const key = sha256(secret)
  const proven = await halfSignIn(context.db, key)
  if (!proven) return { cookies: undefined }
  const error = await takeCode(context, proven.id, code)
  if (error) return { error }
  if (!(await takeHalfSignIn(context.db, key))) return { cookies: undefined }
  return { cookies: await signedIn(context, request, { ...proven, hasGivenCode: true }) }
}
