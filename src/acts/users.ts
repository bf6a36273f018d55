import { hashOfPassword, isPassword } from '../accounts/passwords.ts'
import { memberNamed } from '../accounts/queries.ts'
import { removeAccount } from '../accounts/removal.ts'
import { storeMember } from '../accounts/sign-up.ts'
import { invalidatedBy } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { charactersAtOnce, slicesOf } from '../http/slices.ts'
import { Refusal } from '../platform/errors.ts'
import { signUpLaw } from '../settings/law.ts'
import { type Call, created, json, nothing, ok, refuseUnless, signerOf, writerOf } from './calls.ts'
import { exactFields, passwordIn, textIn } from './fields.ts'
import { inPieces, quoted } from './json-pieces.ts'
import { passwordByKey, usernameById, usernameByKey, usernamesAfter } from './queries.ts'

/** `POST /users` */
export async function addUser(context: Context, { request, body }: Call): Promise<Response> {
  const writer = await writerOf(context, request)
  // Where anyone may write by its contract, anyone adds users.
  const isFree = writer === undefined || writer.role === 'admin' || (await signUpLaw(context)) === 'open'
  refuseUnless(isFree, 'Only admins add users here: not everybody may join.')
  const { username, password } = credentialsIn(await body())
  const { db, cache } = context

  // Before the password is hashed, which costs a hundred times as much.
  if (await memberNamed(db, username)) throw new Refusal(409, 'This name is taken.')
  const hash = await hashOfPassword(context, password)
  await storeMember(db, username, hash, { isAnyName: true })
  await cache.invalidate(invalidatedBy.userAddedOrChanged(username))
  return created()
}

function credentialsIn(body: unknown) {
  const { username, password } = exactFields(body, ['username', 'password'])
  return { username: textIn(username), password: passwordIn(password) }
}

/** Header that names the one user whom a list is asked for: the SHA-256 of a name, in hex. */
export const onlyUserHeader = 'x-only-user'

const usersAtOnce = 1_000

/** `GET /users`; of one name alone for whoever looks it up. */
export async function listUsers({ db }: Context, { request }: Call): Promise<Response> {
  const only = request.headers.get(onlyUserHeader)
  const names = only !== null && /^[0-9a-f]{64}$/.test(only) ? nameOf(db, only) : allNames(db)
  const list = await inPieces('[', names, ']')
  return list === undefined ? nothing() : json(list)
}

async function* nameOf(db: Context['db'], key: string): AsyncGenerator<Iterable<string>> {
  const name = await usernameByKey(db, key)
  if (name !== undefined) yield quoted(name)
}

async function* allNames(db: Context['db']): AsyncGenerator<Iterable<string>> {
  let after: number | undefined = 0
  while (after !== undefined) {
    const page = await usernamesAfter(db, after, usersAtOnce)
    for (const { id, name: short } of page) {
      const name = short ?? (await usernameById(db, id))
      if (name !== undefined) yield quoted(name)
    }
    after = page.length < usersAtOnce ? undefined : page.at(-1)?.id
  }
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
  const user = await passwordByKey(context.db, await keyOf(username))
  if (!user) return nothing()

  const isRight = await isPassword(context, password, user.passwordHash)
  if (!isRight || user.disabledAt) throw new Refusal(400, 'The password is wrong.')
  return ok()
}

/** By which a name is found. One of megabytes is hashed in slices: else it would go to the database whole. */
async function keyOf(username: string): Promise<string> {
  const hash = new Bun.CryptoHasher('sha256')
  for (const slice of slicesOf(username)) {
    hash.update(slice)
    if (username.length > charactersAtOnce) await new Promise(setImmediate)
  }
  return hash.digest('hex')
}
