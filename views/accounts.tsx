import { Html } from '@elysiajs/html'
import type { Frame } from '../src/frame.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import { say } from '../texts/say.ts'
import { FieldError, invalid } from './form.tsx'
import { Layout } from './layout.tsx'
import { LinkTo, Phrase } from './phrase.tsx'

/** `next` is the path on this site to go on at. */
type FormProps = { username?: string; next?: string; errors?: FieldErrors }
type PageProps = FormProps & { frame: Frame }

export const SignupPage = ({ frame, ...form }: PageProps) => (
  <Layout frame={frame} title={say('Join')}>
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

export const LoginPage = ({ frame, ...form }: PageProps) => (
  <Layout frame={frame} title={say('Sign in')}>
    <section class="narrow">
      <h1 safe>{say('Sign in')}</h1>
      <LoginForm {...form} />
      <p class="hint">
        <Phrase
          of="New here? {join}"
          parts={{ join: <LinkTo to={withNext('/signup', form.next)} says="Join" /> }}
        />
      </p>
    </section>
  </Layout>
)

export const SignupForm = (props: FormProps) => (
  <AccountForm action="/signup" submit={say('Join')} password="new-password" {...props} />
)

export const LoginForm = (props: FormProps) => (
  <AccountForm action="/login" submit={say('Sign in')} password="current-password" {...props} />
)

const withNext = (to: string, next = '/') => (next === '/' ? to : `${to}?next=${encodeURIComponent(next)}`)

type AccountFormProps = FormProps & {
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
        {...invalid('username', errors.username)}
      />
      <FieldError of="username" error={errors.username} />
    </label>
    <label>
      <Phrase of="Password" />
      <input
        name="password"
        type="password"
        autocomplete={password}
        required
        {...invalid('password', errors.password)}
      />
      <FieldError of="password" error={errors.password} />
    </label>
    <button class="primary" type="submit" safe>
      {submit}
    </button>
  </form>
)
