import type { Asked } from '../src/accounts/proof.ts'
import type { Viewer } from '../src/accounts/queries.ts'
import type { PageContext } from '../src/http/page-context.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import type { SignOn } from '../src/single-sign-on/queries.ts'
import { say, translated } from '../texts/say.ts'
import { When } from './byline.tsx'
import { CodeField, FieldError, invalid, Password, Proof } from './form.tsx'
import { Html } from './html.ts'
import { Layout } from './layout.tsx'
import { shownName } from './names.ts'
import { LinkTo, Phrase } from './phrase.tsx'

type LinkProps = { service: string; next?: string | undefined }

/** A link and not a form: our CSP lets no form be redirected to another site. */
export const SignOnLink = ({ service, next = '/' }: LinkProps) => (
  <p>
    <a class="button" href={signOnAt(next)} safe>
      {say('Sign in with {service}', { service })}
    </a>
  </p>
)

const signOnAt = (next: string) =>
  next === '/' ? '/login/single-sign-on' : `/login/single-sign-on?next=${encodeURIComponent(next)}`

type ChoiceProps = {
  pageContext: PageContext
  service: string
  /** What the forms hold of who signed in. */
  half: string
  /** What they are called there, or typed as a name. */
  knownAs: string
  next: string
  /** Who is signed in here, and what is asked of them. */
  viewer?: Viewer
  asks?: Asked
  username?: string
  /** Why no new account is made. */
  why: string | undefined
  newErrors?: FieldErrors
  joinErrors?: FieldErrors
}

/** For who signed in at the other service and has no account here yet. */
export const ChoicePage = ({ pageContext, service, viewer, asks, ...form }: ChoiceProps) => (
  <Layout pageContext={pageContext} title={say('Sign in with {service}', { service })}>
    <section class="narrow account-page">
      <h1 safe>{say('Which account is yours?')}</h1>
      <p safe>{say('You are signed in at {service}. No account here is joined to that yet.', { service })}</p>
      {viewer && asks ? <JoinOwnForm viewer={viewer} asks={asks} {...form} /> : <Choice {...form} />}
    </section>
  </Layout>
)

type FormProps = Omit<ChoiceProps, 'pageContext' | 'service' | 'viewer' | 'asks'>

const Choice = ({ half, knownAs, next, username = '', why, newErrors = {}, joinErrors = {} }: FormProps) => (
  <>
    <section class="card" aria-labelledby="new-title">
      <h2 id="new-title" safe>
        {say('A new one')}
      </h2>
      {why === undefined ? (
        <NewForm half={half} knownAs={knownAs} next={next} errors={newErrors} />
      ) : (
        <p class="hint" safe>
          {translated(why)}
        </p>
      )}
    </section>
    <section class="card" aria-labelledby="join-title">
      <h2 id="join-title" safe>
        {say('One that I have here')}
      </h2>
      <form class="stack" method="post" action="/login/single-sign-on/join">
        <Held half={half} next={next} />
        <label>
          <Phrase of="Name" />
          <input name="username" autocomplete="username" required value={username} />
        </label>
        <Password
          name="password"
          label={say('Password')}
          autocomplete="current-password"
          errors={joinErrors}
        />
        {joinErrors.code ? <CodeField error={joinErrors.code} /> : ''}
        <button class="primary" type="submit" safe>
          {say('Join it')}
        </button>
      </form>
    </section>
  </>
)

type NewProps = Pick<FormProps, 'half' | 'knownAs' | 'next'> & { errors: FieldErrors }

const NewForm = ({ half, knownAs, next, errors }: NewProps) => (
  <form class="stack" method="post" action="/login/single-sign-on/new">
    <Held half={half} next={next} />
    <FieldError of="invite" error={errors.invite} />
    <label>
      <Phrase of="Name" />
      <input
        name="username"
        autocomplete="username"
        required
        value={knownAs}
        {...invalid('username', errors.username)}
      />
      <FieldError of="username" error={errors.username} />
    </label>
    <button class="primary" type="submit" safe>
      {say('Make this account')}
    </button>
  </form>
)

const JoinOwnForm = ({
  viewer,
  asks,
  half,
  joinErrors = {},
}: FormProps & { viewer: Viewer; asks: Asked }) => (
  <form class="stack" method="post" action="/account/single-sign-on">
    <input type="hidden" name="half" value={half} />
    <p safe>{say('Join it to the account {name}?', { name: shownName(viewer.name) })}</p>
    <Proof label={say('Your password')} asks={asks} errors={joinErrors} />
    <button class="primary" type="submit" safe>
      {say('Join it')}
    </button>
  </form>
)

const Held = ({ half, next }: { half: string; next: string }) => (
  <>
    <input type="hidden" name="half" value={half} />
    <input type="hidden" name="next" value={next} />
  </>
)

type SignedOutProps = {
  pageContext: PageContext
  service: string
  /** Where one signs out there, too; or why nobody can say. */
  address?: string
  fault?: string
}

/** For who signed out here, and may still be signed in at the other service. */
export const SignedOutPage = ({ pageContext, service, address, fault = '' }: SignedOutProps) => (
  <Layout pageContext={pageContext} title={say('You are signed out')}>
    <section class="narrow">
      <h1 safe>{say('You are signed out')}</h1>
      <p safe>{say('You may still be signed in at {service}.', { service })}</p>
      {address === undefined ? (
        <p class="hint" safe>
          {translated(fault)}
        </p>
      ) : (
        <p>
          <a class="button" href={address} safe>
            {say('Sign out of {service}, too', { service })}
          </a>
        </p>
      )}
      <p class="hint">
        <LinkTo to="/" says="To the front page" />
      </p>
    </section>
  </Layout>
)

type SignOnProps = {
  pageContext: PageContext
  service: string
  signOn: SignOn | undefined
  /** Why it cannot be removed. */
  why?: string | undefined
  asks: Asked
  errors?: FieldErrors
}

/** What a member's account is joined to. */
export const SignOnPage = ({ pageContext, service, signOn, why, asks, errors = {} }: SignOnProps) => (
  <Layout pageContext={pageContext} title={say('Single sign-on')}>
    <section class="narrow account-page">
      <h1 safe>{say('Single sign-on')}</h1>
      <p class="hint">
        <LinkTo to="/account" says="Your account" />
      </p>
      {signOn ? (
        <>
          <p>
            <span safe>{say('You may sign in with {service}.', { service })}</span>{' '}
            <Phrase of="Joined {day}." parts={{ day: <When at={signOn.since} /> }} />
          </p>
          {why === undefined ? (
            <section class="card" aria-labelledby="part-title">
              <h2 id="part-title" safe>
                {say('No longer sign in with {service}', { service })}
              </h2>
              <form class="stack" method="post" action="/account/single-sign-on/remove">
                <Proof label={say('Your password')} asks={asks} errors={errors} />
                <button class="danger" type="submit" safe>
                  {say('Remove')}
                </button>
              </form>
            </section>
          ) : (
            <p class="hint" safe>
              {translated(why)}
            </p>
          )}
        </>
      ) : (
        <>
          <p safe>
            {say('Join your account to {service}: you sign in there, then give your password here once.', {
              service,
            })}
          </p>
          <SignOnLink service={service} next="/account/single-sign-on" />
        </>
      )}
    </section>
  </Layout>
)
