import { remembered, untrueAfter } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import type { Source } from '../platform/cache.ts'
import { isDuplicate, type Sql } from '../platform/db.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { asFields, isId, textOf } from '../platform/fields.ts'
import { insertUser, type Member, memberById, memberNamed, passwordOf, type Viewer } from './queries.ts'

/** What somebody typed to sign up or in. The password is never shown again. */
export type TypedAccount = { username: string; password: string }

export const typedAccount = (body: unknown): TypedAccount => {
  const { username, password } = asFields(body)
  return { username: textOf(username).trim(), password: textOf(password) }
}

const shortestPassword = 10
const longestPassword = 200

/** What is wrong with a name and password for a new account, field by field. */
export function accountErrors({ username, password }: TypedAccount): FieldErrors {
  const length = [...password].length
  return {
    ...(/^[\p{L}\p{N}][\p{L}\p{N}_.-]{1,29}$/u.test(username)
      ? {}
      : {
          username:
            'A name has 2 to 30 letters, digits, dots, dashes or underscores and starts with a letter or digit.',
        }),
    ...(length >= shortestPassword && length <= longestPassword
      ? {}
      : { password: `A password has ${shortestPassword} to ${longestPassword} characters.` }),
  }
}

/** Stores a new member. A name that is taken is refused. */
export async function signUp({ db, cache }: Context, { username, password }: TypedAccount): Promise<number> {
  const id = await storeMember(db, username, await Bun.password.hash(password))
  await cache.forget(untrueAfter.userAddedOrChanged(username))
  return id
}

/** The part of it that belongs into a transaction. */
export async function storeMember(sql: Sql, username: string, passwordHash: string | null): Promise<number> {
  try {
    return await insertUser(sql, username, passwordHash)
  } catch (error) {
    if (isDuplicate(error)) throw new Refusal(409, 'This name is taken.', { username: 'This name is taken.' })
    throw error
  }
}

/** The member with this name and password. Says nothing of which of the two is wrong, and takes as long for either. */
export async function signIn(
  { db }: Context,
  { username, password }: TypedAccount,
): Promise<Viewer | undefined> {
  const found = await passwordOf(db, username)
  const isRight = await Bun.password.verify(password, found?.passwordHash ?? (await hashOfNobody))
  if (!found?.passwordHash || !isRight || found.disabledAt) return undefined
  return { id: found.id, name: found.name, role: found.role }
}

const hashOfNobody = Bun.password.hash(crypto.randomUUID())

/** The member with this id, or a 404. */
export async function memberByIdOrRefuse(
  { cache, db }: Context,
  id: string,
): Promise<{ member: Member; source: Source }> {
  if (!isId(id)) throw new Refusal(404, 'Nobody here has this id.')
  const { key, seconds } = remembered.userById
  const { value, source } = await cache.remember(key(Number(id)), seconds, () => memberById(db, id))
  if (!value) throw new Refusal(404, 'Nobody here has this id.')
  return { member: value, source }
}

/** The member of exactly this name, or a 404. */
export async function memberOrRefuse(
  { cache, db }: Context,
  name: string,
): Promise<{ member: Member; source: Source }> {
  const { key, seconds } = remembered.user
  const { value, source } = await cache.remember(key(name), seconds, () => memberNamed(db, name))
  if (!value) throw new Refusal(404, 'Nobody here has this name.')
  return { member: value, source }
}
