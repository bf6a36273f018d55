import type { PageContext } from '../src/http/page-context.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import { say } from '../texts/say.ts'
import { described, FieldError, FieldHint } from './form.tsx'
import { Html } from './html.ts'
import { Layout } from './layout.tsx'
import { shownName } from './names.ts'
import { Phrase } from './phrase.tsx'

/** `token` is the link's, `rule` says what a new password has to be. */
type FormProps = { token: string; name: string; rule: string; errors?: FieldErrors }

export const NewPasswordPage = ({ pageContext, ...form }: FormProps & { pageContext: PageContext }) => (
  <Layout pageContext={pageContext} title={say('Set a new password')}>
    <section class="narrow">
      <h1 safe>{say('Set a new password')}</h1>
      <p class="hint">
        <Phrase of="For the account {name}." parts={{ name: <bdi safe>{shownName(form.name)}</bdi> }} />
      </p>
      <NewPasswordForm {...form} />
    </section>
  </Layout>
)

/** The name is in it for the browser's list of passwords. */
export const NewPasswordForm = ({ token, name, rule, errors = {} }: FormProps) => (
  <form
    id="new-password"
    class="stack"
    method="post"
    action={`/password/${encodeURIComponent(token)}`}
    hx-post={`/password/${encodeURIComponent(token)}`}
    hx-swap="outerHTML"
    hx-disable="find button"
  >
    <input type="hidden" name="username" autocomplete="username" value={name} />
    <label>
      <Phrase of="New password" />
      <input
        name="password"
        type="password"
        autocomplete="new-password"
        required
        {...described('password', rule, errors.password)}
      />
      <FieldHint of="password" hint={errors.password ? undefined : rule} />
      <FieldError of="password" error={errors.password} />
    </label>
    <p class="hint" safe>
      {say('It ends every other session of yours, all your API tokens and the address of your feeds.')}
    </p>
    <button class="primary" type="submit" safe>
      {say('Set it')}
    </button>
  </form>
)
