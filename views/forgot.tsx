import type { PageContext } from '../src/http/page-context.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import { say } from '../texts/say.ts'
import { AddressField } from './form.tsx'
import { Html } from './html.ts'
import { Layout } from './layout.tsx'

type Props = {
  pageContext: PageContext
  isMailOn: boolean
  /** A link was asked for, and nobody is told whether there was an account to send it to. */
  isAsked?: boolean
  typed?: string
  errors?: FieldErrors
}

export const ForgotPage = ({ pageContext, isMailOn, isAsked, typed = '', errors = {} }: Props) => (
  <Layout pageContext={pageContext} title={say('Forgot your password?')}>
    <section class="narrow">
      <h1 safe>{say('Forgot your password?')}</h1>
      {isAsked ? (
        <p class="verdict" role="status" safe>
          {say(
            'If an account has this address, a mail with a link is on its way. It works once, for 30 minutes.',
          )}
        </p>
      ) : isMailOn ? (
        <AddressForm typed={typed} errors={errors} />
      ) : (
        ''
      )}
      <p class="hint" safe>
        {isMailOn
          ? say('Without an address an admin of the board can make you a link.')
          : say('This board sends no mail, but an admin of it can make you a link for a new password.')}
      </p>
    </section>
  </Layout>
)

const AddressForm = ({ typed, errors }: { typed: string; errors: FieldErrors }) => (
  <form class="stack" method="post" action="/forgot">
    <AddressField
      label={say('The address of your account')}
      address={typed}
      error={errors.address}
      isRequired
    />
    <button class="primary" type="submit" safe>
      {say('Send me a link')}
    </button>
  </form>
)
