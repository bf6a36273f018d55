import type { Language } from '../../texts/languages.ts'
import { cached, invalidatedBy, type SignIn } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { isSecure } from '../http/secure.ts'
import { chosenLanguage, languageCookie } from '../language/choice.ts'
import { beside } from '../platform/beside.ts'
import type { Sql } from '../platform/db.ts'
import { newSecret } from '../platform/secrets.ts'
import { sha256 } from '../platform/sha256.ts'
import { currentTrace, freshly } from '../platform/trace.ts'
import { refuseSuspended } from '../sanctions/refuse.ts'
import { asAllowed } from './duty.ts'
import {
  chosenBy,
  deleteExpiredSessions,
  deleteFeedKeyOf,
  deleteHalvesOf,
  deleteSession,
  deleteSessionOf,
  deleteSessionsOf,
  deleteTokensOf,
  insertPasskeySession,
  insertSession,
  lockUser,
  markSessionUsed,
  noteVisit,
  type Proven,
  type Session,
  sessionsBeyond,
  sessionsOf,
  setLanguage,
  signInsOf,
  type Viewer,
  viewerBySession,
} from './queries.ts'
import { hasToken, memberByToken, tokenHashOf } from './token-sign-in.ts'
import { usedEverySeconds } from './use.ts'

const sessionSeconds = 30 * 24 * 3_600
const longestAgent = 255

/**
 * Returns who sent this request, by token or by cookie, or undefined. Throws a 401 for a token that is not
 * known, and a 503 when it cannot be looked up: who is signed in is not taken for somebody who isn't.
 */
export async function viewerOf(context: Context, request: Request): Promise<Viewer | undefined> {
  const viewer = await foundViewer(context, request)
  const trace = viewer && currentTrace()
  if (trace) trace.isMember = true
  return viewer
}

async function foundViewer(context: Context, request: Request): Promise<Viewer | undefined> {
  if (hasToken(request)) return memberByToken(context, request)
  const known = lookedUp.get(request)
  if (known && lookedUp.delete(request)) return known
  const token = sessionOf(request)
  if (!token) return undefined

  const { key, seconds } = cached.session
  const signedIn = freshly(() => context.cache.getOrLoad(key(token), seconds, () => lookUp(context, token)))
  const { value } = await signedIn
  if (!value) return undefined
  refuseSuspended(value, request)
  return asAllowed(context, value)
}

/** Whom the gate of a closed board has looked up a moment ago. */
const lookedUp = new WeakMap<Request, Viewer>()

/** Tells `viewerOf` who sent this request, for whoever asks next. */
export const rememberOnce = (request: Request, viewer: Viewer) => lookedUp.set(request, viewer)

/** Returns the key by which the request's sign-in is remembered, if it has one. */
export function signInKeyOf(request: Request): string | undefined {
  if (hasToken(request)) return cached.token.key(tokenHashOf(request) ?? '')
  const token = sessionOf(request)
  return token && cached.session.key(token)
}

async function lookUp(context: Context, token: string): Promise<Viewer | undefined> {
  const { db } = context
  const found = await viewerBySession(db, token)
  if (!found) return undefined
  if (found.idleSeconds >= usedEverySeconds) {
    // Nobody waits for it, and missing it once does no harm.
    beside(context, 'the use of a session was not stored', () => markSessionUsed(db, token))
  }
  const { idleSeconds: _, awaySeconds, ...viewer } = found
  if ((awaySeconds ?? usedEverySeconds) >= usedEverySeconds)
    beside(context, 'a visit was not stored', () => noteVisit(db, found.id))
  return viewer
}

/** Has a member looked up anew, wherever they are signed in. */
export async function forgetViewer({ cache, db }: Context, member: number): Promise<void> {
  const signIns = await signInsOf(db, member)
  await cache.invalidate(invalidatedBy.signInsChanged(signIns))
}

/** Returns the id of the request's session, if it has one: the SHA-256 of its cookie, in hex. */
export function sessionOf(request: Request): string | undefined {
  const secret = sessionSecretOf(request)
  return secret && sha256(secret)
}

/** Returns the content of the request's cookie. */
export function sessionSecretOf(request: Request): string | undefined {
  const cookies = request.headers.get('cookie')
  if (!cookies) return undefined
  const secrets = new Map(
    [...cookies.matchAll(sessionCookies)].map(([, name = '', secret = '']) => [name, secret]),
  )
  // The cookie of 0.1.0 is called `session` at whatever port.
  return secrets.get(nameAtPort(request, 'session')) ?? secrets.get('session')
}

const sessionCookies = /(?<=^|;\s*)(session(?:-\d+)?)=([\w-]{43})(?=;|$)/g

/**
 * The name of a cookie. Browsers send a host's cookies to all its ports: by this name two sites on one host
 * keep theirs apart.
 */
export function nameAtPort(request: Request, name: string): string {
  const { port } = new URL(request.url)
  return port === '' ? name : `${name}-${port}`
}

/** A member's sessions; whoever signs in once more ends the one that was used longest ago. */
const mostSessions = 100

/**
 * Starts a session for who has just given the right password, and a code where they have a second factor.
 * Returns the cookies for it; undefined when one of them was changed meanwhile.
 */
export const startSession = (
  context: Context,
  proven: Proven,
  request: Request,
): Promise<string[] | undefined> =>
  begin(context, request, proven.id, (token, agent) =>
    insertSession(context.db, token, proven, sessionSeconds, agent),
  )

/** The same for who has just signed by a passkey; undefined when it was removed meanwhile. */
export const startPasskeySession = (
  context: Context,
  passkey: { id: number; user: number },
  request: Request,
): Promise<string[] | undefined> =>
  begin(context, request, passkey.user, (token, agent) =>
    insertPasskeySession(context.db, token, passkey, sessionSeconds, agent),
  )

async function begin(
  { db, cache }: Context,
  request: Request,
  id: number,
  insert: (token: string, agent: string) => Promise<boolean>,
): Promise<string[] | undefined> {
  const secret = newSecret()
  await deleteExpiredSessions(db)
  const hasBegun = await insert(sha256(secret), agentOf(request))
  const tooMany = await sessionsBeyond(db, id, mostSessions)
  for (const { token } of tooMany) await deleteSessionOf(db, id, token)
  await cache.invalidate(tooMany.flatMap(({ token }) => invalidatedBy.sessionEnded(token)))
  if (!hasBegun) return undefined
  const language = await ownLanguage(db, request, id)
  return [cookie(request, secret, sessionSeconds), ...(language ? [languageCookie(request, language)] : [])]
}

/** The language that a member chose, by which their browser is told; else the one chosen in it is theirs. */
async function ownLanguage(db: Sql, request: Request, member: number): Promise<Language | undefined> {
  const own = await chosenBy(db, member)
  const here = chosenLanguage(request)
  if (!own && here) await setLanguage(db, member, here)
  return own
}

/** What a browser calls itself. */
export const agentOf = (request: Request) =>
  [...(request.headers.get('user-agent') ?? '')].slice(0, longestAgent).join('')

/** Where who signed out is led: past where they may sign out of the other service, too. */
export const afterSignOut = ({ config }: Context) => (config.signOn ? '/login/single-sign-on/out' : '/')

/** Ends the request's session everywhere at once and returns the cookie that clears the browser's. */
export async function endSession({ cache, db }: Context, request: Request): Promise<string> {
  const token = sessionOf(request)
  if (token) {
    await deleteSession(db, token)
    await cache.invalidate(invalidatedBy.sessionEnded(token))
  }
  return clearedCookie(request)
}

/** A member's sessions, the one used last first. */
export const sessionsOfMember = ({ db }: Context, user: number): Promise<Session[]> => sessionsOf(db, user)

/** Ends one session of this member's, at once. Of anybody else's it ends nothing. */
export async function endSessionOf({ cache, db }: Context, user: number, token: string): Promise<void> {
  const { affectedRows } = await deleteSessionOf(db, user, token)
  if (affectedRows > 0) await cache.invalidate(invalidatedBy.sessionEnded(token))
}

/**
 * Ends all sessions of this member at once, and what else reads in their name, tokens and the address of
 * their feeds, if `withTokens`: for a cookie that got lost.
 */
export async function signOutEverywhere(
  { cache, db }: Context,
  user: number,
  { withTokens }: { withTokens: boolean },
): Promise<void> {
  const ended = await db.transaction(async (sql) => {
    await lockUser(sql, user)
    return endSignIns(sql, user, { withTokens })
  })
  await cache.invalidate(invalidatedBy.signInsChanged(ended))
}

/**
 * The part of it that belongs into a transaction, in which the member's row is held. Returns what is to be
 * forgotten.
 */
export async function endSignIns(
  sql: Sql,
  user: number,
  { withTokens }: { withTokens: boolean },
): Promise<SignIn[]> {
  const signIns = await signInsOf(sql, user)
  await deleteSessionsOf(sql, user)
  await deleteHalvesOf(sql, user)
  if (withTokens) {
    await deleteTokensOf(sql, user)
    await deleteFeedKeyOf(sql, user)
  }
  return signIns
}

/** The cookie that clears the browser's. */
export const clearedCookie = (request: Request) => cookie(request, '', 0)

function cookie(request: Request, secret: string, seconds: number): string {
  const secure = isSecure(request) ? '; Secure' : ''
  return `${nameAtPort(request, 'session')}=${secret}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure}`
}
