import type { Asked } from '../src/accounts/proof.ts'
import type { PageContext } from '../src/http/page-context.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import type { Sentence } from '../texts/arabic.ts'
import { say } from '../texts/say.ts'
import { NoDefault, Proof } from './form.tsx'
import { Html } from './html.ts'
import { Layout } from './layout.tsx'
import { LinkTo } from './phrase.tsx'

type Props = { pageContext: PageContext; asks: Asked; errors: FieldErrors }

/** What the board keeps of a member, as a file, and what becomes of it when they leave. */
export const OwnDataPage = ({ pageContext, asks, errors }: Props) => (
  <Layout pageContext={pageContext} title={say('Your data')}>
    <section class="narrow account-page">
      <h1 safe>{say('Your data')}</h1>
      <p class="hint">
        <LinkTo to="/account" says="Your account" />
      </p>
      <section class="card" aria-labelledby="file-title">
        <h2 id="file-title" safe>
          {say('Download it')}
        </h2>
        <p safe>{say('One file has all that this board keeps of you:')}</p>
        <List of={within} />
        <p class="hint" safe>
          {say('It is a tar of pictures and of lines of JSON, and has no password or other secret.')}
        </p>
        <form class="stack" method="post" action="/account/data">
          <NoDefault />
          <Proof label={say('Your password')} asks={asks} errors={errors} />
          <button class="primary" type="submit" safe>
            {say('Download my data')}
          </button>
        </form>
      </section>
      <section class="card" aria-labelledby="erased">
        <h2 id="erased" safe>
          {say('If you delete your account')}
        </h2>
        <h3 safe>{say('What goes')}</h3>
        <List of={goes} />
        <h3 safe>{say('What stays')}</h3>
        <List of={stays} />
        <p>
          <LinkTo to="/account#delete-title" says="Delete your account" />
        </p>
      </section>
    </section>
  </Layout>
)

const List = ({ of }: { of: Sentence[] }) => (
  <ul>
    {of.map((each) => (
      <li safe>{say(each)}</li>
    ))}
  </ul>
)

const within: Sentence[] = [
  'your name, address for mail, picture and settings, and where you are signed in',
  'your posts and comments with their pictures, also hidden ones and those that wait',
  'what you like, follow, ordered, offered and answered to offers',
  'your reports and appeals, and what you confirmed to have read',
]

const goes: Sentence[] = [
  'at once your name, password, keys, address for mail, picture, settings and sessions',
  'who you follow, what you like, your notices, texts that wait, answers to offers and appeals',
  'your posts and comments, if you choose so, with all that others said below your posts',
]

const stays: Sentence[] = [
  'your posts and comments without your name, if you choose so',
  'your likes in the numbers of posts, and your orders and reports without your name',
  'the name on invoices, which the law asks to keep',
  'what moderators decided about you, under a number instead of your name',
  'the name under acts that were posted through the API',
  'copies in backups, until those who run this board delete them',
]
