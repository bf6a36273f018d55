import { Html } from '@elysiajs/html'
import type { AdminFrame } from '../src/admin/guard.ts'
import type { Account } from '../src/admin/queries.ts'
import { AdminPage } from './admin.tsx'
import { When } from './time.tsx'

type Props = { frame: AdminFrame; members: Account[]; older: number | undefined; q: string }

export const MembersPage = ({ frame, members, older, q }: Props) => (
  <AdminPage frame={frame} tab="Members">
    <search>
      <form class="search two" method="get" action="/admin/members">
        <label>
          <span>Name</span>
          <input type="search" name="q" maxlength="100" value={q} />
        </label>
        <button class="button" type="submit">
          Find
        </button>
      </form>
    </search>
    <table class="grid">
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Member since</th>
          <th scope="col">Role</th>
          <th scope="col">
            <span class="unseen">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {members.map((member) => (
          <MemberRow member={member} isSelf={member.id === frame.viewer.id} />
        ))}
      </tbody>
    </table>
    {members.length === 0 ? <p class="empty">Nobody has such a name.</p> : ''}
    {older ? (
      <p class="pager">
        <a class="button" rel="next" href={`?${new URLSearchParams({ q, before: String(older) })}`}>
          More
        </a>
      </p>
    ) : (
      ''
    )}
  </AdminPage>
)

export const MemberRow = ({ member, isSelf }: { member: Account; isSelf: boolean }) => (
  <tr id={`member-${member.id}`}>
    <th scope="row">
      <a href={`/users/${encodeURIComponent(member.name)}`} safe>
        {member.name}
      </a>
    </th>
    <td data-label="Member since">
      <When at={member.createdAt} />
    </td>
    <td data-label="Role">
      <span>
        {member.role === 'admin' ? 'Admin' : 'Member'}
        {member.disabledAt ? <span class="stock none"> · disabled</span> : ''}
      </span>
    </td>
    <td class="actions">{isSelf ? <span class="hint">That is you</span> : <Changes member={member} />}</td>
  </tr>
)

const Changes = ({ member }: { member: Account }) => (
  <>
    {member.role === 'admin' ? (
      <ChangeButton member={member} change="make-member" says="Make member" />
    ) : (
      <ChangeButton member={member} change="make-admin" says="Make admin" />
    )}
    {member.disabledAt ? (
      <ChangeButton member={member} change="enable" says="Enable" />
    ) : (
      <ChangeButton member={member} change="disable" says="Disable" />
    )}
  </>
)

type ChangeProps = {
  member: Account
  change: 'make-admin' | 'make-member' | 'enable' | 'disable'
  says: 'Make admin' | 'Make member' | 'Enable' | 'Disable'
}

const ChangeButton = ({ member, change, says }: ChangeProps) => (
  <form
    method="post"
    action={`/admin/members/${member.id}`}
    hx-post={`/admin/members/${member.id}`}
    hx-target={`#member-${member.id}`}
    hx-swap="outerHTML"
    hx-confirm={`${says}: ${member.name}?`}
  >
    <input type="hidden" name="change" value={change} />
    <button class="quiet" type="submit" aria-label={`${says}: ${member.name}`}>
      {says}
    </button>
  </form>
)
