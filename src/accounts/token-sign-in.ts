import { cached } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { Refusal } from '../platform/errors.ts'
import { sha256 } from '../platform/sha256.ts'
import { freshly } from '../platform/trace.ts'
import { asAllowed } from './duty.ts'
import { markTokenUsed, type Viewer, viewerByToken } from './queries.ts'
import { usedEverySeconds } from './use.ts'

const signInFirst = (message: string) => new Refusal(401, message, {}, { 'www-authenticate': 'Bearer' })

/**
 * The member whose token is in the `Authorization` header. Throws a 401 when there is none or it is not
 * known.
 */
export async function memberByToken(context: Context, request: Request): Promise<Viewer> {
  const secret = tokenIn(request)
  if (!secret) throw signInFirst('This needs a token: Authorization: Bearer <token>.')

  const token = sha256(secret)
  const { key, seconds } = cached.token
  const { value } = await freshly(() =>
    context.cache.getOrLoad(key(token), seconds, () => lookUp(context, token)),
  )
  if (!value) throw signInFirst('This token is not known.')
  return asAllowed(context, value)
}

export const hasToken = (request: Request) => /^Bearer /i.test(request.headers.get('authorization') ?? '')

async function lookUp({ db, log }: Context, token: string): Promise<Viewer | undefined> {
  const found = await viewerByToken(db, token)
  if (!found) return undefined
  if (found.idleSeconds === null || found.idleSeconds >= usedEverySeconds) {
    // Nobody waits for it, and missing it once does no harm.
    markTokenUsed(db, token).catch((error) => log.warn('the use of a token was not stored', { error }))
  }
  const { idleSeconds: _, ...viewer } = found
  return viewer
}

function tokenIn(request: Request): string | undefined {
  const [, secret] = /^Bearer +(agora_[\w-]{43})$/i.exec(request.headers.get('authorization') ?? '') ?? []
  return secret
}
