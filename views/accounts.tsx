import { Html } from '@elysiajs/html'
import type { Frame } from '../src/frame.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import { FieldError, invalid } from './form.tsx'
import { Layout } from './layout.tsx'

type FormProps = { username?: string; errors?: FieldErrors }
type PageProps = FormProps & { frame: Frame }

export const SignupPage = ({ frame, ...form }: PageProps) => (
  <Layout frame={frame} title="Join">
    <section class="narrow">
      <h1>Join</h1>
      <SignupForm {...form} />
      <p class="hint">
        Already a member? <a href="/login">Sign in</a>
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
        New here? <a href="/signup">Join</a>
      </p>
    </section>
  </Layout>
)

export const SignupForm = ({ username, errors }: FormProps) => (
  <AccountForm action="/signup" submit="Join" password="new-password" username={username} errors={errors} />
)

export const LoginForm = ({ username, errors }: FormProps) => (
  <AccountForm
    action="/login"
    submit="Sign in"
    password="current-password"
    username={username}
    errors={errors}
  />
)

type AccountFormProps = FormProps & {
  action: '/signup' | '/login'
  submit: string
  password: 'new-password' | 'current-password'
}

const AccountForm = ({ action, submit, password, username = '', errors = {} }: AccountFormProps) => (
  <form
    id="account"
    class="stack"
    method="post"
    action={action}
    hx-post={action}
    hx-swap="outerHTML"
    hx-disable="find button"
  >
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
