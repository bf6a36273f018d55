import type { Asked } from '../src/accounts/proof.ts'
import type { AdminPageContext } from '../src/moderation/admins-only.ts'
import type { Account } from '../src/moderation/queries.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import type { Sentence } from '../texts/arabic.ts'
import { say } from '../texts/say.ts'
import { AdminPage, NameSearch } from './admin.tsx'
import { When } from './byline.tsx'
import { NoDefault, Proof } from './form.tsx'
import { Html } from './html.ts'
import { Empty, Grid, Pager } from './list.tsx'
import { memberAt, shownName } from './names.ts'
import { Phrase } from './phrase.tsx'

type Props = {
  pageContext: AdminPageContext
  members: Account[]
  nextCursor: number | undefined
  isFirstPage: boolean
  q: string
  asks: Asked
  errors?: FieldErrors | undefined
}

export const MembersPage = ({
  pageContext,
  members,
  nextCursor,
  isFirstPage,
  q,
  asks,
  errors = {},
}: Props) => (
  <AdminPage pageContext={pageContext} tab="Members">
    <NameSearch at="/admin/members" q={q} />
    <form id="change-member" class="stack" method="post">
      <NoDefault />
      <input type="hidden" name="q" value={q} />
      <Proof label={say('Your password')} asks={asks} errors={errors} />
      <p class="hint" safe>
        {say('Each change here asks for it.')}
      </p>
    </form>
    <Grid of={['Name', 'Member since', 'Role', { name: 'Actions', is: 'unseen' }]}>
      {members.map((member) => (
        <MemberRow member={member} isSelf={member.id === pageContext.viewer.id} />
      ))}
    </Grid>
    {members.length === 0 ? (
      <Empty
        says={say('Nobody has such a name.')}
        firstPage={isFirstPage ? undefined : `?${new URLSearchParams({ q })}`}
      />
    ) : (
      ''
    )}
    <Pager
      next={nextCursor ? `?${new URLSearchParams({ q, before: String(nextCursor) })}` : undefined}
      says="More"
    />
  </AdminPage>
)

/** Shows the link by which a member sets a new password. */
export const PasswordLinkPage = ({
  pageContext,
  name,
  link,
}: {
  pageContext: AdminPageContext
  name: string
  link: string
}) => (
  <AdminPage pageContext={pageContext} tab="Members">
    <div class="card" role="status">
      <h2 safe>{say('A link for a new password')}</h2>
      <p>
        <Phrase of="For the account {name}." parts={{ name: <bdi safe>{shownName(name)}</bdi> }} />
      </p>
      <p safe>{say('This is shown once. Copy it now.')}</p>
      <pre class="whole" tabindex="0" dir="ltr">
        <code safe>{link}</code>
      </pre>
      <p class="hint" safe>
        {say('It works once, for 30 minutes. Give it to nobody else.')}
      </p>
    </div>
  </AdminPage>
)

export const MemberRow = ({ member, isSelf }: { member: Account; isSelf: boolean }) => (
  <tr id={`member-${member.id}`}>
    <th scope="row">
      <a href={memberAt(member.name, member.id)} dir="auto" safe>
        {shownName(member.name)}
      </a>
    </th>
    <td data-label={say('Member since')}>
      <When at={member.createdAt} />
    </td>
    <td data-label={say('Role')}>
      <span>
        <Phrase of={member.role} />
        {member.disabledAt ? (
          <span class="stock none">
            {' · '}
            <Phrase of="disabled" />
          </span>
        ) : (
          ''
        )}
      </span>
    </td>
    <td class="actions">
      {isSelf ? (
        <span class="hint" safe>
          {say('That is you')}
        </span>
      ) : (
        <Changes member={member} />
      )}
    </td>
  </tr>
)

const Changes = ({ member }: { member: Account }) => (
  <>
    {member.role === 'admin' ? (
      <ChangeButton member={member} change="make-member" />
    ) : (
      <ChangeButton member={member} change="make-admin" />
    )}
    {member.disabledAt ? (
      <ChangeButton member={member} change="enable" />
    ) : (
      <ChangeButton member={member} change="disable" />
    )}
    {member.role === 'member' && !member.disabledAt ? <PasswordLinkButton member={member} /> : ''}
  </>
)

type ChangeProps = {
  member: Account
  change: Change
}

type Change = 'make-admin' | 'make-member' | 'enable' | 'disable'

const changes: Record<Change, { button: Sentence; whole: Sentence; asks: Sentence }> = {
  'make-admin': { button: 'Make admin', whole: 'Make admin: {member}', asks: 'Make admin: {member}?' },
  'make-member': { button: 'Make member', whole: 'Make member: {member}', asks: 'Make member: {member}?' },
  enable: { button: 'Enable', whole: 'Enable: {member}', asks: 'Enable: {member}?' },
  disable: { button: 'Disable', whole: 'Disable: {member}', asks: 'Disable: {member}?' },
}

/** A button of the form above the list, which has the admin's password. */
const ChangeButton = ({ member, change }: ChangeProps) => (
  <button
    class="quiet"
    type="submit"
    form="change-member"
    formaction={`/admin/members/${member.id}`}
    name="change"
    value={change}
    hx-post={`/admin/members/${member.id}`}
    hx-target={`#member-${member.id}`}
    hx-swap="outerHTML"
    hx-confirm={say(changes[change].asks, { member: shownName(member.name) })}
    aria-label={say(changes[change].whole, { member: shownName(member.name) })}
    safe
  >
    {say(changes[change].button)}
  </button>
)

/** Another button of that form. It leads to a page of its own, with JavaScript too. */
const PasswordLinkButton = ({ member }: { member: Account }) => (
  <button
    class="quiet"
    type="submit"
    form="change-member"
    formaction={`/admin/members/${member.id}/password-link`}
    aria-label={say('Password link: {member}', { member: shownName(member.name) })}
    safe
  >
    {say('Password link')}
  </button>
)
