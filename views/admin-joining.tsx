import type { Application } from '../src/applications/queries.ts'
import type { Invite } from '../src/invites/queries.ts'
import type { AdminPageContext } from '../src/moderation/admins-only.ts'
import type { SignUpLaw } from '../src/platform/config.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import type { Sentence } from '../texts/arabic.ts'
import { say } from '../texts/say.ts'
import { AdminPage } from './admin.tsx'
import { When } from './byline.tsx'
import { FieldError, invalid } from './form.tsx'
import { Html } from './html.ts'
import { Empty, Grid, Pager } from './list.tsx'
import { memberAt, shownName } from './names.ts'
import { count, Phrase } from './phrase.tsx'

type Props = {
  pageContext: AdminPageContext
  /** What may be chosen here, what holds, and what those who apply are asked. */
  laws: SignUpLaw[]
  law: SignUpLaw
  question: string
  /** Of both, as they are stored. */
  version: string
  /** Applications that nobody has decided. */
  waiting: number
  invites: Invite[]
  /** Older ones than this there are. */
  next: number | undefined
  /** Some who joined by these. */
  joined: { invite: number; id: number; name: string }[]
  /** What was typed for an invitation. */
  typed: { note: string; uses: string; days: string }
  errors: FieldErrors
}

/** Leads to where admins decide about them. */
export const ApplicationsWaiting = ({ waiting }: { waiting: number }) => (
  <p>
    <a href="/applications">
      <Phrase of="Applications that wait: {count}" parts={{ count: <b>{count(waiting)}</b> }} />
    </a>
  </p>
)

/** How one becomes a member, and the invitations that were made. */
export const JoiningPage = ({
  pageContext,
  invites,
  next,
  joined,
  typed,
  errors,
  waiting,
  ...rest
}: Props) => (
  <AdminPage pageContext={pageContext} tab="Joining">
    <ApplicationsWaiting waiting={waiting} />
    <LawForm errors={errors} {...rest} />
    <section aria-labelledby="invites-title">
      <InviteForm typed={typed} errors={errors} />
      {invites.length === 0 ? (
        <Empty says={say('There are no invitations yet.')} />
      ) : (
        <Grid of={['For whom', 'Made by', 'Until', 'Joined by it', { name: 'Actions', is: 'unseen' }]}>
          {invites.map((invite) => (
            <InviteRow invite={invite} joined={joined.filter((each) => each.invite === invite.id)} />
          ))}
        </Grid>
      )}
      <Pager next={next === undefined ? undefined : `?before=${next}`} says="More" />
    </section>
  </AdminPage>
)

const says: Record<SignUpLaw, Sentence> = {
  open: 'Everybody: whoever fills in the form is a member',
  invite: 'By invitation: whoever has a link that an admin made',
  apply: 'By application: an admin decides each',
  closed: 'Nobody: the board takes no new members',
}

type LawProps = Pick<Props, 'laws' | 'law' | 'question' | 'version' | 'errors'>

const LawForm = ({ laws, law, question, version, errors }: LawProps) => (
  <form class="card stack" method="post" action="/admin/joining">
    <input type="hidden" name="version" value={version} />
    <fieldset {...invalid('law', errors.law)}>
      <legend safe>{say('Who may join?')}</legend>
      {laws.map((each) => (
        <label class="choice">
          <input type="radio" name="law" value={each} required checked={each === law} />
          <Phrase of={says[each]} />
        </label>
      ))}
      <FieldError of="law" error={errors.law} />
    </fieldset>
    {laws.includes('apply') ? (
      <label>
        <Phrase of="What those who apply are asked" />
        <input
          name="question"
          dir="auto"
          maxlength="500"
          value={question}
          placeholder={say('Who are you, and how did you find this board?')}
          {...invalid('question', errors.question)}
        />
        <FieldError of="question" error={errors.question} />
      </label>
    ) : (
      ''
    )}
    <button class="primary" type="submit" safe>
      {say('Save')}
    </button>
  </form>
)

const InviteForm = ({ typed, errors }: Pick<Props, 'typed' | 'errors'>) => (
  <form class="card stack" method="post" action="/admin/invites">
    <h2 id="invites-title" safe>
      {say('Invite people')}
    </h2>
    <p class="hint" safe>
      {say('Whoever has the link joins by it, also where others apply. Where nobody joins, it waits.')}
    </p>
    <label>
      <Phrase of="For whom, as a note to admins" />
      <input name="note" dir="auto" maxlength="100" value={typed.note} {...invalid('note', errors.note)} />
      <FieldError of="note" error={errors.note} />
    </label>
    <label>
      <Phrase of="How many may join by it" />
      <input
        type="number"
        name="uses"
        min="1"
        max="10000"
        required
        value={typed.uses}
        {...invalid('uses', errors.uses)}
      />
      <FieldError of="uses" error={errors.uses} />
    </label>
    <label>
      <Phrase of="For how many days" />
      <input
        type="number"
        name="days"
        min="1"
        max="365"
        required
        value={typed.days}
        {...invalid('days', errors.days)}
      />
      <FieldError of="days" error={errors.days} />
    </label>
    <button class="primary" type="submit" safe>
      {say('Make an invitation')}
    </button>
  </form>
)

const InviteRow = ({ invite, joined }: { invite: Invite; joined: Props['joined'] }) => (
  <tr>
    <th scope="row" dir="auto" safe>
      {invite.note === '' ? say('No note') : invite.note}
    </th>
    <td data-label={say('Made by')} dir="auto" safe>
      {invite.by === null ? say('a deleted account') : shownName(invite.by)}
    </td>
    <td data-label={say('Until')}>
      <span>
        <When at={invite.endsAt} />{' '}
        <span class="stock none">
          {invite.revokedAt !== null ? (
            <Phrase of="withdrawn" />
          ) : invite.hasEnded ? (
            <Phrase of="ended" />
          ) : invite.used >= invite.uses ? (
            <Phrase of="used up" />
          ) : (
            ''
          )}
        </span>
      </span>
    </td>
    <td data-label={say('Joined by it')}>
      <span>
        <Phrase
          of="{used} of {uses}"
          parts={{ used: <b>{count(invite.used)}</b>, uses: <span>{count(invite.uses)}</span> }}
        />{' '}
        {joined.map(({ id, name }) => (
          <>
            <a href={memberAt(name, id)} dir="auto" safe>
              {shownName(name)}
            </a>{' '}
          </>
        ))}
      </span>
    </td>
    <td class="actions">
      {invite.revokedAt !== null || invite.hasEnded || invite.used >= invite.uses ? (
        ''
      ) : (
        <form method="post" action={`/admin/invites/${invite.id}/withdraw`}>
          <button
            class="quiet"
            type="submit"
            aria-label={say('Withdraw the invitation: {note}', { note: invite.note })}
            safe
          >
            {say('Withdraw')}
          </button>
        </form>
      )}
    </td>
  </tr>
)

type MadeProps = { pageContext: AdminPageContext; invite: Invite; link: string }

/** Shows the link by which people join. */
export const InviteMadePage = ({ pageContext, invite, link }: MadeProps) => (
  <AdminPage pageContext={pageContext} tab="Joining">
    <div class="card" role="status">
      <h2 safe>{say('An invitation')}</h2>
      <p dir="auto" safe>
        {invite.note}
      </p>
      <p safe>{say('This is shown once. Copy it now.')}</p>
      <pre class="whole" tabindex="0" dir="ltr">
        <code safe>{link}</code>
      </pre>
      <p class="hint">
        <Phrase
          of="So many may join by it: {uses}, until {day}."
          parts={{ uses: <b>{count(invite.uses)}</b>, day: <When at={invite.endsAt} /> }}
        />
      </p>
    </div>
    <p>
      <a href="/admin/joining" safe>
        {say('Back to the list')}
      </a>
    </p>
  </AdminPage>
)

type ApplicationsProps = {
  pageContext: AdminPageContext
  applications: Application[]
  /** Of one that was not refused, because of what was typed as the reason. */
  refused: { id: number; reason: string } | undefined
}

/** Who wants to join. */
export const ApplicationsPage = ({ pageContext, applications, refused }: ApplicationsProps) => (
  <AdminPage pageContext={pageContext} tab="Joining">
    <h2 safe>{say('Applications')}</h2>
    {applications.length === 0 ? (
      <Empty says={say('Nobody waits.')} />
    ) : (
      applications.map((application) => (
        <ApplicationCard
          application={application}
          typed={refused?.id === application.id ? refused.reason : undefined}
          error={refused?.id === application.id ? longReason : undefined}
        />
      ))
    )}
  </AdminPage>
)

type CardProps = {
  application: Application
  /** A reason that was not taken, and why. */
  typed: string | undefined
  error: Sentence | undefined
}

const ApplicationCard = ({
  application: { id, name, question, answer, hasAddress, appliedAt },
  typed,
  error,
}: CardProps) => (
  <section class="card stack" aria-labelledby={`application-${id}`}>
    <h3 id={`application-${id}`} dir="auto" safe>
      {name}
    </h3>
    <p class="byline">
      <When at={appliedAt} />
    </p>
    <p class="hint" dir="auto" safe>
      {question}
    </p>
    <p class="plain" dir="auto" safe>
      {answer}
    </p>
    <form method="post" action={`/applications/${id}/accept`}>
      <button class="primary" type="submit" aria-label={say('Accept {name}', { name })} safe>
        {say('Accept')}
      </button>
    </form>
    <details open={typed !== undefined}>
      <summary aria-label={say('Refuse {name}', { name })} safe>
        {say('Refuse')}
      </summary>
      <form class="stack" method="post" action={`/applications/${id}/refuse`}>
        {hasAddress ? (
          <label>
            <Phrase of="Why, as they read it in a mail" />
            <input name="reason" dir="auto" maxlength="500" value={typed} {...invalid('reason', error)} />
            <FieldError of="reason" error={error} />
          </label>
        ) : (
          <p class="hint" safe>
            {say('They gave no address.')}
          </p>
        )}
        <button class="danger" type="submit" safe>
          {say('Refuse')}
        </button>
      </form>
    </details>
  </section>
)

const longReason: Sentence = 'A reason is one line of at most 500 ordinary characters.'
