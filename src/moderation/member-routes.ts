import { Elysia } from 'elysia'
import { MemberRow, MembersPage, PasswordLinkPage } from '../../views/admin-members.tsx'
import { askedOf, proofIn } from '../accounts/proof.ts'
import type { Context } from '../context.ts'
import { namedSiteOf, seeOther } from '../http/page-context.ts'
import { maxId } from '../http/paging.ts'
import { idIn, idParam } from '../http/params.ts'
import { type Exchange, respond } from '../http/respond.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { asFields, textOf } from '../platform/fields.ts'
import { type AdminPageContext, adminsOnly } from './admins-only.ts'
import { makePasswordLink } from './make-password-link.ts'
import { changeMember, type MemberChange, members } from './members.ts'

/** Members: their roles, shutting accounts, and links for a new password. */
export const membersAdmin = (context: Context) => {
  const page = async (pageContext: AdminPageContext, request: Request, q: string, errors?: FieldErrors) => {
    const before = idParam(request, 'before')
    const list = await members(context, q, before ?? maxId)
    const asked = await askedOf(context, request, pageContext.viewer)
    const shown = { pageContext, q, errors, isFirstPage: before === undefined, asks: asked }
    return MembersPage({ ...shown, ...list })
  }

  const orSayAtTheField = async (
    { pageContext, q, ...exchange }: Exchange & { pageContext: AdminPageContext; q: string },
    work: () => Promise<unknown>,
  ) => {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof Refusal) || !(error.fields.confirm || error.fields.code)) throw error
      return respond(exchange, {
        page: () => page(pageContext, exchange.request, q, error.fields),
        fragment: () => {
          throw error
        },
        status: 422,
      })
    }
  }

  return (
    new Elysia({ name: 'members-admin' })
      .use(adminsOnly(context))
      .get('/admin/members', ({ pageContext, request }) =>
        page(pageContext, request, new URL(request.url).searchParams.get('q') ?? ''),
      )

      .post('/admin/members/:id', ({ params: { id }, body, pageContext, request, set }) => {
        const member = idIn(id, noSuchMember)
        const q = textOf(asFields(body).q)
        return orSayAtTheField({ pageContext, q, request, set }, async () => {
          const change = changeIn(body)
          const changed = await changeMember(
            context,
            request,
            pageContext.viewer,
            proofIn(body),
            member,
            change,
          )
          return respond(
            { request, set },
            {
              page: () => seeOther(`/admin/members${asQuery(q)}#member-${changed.id}`),
              fragment: () => MemberRow({ member: changed, isSelf: false }),
            },
          )
        })
      })

      // The answer is the page itself, not a way to it: the link is shown this once and stands in no address.
      .post('/admin/members/:id/password-link', ({ params: { id }, body, pageContext, request, set }) => {
        const member = idIn(id, noSuchMember)
        set.headers['cache-control'] = 'no-store'
        const q = textOf(asFields(body).q)
        return orSayAtTheField({ pageContext, q, request, set }, async () => {
          const { token, name } = await makePasswordLink(
            context,
            request,
            pageContext.viewer,
            proofIn(body),
            member,
          )
          const link = `${namedSiteOf(context, request)}/password/${token}`
          return PasswordLinkPage({ pageContext, name, link })
        })
      })
  )
}

/** What was looked for, as it stands behind a path. */
const asQuery = (q: string) => (q === '' ? '' : `?${new URLSearchParams({ q })}`)

const noSuchMember = 'There is no such member.'

const changes = new Map<unknown, MemberChange>([
  ['make-admin', { role: 'admin' }],
  ['make-member', { role: 'member' }],
  ['disable', { isDisabled: true }],
  ['enable', { isDisabled: false }],
])

function changeIn(body: unknown): MemberChange {
  const change = changes.get(asFields(body).change)
  if (!change) throw new Refusal(422, 'This cannot be done to a member.')
  return change
}
