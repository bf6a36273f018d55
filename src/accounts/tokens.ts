import { remembered } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { Refusal } from '../platform/errors.ts'
import { type Viewer, viewerByToken } from './queries.ts'
import { hashOf } from './secrets.ts'

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
export const tokenPrefix = 'agora_'

function tokenIn(request: Request): string | undefined {
  const [, secret] = /^Bearer +(agora_[\w-]{43})$/i.exec(request.headers.get('authorization') ?? '') ?? []
  return secret
}
