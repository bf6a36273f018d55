import type { PageContext } from '../src/http/page-context.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import { say } from '../texts/say.ts'
import { described, FieldError, FieldHint } from './form.tsx'
import { Html } from './html.ts'
import { Layout } from './layout.tsx'
import { PasskeySignIn } from './passkeys.tsx'
import { LinkTo, Phrase } from './phrase.tsx'
import { SignOnLink } from './single-sign-on.tsx'

/** `next` is the path on this site to go on at. */
type FormProps = { username?: string; next?: string; errors?: FieldErrors }
/** `hasPasskeys`: they work at the address that it is asked for by. */
type PageProps = FormProps & {
  pageContext: PageContext
  hasPasskeys?: boolean
  /** Where one may sign in as well, or alone. */
  signOn?: { name: string; isOnly: boolean } | undefined
}

export const LoginPage = ({ pageContext, signOn, ...rest }: PageProps) => (
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

const OwnSignIn = ({ pageContext, hasPasskeys = false, ...form }: Omit<PageProps, 'signOn'>) => (
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

export const withNext = (to: string, next = '/') =>
  next === '/' ? to : `${to}?next=${encodeURIComponent(next)}`

export const LoginForm = ({ username = '', next = '/', errors = {} }: FormProps) => (
  <form
    id="account"
    class="stack"
    method="post"
    action="/login"
    hx-post="/login"
    hx-swap="outerHTML"
    hx-disable="find button"
  >
    <input type="hidden" name="next" value={next} />
    <AccountFields username={username} autocomplete="current-password" errors={errors} />
    <button class="primary" type="submit" safe>
      {say('Sign in')}
    </button>
  </form>
)

type FieldsProps = {
  username: string
  autocomplete: 'new-password' | 'current-password'
  /** What a new name and password have to be. */
  rules?: { username: string; password: string }
  errors: FieldErrors
}

/** A name and a password, to sign in or up with. */
export const AccountFields = ({ username, autocomplete, rules, errors }: FieldsProps) => (
  <>
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
        autocomplete={autocomplete}
        required
        {...described('password', rules?.password, errors.password)}
      />
      <FieldHint of="password" hint={errors.password ? undefined : rules?.password} />
      <FieldError of="password" error={errors.password} />
    </label>
  </>
)
