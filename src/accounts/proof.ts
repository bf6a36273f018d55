import type { Context } from '../context.ts'
import { signOnState } from '../factors/queries.ts'
import { type FieldErrors, Refusal, Unavailable } from '../platform/errors.ts'
import { asFields, textOf } from '../platform/fields.ts'
import { isPassword } from './passwords.ts'
import { isCodeFresh, markCodeGiven, type Proven, passwordOf, type Viewer } from './queries.ts'
import { bySessionAlone } from './scopes.ts'
import { sessionOf, sessionSecretOf } from './sessions.ts'
import { takeCode } from './take-code.ts'
import { hasToken } from './token-sign-in.ts'

/** What is typed once more: the password, and a code where there is a second factor. */
export type Proof = { password: string; code: string }

/** The proof in a form, whose password is in the field of this name. */
export function proofIn(body: unknown, field: 'confirm' | 'current' | 'password' = 'confirm'): Proof {
  const { [field]: password, code } = asFields(body)
  return { password: textOf(password), code: textOf(code) }
}

/**
 * Returns whom a request proves to come from by the password, or by having signed in anew at the service that
 * is joined; and by a code of the second factor where there is one and none was given in this session a few
 * minutes ago. Whatever changes who somebody is (a password, an account, a role, sessions, tokens) asks for
 * them once more: a browser that was left open, or a cookie that got lost, is not enough. Returns what is
 * wrong instead where it is not right; the password's sentence is for `field`. Throws a 403 for a token,
 * whatever comes with it.
 */
export async function provenBy(
  context: Context,
  request: Request,
  { id, name }: Viewer,
  { password, code }: Proof,
  field: 'confirm' | 'current' | 'password' = 'confirm',
): Promise<{ proven: Proven; errors?: undefined } | { errors: FieldErrors; proven?: undefined }> {
  refuseTokens(request)
  const found = await passwordOf(context.db, name)
  const isRight =
    (password === '' && (await hasSignedOnAnew(context, request, id))) ||
    (await isPassword(context, password, found?.passwordHash))
  if (!found || !isRight) return { errors: { [field]: 'This is not your password.' } }

  const wrongCode = found.hasFactor ? await codeFault(context, request, id, code) : undefined
  if (wrongCode) return { errors: { code: wrongCode } }
  return { proven: { id, passwordHash: found.passwordHash, hasGivenCode: found.hasFactor === 1 } }
}

const hasSignedOnAnew = async ({ config, db }: Context, request: Request, user: number) =>
  config.signOn !== undefined && (await signOnState(db, user, sessionOf(request) ?? '')).isFresh === 1

async function codeFault(
  context: Context,
  request: Request,
  user: number,
  code: string,
): Promise<string | undefined> {
  const session = sessionOf(request) ?? ''
  if (await isCodeFresh(context.db, session)) return undefined
  if (code === '') return codeIsMissing
  const fault = await takeCode(context, user, code)
  if (!fault) await markCodeGiven(context.db, session)
  return fault
}

export const codeIsMissing = 'Please give a code of your app, too, or a recovery code.'

/** What a form asks for before something changes who one is. */
export type Asked = {
  password: boolean
  code: boolean
  /** Where one may sign in anew instead of giving the password. */
  signOn?: string
}

export async function askedOf(
  { config, db }: Context,
  request: Request,
  { id, hasFactor }: Viewer,
): Promise<Asked> {
  const session = sessionOf(request) ?? ''
  const code = hasFactor === 1 && !(await isCodeFresh(db, session))
  if (!config.signOn) return { password: true, code }
  const { isJoined, isFresh } = await signOnState(db, id, session)
  return { password: isFresh === 0, code, ...(isJoined === 1 && { signOn: config.signOn.name }) }
}

/** The same as `provenBy`, or a 422 that says what is wrong. */
export async function provenOrRefuse(
  context: Context,
  request: Request,
  viewer: Viewer,
  proof: Proof,
  field: 'confirm' | 'password' = 'password',
): Promise<Proven> {
  const { proven, errors } = await provenBy(context, request, viewer, proof, field)
  if (errors) throw unproven(errors)
  return proven
}

/** What is wrong with a proof, as a refusal. */
export const unproven = (errors: FieldErrors) =>
  new Refusal(422, Object.values(errors)[0] ?? 'This is not your password.', errors)

export const notYours = (field: string) => unproven({ [field]: 'This is not your password.' })

/**
 * The same for replicas whose database account may not read the hash of a password: asks the accounts
 * replicas, as every client does, with the cookie of who asks. Throws their 401, 403 and 422, and
 * `Unavailable` when none of them answers.
 */
export async function confirmElsewhere(
  { config }: Context,
  request: Request,
  { password, code }: Proof,
  field: 'confirm' | 'password' = 'confirm',
): Promise<void> {
  const answer = await fetch(`${config.balancerUrl}/account/confirm`, {
    method: 'POST',
    // The cookie's name holds the port that the visitor sees, which is another one here; this name is taken
    // at each.
    headers: {
      cookie: `session=${sessionSecretOf(request) ?? ''}`,
      origin: new URL(config.balancerUrl).origin,
    },
    body: new URLSearchParams({ confirm: password, code }),
    redirect: 'manual',
    signal: AbortSignal.timeout(confirmedWithinMs),
  }).catch((cause) => {
    throw new Unavailable('accounts', { cause })
  })
  if (answer.status === 401) throw new Refusal(401, 'You are signed out by now. Please sign in again.')
  if (answer.status === 422) throw unproven(await faultsIn(answer, field))
  if (!answer.ok)
    throw new Unavailable('accounts', { cause: new Error(`accounts answered ${answer.status}`) })
}

/** A replica of the release before answers with a page. */
async function faultsIn(answer: Response, field: string): Promise<FieldErrors> {
  const errors = asFields(await answer.json().catch(() => undefined))
  return textOf(errors.code) ? { code: textOf(errors.code) } : { [field]: 'This is not your password.' }
}

const confirmedWithinMs = 5_000

export function refuseTokens(request: Request): void {
  if (hasToken(request)) throw bySessionAlone()
}
