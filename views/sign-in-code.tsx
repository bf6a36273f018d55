import type { PageContext } from '../src/http/page-context.ts'
import { say } from '../texts/say.ts'
import { CodeField } from './form.tsx'
import { Html } from './html.ts'
import { Layout } from './layout.tsx'

/** `half` is what the first half of the sign-in left, `next` the path on this site to go on at. */
type FormProps = { half: string; next: string; error?: string }

/** The second half of a sign-in. */
export const CodePage = ({ pageContext, ...form }: FormProps & { pageContext: PageContext }) => (
  <Layout pageContext={pageContext} title={say('Sign in')}>
    <section class="narrow">
      <h1 safe>{say('Sign in')}</h1>
      <CodeForm {...form} />
    </section>
  </Layout>
)

export const CodeForm = ({ half, next, error }: FormProps) => (
  <form
    id="sign-in-code"
    class="stack"
    method="post"
    action="/login/code"
    hx-post="/login/code"
    hx-swap="outerHTML"
    hx-disable="find button"
  >
    <input type="hidden" name="half" value={half} />
    <input type="hidden" name="next" value={next} />
    <p class="hint" safe>
      {say('Your account has a second factor.')}
    </p>
    <CodeField error={error} isFirst />
    <button class="primary" type="submit" safe>
      {say('Sign in')}
    </button>
    <p class="hint" safe>
      {say('You have neither? Whoever runs this board can turn your second factor off.')}
    </p>
  </form>
)
