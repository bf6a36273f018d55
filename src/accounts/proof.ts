import type { Context } from '../context.ts'
import { type FieldErrors, Refusal, Unavailable } from '../platform/errors.ts'
import { isPassword } from './passwords.ts'
import { type Proven, passwordOf, type Viewer } from './queries.ts'
import { sessionSecretOf } from './sessions.ts'
import { hasToken } from './token-sign-in.ts'

/**
 * Returns whom a request proves to come from by the password, which whatever changes who somebody is (a
 * password, an account, a role, sessions, tokens) asks for once more: a browser that was left open, or a
 * cookie that got lost, is not enough. Returns undefined when it is not the password. Throws a 403 for a
 * token, whatever comes with it: it has neither a scope nor an end.
 */
export async function provenBy(
  context: Context,
  request: Request,
  { id, name }: Viewer,
  password: string,
): Promise<Proven | undefined> {
  refuseTokens(request)
  const found = await passwordOf(context.db, name)
  const isRight = await isPassword(context, password, found?.passwordHash)
  return isRight && found?.passwordHash ? { id, passwordHash: found.passwordHash } : undefined
}

/** The same, or a 422 that says so of `field`. */
export async function provenOrRefuse(
  context: Context,
  request: Request,
  viewer: Viewer,
  password: string,
  field: 'confirm' | 'password' = 'password',
): Promise<Proven> {
  const proven = await provenBy(context, request, viewer, password)
  if (!proven) throw notYours(field)
  return proven
}

export const notYours = (field: keyof typeof notYourPassword) =>
  new Refusal(422, 'This is not your password.', notYourPassword[field])

const notYourPassword = {
  confirm: { confirm: 'This is not your password.' },
  password: { password: 'This is not your password.' },
} satisfies Record<string, FieldErrors>

/**
 * The same for replicas whose database account may not read the hash of a password: asks the accounts
 * replicas, as every client does, with the cookie of who asks. Throws their 401, 403 and 422, and
 * `Unavailable` when none of them answers.
 */
export async function confirmElsewhere(
  { config }: Context,
  request: Request,
  password: string,
): Promise<void> {
  const answer = await fetch(`${config.balancerUrl}/account/confirm`, {
    method: 'POST',
    // The cookie's name holds the port that the visitor sees, which is another one here; this name is taken
    // at each.
    headers: {
      cookie: `session=${sessionSecretOf(request) ?? ''}`,
      origin: new URL(config.balancerUrl).origin,
    },
    body: new URLSearchParams({ confirm: password }),
    redirect: 'manual',
    signal: AbortSignal.timeout(confirmedWithinMs),
  }).catch((cause) => {
    throw new Unavailable('accounts', { cause })
  })
  if (answer.status === 401) throw new Refusal(401, 'You are signed out by now. Please sign in again.')
  if (answer.status === 422) throw notYours('confirm')
  if (!answer.ok)
    throw new Unavailable('accounts', { cause: new Error(`accounts answered ${answer.status}`) })
}

const confirmedWithinMs = 5_000

export function refuseTokens(request: Request): void {
  if (hasToken(request))
    throw new Refusal(403, 'This is done by who signed in with a password, not by a token.')
}
