import { Elysia } from 'elysia'
import { MemberRow, MembersPage } from '../../views/admin-members.tsx'
import { fromTheTop } from '../board/queries.ts'
import type { Context } from '../context.ts'
import { isFragmentRequest, seeOther } from '../frame.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { asFields, isId, textOf } from '../platform/fields.ts'
import { type AdminFrame, adminsOnly } from './guard.ts'
import { changeMember, type MemberChange, members } from './members.ts'

/** Members: their roles, and shutting accounts. */
export const memberRoutes = (context: Context) => {
  const page = async (frame: AdminFrame, request: Request, errors?: FieldErrors) => {
    const { searchParams } = new URL(request.url)
    const [q, before] = [searchParams.get('q') ?? '', searchParams.get('before') ?? '']
    const list = await members(context, q, isId(before) ? before : fromTheTop)
    return MembersPage({ frame, q, errors, ...list })
  }

  return new Elysia({ name: 'member-routes' })
    .use(adminsOnly(context))
    .get('/admin/members', ({ frame, request }) => page(frame, request))

    .post('/admin/members/:id', async ({ params: { id }, body, frame, request, set }) => {
      if (!isId(id)) throw new Refusal(404, 'There is no such member.')
      const { confirm } = asFields(body)
      try {
        const change = changeIn(body)
        const member = await changeMember(context, request, frame.viewer, textOf(confirm), Number(id), change)
        return isFragmentRequest(request)
          ? MemberRow({ member, isSelf: false })
          : seeOther(`/admin/members#member-${member.id}`)
      } catch (error) {
        if (!(error instanceof Refusal) || !error.fields.confirm || isFragmentRequest(request)) throw error
        set.status = 422
        return page(frame, request, error.fields)
      }
    })
}

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
