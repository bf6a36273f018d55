import { remembered, untrueAfter } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import {
  deleteExpiredSessions,
  deleteSession,
  insertSession,
  type Viewer,
  viewerBySession,
} from './queries.ts'
import { hasToken, memberByToken } from './tokens.ts'
import { hashOf, newSecret } from './secrets.ts'

const sessionSeconds = 30 * 24 * 3_600
const cookieName = 'session'

/** Who sent this request, by token or by cookie, or undefined. Throws a 401 for a token that is not known. A session that cannot be looked up because MySQL is away counts as none. */
export async function viewerOf(context: Context, request: Request): Promise<Viewer | undefined> {
  if (hasToken(request)) return memberByToken(context, request)
  const { cache, db, log } = context
  const secret = secretIn(request)
  if (!secret) return undefined

  const token = hashOf(secret)
  const { key, seconds } = remembered.session
  try {
    return (await cache.remember(key(token), seconds, () => viewerBySession(db, token))).value
  } catch (error) {
    log.warn('a session could not be looked up', { error })
    return undefined
  }
}

/** Starts a session and gives the cookie that carries it. */
export async function startSession({ db }: Context, user: number, isSecure: boolean): Promise<string> {
  const secret = newSecret()
  await deleteExpiredSessions(db)
  await insertSession(db, hashOf(secret), user, sessionSeconds)
  return cookie(secret, sessionSeconds, isSecure)
}

/** Ends the request's session everywhere at once and gives the cookie that clears the browser's. */
export async function endSession({ cache, db }: Context, request: Request): Promise<string> {
  const secret = secretIn(request)
  if (secret) {
    const token = hashOf(secret)
    await deleteSession(db, token)
    await cache.forget(untrueAfter.sessionEnded(token))
  }
  return cookie('', 0, isSecure(request))
}

/** The visitor speaks TLS to the balancer. */
export const isSecure = (request: Request) => request.headers.get('x-forwarded-proto') === 'https'

const cookie = (secret: string, seconds: number, secure: boolean) =>
  `${cookieName}=${secret}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`

const secretIn = (request: Request) =>
  /(?:^|;\s*)session=([\w-]{43})(?:;|$)/.exec(request.headers.get('cookie') ?? '')?.[1]
