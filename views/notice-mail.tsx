import type { PageContext } from '../src/http/page-context.ts'
import type { Pace } from '../src/mail/schedule.ts'
import type { MailChoice } from '../src/notice-mails/queries.ts'
import type { Sentence } from '../texts/arabic.ts'
import { say } from '../texts/say.ts'
import { Html } from './html.ts'
import { Layout } from './layout.tsx'
import { LinkTo } from './phrase.tsx'
import { TimeZones } from './time-zones.tsx'

const pacesSaid: [Pace, Sentence][] = [
  ['soon', 'Within minutes'],
  ['daily', 'Each morning, all of a day together'],
  ['weekly', 'Each Monday morning, all of a week together'],
  ['never', 'Not at all'],
]

type Props = {
  pageContext: PageContext
  chosen: MailChoice | undefined
  /** They have an address that is confirmed. */
  isReached: boolean
}

/** How often a member gets by mail what they are told of. */
export const NoticeMailPage = ({ pageContext, chosen, isReached }: Props) => (
  <Layout pageContext={pageContext} title={say('Notices by mail')}>
    <section class="narrow">
      <h1 safe>{say('Notices by mail')}</h1>
      {isReached ? (
        ''
      ) : (
        <p>
          <span safe>{say('You have no address for mail yet, so nothing is sent.')}</span>{' '}
          <LinkTo to="/account#address-title" says="Your address for mail" />
        </p>
      )}
      <form class="stack" method="post" action="/notices/mail">
        {pacesSaid.map(([pace, says]) => (
          <label class="check">
            <input type="radio" name="pace" value={pace} checked={pace === (chosen?.pace ?? 'never')} />
            <span safe>{say(says)}</span>
          </label>
        ))}
        <label>
          <span safe>{say('The time zone you live in')}</span>
          <select name="timeZone" dir="ltr">
            <TimeZones chosen={chosen?.timeZone ?? pageContext.look.timeZone} />
          </select>
        </label>
        <p class="hint" safe>
          {say('What you have read here by then is in no mail.')}
        </p>
        <button class="primary" type="submit" safe>
          {say('Save')}
        </button>
      </form>
      <p class="hint">
        <LinkTo to="/notices" says="All your notices" />
      </p>
    </section>
  </Layout>
)

/** `token` is the link's; without one it is done. */
type UnsubscribeProps = { pageContext: PageContext; token?: string }

/** Where the link in a mail leads, for whoever has the mail. */
export const UnsubscribePage = ({ pageContext, token }: UnsubscribeProps) => (
  <Layout pageContext={pageContext} title={say('Notices by mail')}>
    <section class="narrow">
      <h1 safe>{say('Notices by mail')}</h1>
      {token === undefined ? (
        <div class="stack">
          <p class="verdict" role="status" safe>
            {say('You get no more notices by mail.')}
          </p>
          <p>
            <LinkTo to="/notices/mail" says="Choose anew" />
          </p>
        </div>
      ) : (
        <form class="stack" method="post" action={`/unsubscribe/${encodeURIComponent(token)}`}>
          <button class="primary" type="submit" safe>
            {say('No more of these mails')}
          </button>
        </form>
      )}
    </section>
  </Layout>
)
