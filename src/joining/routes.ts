import { Type as t } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { InviteMadePage, JoiningPage } from '../../views/admin-joining.tsx'
import { adminOf } from '../accounts/access.ts'
import { refuseTokens } from '../accounts/proof.ts'
import type { Viewer } from '../accounts/queries.ts'
import { applicationsWaiting } from '../applications/queries.ts'
import type { Context } from '../context.ts'
import { overtakenBy, refuseOvertaken, versionOf } from '../http/form-version.ts'
import { namedSiteOf, seeOther } from '../http/page-context.ts'
import { maxId, pageOf } from '../http/paging.ts'
import { idIn, idParam } from '../http/params.ts'
import { created, gone, list, refuseUntagged } from '../http/respond.ts'
import {
  deleteOldInvites,
  type Invite,
  insertInvite,
  inviteById,
  membersInvitedBy,
  type NewInvite,
  newestInvites,
  revokeInvite,
} from '../invites/queries.ts'
import { faultOf } from '../invites/service.ts'
import { type AdminPageContext, adminsOnly } from '../moderation/admins-only.ts'
import { stayAdmin } from '../moderation/members.ts'
import { changeSettings } from '../moderation/settings.ts'
import { nextPage, operation } from '../openapi/operation.ts'
import { readBody, readQuery } from '../openapi/read.ts'
import { count, id, nullOr, object, time } from '../openapi/schema.ts'
import { type SignUpLaw, signUpLaws } from '../platform/config.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { asFields, textOf, writtenIn } from '../platform/fields.ts'
import { newSecret } from '../platform/secrets.ts'
import { sha256 } from '../platform/sha256.ts'
import { noteAdmin } from '../removal/queries.ts'
import { signUpLaw, signUpLawIn, signUpQuestion } from '../settings/law.ts'
import { isLineOrEmpty } from '../text/seen.ts'

const invitesShown = 50
const longestNote = 100
const longestQuestion = 500
const mostUses = 10_000
const mostDays = 365
const usual = { note: '', uses: '1', days: '7' }

type Typed = typeof usual

/** How one becomes a member, as admins set it, and the invitations that they make. */
export const joining = (context: Context) => {
  const pageOfInvites = async (before: string) =>
    pageOf(await newestInvites(context.db, before, invitesShown + 1), invitesShown)

  const page = async (
    pageContext: AdminPageContext,
    refused: { typed?: Typed; law?: SignUpLaw; question?: string; errors?: FieldErrors } = {},
    before = maxId,
  ) => {
    const { rows: invites, last } = await pageOfInvites(before)
    const joined =
      invites.length > 0
        ? await membersInvitedBy(
            context.db,
            invites.map(({ id }) => id),
          )
        : []
    const now = { law: await signUpLaw(context), question: (await signUpQuestion(context)) ?? '' }
    return JoiningPage({
      ...{ pageContext, invites, next: last?.id, joined, typed: usual, errors: {} },
      laws: signUpLaws.filter((law) => law !== 'apply' || !context.config.signOn?.isOnly),
      ...now,
      version: versionOf(now.law, now.question),
      waiting: await applicationsWaiting(context.db),
      ...refused,
    })
  }

  return (
    new Elysia({ name: 'joining' })
      .get(
        '/api/invites',
        async ({ request }) => {
          await adminOf(context, request)
          const { before = maxId } = readQuery(request, operations.list)
          const { rows, last } = await pageOfInvites(before)
          return list(request, rows.map(serialize), last && { before: `${last.id}` })
        },
        operations.list,
      )
      .post(
        '/api/invites',
        async ({ request }) => {
          const admin = await adminOf(context, request)
          refuseTokens(request)
          const { note = '', uses, days = 7 } = await readBody(request, operations.add)
          const { errors, draft } = readInvite({ note, uses: `${uses}`, days: `${days}` })
          if (errors) throw new Refusal(422, 'The invitation was not made.', errors)
          const { invite, token } = await makeInvite(context, request, admin, draft)
          const link = `${namedSiteOf(context, request)}/invites/${token}`
          return created(`/api/invites/${invite.id}`, { ...serialize(invite), link })
        },
        operations.add,
      )
      .delete(
        '/api/invites/:id',
        async ({ request, params }) => {
          const admin = await adminOf(context, request)
          refuseTokens(request)
          refuseUntagged(request)
          await withdraw(context, request, admin, idIn(params.id, noSuchInvite))
          return gone()
        },
        operations.end,
      )

      .use(adminsOnly(context))
      .get('/admin/joining', ({ pageContext, request }) => page(pageContext, {}, idParam(request, 'before')))

      .post('/admin/joining', async ({ body, pageContext, request, set }) => {
        const { law: chosen, question: asked } = asFields(body)
        const law = signUpLaws.find((each) => each === chosen)
        const question = writtenIn(asked)
        const errors = {
          ...(law === undefined && { law: 'Please choose one of these.' }),
          ...(!isLineOrEmpty(question, longestQuestion) && {
            question: 'A question is one line of at most 500 ordinary characters.',
          }),
        }
        if (law === undefined || Object.keys(errors).length > 0) {
          set.status = 422
          return page(pageContext, { question, errors })
        }
        const overtaken = await overtakenBy(() =>
          changeSettings(context, request, pageContext.viewer, (settings) => {
            const now = { law: signUpLawIn(context, settings), question: settings.SIGN_UP_QUESTION ?? '' }
            refuseOvertaken(body, versionOf(now.law, now.question), 'law')
            return {
              ...(question !== now.question && { SIGN_UP_QUESTION: question }),
              ...(law !== now.law && { SIGN_UP: law }),
            }
          }),
        )
        if (!overtaken) return seeOther('/admin/joining')
        set.status = 409
        return page(pageContext, { law, question, errors: overtaken })
      })

      // The answer is the page itself, not a way to it: the link is shown this once and stands in no address.
      .post('/admin/invites', async ({ body, pageContext, request, set }) => {
        set.headers['cache-control'] = 'no-store'
        const { note, uses, days } = asFields(body)
        const typed = { note: textOf(note).trim(), uses: textOf(uses).trim(), days: textOf(days).trim() }
        const { errors, draft } = readInvite(typed)
        if (errors) {
          set.status = 422
          return page(pageContext, { typed, errors })
        }
        const { invite, token } = await makeInvite(context, request, pageContext.viewer, draft)
        return InviteMadePage({
          pageContext,
          invite,
          link: `${namedSiteOf(context, request)}/invites/${token}`,
        })
      })

      .post('/admin/invites/:id/withdraw', async ({ params, pageContext, request }) => {
        await withdraw(context, request, pageContext.viewer, idIn(params.id, noSuchInvite))
        return seeOther('/admin/joining#invites-title')
      })
  )
}

const noSuchInvite = 'There is no such invitation.'

function readInvite(
  typed: Typed,
): { errors: FieldErrors; draft?: undefined } | { errors?: undefined; draft: NewInvite } {
  const within = (text: string, most: number) =>
    /^\d{1,6}$/.test(text) && Number(text) >= 1 && Number(text) <= most
  const note = writtenIn(typed.note)
  const errors = {
    ...(!isLineOrEmpty(note, longestNote) && {
      note: 'A note is one line of at most 100 ordinary characters.',
    }),
    ...(!within(typed.uses, mostUses) && { uses: 'From 1 to 10,000.' }),
    ...(!within(typed.days, mostDays) && { days: 'From 1 to 365.' }),
  }
  if (Object.keys(errors).length > 0) return { errors }
  return { draft: { note, uses: Number(typed.uses), days: Number(typed.days) } }
}

/** Makes one. Its token is stored nowhere. */
async function makeInvite(
  { db }: Context,
  request: Request,
  admin: Viewer,
  draft: NewInvite,
): Promise<{ invite: Invite; token: string }> {
  const token = newSecret()
  const made = await db.transaction(async (sql) => {
    await stayAdmin(sql, request, admin)
    await deleteOldInvites(sql)
    const id = await insertInvite(sql, draft, sha256(token), admin.id)
    await noteAdmin(sql, 'invite', { subject: draft.note, by: admin.id })
    return id
  })
  const invite = await inviteById(db, made)
  if (!invite) throw new Refusal(404, noSuchInvite)
  return { invite, token }
}

/** Nobody joins by it from now on; who did stays. Again it changes nothing. */
async function withdraw({ db }: Context, request: Request, admin: Viewer, id: number): Promise<void> {
  await db.transaction(async (sql) => {
    await stayAdmin(sql, request, admin)
    if (!(await inviteById(sql, id))) throw new Refusal(404, noSuchInvite)
    await revokeInvite(sql, id)
  })
}

const serialize = (invite: Invite) => ({
  id: invite.id,
  note: invite.note,
  uses: invite.uses,
  used: invite.used,
  by: invite.by,
  madeAt: invite.madeAt,
  endsAt: invite.endsAt,
  isGood: faultOf(invite) === undefined,
})

const fields = {
  id,
  note: t.String(),
  uses: count,
  used: count,
  by: nullOr(t.String(), { description: 'Who made it; null: the account is gone.' }),
  madeAt: time,
  endsAt: time,
  isGood: t.Boolean({ description: 'Somebody may join by it still.' }),
}

const operations = {
  list: operation({
    tag: 'users',
    summary: 'A page of the invitations, the newest first',
    needs: 'admin',
    query: object({
      before: t.Optional(
        t.String({ pattern: '^[1-9]\\d{0,15}$', description: 'From the Link header of the page before.' }),
      ),
    }),
    answers: { 200: t.Array(object(fields, { $id: 'Invite' })) },
    headers: nextPage,
    problems: [422],
  }),
  add: operation({
    tag: 'users',
    summary: 'Makes an invitation',
    description: 'By an admin’s session, not by a token. What its link holds is shown this once.',
    needs: 'admin',
    body: object({
      note: t.Optional(t.String({ judged: { maxLength: longestNote } })),
      uses: t.Integer({ judged: { minimum: 1, maximum: mostUses }, description: 'How many may join.' }),
      days: t.Optional(
        t.Integer({
          default: 7,
          judged: { minimum: 1, maximum: mostDays },
          description: 'After how many it ends.',
        }),
      ),
    }),
    answers: { 201: object({ ...fields, link: t.String() }, { $id: 'NewInvite' }) },
    headers: { Location: { description: 'What to DELETE to withdraw it.' } },
  }),
  end: operation({
    tag: 'users',
    summary: 'Withdraws an invitation',
    description: 'By an admin’s session, not by a token. Who joined by it stays.',
    needs: 'admin',
    answers: { 204: null },
    problems: [404],
    isConditional: true,
  }),
}
