import { say } from '../../texts/say.ts'
import { invalidatedBy } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { noteAndTell, noteEvent } from '../events/note.ts'
import { idempotent } from '../http/idempotency/idempotency.ts'
import { Refusal } from '../platform/errors.ts'
import { isId, textOf } from '../platform/fields.ts'
import { newSecret } from '../platform/secrets.ts'
import { sha256 } from '../platform/sha256.ts'
import { lineFault } from '../text/seen.ts'
import {
  changeToken,
  deleteToken,
  insertToken,
  lockToken,
  lockUser,
  type Token,
  tokensOf,
  type Viewer,
} from './queries.ts'
import { type Scope, scopes } from './scopes.ts'
import { sessionOf } from './sessions.ts'

/** The form of a token: its prefix lets people and scanners recognise one that got lost. */
const tokenPrefix = 'agora_'

const longestName = 60
/** A member has one for each of their programs. */
const mostTokens = 100

const tooMany = () => {
  const message = say('You have {most} tokens, as many as one may have. Revoke one that you do not use.', {
    most: mostTokens,
  })
  return new Refusal(422, message, { name: message })
}

/** Reads a new token's name. Throws a 422. */
export function tokenName(field: unknown): string {
  const name = textOf(field).trim()
  const fault = lineFault(name, longestName)
  if (fault && fault !== 'piled') {
    const message = say("A token's name has 1 to {longest} ordinary characters.", { longest: longestName })
    throw new Refusal(422, 'The token was not made.', { name: message })
  }
  return name
}

/** The days after which a token may end. */
export const tokenDays = { shortest: 1, longest: 365 } as const

/** A token that somebody asks for. */
type Wanted = { name: string; scopes: readonly Scope[]; days: number }

/** Reads for what and for how long a new token is to be good. Throws a 422. */
export function tokenUse(wanted: readonly Scope[], days: number): Pick<Wanted, 'scopes' | 'days'> {
  if (wanted.length === 0) {
    const message = 'Please choose what the token may be used for.'
    throw new Refusal(422, 'The token was not made.', { scopes: message })
  }
  if (!Number.isInteger(days) || days < tokenDays.shortest || days > tokenDays.longest) {
    const message = say('A token ends after {shortest} to {longest} days.', tokenDays)
    throw new Refusal(422, 'The token was not made.', { days: message })
  }
  // In one order, each once.
  return { scopes: scopes.filter((each) => wanted.includes(each)), days }
}

/**
 * Makes a token and returns its secret, which nobody can read again. Asked for again with the same
 * Idempotency-Key, the same token gets a new secret: the first one may have been lost on the way, and was not
 * stored to be repeated.
 */
export async function makeToken(
  context: Context,
  request: Request,
  viewer: Viewer,
  { name, scopes, days }: Wanted,
): Promise<{ token: Token; secret: string }> {
  const user = viewer.id
  const secret = tokenPrefix + newSecret()
  const wanted = { name, scopes: scopes.join(' '), days }
  const { result, isReplayed } = await idempotent(
    context,
    request,
    { by: user, content: JSON.stringify(wanted) },
    async (sql) => {
      await lockUser(sql, user)
      if ((await tokensOf(sql, user)).length >= mostTokens) throw tooMany()
      const id = await insertToken(sql, sessionOf(request) ?? '', user, wanted, sha256(secret))
      if (id === undefined) throw new Refusal(401, 'You are signed out by now. Please sign in again.')
      await noteAndTell(context, sql, viewer, 'token-made', name)
      return id
    },
  )
  if (isReplayed) await replaceSecret(context, user, `${result}`, secret)
  await context.cache.invalidate(invalidatedBy.tokenAddedOrRevoked(sha256(secret)))

  const token = (await tokensOf(context.db, user)).find(({ id }) => id === result)
  if (!token) throw new Refusal(404, 'This token was revoked.')
  return { token, secret }
}

async function replaceSecret(
  { db, cache }: Context,
  user: number,
  id: string,
  secret: string,
): Promise<void> {
  const old = await db.transaction(async (sql) => {
    const found = await lockToken(sql, user, id)
    await changeToken(sql, user, id, sha256(secret))
    return found?.token
  })
  if (old) await cache.invalidate(invalidatedBy.tokenAddedOrRevoked(old))
}

/** Signs out whoever has the token, at once. Throws a 404 for what is not a token of this member. */
export async function revokeToken({ db, cache }: Context, { id: user }: Viewer, id: string): Promise<void> {
  if (!isId(id)) throw new Refusal(404, 'There is no such token.')
  const token = await db.transaction(async (sql) => {
    const found = await lockToken(sql, user, id)
    if (!found) return undefined
    await deleteToken(sql, user, id)
    await noteEvent(sql, user, 'token-revoked', found.name)
    return found.token
  })
  if (!token) throw new Refusal(404, 'There is no such token.')
  await cache.invalidate(invalidatedBy.tokenAddedOrRevoked(token))
}
