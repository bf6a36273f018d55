import { type Proof, provenBy, refuseTokens } from '../accounts/proof.ts'
import {
  holdPassword,
  lockUser,
  type Proven,
  passwordOf,
  signInsOf,
  type Viewer,
} from '../accounts/queries.ts'
import { type Entered, enter, provenWhole } from '../accounts/service.ts'
import { sessionOf } from '../accounts/sessions.ts'
import { admissionOf, storeMember, type TypedAccount } from '../accounts/sign-up.ts'
import { invalidatedBy, type SignIn } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { noteAndTell } from '../events/note.ts'
import { groupsWithClaims } from '../groups/queries.ts'
import { chosenNameError } from '../names/name-error.ts'
import { rowsOfNames } from '../names/queries.ts'
import { isDuplicate, type Sql } from '../platform/db.ts'
import { type FieldErrors, Refusal, RefusalLeadingOn } from '../platform/errors.ts'
import { newSecret } from '../platform/secrets.ts'
import { sha256 } from '../platform/sha256.ts'
import { fillGroups, followGroups } from './groups.ts'
import { anew, type Identity } from './provider.ts'
import {
  accountOfIdentity,
  deleteExpiredSignOns,
  deleteSignOn,
  type GroupRoles,
  type HalfSignOn,
  halfSignOn,
  insertHalfSignOn,
  insertSignOn,
  type JoinedAccount,
  markSignedOn,
  type SignOn,
  signOnOf,
  takeHalfSignOn,
} from './queries.ts'

/** What follows a sign-in at the other service: a session here, or the choice of an account. */
export type SignOnResult = { entered: Entered } | { half: string; knownAs: string } | { isSame: true }

/**
 * Signs in here whoever signed in at the other service. Throws a 403 where their account here is shut, a 409
 * where another one is signed in.
 */
export async function signInAs(
  context: Context,
  request: Request,
  viewer: Viewer | undefined,
  identity: Identity,
  isAnew: boolean,
): Promise<SignOnResult> {
  const account = await accountOfIdentity(context.db, identity.key)
  const roles = await rolesOf(context, identity)
  if (!account) return { half: await beginHalf(context, identity, roles), knownAs: identity.name }
  if (account.disabledAt) throw new Refusal(403, 'Your account here is shut. Please ask an admin.')
  if (viewer && viewer.id !== account.id)
    throw new Refusal(409, 'This sign-in belongs to another account here. Please sign out of this one first.')
  await followGroups(context, account, roles)
  if (!viewer) return { entered: await enterJoined(context, request, account) }
  if (isAnew) await markSignedOn(context.db, sessionOf(request) ?? '', account.id)
  return { isSame: true }
}

async function rolesOf({ config, db }: Context, { groups }: Identity): Promise<GroupRoles> {
  const isIn = (group: string | undefined) => group !== undefined && groups.includes(group)
  const filled = await groupsWithClaims(db)
  return {
    isAdmin: isIn(config.signOn?.adminGroup),
    isModerator: isIn(config.signOn?.moderatorGroup),
    inGroups: filled.flatMap(({ id, claim }) => (isIn(claim) ? [id] : [])),
  }
}

const enterJoined = (context: Context, request: Request, { id, passwordHash, hasFactor }: JoinedAccount) =>
  enter(context, request, { id, passwordHash }, hasFactor === 1, 'signed-on')

async function beginHalf({ db }: Context, { key, name }: Identity, roles: GroupRoles): Promise<string> {
  const secret = newSecret()
  await deleteExpiredSignOns(db)
  const knownAs = [...name].slice(0, 60).join('')
  await insertHalfSignOn(db, sha256(secret), { identity: key, knownAs, ...roles })
  return secret
}

const rolesAtHalf = ({ isAdmin, isModerator, claims }: HalfSignOn): GroupRoles => ({
  isAdmin: isAdmin === 1,
  isModerator: isModerator === 1,
  inGroups: claims === '' ? [] : claims.split(',').map(Number),
})

/** Returns who the form with this secret is of. Throws a 422 when it is too old or was sent already. */
export async function halfOf({ db }: Context, secret: string): Promise<HalfSignOn> {
  const half = await halfSignOn(db, sha256(secret))
  if (!half) throw tooLate()
  return half
}

/** Why whoever signed in gets no new account here, as a sentence; undefined where they do. */
export async function whyNoAccount(context: Context, invite: string): Promise<string | undefined> {
  try {
    const admission = await admissionOf(context, invite)
    return admission === 'applicant' ? applyFirst : undefined
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 403) throw error
    return error.message
  }
}

const applyFirst = 'Here one applies first, on the page to join, and joins that account to this then.'

/**
 * Makes a new account for whoever signed in, as SIGN_UP has it; or says what is wrong with its name. Throws a
 * 403 where there are none.
 */
export async function makeAccount(
  context: Context,
  request: Request,
  secret: string,
  name: string,
  invite: string,
): Promise<{ entered: Entered } | { errors: FieldErrors }> {
  const half = await halfOf(context, secret)
  const why = await whyNoAccount(context, invite)
  if (why !== undefined) throw new Refusal(403, why)
  const wrong = await chosenNameError(context, name)
  if (wrong) return { errors: { username: wrong } }
  try {
    const id = await context.db.transaction(async (sql) => {
      const user = await storeMember(sql, name, null, { invite })
      await take(sql, secret, user, half)
      return user
    }, rowsOfNames('users'))
    await context.cache.invalidate(invalidatedBy.userAddedOrChanged(name))
    return { entered: await enterHalf(context, request, { id, name }, half) }
  } catch (error) {
    if (error instanceof Refusal && Object.keys(error.fields).length > 0) return { errors: error.fields }
    throw error
  }
}

/** Joins an account to whoever signed in, for who gives its name and password; or says what is wrong. */
export async function joinByPassword(
  context: Context,
  request: Request,
  secret: string,
  typed: TypedAccount,
  code: string,
): Promise<{ entered: Entered } | { errors: FieldErrors }> {
  const half = await halfOf(context, secret)
  try {
    const { viewer, proven } = await provenWhole(context, typed, code)
    await join(context, secret, viewer, proven, half)
    await followGroups(context, viewer, rolesAtHalf(half))
    // The code, if one was asked for, was given just now.
    return { entered: await enter(context, request, proven, false, 'signed-on') }
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 401) throw error
    return { errors: Object.keys(error.fields).length > 0 ? error.fields : { password: error.message } }
  }
}

/** The same for who is signed in here; or says what is wrong with their proof. */
export async function joinOwn(
  context: Context,
  request: Request,
  secret: string,
  viewer: Viewer,
  proof: Proof,
): Promise<FieldErrors | undefined> {
  refuseTokens(request)
  const half = await halfOf(context, secret)
  const { proven, errors } = await provenBy(context, request, viewer, proof)
  if (errors) return errors
  await join(context, secret, viewer, proven, half)
  await followGroups(context, viewer, rolesAtHalf(half))
  return undefined
}

/** Returns why an account is not parted from the other service, as a sentence; undefined where it may be. */
export async function whyItStays(
  { config, db }: Context,
  { name }: Viewer,
  { madeAdmin, madeModerator }: SignOn,
): Promise<string | undefined> {
  if (madeAdmin) return 'You are an admin by a group there, so it stays.'
  if (madeModerator) return 'You are a moderator by a group there, so it stays.'
  const account = await passwordOf(db, name)
  if (!account?.passwordHash || config.signOn?.isOnly)
    return 'This is the only way into your account, so it stays.'
  return undefined
}

/**
 * Parts an account from the other service; or says what is wrong with the proof. Throws a 409 where nothing
 * else would lead into the account.
 */
export async function part(
  context: Context,
  request: Request,
  viewer: Viewer,
  proof: Proof,
): Promise<FieldErrors | undefined> {
  refuseTokens(request)
  const signOn = await signOnOf(context.db, viewer.id)
  const why = signOn && (await whyItStays(context, viewer, signOn))
  if (why) throw new Refusal(409, why)
  const { proven, errors } = await provenBy(context, request, viewer, proof)
  if (errors) return errors
  let left: SignIn[] = []
  const wrong = await context.db.transaction(async (sql) => {
    left = []
    if (!(await holdPassword(sql, proven))) return { confirm: 'This is not your password.' }
    if (!(await deleteSignOn(sql, viewer.id))) return undefined
    await noteAndTell(context, sql, viewer, 'sign-on-parted')
    if (await fillGroups(sql, viewer.id, [])) left.push(...(await signInsOf(sql, viewer.id)))
    return undefined
  })
  // Whoever was in a group by one there reads nothing of it any more.
  await context.cache.invalidate(invalidatedBy.signInsChanged(left))
  return wrong
}

async function join(
  context: Context,
  secret: string,
  viewer: Viewer,
  proven: Proven,
  half: HalfSignOn,
): Promise<void> {
  await context.db.transaction(async (sql) => {
    await lockUser(sql, viewer.id)
    if (!(await holdPassword(sql, proven))) throw tooLate()
    await take(sql, secret, viewer.id, half)
    await noteAndTell(context, sql, viewer, 'sign-on-joined')
  })
}

/** Uses a half up, once, for this account. */
async function take(sql: Sql, secret: string, user: number, { identity }: HalfSignOn): Promise<void> {
  if (!(await takeHalfSignOn(sql, sha256(secret)))) throw tooLate()
  try {
    await insertSignOn(sql, user, identity)
  } catch (error) {
    if (!isDuplicate(error)) throw error
    throw new Refusal(409, 'This account or this sign-in is joined to another one already.')
  }
}

async function enterHalf(
  context: Context,
  request: Request,
  { id, name }: { id: number; name: string },
  half: HalfSignOn,
): Promise<Entered> {
  await followGroups(context, { id, name }, rolesAtHalf(half))
  return enter(context, request, { id, passwordHash: null }, false, 'signed-on')
}

const tooLate = () => new RefusalLeadingOn(422, 'This took too long. Please begin again.', anew)
