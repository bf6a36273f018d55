import { type Static, Type as t } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { nameInPath, segmentOf } from '../../views/names.ts'
import { invalidatedBy } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { idempotent, orGone, usedOtherwise } from '../http/idempotency/idempotency.ts'
import { pageOf, pageParams } from '../http/paging.ts'
import {
  created,
  gone,
  list,
  one,
  refuseStale,
  refuseUntagged,
  unkept,
  withCookies,
} from '../http/respond.ts'
import { rowsOfNames } from '../names/queries.ts'
import { etag, newAddress, nextPage, operation } from '../openapi/operation.ts'
import { readBody, readQuery } from '../openapi/read.ts'
import { id, nullOr, object, oneOf, time } from '../openapi/schema.ts'
import { Refusal } from '../platform/errors.ts'
import { memberOf, refuseOthers } from './access.ts'
import { code, confirmation } from './confirmation.ts'
import { refuseWhereElsewhere } from './duty.ts'
import { hashOfPassword, isPassword } from './passwords.ts'
import { notYours, provenOrRefuse, refuseTokens } from './proof.ts'
import {
  type Member,
  memberNamed,
  membersAfter,
  type Proven,
  passwordOf,
  type Token,
  tokensOf,
  type Viewer,
} from './queries.ts'
import { removeAccount } from './removal.ts'
import { scopes, scopesIn } from './scopes.ts'
import { memberOrRefuse, signInWhole } from './service.ts'
import { endSession } from './sessions.ts'
import {
  accountErrors,
  admissionOf,
  newAccount,
  storeMember,
  type TypedAccount,
  typedAccount,
} from './sign-up.ts'
import { makeToken, revokeToken, tokenDays, tokenName, tokenUse } from './tokens.ts'

/** Members, sessions and tokens for programs. */
export const accountsApi = (context: Context) =>
  new Elysia({ name: 'accounts-api', prefix: '/api' })
    .get('/users', ({ request }) => listMembers(context, request), operations.listUsers)
    .post(
      '/users',
      ({ request }) => {
        refuseWhereElsewhere(context)
        const find = (result: string | number) => memberNamed(context.db, `${result}`)
        return orGone(context, request, '', () => addMember(context, request), find)
      },
      operations.addUser,
    )
    .get(
      '/users/:name',
      async ({ request, params: { name } }) => {
        const { member, source } = await memberOrRefuse(context, nameInPath(name))
        return one(request, serializeMember(member), source)
      },
      operations.user,
    )
    .delete(
      '/users/:name',
      async ({ request, params: { name } }) => {
        const viewer = await memberOf(context, request)
        refuseTokens(request)
        const { member } = await memberOrRefuse(context, nameInPath(name))
        refuseOthers(viewer, member.id)
        const expected = (now: Member) => refuseStale(request, serializeMember(now))
        expected(member)
        const proven = await confirmed(context, request, viewer, operations.removeUser)

        const how = viewer.id === member.id ? { proven } : { by: viewer.id }
        const isGone = await removeAccount(context, member, { ...how, expected })
        if (!isGone) throw notYours('password')
        return gone()
      },
      operations.removeUser,
    )

    .get(
      '/session',
      async ({ request }) => unkept(serializeViewer(await memberOf(context, request))),
      operations.session,
    )
    .post(
      '/session',
      async ({ request }) => {
        refuseWhereElsewhere(context)
        const { code = '', ...typed } = await readBody(request, operations.startSession)
        const { viewer, cookies } = await signInWhole(context, typedAccount(typed), code, request)
        return withCookies(created('/api/session', serializeViewer(viewer)), cookies)
      },
      operations.startSession,
    )
    .delete(
      '/session',
      async ({ request }) => {
        refuseUntagged(request)
        return gone({ 'set-cookie': await endSession(context, request) })
      },
      operations.endSession,
    )

    .get(
      '/tokens',
      async ({ request }) =>
        unkept((await tokensOf(context.db, (await memberOf(context, request)).id)).map(serializeToken)),
      operations.listTokens,
    )
    .post(
      '/tokens',
      async ({ request }) => {
        const viewer = await memberOf(context, request)
        refuseTokens(request)
        const fields = await readBody(request, operations.addToken)
        const { password, code = '' } = fields
        const wanted = {
          name: tokenName(fields.name),
          ...tokenUse(fields.scopes ?? scopes, fields.days ?? tokenDays.longest),
        }
        await provenOrRefuse(context, request, viewer, { password, code })
        const { token, secret } = await orGone(
          context,
          request,
          viewer.id,
          () => makeToken(context, request, viewer, wanted),
          async (result) => (await tokensOf(context.db, viewer.id)).some(({ id }) => id === result),
        )
        return created(`/api/tokens/${token.id}`, { ...serializeToken(token), token: secret })
      },
      operations.addToken,
    )
    .delete(
      '/tokens/:id',
      async ({ request, params: { id } }) => {
        const viewer = await memberOf(context, request)
        refuseUntagged(request)
        await confirmed(context, request, viewer, operations.removeToken)
        await revokeToken(context, viewer, id)
        return gone()
      },
      operations.removeToken,
    )

async function confirmed(
  context: Context,
  request: Request,
  viewer: Viewer,
  route: { takes: { body: typeof confirmation } },
): Promise<Proven> {
  refuseTokens(request)
  const { password, code = '' } = await readBody(request, route)
  return provenOrRefuse(context, request, viewer, { password, code })
}

async function listMembers({ db }: Context, request: Request): Promise<Response> {
  const { after = '0', limit } = readQuery(request, operations.listUsers)
  const { rows, last } = pageOf(await membersAfter(db, after, limit + 1), limit)
  return list(request, rows.map(serializeMember), last && { after: `${last.id}` })
}

async function addMember(context: Context, request: Request): Promise<Response> {
  const { invite = '', ...credentials } = await readBody(request, operations.addUser)
  if ((await admissionOf(context, invite)) === 'applicant')
    throw new Refusal(403, 'One applies on the page to join, where an admin asks something.')
  const typed = newAccount(credentials)
  const errors = await accountErrors(context, typed)
  if (Object.keys(errors).length > 0) throw new Refusal(422, 'The account was not made.', errors)

  const hash = await hashOfPassword(context, typed.password)
  const { username } = typed
  const { result, isReplayed } = await idempotent(
    context,
    request,
    { by: '', content: username },
    async (sql) => {
      await storeMember(sql, username, hash, { invite })
      return username
    },
    rowsOfNames('users'),
  )
  // The key's record holds nothing by which the password could be guessed.
  if (isReplayed) await refuseOtherPassword(context, typed)
  await context.cache.invalidate(invalidatedBy.userAddedOrChanged(username))
  const { member } = await memberOrRefuse(context, result)
  return created(`/api/users/${segmentOf(result)}`, serializeMember(member))
}

async function refuseOtherPassword(context: Context, { username, password }: TypedAccount): Promise<void> {
  const found = await passwordOf(context.db, username)
  if (found && !(await isPassword(context, password, found.passwordHash))) throw usedOtherwise()
}

const serializeMember = ({ id, name, role, createdAt }: Member): Static<typeof user> => ({
  id,
  username: name,
  role,
  createdAt,
})

const serializeViewer = ({ id, name, role }: Viewer): Static<typeof viewer> => ({ id, username: name, role })

const serializeToken = ({ scopes, ...token }: Token) => ({
  ...token,
  scopes: scopes === null ? null : scopesIn(scopes),
})

const role = oneOf(['member', 'admin'])
const user = object({ id, username: t.String(), role, createdAt: time }, { $id: 'User' })
const viewer = object({ id, username: t.String(), role }, { $id: 'Viewer' })

const tokenFields = {
  id,
  name: t.String(),
  createdAt: time,
  usedAt: nullOr(time, { description: 'Within five minutes; null when it was never used.' }),
  scopes: nullOr(t.Array(oneOf(scopes)), {
    description: 'What it may be used for; null: everything, as one made before there were scopes.',
  }),
  expiresAt: nullOr(time, { description: 'When it ends; null: it has no end, as one made before.' }),
}
const secret = t.String({ pattern: '^agora_', description: 'Shown this once.' })

const credentials = object({
  username: t.String(),
  password: t.String({ judged: { minLength: 10, maxLength: 200 } }),
})

const operations = {
  listUsers: operation({
    tag: 'users',
    summary: 'A page of members',
    query: object(pageParams({ description: 'Members.' })),
    answers: { 200: t.Array(user) },
    headers: nextPage,
    problems: [422],
  }),
  addUser: operation({
    tag: 'users',
    summary: 'Makes an account',
    description: 'As SIGN_UP has it: also with an invitation, or not at all.',
    body: object({
      ...credentials.properties,
      invite: t.Optional(t.String({ description: 'What the link of an invitation ends with.' })),
    }),
    answers: { 201: user },
    headers: newAddress,
    problems: [403, 409],
    isIdempotent: true,
  }),
  user: operation({
    tag: 'users',
    summary: 'One member',
    answers: { 200: user, 304: null },
    headers: etag,
    problems: [404],
  }),
  removeUser: operation({
    tag: 'users',
    summary: 'Removes one’s own account, or an admin another one; its posts stay',
    needs: 'session',
    body: confirmation,
    answers: { 204: null },
    problems: [404, 409],
    isConditional: true,
  }),
  session: operation({
    tag: 'session',
    summary: 'Who is signed in',
    needs: 'member',
    answers: { 200: viewer },
  }),
  startSession: operation({
    tag: 'session',
    summary: 'Signs in: gives a cookie',
    body: object({ ...credentials.properties, code }),
    answers: { 201: viewer },
    headers: { 'Set-Cookie': { description: 'The session.' } },
    problems: [401],
  }),
  endSession: operation({
    tag: 'session',
    summary: 'Signs out',
    answers: { 204: null },
    isConditional: true,
  }),
  listTokens: operation({
    tag: 'tokens',
    summary: 'One’s tokens',
    needs: 'member',
    answers: { 200: t.Array(object(tokenFields, { $id: 'Token' })) },
  }),
  addToken: operation({
    tag: 'tokens',
    summary: 'Makes a token',
    description: 'Repeated with its Idempotency-Key it gives a new secret.',
    needs: 'session',
    body: object({
      name: t.String({ judged: { maxLength: 60 } }),
      scopes: t.Optional(
        t.Array(oneOf(scopes), { description: 'What it may be used for; absent: everything.' }),
      ),
      days: t.Optional(
        t.Integer({
          description: 'After how many it ends.',
          default: tokenDays.longest,
          judged: { minimum: tokenDays.shortest, maximum: tokenDays.longest },
        }),
      ),
      ...confirmation.properties,
    }),
    answers: { 201: object({ ...tokenFields, token: secret }, { $id: 'NewToken' }) },
    headers: { Location: { description: 'What to DELETE to revoke it.' } },
    isIdempotent: true,
  }),
  removeToken: operation({
    tag: 'tokens',
    summary: 'Revokes a token',
    needs: 'session',
    body: confirmation,
    answers: { 204: null },
    problems: [404],
    isConditional: true,
  }),
}
