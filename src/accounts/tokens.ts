import { say } from '../../texts/say.ts'
import { once } from '../api/once.ts'
import { remembered, untrueAfter } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { Refusal } from '../platform/errors.ts'
import { hasControlCharacters, isId, textOf } from '../platform/fields.ts'
import {
  changeToken,
  deleteToken,
  insertToken,
  type Token,
  tokenKey,
  tokensOf,
  type Viewer,
  viewerByToken,
} from './queries.ts'
import { hashOf, newSecret } from './secrets.ts'

const signInFirst = (message: string) => new Refusal(401, message, {}, { 'www-authenticate': 'Bearer' })

/** The member whose token is in the `Authorization` header. Throws a 401 when there is none or it is not known. */
export async function memberByToken({ cache, db }: Context, request: Request): Promise<Viewer> {
  const secret = tokenIn(request)
  if (!secret) throw signInFirst('This needs a token: Authorization: Bearer <token>.')

  const token = hashOf(secret)
  const { key, seconds } = remembered.token
  const { value } = await cache.remember(key(token), seconds, () => viewerByToken(db, token))
  if (!value) throw signInFirst('This token is not known.')
  return value
}

export const hasToken = (request: Request) => /^Bearer /i.test(request.headers.get('authorization') ?? '')

/** What a token looks like: its prefix lets people and scanners recognise one that got lost. */
const tokenPrefix = 'agora_'

function tokenIn(request: Request): string | undefined {
  const [, secret] = /^Bearer +(agora_[\w-]{43})$/i.exec(request.headers.get('authorization') ?? '') ?? []
  return secret
}

const longestName = 60

/** Reads a new token's name. Throws a 422. */
export function tokenName(field: unknown): string {
  const name = textOf(field).trim()
  if (name === '' || [...name].length > longestName || hasControlCharacters(name) || !name.isWellFormed()) {
    const message = say("A token's name has 1 to {longest} ordinary characters.", { longest: longestName })
    throw new Refusal(422, 'The token was not made.', { name: message })
  }
  return name
}

/**
 * Makes a token and gives its secret, which nobody can read again. Asked for again with the same Idempotency-Key, the
 * same token gets a new secret: the first one may have been lost on the way, and was not kept to be repeated.
 */
export async function makeToken(
  context: Context,
  request: Request,
  { id: user }: Viewer,
  name: string,
): Promise<{ token: Token; secret: string }> {
  const secret = tokenPrefix + newSecret()
  const { made, isRepeated } = await once(context, request, { by: user, what: name }, (sql) =>
    insertToken(sql, user, name, hashOf(secret)),
  )
  if (isRepeated) await replaceSecret(context, user, `${made}`, secret)
  await context.cache.forget(untrueAfter.tokenAddedOrRevoked(hashOf(secret)))

  const token = (await tokensOf(context.db, user)).find(({ id }) => id === made)
  if (!token) throw new Refusal(404, 'This token was revoked.')
  return { token, secret }
}

async function replaceSecret(
  { db, cache }: Context,
  user: number,
  id: string,
  secret: string,
): Promise<void> {
  const old = await tokenKey(db, user, id)
  await changeToken(db, user, id, hashOf(secret))
  if (old) await cache.forget(untrueAfter.tokenAddedOrRevoked(old))
}

/** Whoever has it is signed out at once. A 404 for what is not a token of this member. */
export async function revokeToken({ db, cache }: Context, { id: user }: Viewer, id: string): Promise<void> {
  const token = isId(id) ? await tokenKey(db, user, id) : undefined
  if (!token) throw new Refusal(404, 'There is no such token.')
  await deleteToken(db, user, id)
  await cache.forget(untrueAfter.tokenAddedOrRevoked(token))
}

/** Who is signed in by cookie: a token that got lost must not make others that outlive it. */
export function refuseTokens(request: Request): void {
  if (hasToken(request))
    throw new Refusal(403, 'Tokens are made and revoked by who signed in, not by a token.')
}
