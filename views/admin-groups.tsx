import type { Group, InGroup } from '../src/groups/queries.ts'
import type { AdminPageContext } from '../src/moderation/admins-only.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import { say } from '../texts/say.ts'
import { AdminPage } from './admin.tsx'
import { When } from './byline.tsx'
import { FieldError, invalid } from './form.tsx'
import { Html } from './html.ts'
import { Empty, Grid, Pager } from './list.tsx'
import { memberAt, shownName } from './names.ts'
import { count, Phrase } from './phrase.tsx'

type Typed = { name: string; claim: string }

type GroupsProps = {
  pageContext: AdminPageContext
  groups: Group[]
  /** Whether members may sign in at another service, whose groups may fill these. */
  hasSignOn: boolean
  typed: Typed
  errors: FieldErrors
}

/** The groups of members. */
export const GroupsPage = ({ pageContext, groups, ...form }: GroupsProps) => (
  <AdminPage pageContext={pageContext} tab="Groups">
    <GroupForm to="/admin/groups" says="Make a group" {...form} />
    {groups.length === 0 ? (
      <Empty says={say('There are no groups yet.')} />
    ) : (
      <Grid of={['Name', { name: 'Members', is: 'number' }]}>
        {groups.map(({ id, name, members }) => (
          <tr>
            <th scope="row">
              <a href={`/admin/groups/${id}`} dir="auto" safe>
                {shownName(name)}
              </a>
            </th>
            <td class="number" data-label={say('Members')}>
              {count(members)}
            </td>
          </tr>
        ))}
      </Grid>
    )}
  </AdminPage>
)

type FormProps = Omit<GroupsProps, 'pageContext' | 'groups'> & {
  to: string
  version?: string
  says: 'Make a group' | 'Save the group'
}

const GroupForm = ({ to, says, version, hasSignOn, typed, errors }: FormProps) => (
  <form class="card stack" method="post" action={to}>
    {version === undefined ? '' : <input type="hidden" name="version" value={version} />}
    <h2 safe>{say(version === undefined ? says : 'Change the group')}</h2>
    <p class="hint" safe>
      {say('On the page of a category an admin says which groups read and write there.')}
    </p>
    <label>
      <Phrase of="Name" />
      <input
        name="name"
        required
        dir="auto"
        maxlength="60"
        autocomplete="off"
        value={typed.name}
        {...invalid('name', errors.name)}
      />
      <FieldError of="name" error={errors.name} />
    </label>
    {hasSignOn ? (
      <label>
        <Phrase of="Filled by this group at the single sign-on, if any" />
        <input
          name="claim"
          dir="auto"
          maxlength="200"
          autocomplete="off"
          value={typed.claim}
          {...invalid('claim', errors.claim)}
        />
        <FieldError of="claim" error={errors.claim} />
      </label>
    ) : (
      ''
    )}
    <button class="primary" type="submit" safe>
      {say(says)}
    </button>
  </form>
)

type GroupProps = {
  pageContext: AdminPageContext
  group: Group
  members: InGroup[]
  next: number | undefined
  hasSignOn: boolean
  typed: Typed
  version: string
  member: string
  errors: FieldErrors
}

/** One group, and who is in it. */
export const GroupPage = ({ pageContext, group, members, next, member, errors, ...form }: GroupProps) => (
  <AdminPage pageContext={pageContext} tab="Groups">
    <p>
      <a href="/admin/groups" safe>
        {say('All groups')}
      </a>
    </p>
    <form class="card row-form two" method="post" action={`/admin/groups/${group.id}/members`}>
      <h2 dir="auto" safe>
        {say('Members of {group}', { group: shownName(group.name) })}
      </h2>
      <label>
        <Phrase of="Name" />
        <input
          name="member"
          required
          dir="auto"
          autocomplete="off"
          value={member}
          {...invalid('member', errors.member)}
        />
        <FieldError of="member" error={errors.member} />
      </label>
      <button class="primary" type="submit" safe>
        {say('Put into the group')}
      </button>
    </form>
    {members.length === 0 ? (
      <Empty says={say('Nobody is in this group yet.')} />
    ) : (
      <Grid of={['Name', 'How', 'Since', { name: 'Actions', is: 'unseen' }]}>
        {members.map((each) => (
          <MemberRow group={group.id} member={each} />
        ))}
      </Grid>
    )}
    <Pager next={next === undefined ? undefined : `?after=${next}`} says="More" />
    <GroupForm to={`/admin/groups/${group.id}`} says="Save the group" errors={errors} {...form} />
    <form class="card stack" method="post" action={`/admin/groups/${group.id}/remove`}>
      <p class="hint" safe>
        {say(
          'What this group alone may read is for admins and moderators from then on, until you say otherwise on the page of the category.',
        )}
      </p>
      <button class="quiet" type="submit" safe>
        {say('Remove the group')}
      </button>
    </form>
  </AdminPage>
)

const MemberRow = ({
  group,
  member: { id, name, byHand, byClaim, since },
}: {
  group: number
  member: InGroup
}) => (
  <tr>
    <th scope="row">
      <a href={memberAt(name, id)} dir="auto" safe>
        {shownName(name)}
      </a>
    </th>
    <td data-label={say('How')} safe>
      {byClaim === 0
        ? say('by an admin')
        : byHand === 0
          ? say('by the single sign-on')
          : say('by an admin and by the single sign-on')}
    </td>
    <td data-label={say('Since')}>
      <When at={since} />
    </td>
    <td class="actions">
      {byHand === 0 ? (
        ''
      ) : (
        <form method="post" action={`/admin/groups/${group}/members/${id}/remove`}>
          <button
            class="quiet"
            type="submit"
            aria-label={say('Take out: {name}', { name: shownName(name) })}
            safe
          >
            {say('Take out')}
          </button>
        </form>
      )}
    </td>
  </tr>
)
