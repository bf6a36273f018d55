import type { PageContext } from '../src/http/page-context.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import type { Sentence } from '../texts/arabic.ts'
import { say } from '../texts/say.ts'
import { AddressField, described, FieldError, FieldHint } from './form.tsx'
import { Html } from './html.ts'
import { Layout } from './layout.tsx'
import { PasskeySignIn } from './passkeys.tsx'
import { LinkTo, Phrase } from './phrase.tsx'
import { SignOnLink } from './single-sign-on.tsx'

/** `next` is the path on this site to go on at; `rules` say what a new name and password have to be. */
type FormProps = {
  username?: string
  next?: string
  rules: { username: string; password: string }
  /** What was typed as an address for mail; undefined where none is asked for. */
  address?: string
  errors?: FieldErrors
}
type PageProps = FormProps & { pageContext: PageContext }
/** `hasPasskeys`: they work at the address that it is asked for by. */
type LoginProps = PageProps & {
  hasPasskeys?: boolean
  /** Where one may sign in as well, or alone. */
  signOn?: { name: string; isOnly: boolean } | undefined
}

export const SignupPage = ({ pageContext, ...form }: PageProps) => (
  <Layout pageContext={pageContext} title={say('Join')}>
    <section class="narrow">
      <h1 safe>{say('Join')}</h1>
      <SignupForm {...form} />
      <p class="hint">
        <Phrase
          of="Already a member? {signIn}"
          parts={{ signIn: <LinkTo to={withNext('/login', form.next)} says="Sign in" /> }}
        />
      </p>
    </section>
  </Layout>
)

export const LoginPage = ({ pageContext, signOn, ...rest }: LoginProps) => (
  <Layout pageContext={pageContext} title={say('Sign in')}>
    <section class="narrow">
      <h1 safe>{say('Sign in')}</h1>
      {signOn ? <SignOnLink service={signOn.name} next={rest.next} /> : ''}
      {signOn?.isOnly ? (
        <p class="hint" safe>
          {say('Who comes the first time chooses a name for this board after that.')}
        </p>
      ) : (
        <OwnSignIn pageContext={pageContext} {...rest} />
      )}
    </section>
  </Layout>
)

const OwnSignIn = ({ pageContext, hasPasskeys = false, ...form }: Omit<LoginProps, 'signOn'>) => (
  <>
    <LoginForm {...form} />
    {hasPasskeys ? <PasskeySignIn pageContext={pageContext} next={form.next ?? '/'} /> : ''}
    <p class="hint">
      <LinkTo to="/forgot" says="Forgot your password?" />
    </p>
    <p class="hint">
      <Phrase
        of="New here? {join}"
        parts={{ join: <LinkTo to={withNext('/signup', form.next)} says="Join" /> }}
      />
    </p>
  </>
)

export const SignupForm = (props: FormProps) => (
  <AccountForm action="/signup" submit={say('Join')} password="new-password" {...props} />
)

export const LoginForm = (props: FormProps) => (
  <AccountForm
    action="/login"
    submit={say('Sign in')}
    password="current-password"
    {...props}
    rules={undefined}
    address={undefined}
  />
)

const withNext = (to: string, next = '/') => (next === '/' ? to : `${to}?next=${encodeURIComponent(next)}`)

type AccountFormProps = Omit<FormProps, 'rules' | 'address'> & {
  rules: FormProps['rules'] | undefined
  address?: string | undefined
  action: '/signup' | '/login'
  submit: string
  password: 'new-password' | 'current-password'
}

const AccountForm = ({
  action,
  submit,
  password,
  username = '',
  next = '/',
  rules,
  address,
  errors = {},
}: AccountFormProps) => (
  <form
    id="account"
    class="stack"
    method="post"
    action={action}
    hx-post={action}
    hx-swap="outerHTML"
    hx-disable="find button"
  >
    <input type="hidden" name="next" value={next} />
    <label>
      <Phrase of="Name" />
      <input
        name="username"
        autocomplete="username"
        required
        value={username}
        {...described('username', rules?.username, errors.username)}
      />
      <FieldHint of="username" hint={errors.username ? undefined : rules?.username} />
      <FieldError of="username" error={errors.username} />
    </label>
    <label>
      <Phrase of="Password" />
      <input
        name="password"
        type="password"
        autocomplete={password}
        required
        {...described('password', rules?.password, errors.password)}
      />
      <FieldHint of="password" hint={errors.password ? undefined : rules?.password} />
      <FieldError of="password" error={errors.password} />
    </label>
    {address === undefined ? (
      ''
    ) : (
      <AddressField
        label={say('Address for mail, if you like')}
        address={address}
        hint={addressHint}
        error={errors.address}
      />
    )}
    <button class="primary" type="submit" safe>
      {submit}
    </button>
  </form>
)

const addressHint: Sentence =
  'For a new password when you forgot yours: follow the link that is mailed there. Nobody else sees it.'
