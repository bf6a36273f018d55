import { hashOfPassword, isPassword } from '../accounts/passwords.ts'
import { memberNamed, passwordOf } from '../accounts/queries.ts'
import { removeAccount } from '../accounts/removal.ts'
import { storeMember } from '../accounts/service.ts'
import { untrueAfter } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { Refusal } from '../platform/errors.ts'
import { type Call, created, json, nothing, ok, refuseUnless, signerOf, writerOf } from './calls.ts'
import { exactFields, passwordIn, textIn } from './fields.ts'
import { usernames } from './queries.ts'

/** `POST /users` */
export async function addUser(context: Context, { request, body }: Call): Promise<Response> {
  await writerOf(context, request)
  const { username, password } = credentialsIn(await body())
  const { db, cache } = context

  // Before the password is hashed, which costs a hundred times as much.
  if (await memberNamed(db, username)) throw new Refusal(409, 'This name is taken.')
  const hash = await hashOfPassword(context, password)
  await storeMember(db, username, hash, { isAnyName: true })
  await cache.forget(untrueAfter.userAddedOrChanged(username))
  return created()
}

function credentialsIn(body: unknown) {
  const { username, password } = exactFields(body, ['username', 'password'])
  return { username: textIn(username), password: passwordIn(password) }
}

/** `GET /users` */
export async function listUsers({ db }: Context): Promise<Response> {
  const users = await usernames(db)
  return users.length === 0 ? nothing() : json(JSON.stringify(users.map(({ name }) => name)))
}

/** `DELETE /users/:username`, with ACTS_API=open alone */
export async function removeUser(context: Context, call: Call): Promise<Response> {
  const writer = await writerOf(context, call.request)
  const { username = '' } = call.params
  // An account is ended by its password alone, and this call has no place for one.
  refuseUnless(!writer, 'An account is removed on its own page, not by a token.')
  const member = await memberNamed(context.db, username)
  if (!member) throw new Refusal(404, 'There is no such user.')

  await removeAccount(context, member, { by: (await signerOf(context, call.request))?.id ?? null })
  return ok()
}

/** `POST /validate_user` */
export async function validateUser(context: Context, { body }: Call): Promise<Response> {
  const { username, password } = credentialsIn(await body())
  const user = await passwordOf(context.db, username)
  if (!user) return nothing()

  const isRight = await isPassword(context, password, user.passwordHash)
  if (!isRight || user.disabledAt) throw new Refusal(400, 'The password is wrong.')
  return ok()
}
