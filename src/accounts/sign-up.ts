import { language } from '../../texts/say.ts'
import { startOf } from '../../views/names.ts'
import { invalidatedBy } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import type { MailAddress } from '../mail/address.ts'
import { putMail, putPendingAddress } from '../mail/queries.ts'
import { nameAlike } from '../names/find-alike.ts'
import { lookOf, nameError, typedName } from '../names/look.ts'
import { rowsOfNames } from '../names/queries.ts'
import { isDuplicate, type Sql } from '../platform/db.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { asFields, textOf } from '../platform/fields.ts'
import { hashOfPassword, passwordError } from './passwords.ts'
import { insertUser, type Proven } from './queries.ts'

/** The fields to sign up or in, as typed. The password is never shown again. */
export type TypedAccount = { username: string; password: string }

export const typedAccount = (body: unknown): TypedAccount => {
  const { username, password } = asFields(body)
  return { username: textOf(username).trim(), password: textOf(password) }
}

/** The same for a new account: its name is stored in one form, however it was typed. */
export const newAccount = (body: unknown): TypedAccount => {
  const { username, password } = typedAccount(body)
  return { username: typedName(username), password }
}

/** Returns what is wrong with a name and password for a new account, field by field. */
export function accountErrors({ username, password }: TypedAccount): FieldErrors {
  const wrongName = nameError(username)
  const wrongPassword = passwordError(password, username)
  return {
    ...(wrongName ? { username: wrongName } : {}),
    ...(wrongPassword ? { password: wrongPassword } : {}),
  }
}

/**
 * Stores a new member, whose address gets a welcome with a link that confirms it. A name that is taken is
 * refused.
 */
export async function signUp(
  context: Context,
  { username, password }: TypedAccount,
  address?: MailAddress,
): Promise<Proven> {
  const { db, cache } = context
  const passwordHash = await hashOfPassword(context, password)
  const id = await db.transaction(async (sql) => {
    const user = await storeMember(sql, username, passwordHash)
    if (address) await welcome(sql, user, username, address)
    return user
  }, rowsOfNames('users'))
  await cache.invalidate(invalidatedBy.userAddedOrChanged(username))
  return { id, passwordHash }
}

async function welcome(sql: Sql, user: number, name: string, address: MailAddress): Promise<void> {
  await putPendingAddress(sql, user, address, language())
  await putMail(sql, { kind: 'welcome', name: startOf(name), user, address, language: language() })
}

/**
 * The part of it that belongs into a transaction. `isAnyName`: it is stored as it was sent, whatever it looks
 * like.
 */
export async function storeMember(
  sql: Sql,
  name: string,
  passwordHash: string | null,
  { isAnyName = false } = {},
): Promise<number> {
  if (!isAnyName) {
    const other = await nameAlike(sql, 'users', lookOf, name)
    if (other !== undefined) throw other === name ? taken : tooAlike
  }
  try {
    return await insertUser(sql, { name, look: lookOf(name), isTwin: isAnyName, passwordHash })
  } catch (error) {
    throw isDuplicate(error) ? taken : error
  }
}

const taken = new Refusal(409, 'This name is taken.', { username: 'This name is taken.' })
const tooAlike = new Refusal(409, 'This name looks like one that is taken.', {
  username: 'This name looks like one that is taken.',
})
