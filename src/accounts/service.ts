import { passwordOfApplicant } from '../applications/queries.ts'
import { cached } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { spellingsOf } from '../names/look.ts'
import type { Source } from '../platform/cache.ts'
import { Refusal } from '../platform/errors.ts'
import { composed, isId } from '../platform/fields.ts'
import { asAllowed } from './duty.ts'
import { isForeign } from './foreign-passwords.ts'
import { beginHalfSignIn } from './half-sign-ins.ts'
import { hashOfPassword, isPassword } from './passwords.ts'
import { codeIsMissing } from './proof.ts'
import {
  type Member,
  memberById,
  memberNamed,
  type Proven,
  passwordOf,
  setPassword,
  type Viewer,
} from './queries.ts'
import type { TypedAccount } from './sign-up.ts'
import { signedIn } from './signed-in.ts'
import { takeCode } from './take-code.ts'

/** Whoever gave the right password. */
type Entrant = { viewer: Viewer; proven: Proven }

/**
 * The member with this name and password; or why nobody signs in. Says nothing of which of the two is wrong,
 * and takes as long for either.
 */
async function entrant(
  context: Context,
  { username, password }: TypedAccount,
): Promise<Entrant | { error: string }> {
  const names = spellingsOf(username)
  const found = await passwordOf(context.db, ...names)
  const applicant = found ? undefined : await passwordOfApplicant(context.db, names)
  const isRight = await isPassword(context, password, found?.passwordHash ?? applicant)
  if (applicant && isRight) return { error: 'No admin has decided your application yet.' }
  if (!found?.passwordHash || !isRight || found.disabledAt) return { error: notFitting }
  const { id, name, role, hasFactor } = found
  const passwordHash = await ownHash(context, found.id, found.passwordHash, password)
  return { viewer: { id, name, role, hasFactor }, proven: { id, passwordHash } }
}

/** The hash that a password is checked by from now on: one that came from another board is made anew. */
async function ownHash(context: Context, id: number, hash: string, password: string): Promise<string> {
  if (!isForeign(hash)) return hash
  const fresh = await hashOfPassword(context, password)
  return (await setPassword(context.db, { id, passwordHash: hash }, fresh)) ? fresh : hash
}

const notFitting = 'Name and password do not fit together.'

/** The cookies of a session, or the first half of a sign-in: the second one is a code. */
export type Entered = { cookies: string[] | undefined; half?: undefined } | { half: string }

/**
 * Starts a session for the member with this name and password, half of one where a code is asked for; or says
 * why not.
 */
export async function signIn(
  context: Context,
  typed: TypedAccount,
  request: Request,
): Promise<Entered | { error: string }> {
  const found = await entrant(context, typed)
  if ('error' in found) return found
  const entered = await enter(context, request, found.proven, found.viewer.hasFactor === 1)
  // Without either the password was changed in the same moment.
  return entered.half !== undefined || entered.cookies !== undefined ? entered : { error: notFitting }
}

/** What follows a right password, or who somebody is at another service. */
export async function enter(
  context: Context,
  request: Request,
  proven: Proven,
  hasFactor: boolean,
  as: 'signed-in' | 'signed-on' = 'signed-in',
): Promise<Entered> {
  if (hasFactor) return { half: await beginHalfSignIn(context, proven) }
  return { cookies: await signedIn(context, request, proven, as) }
}

/** The same at once, for programs. Throws a 401. */
export async function signInWhole(
  context: Context,
  typed: TypedAccount,
  code: string,
  request: Request,
): Promise<{ viewer: Viewer; cookies: string[] }> {
  const { viewer, proven } = await provenWhole(context, typed, code)
  const cookies = await signedIn(context, request, proven)
  if (cookies === undefined) throw new Refusal(401, notFitting)
  return { viewer: asAllowed(context, viewer), cookies }
}

/** Returns who gave this name and password, and the code where one is needed. Throws a 401. */
export async function provenWhole(context: Context, typed: TypedAccount, code: string): Promise<Entrant> {
  const found = await entrant(context, typed)
  if ('error' in found) throw new Refusal(401, found.error)
  const { viewer, proven } = found
  const wrong = viewer.hasFactor ? await codeError(context, viewer, code) : undefined
  if (wrong) throw new Refusal(401, wrong, { code: wrong })
  return { viewer, proven: { ...proven, hasGivenCode: viewer.hasFactor === 1 } }
}

const codeError = async (context: Context, { id }: Viewer, code: string) =>
  code === '' ? codeIsMissing : takeCode(context, id, code)

/** The member with this id, or a 404. */
export async function memberByIdOrRefuse(
  { cache, db }: Context,
  id: string,
): Promise<{ member: Member; source: Source }> {
  if (!isId(id)) throw new Refusal(404, 'Nobody here has this id.')
  const { key, seconds } = cached.userById
  const { value, source } = await cache.getOrLoad(key(Number(id)), seconds, () => memberById(db, id))
  if (!value) throw new Refusal(404, 'Nobody here has this id.')
  return { member: value, source }
}

/** The member of exactly this name, or else of it as it is stored where it is typed here; or a 404. */
export async function memberOrRefuse(
  context: Context,
  name: string,
): Promise<{ member: Member; source: Source }> {
  const { cache, db } = context
  const { key, seconds } = cached.user
  const { value, source } = await cache.getOrLoad(key(name), seconds, () => memberNamed(db, name))
  if (value) return { member: value, source }
  if (composed(name) !== name) return memberOrRefuse(context, composed(name))
  throw new Refusal(404, 'Nobody here has this name.')
}
