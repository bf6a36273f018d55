import type { Asked } from '../src/accounts/proof.ts'
import type { Viewer } from '../src/accounts/queries.ts'
import type { Noted } from '../src/events/note.ts'
import type { AccountEvent } from '../src/events/queries.ts'
import type { Keys } from '../src/factors/queries.ts'
import type { PageContext } from '../src/http/page-context.ts'
import type { OwnAddress } from '../src/mail/queries.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import type { Sentence } from '../texts/arabic.ts'
import type { Language } from '../texts/languages.ts'
import { sayCount } from '../texts/numbers.ts'
import { say } from '../texts/say.ts'
import { OwnLanguage } from './account-language.tsx'
import { AddressForm } from './address.tsx'
import { Moment, When } from './byline.tsx'
import { FieldError, invalid, NoDefault, Password, Proof } from './form.tsx'
import { Html } from './html.ts'
import { keepsOrder } from './keeps-order.ts'
import { Layout } from './layout.tsx'
import { memberAt, shownName } from './names.ts'
import { LinkTo, Phrase } from './phrase.tsx'

/** A place where a member is signed in; `agent` is the browser's name. */
type ShownSession = {
  token: string
  agent: string
  createdAt: string
  usedAt: string
  isThis: boolean
}

/** `detail` is the name of a browser, in the page's language, or what its owner called something. */
export type ShownEvent = AccountEvent<Noted> & { isOfBrowser: boolean }

type AccountProps = {
  pageContext: PageContext
  viewer: Viewer
  sessions: ShownSession[]
  /** The password was changed just now; so many passkeys open the account all the same. */
  changed?: { passkeys: number } | undefined
  /** What changes who they are needs a code, too. */
  asks: Asked
  keys: Keys
  /** Where one may sign in as well. */
  signOn?: string | undefined
  /** What happened to the account, the newest first. */
  events: ShownEvent[]
  sessionErrors?: FieldErrors
  /** Tokens were chosen to end along with sessions. */
  withTokens?: boolean
  passwordErrors?: FieldErrors
  deleteErrors?: FieldErrors
  posts?: string
  /** Undefined where no mail is sent. */
  address: OwnAddress | undefined
  /** Undefined where they chose none. */
  language: Language | undefined
  addressErrors?: FieldErrors
  typedAddress?: string
}

export const AccountPage = ({
  pageContext,
  viewer,
  sessions,
  changed,
  asks,
  keys,
  signOn,
  events,
  address,
  ...rest
}: AccountProps) => (
  <Layout pageContext={pageContext} title={say('Your account')}>
    <section class="narrow account-page">
      <h1 safe>{say('Your account')}</h1>
      <p class="hint">
        <Phrase of="You are {name}." parts={{ name: <OwnName name={viewer.name} id={viewer.id} /> }} />{' '}
        <LinkTo to="/statements" says="What moderators decided about you" />
        {keepsOrder(viewer) ? (
          <>
            {' · '}
            <LinkTo to="/moderation/queue" says="Reports" />
          </>
        ) : (
          ''
        )}
      </p>
      {changed ? <Changed passkeys={changed.passkeys} signOn={asks.signOn} /> : ''}
      <section class="card" aria-labelledby="sessions-title">
        <h2 id="sessions-title" safe>
          {say('Where you are signed in')}
        </h2>
        <Sessions sessions={sessions} withTokens={rest.withTokens} asks={asks} errors={rest.sessionErrors} />
      </section>
      <section class="card" aria-labelledby="keys-title">
        <h2 id="keys-title" safe>
          {say('Your keys')}
        </h2>
        <KeyList keys={keys} signOn={signOn} isJoined={asks.signOn !== undefined} />
      </section>
      {address ? (
        <section class="card" aria-labelledby="address-title">
          <h2 id="address-title" safe>
            {say('Your address for mail')}
          </h2>
          <AddressForm own={address} typed={rest.typedAddress} asks={asks} errors={rest.addressErrors} />
          <p class="hint">
            <LinkTo to="/notices/mail" says="Notices by mail" />
          </p>
        </section>
      ) : (
        ''
      )}
      <section class="card" aria-labelledby="language-title">
        <h2 id="language-title" safe>
          {say('Your language')}
        </h2>
        <OwnLanguage chosen={rest.language} />
      </section>
      <section class="card" aria-labelledby="password-title">
        <h2 id="password-title" safe>
          {say('Change your password')}
        </h2>
        <PasswordForm viewer={viewer} asks={asks} errors={rest.passwordErrors} />
      </section>
      {events.length > 0 ? (
        <section class="card" aria-labelledby="lately-title">
          <h2 id="lately-title" safe>
            {say('Lately')}
          </h2>
          <Events events={events} />
        </section>
      ) : (
        ''
      )}
      <section class="card" aria-labelledby="data-title">
        <h2 id="data-title" safe>
          {say('Your data')}
        </h2>
        <p>
          <LinkTo to="/account/data" says="Download all that this board keeps of you" />
        </p>
      </section>
      <section class="card" aria-labelledby="delete-title">
        <h2 id="delete-title" safe>
          {say('Delete your account')}
        </h2>
        <DeleteForm posts={rest.posts} asks={asks} errors={rest.deleteErrors} />
      </section>
    </section>
  </Layout>
)

/** After a new password: what is over by it, and what is not. */
const Changed = ({ passkeys, signOn }: { passkeys: number; signOn: string | undefined }) => (
  <div class="verdict" role="status">
    <p safe>
      {say(
        'Your password is changed. You are signed out everywhere else, and your API tokens and feeds have ended.',
      )}
    </p>
    {passkeys > 0 ? (
      <p>
        <Phrase
          of="Passkeys still open your account. Is each of them yours? {look}"
          parts={{ look: <LinkTo to="/account/passkeys" says="Your passkeys" /> }}
        />
      </p>
    ) : (
      ''
    )}
    {signOn ? (
      <p>
        <Phrase
          of="{service} still opens your account. Was it you who joined them? {look}"
          parts={{
            service: <bdi safe>{signOn}</bdi>,
            look: <LinkTo to="/account/single-sign-on" says="Single sign-on" />,
          }}
        />
      </p>
    ) : (
      ''
    )}
  </div>
)

const OwnName = ({ name, id }: { name: string; id: number }) => (
  <a href={memberAt(name, id)} dir="auto" safe>
    {shownName(name)}
  </a>
)

type SessionsProps = {
  sessions: ShownSession[]
  asks: Asked
  withTokens: boolean | undefined
  errors?: FieldErrors
}

const Sessions = ({ sessions, asks, withTokens, errors = {} }: SessionsProps) => (
  <form class="stack" method="post" action="/account/sessions/end">
    <NoDefault />
    {asks.password ? (
      <p class="hint" safe>
        {say('Give your password, then choose where to sign out.')}
      </p>
    ) : (
      ''
    )}
    <Proof label={say('Your password')} asks={asks} errors={errors} />
    <ul class="rows">
      {sessions.map(({ token, agent, createdAt, usedAt, isThis }) => (
        <li>
          <p>
            <strong safe>{agent}</strong>{' '}
            {isThis ? (
              <span class="tag" safe>
                {say('this one')}
              </span>
            ) : (
              ''
            )}
            <small>
              <Phrase
                of="Last used {used}, signed in {start}"
                parts={{ used: <Moment at={usedAt} />, start: <Moment at={createdAt} /> }}
              />
            </small>
          </p>
          {isThis ? (
            ''
          ) : (
            <button class="quiet" type="submit" formaction={`/account/sessions/${token}/end`} safe>
              {say('Sign out')}
            </button>
          )}
        </li>
      ))}
    </ul>
    <label class="choice">
      <input type="checkbox" name="tokens" value="revoke" checked={withTokens} />
      <Phrase of="End my API tokens and the address of my feeds, too" />
    </label>
    <button class="button" type="submit" safe>
      {say('Sign out everywhere')}
    </button>
  </form>
)

type KeyListProps = { keys: Keys; signOn: string | undefined; isJoined: boolean }

const KeyList = ({ keys: { since, codesLeft, passkeys, tokens }, signOn, isJoined }: KeyListProps) => (
  <ul class="rows">
    <li>
      <p>
        <strong safe>{say('Second factor')}</strong>
        {since ? (
          <small>
            <Phrase of="On since {day}." parts={{ day: <When at={since} /> }} />{' '}
            <span safe>{sayCount('recoveryCodes', codesLeft)}</span>
          </small>
        ) : (
          <small safe>{say('Off. With it, nobody who learns your password gets into your account.')}</small>
        )}
      </p>
      <a class="button" href="/account/second-factor" safe>
        {since ? say('Codes and apps') : say('Set it up')}
      </a>
    </li>
    <KeyRow name="Passkeys" counted="passkeys" of={passkeys} to="/account/passkeys" says="Your passkeys" />
    {signOn === undefined ? (
      ''
    ) : (
      <li>
        <p>
          <strong safe>{signOn}</strong>
          <small safe>{isJoined ? say('You may sign in with it.') : say('Not joined')}</small>
        </p>
        <a class="button" href="/account/single-sign-on" safe>
          {say('Single sign-on')}
        </a>
      </li>
    )}
    <KeyRow name="API tokens" counted="tokens" of={tokens} to="/tokens" says="Your tokens" />
    <li>
      <p safe>{say('Feeds of what you may read')}</p>
      <a class="button" href="/feeds" safe>
        {say('Your feeds')}
      </a>
    </li>
  </ul>
)

type KeyRowProps = {
  name: Sentence
  counted: 'passkeys' | 'tokens'
  of: number
  to: string
  says: Sentence
}

const KeyRow = ({ name, counted, of, to, says }: KeyRowProps) => (
  <li>
    <p>
      <strong safe>{say(name)}</strong>
      <small safe>{of === 0 ? say('None') : sayCount(counted, of)}</small>
    </p>
    <a class="button" href={to} safe>
      {say(says)}
    </a>
  </li>
)

const Events = ({ events }: { events: ShownEvent[] }) => (
  <ol class="rows">
    {events.map(({ what, detail, isOfBrowser, happenedAt }) => (
      <li>
        <p>
          <span safe>{say(happened[what] ?? 'Something else happened.')}</span>
          {detail ? <small>{isOfBrowser ? <span safe>{detail}</span> : <bdi safe>{detail}</bdi>}</small> : ''}
        </p>
        <small>
          <Moment at={happenedAt} />
        </small>
      </li>
    ))}
  </ol>
)

const happened: Record<Noted, Sentence> = {
  'signed-in': 'Somebody signed in by password.',
  'passkey-sign-in': 'Somebody signed in by a passkey.',
  'signed-on': 'Somebody signed in by single sign-on.',
  'sign-on-joined': 'Single sign-on was added to the account.',
  'sign-on-parted': 'Single sign-on was removed from the account.',
  'password-changed': 'The password was changed.',
  'address-changed': 'The address for mail was changed.',
  'factor-on': 'The second factor was set up.',
  'factor-off': 'The second factor was turned off.',
  'codes-renewed': 'New recovery codes were made. Those of before are no good any more.',
  'recovery-code-used': 'A recovery code was used.',
  'too-many-codes': 'Somebody who knows the password gave ten wrong codes.',
  'passkey-added': 'A passkey was added.',
  'passkey-removed': 'A passkey was removed.',
  'passkey-copied': 'A passkey was refused, of which somebody may have a copy.',
  'token-made': 'An API token was made.',
  'token-revoked': 'An API token was revoked.',
  'made-admin': 'An admin made you an admin.',
  'made-member': 'An admin took your role of an admin.',
  'group-made-admin': 'A group of yours made you an admin.',
  'group-made-member': 'You are in no group any more that makes admins.',
  'made-moderator': 'An admin made you a moderator.',
  'end-moderator': 'An admin took your role of a moderator.',
  'group-made-moderator': 'A group of yours made you a moderator.',
  'group-end-moderator': 'You are in no group any more that makes moderators.',
  'link-made': 'An admin made a link for a new password of yours.',
  'data-downloaded': 'Somebody downloaded all that this board keeps of you.',
}

type PasswordProps = { viewer: Viewer; asks: Asked; errors?: FieldErrors }

/** The form for a new password. The name is in it for the browser's list of passwords. */
export const PasswordForm = ({ viewer, asks, errors = {} }: PasswordProps) => (
  <form
    id="password-form"
    class="stack"
    method="post"
    action="/account/password"
    {...sends('/account/password')}
  >
    <input type="hidden" name="username" autocomplete="username" value={viewer.name} />
    <Proof name="current" label={say('Your password now')} asks={asks} errors={errors} />
    <Password name="password" label={say('New password')} autocomplete="new-password" errors={errors} />
    <p class="hint" safe>
      {say('It ends every other session of yours, all your API tokens and the address of your feeds.')}
    </p>
    <button class="primary" type="submit" safe>
      {say('Change it')}
    </button>
  </form>
)

type DeleteProps = { posts?: string; asks: Asked; errors?: FieldErrors }

/** The form to leave by. `posts` is what was chosen for them. */
export const DeleteForm = ({ posts, asks, errors = {} }: DeleteProps) => (
  <form id="delete-form" class="stack" method="post" action="/account/delete" {...sends('/account/delete')}>
    <fieldset {...invalid('posts', errors.posts)}>
      <legend safe>{say('What should happen to your posts and comments?')}</legend>
      <label class="choice">
        <input type="radio" name="posts" value="keep" required checked={posts === 'keep'} />
        <Phrase of={'They stay, from "a deleted account"'} />
      </label>
      <label class="choice">
        <input type="radio" name="posts" value="remove" required checked={posts === 'remove'} />
        <Phrase of="They are removed, posts with their likes and with what others said to them" />
      </label>
      <FieldError of="posts" error={errors.posts} />
    </fieldset>
    <Proof label={say('Your password')} asks={asks} errors={errors} />
    <p class="hint">
      <Phrase of="This cannot be taken back, and your name becomes free for others." />{' '}
      <LinkTo to="/account/data#erased" says="What goes and what stays" />
    </p>
    <button class="danger" type="submit" safe>
      {say('Delete my account')}
    </button>
  </form>
)

const sends = (to: string) => ({ 'hx-post': to, 'hx-swap': 'outerHTML', 'hx-disable': 'find button' })
