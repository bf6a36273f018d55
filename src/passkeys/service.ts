import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import { startOf } from '../../views/names.ts'
import { refuseWhereElsewhere } from '../accounts/duty.ts'
import { type Proof, provenBy, refuseTokens, unproven } from '../accounts/proof.ts'
import { lockUser, type Viewer } from '../accounts/queries.ts'
import { agentOf, sessionOf, startPasskeySession } from '../accounts/sessions.ts'
import type { Context } from '../context.ts'
import { noteAndTell, noteEvent } from '../events/note.ts'
import { type PasskeySite, passkeySite } from '../factors/passkey-site.ts'
import {
  countPasskey,
  credentialsOf,
  deleteExpiredChallenges,
  deletePasskey,
  insertPasskey,
  passkeyOfCredential,
  passkeysOf,
  putChallenge,
  takeChallenge,
} from '../factors/queries.ts'
import { isDuplicate } from '../platform/db.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { isId } from '../platform/fields.ts'
import { newSecret } from '../platform/secrets.ts'
import { sha256 } from '../platform/sha256.ts'
import { lineFault } from '../text/seen.ts'

/** It is 30 MB of a process, for whom nobody pays who has no use for it. */
const webauthn = () => import('@simplewebauthn/server')

const mostPasskeys = 20
const longestName = 60

/**
 * What a device is asked for to make a passkey of this member's; or what is wrong with the name or the proof,
 * field by field.
 */
export async function beginPasskey(
  context: Context,
  request: Request,
  viewer: Viewer,
  typed: string,
  proof: Proof,
): Promise<{ options: object; errors?: undefined } | { errors: FieldErrors }> {
  refuseTokens(request)
  refuseWhereElsewhere(context)
  const site = siteOrRefuse(context, request)
  const { errors } = nameIn(typed) ?? (await provenBy(context, request, viewer, proof))
  if (errors) return { errors }
  const known = await credentialsOf(context.db, viewer.id)
  if (known.length >= mostPasskeys) throw new Refusal(409, 'You have as many passkeys as one may have.')

  const { generateRegistrationOptions } = await webauthn()
  const options = await generateRegistrationOptions({
    rpName: site.name,
    rpID: site.name,
    userID: new TextEncoder().encode(`${viewer.id}`),
    userName: startOf(viewer.name),
    userDisplayName: startOf(viewer.name),
    challenge: await newChallenge(context, viewer.id),
    excludeCredentials: known.map(({ credentialId }) => ({ id: base64url(credentialId) })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  })
  return { options }
}

/** Adds the passkey that a device made. Throws a 422 for one that is not what it was asked for. */
export async function addPasskey(
  context: Context,
  request: Request,
  viewer: Viewer,
  typed: string,
  response: unknown,
): Promise<void> {
  refuseTokens(request)
  refuseWhereElsewhere(context)
  const site = siteOrRefuse(context, request)
  const wrongName = nameIn(typed)
  if (wrongName) throw unproven(wrongName.errors)
  const { verifyRegistrationResponse } = await webauthn()
  const { registrationInfo } = await orRefuse(context, () =>
    verifyRegistrationResponse({
      response: response as RegistrationResponseJSON,
      ...expectedOf(context, site, viewer.id),
    }),
  )
  if (!registrationInfo) throw notTaken()
  const { id, publicKey, counter } = registrationInfo.credential
  const credentialId = Buffer.from(id, 'base64url')
  try {
    await context.db.transaction(async (sql) => {
      await lockUser(sql, viewer.id)
      if ((await passkeysOf(sql, viewer.id)).length >= mostPasskeys)
        throw new Refusal(409, 'You have as many passkeys as one may have.')
      const passkey = { name: typed.trim(), key: sha256(id), credentialId, publicKey, counter }
      if (!(await insertPasskey(sql, sessionOf(request) ?? '', viewer.id, passkey)))
        throw new Refusal(401, 'You are signed out by now. Please sign in again.')
      await noteAndTell(context, sql, viewer, 'passkey-added', typed.trim())
    })
  } catch (error) {
    if (isDuplicate(error)) throw new Refusal(409, 'This passkey is there already.')
    throw error
  }
}

/** Throws a 404 for what is not a passkey of this member; or says what is wrong with the proof. */
export async function removePasskey(
  context: Context,
  request: Request,
  viewer: Viewer,
  id: string,
  proof: Proof,
): Promise<FieldErrors | undefined> {
  const { errors } = await provenBy(context, request, viewer, proof)
  if (errors) return errors
  await context.db.transaction(async (sql) => {
    await lockUser(sql, viewer.id)
    const name = isId(id) ? await deletePasskey(sql, viewer.id, id) : undefined
    if (name === undefined) throw new Refusal(404, 'There is no such passkey.')
    await noteAndTell(context, sql, viewer, 'passkey-removed', name)
  })
  return undefined
}

/** What a device is asked to sign, by any passkey that it has for this board. */
export async function beginPasskeySignIn(context: Context, request: Request): Promise<object> {
  refuseWhereElsewhere(context)
  const site = siteOrRefuse(context, request)
  const { generateAuthenticationOptions } = await webauthn()
  return generateAuthenticationOptions({
    rpID: site.name,
    challenge: await newChallenge(context, null),
    userVerification: 'required',
  })
}

/**
 * The cookies of a session of whoever has the passkey that signed. Throws a 422 where it is not trusted.
 */
export async function signInByPasskey(context: Context, request: Request, sent: unknown): Promise<string[]> {
  refuseWhereElsewhere(context)
  const site = siteOrRefuse(context, request)
  const response = sent as AuthenticationResponseJSON
  const id = typeof response?.id === 'string' ? response.id : ''
  const passkey = await passkeyOfCredential(context.db, sha256(id))
  if (!passkey) throw new Refusal(422, 'This passkey belongs to no account here. Was it removed?')
  const { verifyAuthenticationResponse } = await webauthn()
  const { verified, authenticationInfo } = await orRefuse(context, () =>
    verifyAuthenticationResponse({
      response,
      ...expectedOf(context, site, null),
      // Its counter is looked at below, so that what is said is true.
      credential: { id, publicKey: passkey.publicKey, counter: 0 },
    }),
  )
  if (!verified) throw notTaken()
  if (!(await countPasskey(context.db, passkey.id, passkey.counter, authenticationInfo.newCounter))) {
    await tellOfCopy(context, passkey.user)
    throw new Refusal(
      422,
      'This passkey was used elsewhere: somebody may have a copy. Sign in by password, and remove it.',
    )
  }
  const cookies = await startPasskeySession(context, passkey, request)
  if (!cookies) throw notTaken()
  await noteEvent(context.db, passkey.user, 'passkey-sign-in', agentOf(request))
  return cookies
}

const tellOfCopy = (context: Context, user: number) =>
  context.db.transaction(async (sql) => {
    const member = await lockUser(sql, user)
    if (member) await noteAndTell(context, sql, member, 'passkey-copied')
  })

type Site = Extract<PasskeySite, { name: string }>

function siteOrRefuse(context: Context, request: Request): Site {
  const site = passkeySite(context, request)
  if (site.fault) throw new Refusal(409, 'Passkeys do not work at this address of the board.')
  return site
}

async function newChallenge({ db }: Context, user: number | null): Promise<Uint8Array<ArrayBuffer>> {
  const challenge = newSecret()
  await deleteExpiredChallenges(db)
  await putChallenge(db, sha256(challenge), user)
  return new Uint8Array(Buffer.from(challenge, 'base64url'))
}

/** Each challenge is taken once, whatever comes of it. */
const expectedOf = ({ db }: Context, { origin, name }: Site, user: number | null) => ({
  expectedChallenge: (challenge: string) => takeChallenge(db, sha256(challenge), user),
  expectedOrigin: origin,
  expectedRPID: name,
  requireUserVerification: true,
})

/** What the library throws says in English for programmers what was wrong: it is logged. */
async function orRefuse<T>({ log }: Context, verify: () => Promise<T>): Promise<T> {
  try {
    return await verify()
  } catch (error) {
    if (error instanceof Refusal) throw error
    log.info('a passkey was not taken', { error })
    throw notTaken()
  }
}

const notTaken = () => new Refusal(422, 'This passkey was not taken. Please try again, or use your password.')

function nameIn(typed: string): { errors: FieldErrors } | undefined {
  const fault = lineFault(typed.trim(), longestName)
  return fault && fault !== 'piled'
    ? { errors: { name: "A passkey's name has 1 to 60 ordinary characters." } }
    : undefined
}

const base64url = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')
