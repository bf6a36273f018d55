import { Elysia } from 'elysia'
import { nameInPath, segmentOf } from '../../views/names.ts'
import { invalidatedBy } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { idempotent, orGone, usedOtherwise } from '../http/idempotency/idempotency.ts'
import { pageOf, usualLimit } from '../http/paging.ts'
import { created, gone, list, one, refuseStale, unkept } from '../http/respond.ts'
import { readBody, readQuery } from '../openapi/validate.ts'
import { Refusal } from '../platform/errors.ts'
import { textOf } from '../platform/fields.ts'
import { memberOf, refuseOthers } from './access.ts'
import { documentedAccounts as documented } from './api-document.ts'
import { hashOfPassword, isPassword } from './passwords.ts'
import { notYours, provenOrRefuse, refuseTokens } from './proof.ts'
import {
  type Member,
  memberNamed,
  membersAfter,
  type Proven,
  passwordOf,
  tokensOf,
  type Viewer,
} from './queries.ts'
import { removeAccount } from './removal.ts'
import {
  accountErrors,
  memberOrRefuse,
  newAccount,
  signIn,
  storeMember,
  type TypedAccount,
  typedAccount,
} from './service.ts'
import { endSession } from './sessions.ts'
import { makeToken, revokeToken, tokenName } from './tokens.ts'

/** Members, sessions and tokens for programs. */
export const accountsApi = (context: Context) =>
  new Elysia({ name: 'accounts-api', prefix: '/api' })
    .get('/users', ({ request }) => listMembers(context, request), documented.listUsers)
    .post(
      '/users',
      ({ request }) => {
        const find = (made: string | number) => memberNamed(context.db, `${made}`)
        return orGone(context, request, '', () => addMember(context, request), find)
      },
      documented.addUser,
    )
    .get(
      '/users/:name',
      async ({ request, params: { name } }) => {
        const { member, source } = await memberOrRefuse(context, nameInPath(name))
        return one(request, shownMember(member), source)
      },
      documented.user,
    )
    .delete(
      '/users/:name',
      async ({ request, params: { name } }) => {
        const viewer = await memberOf(context, request)
        refuseTokens(request)
        const { member } = await memberOrRefuse(context, nameInPath(name))
        refuseOthers(viewer, member.id)
        refuseStale(request, shownMember(member))
        const proven = await confirmed(context, request, viewer, documented.removeUser)

        const isGone = await removeAccount(
          context,
          member,
          viewer.id === member.id ? { proven } : { by: viewer.id },
        )
        if (!isGone) throw notYours('password')
        return gone()
      },
      documented.removeUser,
    )

    .get(
      '/session',
      async ({ request }) => unkept(shownViewer(await memberOf(context, request))),
      documented.session,
    )
    .post(
      '/session',
      async ({ request }) => {
        const signedIn = await signIn(
          context,
          typedAccount(await readBody(request, documented.startSession)),
          request,
        )
        if (!signedIn) throw new Refusal(401, 'Name and password do not fit together.')
        const { viewer, cookie } = signedIn
        return created('/api/session', shownViewer(viewer), { 'set-cookie': cookie })
      },
      documented.startSession,
    )
    .delete(
      '/session',
      async ({ request }) => gone({ 'set-cookie': await endSession(context, request) }),
      documented.endSession,
    )

    .get(
      '/tokens',
      async ({ request }) => unkept(await tokensOf(context.db, (await memberOf(context, request)).id)),
      documented.listTokens,
    )
    .post(
      '/tokens',
      async ({ request }) => {
        const viewer = await memberOf(context, request)
        refuseTokens(request)
        const { name: typed, password } = await readBody(request, documented.addToken)
        const name = tokenName(typed)
        await provenOrRefuse(context, request, viewer, textOf(password))
        const { token, secret } = await orGone(
          context,
          request,
          viewer.id,
          () => makeToken(context, request, viewer, name),
          async (made) => (await tokensOf(context.db, viewer.id)).some(({ id }) => id === made),
        )
        return created(`/api/tokens/${token.id}`, { ...token, token: secret })
      },
      documented.addToken,
    )
    .delete(
      '/tokens/:id',
      async ({ request, params: { id } }) => {
        const viewer = await memberOf(context, request)
        await confirmed(context, request, viewer, documented.removeToken)
        await revokeToken(context, viewer, id)
        return gone()
      },
      documented.removeToken,
    )

async function confirmed(
  context: Context,
  request: Request,
  viewer: Viewer,
  route: Parameters<typeof readBody>[1],
): Promise<Proven> {
  refuseTokens(request)
  const { password } = await readBody(request, route)
  return provenOrRefuse(context, request, viewer, textOf(password))
}

async function listMembers({ db }: Context, request: Request): Promise<Response> {
  const { after = '0', limit: text } = readQuery(request, documented.listUsers)
  const limit = text === undefined ? usualLimit : Number(text)

  const { rows, last } = pageOf(await membersAfter(db, after, limit + 1), limit)
  return list(request, rows.map(shownMember), last && { after: `${last.id}` })
}

async function addMember(context: Context, request: Request): Promise<Response> {
  const typed = newAccount(await readBody(request, documented.addUser))
  const errors = accountErrors(typed)
  if (Object.keys(errors).length > 0) throw new Refusal(422, 'The account was not made.', errors)

  const hash = await hashOfPassword(context, typed.password)
  const { username } = typed
  const { made, isRepeated } = await idempotent(context, request, { by: '', what: username }, async (sql) => {
    await storeMember(sql, username, hash)
    return username
  })
  // The key's record holds nothing by which the password could be guessed.
  if (isRepeated) await refuseOtherPassword(context, typed)
  await context.cache.invalidate(invalidatedBy.userAddedOrChanged(username))
  const { member } = await memberOrRefuse(context, made)
  return created(`/api/users/${segmentOf(made)}`, shownMember(member))
}

async function refuseOtherPassword(context: Context, { username, password }: TypedAccount): Promise<void> {
  const found = await passwordOf(context.db, username)
  if (found && !(await isPassword(context, password, found.passwordHash))) throw usedOtherwise()
}

const shownMember = ({ id, name, role, createdAt }: Member) => ({ id, username: name, role, createdAt })
const shownViewer = ({ id, name, role }: Viewer) => ({ id, username: name, role })
