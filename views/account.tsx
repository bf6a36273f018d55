import type { Viewer } from '../src/accounts/queries.ts'
import type { PageContext } from '../src/http/page-context.ts'
import type { OwnAddress } from '../src/mail/queries.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import { say } from '../texts/say.ts'
import { AddressForm } from './address.tsx'
import { Moment } from './byline.tsx'
import { FieldError, invalid, NoDefault, Password, Proof } from './form.tsx'
import { Html } from './html.ts'
import { Layout } from './layout.tsx'
import { memberAt, shownName } from './names.ts'
import { Phrase } from './phrase.tsx'

/** A place where a member is signed in; `agent` is the browser's name. */
type ShownSession = {
  token: string
  agent: string
  createdAt: string
  usedAt: string
  isThis: boolean
}

type AccountProps = {
  pageContext: PageContext
  viewer: Viewer
  sessions: ShownSession[]
  /** The password was changed just now. */
  hasChanged: boolean
  /** What changes who they are needs a code, too. */
  asksCode: boolean
  sessionErrors?: FieldErrors
  passwordErrors?: FieldErrors
  deleteErrors?: FieldErrors
  posts?: string
  /** Undefined where no mail is sent. */
  address: OwnAddress | undefined
  addressErrors?: FieldErrors
  typedAddress?: string
}

export const AccountPage = ({
  pageContext,
  viewer,
  sessions,
  hasChanged,
  asksCode,
  address,
  ...rest
}: AccountProps) => (
  <Layout pageContext={pageContext} title={say('Your account')}>
    <section class="narrow account-page">
      <h1 safe>{say('Your account')}</h1>
      <p class="hint">
        <Phrase of="You are {name}." parts={{ name: <OwnName name={viewer.name} id={viewer.id} /> }} />
      </p>
      {hasChanged ? (
        <p class="verdict" role="status" safe>
          {say(
            'Your password is changed. You are signed out everywhere else, and your API tokens are revoked.',
          )}
        </p>
      ) : (
        ''
      )}
      <section class="card" aria-labelledby="sessions-title">
        <h2 id="sessions-title" safe>
          {say('Where you are signed in')}
        </h2>
        <Sessions sessions={sessions} asksCode={asksCode} errors={rest.sessionErrors} />
      </section>
      {address ? (
        <section class="card" aria-labelledby="address-title">
          <h2 id="address-title" safe>
            {say('Your address for mail')}
          </h2>
          <AddressForm
            own={address}
            typed={rest.typedAddress}
            asksCode={asksCode}
            errors={rest.addressErrors}
          />
        </section>
      ) : (
        ''
      )}
      <section class="card" aria-labelledby="password-title">
        <h2 id="password-title" safe>
          {say('Change your password')}
        </h2>
        <PasswordForm viewer={viewer} asksCode={asksCode} errors={rest.passwordErrors} />
      </section>
      <section class="card" aria-labelledby="factor-title">
        <h2 id="factor-title" safe>
          {say('Second factor')}
        </h2>
        <p safe>
          {viewer.hasFactor
            ? say('It is on: signing in takes a code of your app as well.')
            : say('With it, nobody who learns your password gets into your account.')}
        </p>
        <p>
          <a class="button" href="/account/second-factor" safe>
            {viewer.hasFactor ? say('Codes and apps') : say('Set it up')}
          </a>
        </p>
      </section>
      <section class="card" aria-labelledby="passkeys-title">
        <h2 id="passkeys-title" safe>
          {say('Passkeys')}
        </h2>
        <p safe>
          {say('With a passkey you sign in by your fingerprint, your face or the PIN of your device.')}
        </p>
        <p>
          <a class="button" href="/account/passkeys" safe>
            {say('Your passkeys')}
          </a>
        </p>
      </section>
      <section class="card" aria-labelledby="delete-title">
        <h2 id="delete-title" safe>
          {say('Delete your account')}
        </h2>
        <DeleteForm posts={rest.posts} asksCode={asksCode} errors={rest.deleteErrors} />
      </section>
    </section>
  </Layout>
)

const OwnName = ({ name, id }: { name: string; id: number }) => (
  <a href={memberAt(name, id)} dir="auto" safe>
    {shownName(name)}
  </a>
)

type SessionsProps = { sessions: ShownSession[]; asksCode: boolean; errors?: FieldErrors }

const Sessions = ({ sessions, asksCode, errors = {} }: SessionsProps) => (
  <form class="stack" method="post" action="/account/sessions/end">
    <NoDefault />
    <Proof label={say('Your password')} asksCode={asksCode} errors={errors} />
    <ul class="rows">
      {sessions.map(({ token, agent, createdAt, usedAt, isThis }) => (
        <li>
          <p>
            <strong safe>{agent}</strong>
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
      <input type="checkbox" name="tokens" value="revoke" />
      <Phrase of="Revoke my API tokens, too" />
    </label>
    <button class="button" type="submit" safe>
      {say('Sign out everywhere')}
    </button>
  </form>
)

type PasswordProps = { viewer: Viewer; asksCode: boolean; errors?: FieldErrors }

/** The form for a new password. The name is in it for the browser's list of passwords. */
export const PasswordForm = ({ viewer, asksCode, errors = {} }: PasswordProps) => (
  <form
    id="password-form"
    class="stack"
    method="post"
    action="/account/password"
    {...sends('/account/password')}
  >
    <input type="hidden" name="username" autocomplete="username" value={viewer.name} />
    <Proof name="current" label={say('Your password now')} asksCode={asksCode} errors={errors} />
    <Password name="password" label={say('New password')} autocomplete="new-password" errors={errors} />
    <p class="hint" safe>
      {say('It ends every other session of yours and revokes all your API tokens.')}
    </p>
    <button class="primary" type="submit" safe>
      {say('Change it')}
    </button>
  </form>
)

type DeleteProps = { posts?: string; asksCode: boolean; errors?: FieldErrors }

/** The form to leave by. `posts` is what was chosen for them. */
export const DeleteForm = ({ posts, asksCode, errors = {} }: DeleteProps) => (
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
    <Proof label={say('Your password')} asksCode={asksCode} errors={errors} />
    <p class="hint" safe>
      {say('This cannot be taken back, and your name becomes free for others.')}
    </p>
    <button class="danger" type="submit" safe>
      {say('Delete my account')}
    </button>
  </form>
)

const sends = (to: string) => ({ 'hx-post': to, 'hx-swap': 'outerHTML', 'hx-disable': 'find button' })
