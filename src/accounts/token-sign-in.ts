import { cached } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { beside } from '../platform/beside.ts'
import { Refusal } from '../platform/errors.ts'
import { sha256 } from '../platform/sha256.ts'
import { freshly } from '../platform/trace.ts'
import { refuseSuspended } from '../sanctions/refuse.ts'
import { asAllowed } from './duty.ts'
import { markTokenUsed, type Viewer, viewerByToken } from './queries.ts'
import { refuseOutOfScope, writesAsMember } from './scopes.ts'
import { usedEverySeconds } from './use.ts'

const signInFirst = (message: string) => new Refusal(401, message, {}, { 'www-authenticate': 'Bearer' })

/**
 * The member whose token is in the `Authorization` header. Throws a 401 when there is none, it is not
 * known or has ended, and a 403 outside its scopes.
 */
export async function memberByToken(context: Context, request: Request): Promise<Viewer> {
  const secret = tokenIn(request)
  if (!secret) throw signInFirst('This needs a token: Authorization: Bearer <token>.')

  const found = await holderOf(context, sha256(secret))
  if (!found) throw signInFirst('This token is not known.')
  const { scopes, expiresAt, ...viewer } = found
  if (expiresAt !== null && Date.parse(expiresAt) <= Date.now())
    throw signInFirst('This token has come to its end. Please make another one.')
  refuseOutOfScope(request, scopes)
  refuseSuspended(viewer, request)
  return asAllowed(
    context,
    writesAsMember(request, scopes) ? { ...viewer, role: 'member', moderates: null } : viewer,
  )
}

type Holder = Viewer & { scopes: string | null; expiresAt: string | null }

async function holderOf(context: Context, token: string): Promise<Holder | undefined> {
  const { key, seconds } = cached.token
  const { value } = await freshly(() =>
    context.cache.getOrLoad(key(token), seconds, () => lookUp(context, token)),
  )
  // What a replica of the release before remembered has no scopes.
  return value && value.scopes === undefined ? lookUp(context, token) : value
}

export const hasToken = (request: Request) => /^Bearer /i.test(request.headers.get('authorization') ?? '')

async function lookUp(context: Context, token: string): Promise<Holder | undefined> {
  const { db } = context
  const found = await viewerByToken(db, token)
  if (!found) return undefined
  if (found.idleSeconds === null || found.idleSeconds >= usedEverySeconds) {
    // Nobody waits for it, and missing it once does no harm.
    beside(context, 'the use of a token was not stored', () => markTokenUsed(db, token))
  }
  const { idleSeconds: _, ...holder } = found
  return holder
}

function tokenIn(request: Request): string | undefined {
  const [, secret] = /^Bearer +(agora_[\w-]{43})$/i.exec(request.headers.get('authorization') ?? '') ?? []
  return secret
}

/** Returns the SHA-256, in hex, of the request's token. */
export function tokenHashOf(request: Request): string | undefined {
  const secret = tokenIn(request)
  return secret && sha256(secret)
}
