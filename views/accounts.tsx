import { Html } from '@elysiajs/html'
import type { Frame } from '../src/frame.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import { FieldError, invalid } from './form.tsx'
import { Layout } from './layout.tsx'

/** `next` is the path on this site to go on at. */
type FormProps = { username?: string; next?: string; errors?: FieldErrors }
type PageProps = FormProps & { frame: Frame }

export const SignupPage = ({ frame, ...form }: PageProps) => (
  <Layout frame={frame} title="Join">
    <section class="narrow">
      <h1>Join</h1>
      <SignupForm {...form} />
      <p class="hint">
        Already a member? <a href={withNext('/login', form.next)}>Sign in</a>
      </p>
    </section>
  </Layout>
)

export const LoginPage = ({ frame, ...form }: PageProps) => (
  <Layout frame={frame} title="Sign in">
    <section class="narrow">
      <h1>Sign in</h1>
      <LoginForm {...form} />
      <p class="hint">
        New here? <a href={withNext('/signup', form.next)}>Join</a>
      </p>
    </section>
  </Layout>
)

export const SignupForm = (props: FormProps) => (
  <AccountForm action="/signup" submit="Join" password="new-password" {...props} />
)

export const LoginForm = (props: FormProps) => (
  <AccountForm action="/login" submit="Sign in" password="current-password" {...props} />
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
      Name
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
      Password
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
