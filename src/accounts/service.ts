import { cached } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { spellingsOf } from '../names/look.ts'
import type { Source } from '../platform/cache.ts'
import { Refusal } from '../platform/errors.ts'
import { isId } from '../platform/fields.ts'
import { isPassword } from './passwords.ts'
import { type Member, memberById, memberNamed, passwordOf, type Viewer } from './queries.ts'
import { startSession } from './sessions.ts'
import type { TypedAccount } from './sign-up.ts'

/**
 * Starts a session for the member with this name and password. Says nothing of which of the two is wrong, and
 * takes as long for either.
 */
export async function signIn(
  context: Context,
  { username, password }: TypedAccount,
  request: Request,
): Promise<{ viewer: Viewer; cookie: string } | undefined> {
  const found = await passwordOf(context.db, ...spellingsOf(username))
  const isRight = await isPassword(context, password, found?.passwordHash)
  if (!found?.passwordHash || !isRight) return undefined

  const { id, name, role, passwordHash } = found
  const cookie = await startSession(context, { id, passwordHash }, request)
  return cookie === undefined ? undefined : { viewer: { id, name, role }, cookie }
}

/** The member with this id, or a 404. */
export async function memberByIdOrRefuse(
  { cache, db }: Context,
  id: string,
): Promise<{ member: Member; source: Source }> {
  if (!isId(id)) throw new Refusal(404, 'Nobody here has this id.')
  const { key, seconds } = cached.userById
  const { value, source } = await cache.getOrLoad(key(Number(id)), seconds, () => memberById(db, id))
  if (!value) throw new Refusal(404, 'Nobody here has this id.')
  return { member: value, source }
}

/** The member of exactly this name, or a 404. */
export async function memberOrRefuse(
  { cache, db }: Context,
  name: string,
): Promise<{ member: Member; source: Source }> {
  const { key, seconds } = cached.user
  const { value, source } = await cache.getOrLoad(key(name), seconds, () => memberNamed(db, name))
  if (!value) throw new Refusal(404, 'Nobody here has this name.')
  return { member: value, source }
}
