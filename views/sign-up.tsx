import type { PageContext } from '../src/http/page-context.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import type { Sentence } from '../texts/arabic.ts'
import { say, translated } from '../texts/say.ts'
import { AccountFields, withNext } from './accounts.tsx'
import { AddressField, FieldError, invalid } from './form.tsx'
import { Html } from './html.ts'
import { Layout } from './layout.tsx'
import { LinkTo, Phrase } from './phrase.tsx'
import { SignOnLink } from './single-sign-on.tsx'

/** A field that nobody sees, hears or gets to. */
export const trapField = 'homepage'

/** `next` is the path on this site to go on at; `rules` say what a new name and password have to be. */
type FormProps = {
  username?: string
  next?: string
  rules: { username: string; password: string }
  /** What was typed as an address for mail; undefined where none is asked for. */
  address?: string
  /** What they join by. */
  invite?: string
  /** What those who apply are asked; undefined for who joins at once. */
  question?: string
  answer?: string
  /** Since when it is there; undefined where nobody asks. */
  drawn?: string | undefined
  errors?: FieldErrors
}

type PageProps = FormProps & {
  pageContext: PageContext
  /** Where one joins as well. */
  signOn?: { service: string; next: string } | undefined
}

export const SignupPage = ({ pageContext, signOn, ...form }: PageProps) => (
  <Layout pageContext={pageContext} title={say('Join')}>
    <section class="narrow">
      <h1 safe>{say('Join')}</h1>
      {form.question === undefined ? (
        ''
      ) : (
        <Hint says="An admin reads what you write here and decides. Nobody else sees it." />
      )}
      {form.invite ? <Hint says="You are invited: fill this in, and you are a member." /> : ''}
      {signOn ? <SignOnLink {...signOn} /> : ''}
      <SignupForm {...form} />
      <AlreadyHere next={form.next} />
    </section>
  </Layout>
)

const Hint = ({ says }: { says: Sentence }) => (
  <p class="hint" safe>
    {say(says)}
  </p>
)

const AlreadyHere = ({ next }: { next: string | undefined }) => (
  <p class="hint">
    <Phrase
      of="Already a member? {signIn}"
      parts={{ signIn: <LinkTo to={withNext('/login', next)} says="Sign in" /> }}
    />
  </p>
)

type NoSignupProps = {
  pageContext: PageContext
  /** Why there is no form. */
  says: Sentence
  /** Where else one goes on. */
  signOn?: { service: string; next: string } | undefined
}

/** Where nobody joins by a form: why, and what is there instead. */
export const NoSignupPage = ({ pageContext, says, signOn }: NoSignupProps) => (
  <Layout pageContext={pageContext} title={say('Join')}>
    <section class="narrow">
      <h1 safe>{say('Join')}</h1>
      <p safe>{say(says)}</p>
      {signOn ? <SignOnLink {...signOn} /> : <AlreadyHere next="/" />}
    </section>
  </Layout>
)

export const SignupForm = ({
  username = '',
  next = '/',
  rules,
  address,
  invite = '',
  question,
  answer = '',
  drawn,
  errors = {},
}: FormProps) => (
  <form
    id="account"
    class="stack"
    method="post"
    action="/signup"
    hx-post="/signup"
    hx-swap="outerHTML"
    hx-disable="find button"
  >
    <input type="hidden" name="next" value={next} />
    {invite === '' ? '' : <input type="hidden" name="invite" value={invite} />}
    <FieldError of="invite" error={errors.invite} />
    {errors.trap === undefined ? (
      ''
    ) : (
      <p class="error" role="alert" safe>
        {translated(errors.trap)}
      </p>
    )}
    <Trap drawn={drawn} />
    <AccountFields username={username} autocomplete="new-password" rules={rules} errors={errors} />
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
    {question === undefined ? (
      ''
    ) : (
      <label>
        <input type="hidden" name="question" value={question} />
        <span dir="auto" safe>
          {question}
        </span>
        <textarea
          name="answer"
          rows="5"
          dir="auto"
          maxlength="2000"
          required
          {...invalid('answer', errors.answer)}
          safe
        >
          {`\n${answer}`}
        </textarea>
        <FieldError of="answer" error={errors.answer} />
      </label>
    )}
    <button class="primary" type="submit" safe>
      {question === undefined ? say('Join') : say('Apply')}
    </button>
  </form>
)

/**
 * What only a program fills: it is off the screen, and neither the keyboard, a screen reader nor a password
 * manager gets there.
 */
const Trap = ({ drawn }: { drawn: string | undefined }) => (
  <>
    {drawn === undefined ? '' : <input type="hidden" name="drawn" value={drawn} />}
    <div class="unseen" aria-hidden="true">
      <label>
        <span safe>{say('Leave this empty')}</span>
        <input
          name={trapField}
          tabindex="-1"
          autocomplete="off"
          data-1p-ignore
          data-bwignore
          data-lpignore="true"
          data-form-type="other"
        />
      </label>
    </div>
  </>
)

const addressHint: Sentence =
  'For a new password when you forgot yours: follow the link that is mailed there. Nobody else sees it.'
