import { language, say } from '../../texts/say.ts'
import { startOf } from '../../views/names.ts'
import {
  applicantLooking,
  applicationsWaiting,
  deleteOldApplications,
  insertApplication,
} from '../applications/queries.ts'
import { invalidatedBy } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { joinBy, refuseUnlessInvited } from '../invites/service.ts'
import type { MailAddress } from '../mail/address.ts'
import { putMail, putPendingAddress } from '../mail/queries.ts'
import { nameAlike } from '../names/find-alike.ts'
import { casesOf, lookOf, typedName } from '../names/look.ts'
import { chosenNameError } from '../names/name-error.ts'
import { lockNames, rowsOfNames } from '../names/queries.ts'
import { isDuplicate, type Sql } from '../platform/db.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { asFields, textOf } from '../platform/fields.ts'
import { signUpLaw } from '../settings/law.ts'
import { isSeen } from '../text/seen.ts'
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
export async function accountErrors(
  context: Context,
  { username, password }: TypedAccount,
): Promise<FieldErrors> {
  const wrongName = await chosenNameError(context, username)
  const wrongPassword = passwordError(password, username)
  return {
    ...(wrongName ? { username: wrongName } : {}),
    ...(wrongPassword ? { password: wrongPassword } : {}),
  }
}

/** Whoever comes now may become this: a member at once, or one who applies and waits for an admin. */
export type Admission = 'member' | 'applicant'

/**
 * Returns what somebody may become here, with an invitation or without one. Throws a 403 where nobody joins,
 * or none without an invitation.
 */
export async function admissionOf(context: Context, invite: string): Promise<Admission> {
  const law = await signUpLaw(context)
  if (law === 'closed') throw new Refusal(403, 'This board takes no new members.')
  if (law === 'open' || invite !== '') return 'member'
  if (law === 'apply') return 'applicant'
  throw new Refusal(403, 'One joins this board by invitation: please open the link of yours.')
}

/**
 * Stores a new member, whose address gets a welcome with a link that confirms it. A name that is taken is
 * refused, and so is an invitation that is not good any more.
 */
export async function signUp(
  context: Context,
  { username, password }: TypedAccount,
  { address, invite = '' }: { address?: MailAddress | undefined; invite?: string } = {},
): Promise<Proven> {
  const { db, cache } = context
  const passwordHash = await hashOfPassword(context, password)
  const id = await db.transaction(async (sql) => {
    const user = await storeMember(sql, username, passwordHash, { invite })
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
 * like. `invite`: what they join by, one use of which goes.
 */
export async function storeMember(
  sql: Sql,
  name: string,
  passwordHash: string | null,
  { isAnyName = false, invite = '' } = {},
): Promise<number> {
  // Before anything is read: a name that another one adds at this moment is seen then.
  if (!isAnyName) await lockNames(sql, 'users')
  // Before the name is looked at: who was not invited is not told who is a member.
  if (invite !== '') await refuseUnlessInvited(sql, invite)
  if (!isAnyName) await refuseNameAlike(sql, name)
  const user = await insertOrRefuse(sql, name, passwordHash, isAnyName)
  if (invite !== '') await joinBy(sql, invite, user)
  return user
}

async function insertOrRefuse(sql: Sql, name: string, passwordHash: string | null, isTwin: boolean) {
  try {
    return await insertUser(sql, { name, look: lookOf(name), isTwin, passwordHash })
  } catch (error) {
    throw isDuplicate(error) ? taken : error
  }
}

async function refuseNameAlike(sql: Sql, name: string): Promise<void> {
  const other = await nameAlike(sql, 'users', lookOf, name)
  if (other !== undefined) throw other === name ? taken : tooAlike
}

/** What those who apply are asked, which question their form had, and what they answer. */
export type Answered = { question: string; answered: string; answer: string }

/** Returns what is wrong with the answer of an application. */
export function answerErrors({ question, answered, answer }: Answered): FieldErrors {
  if (answered !== question) return { answer: 'The question is another by now. Please answer this one.' }
  if (!isSeen(answer)) return { answer: 'Please answer this: an admin decides by it.' }
  if ([...answer].length > longestAnswer)
    return { answer: say('At most {longest} characters.', { longest: longestAnswer }) }
  return {}
}

/**
 * Notes that somebody wants to join, until an admin decides. A name that a member has, or another who
 * applied, is refused. Throws a 503 where very many wait.
 */
export async function applyToJoin(
  context: Context,
  { username, password }: TypedAccount,
  { question, answer }: Answered,
  address?: MailAddress,
): Promise<void> {
  const passwordHash = await hashOfPassword(context, password)
  await context.db.transaction(async (sql) => {
    await refuseNameAlike(sql, username)
    await deleteOldApplications(sql)
    const other = await applicantLooking(sql, casesOf(username).map(lookOf))
    if (other !== undefined) throw other === username ? taken : tooAlike
    if ((await applicationsWaiting(sql)) >= mostWaiting)
      throw new Refusal(503, 'Many others have applied and wait. Please come again in some days.')
    const asked = { question: [...question].slice(0, longestQuestion).join(''), answer }
    const applicant = { name: username, look: lookOf(username), passwordHash, address, language: language() }
    await insertApplication(sql, { ...applicant, ...asked })
  }, rowsOfNames('users'))
}

const longestQuestion = 500
const longestAnswer = 2_000
/** Applications that nobody has decided. */
const mostWaiting = 500

const taken = new Refusal(409, 'This name is taken.', { username: 'This name is taken.' })
const tooAlike = new Refusal(409, 'This name looks like one that is taken.', {
  username: 'This name looks like one that is taken.',
})
