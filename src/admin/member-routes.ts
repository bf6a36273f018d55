import { Elysia } from 'elysia'
import { MemberRow, MembersPage } from '../../views/admin-members.tsx'
import { fromTheTop } from '../board/queries.ts'
import type { Context } from '../context.ts'
import { isFragmentRequest, seeOther } from '../frame.ts'
import { Refusal } from '../platform/errors.ts'
import { asFields, isId } from '../platform/fields.ts'
import { adminsOnly } from './guard.ts'
import { changeMember, type MemberChange, members } from './members.ts'

/** Members: their roles, and shutting accounts. */
export const memberRoutes = (context: Context) =>
  new Elysia({ name: 'member-routes' })
    .use(adminsOnly(context))
    .get('/admin/members', async ({ frame, request }) => {
      const { searchParams } = new URL(request.url)
      const [q, before] = [searchParams.get('q') ?? '', searchParams.get('before') ?? '']
      const list = await members(context, q, isId(before) ? before : fromTheTop)
      return MembersPage({ frame, q, ...list })
    })

    .post('/admin/members/:id', async ({ params: { id }, body, frame, request }) => {
      if (!isId(id)) throw new Refusal(404, 'There is no such member.')
      const member = await changeMember(context, frame.viewer, Number(id), changeIn(body))
      return isFragmentRequest(request)
        ? MemberRow({ member, isSelf: false })
        : seeOther(`/admin/members#member-${member.id}`)
    })

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
