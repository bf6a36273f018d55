import type { FailedMail } from '../src/mail/queries.ts'
import type { AdminPageContext } from '../src/moderation/admins-only.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import type { Sentence } from '../texts/arabic.ts'
import { sayNumber } from '../texts/numbers.ts'
import { say } from '../texts/say.ts'
import { AdminPage } from './admin.tsx'
import { When } from './byline.tsx'
import { AddressField } from './form.tsx'
import { Html } from './html.ts'
import { Grid, Pager } from './list.tsx'
import { shownName } from './names.ts'
import { count } from './phrase.tsx'

type Props = {
  pageContext: AdminPageContext
  isOn: boolean
  counts: { waiting: number; sent: number; failed: number }
  failed: FailedMail[]
  /** The page of failures behind this one begins before it. */
  next: number | undefined
  /** A mail was put into the outbox just now. */
  isPut: boolean
  address: string
  errors: FieldErrors
}

export const MailPage = ({ pageContext, isOn, counts, failed, next, isPut, address, errors }: Props) => (
  <AdminPage pageContext={pageContext} tab="Mail">
    {isOn ? <TestForm address={address} errors={errors} /> : <Off />}
    {isPut ? <Put /> : ''}
    <dl class="facts">
      <dt safe>{say('Waiting')}</dt>
      <dd safe>{sayNumber(counts.waiting)}</dd>
      <dt safe>{say('Sent within a day')}</dt>
      <dd safe>{sayNumber(counts.sent)}</dd>
      <dt safe>{say('Given up')}</dt>
      <dd safe>{sayNumber(counts.failed)}</dd>
    </dl>
    {failed.length > 0 ? <Failed failed={failed} /> : ''}
    <Pager next={next === undefined ? undefined : `/admin/mail?before=${next}`} says="More" />
  </AdminPage>
)

const Off = () => (
  <p class="hint" safe>
    {say('This board sends no mail. Whoever runs it can set SMTP_URL, SITE_URL and MAIL_FROM.')}
  </p>
)

const Put = () => (
  <p class="verdict" role="status" safe>
    {say('It is on its way. Mail that its server does not take is listed here when it is given up.')}
  </p>
)

const TestForm = ({ address, errors }: Pick<Props, 'address' | 'errors'>) => (
  <form class="stack" method="post" action="/admin/mail/test">
    <AddressField label={say('Send a test mail to')} address={address} error={errors.address} isRequired />
    <button class="primary" type="submit" safe>
      {say('Send')}
    </button>
  </form>
)

const Failed = ({ failed }: { failed: FailedMail[] }) => (
  <section>
    <h2 safe>{say('Given up')}</h2>
    <form method="post" action="/admin/mail/send">
      <button class="button" type="submit" safe>
        {say('Send all again')}
      </button>
    </form>
    <Grid
      of={[
        'Mail',
        'Name',
        'Given up',
        { name: 'Tries', is: 'number' },
        'What the server said',
        { name: 'Actions', is: 'unseen' },
      ]}
    >
      {failed.map((mail) => (
        <FailedRow mail={mail} />
      ))}
    </Grid>
  </section>
)

/** By the kinds that the courier knows; one of a newer version has its own word. */
const kinds: Record<string, Sentence> = {
  test: 'A test',
  'confirm-address': 'Confirm your address',
  welcome: 'A welcome',
  'address-changed': 'An address was changed',
  recovery: 'A link for a new password',
  'password-changed': 'A password was changed',
  security: 'Something happened to an account',
  notices: 'Notices',
}

const kindOf = (kind: string) => (kinds[kind] ? say(kinds[kind]) : kind)

const FailedRow = ({ mail }: { mail: FailedMail }) => (
  <tr id={`mail-${mail.id}`}>
    <th scope="row" safe>
      {kindOf(mail.kind)}
    </th>
    <td data-label={say('Name')} dir="auto" safe>
      {mail.member === null ? '' : shownName(mail.member)}
    </td>
    <td data-label={say('Given up')}>
      <When at={mail.failedAt} />
    </td>
    <td class="number" data-label={say('Tries')}>
      {count(mail.tries)}
    </td>
    <td data-label={say('What the server said')} dir="ltr" safe>
      {mail.answer}
    </td>
    <td class="actions">
      <form method="post" action={`/admin/mail/${mail.id}/send`}>
        <button class="quiet" type="submit" safe>
          {say('Send again')}
        </button>
      </form>
    </td>
  </tr>
)
