import type { Token } from '../src/accounts/queries.ts'
import type { PageContext } from '../src/http/page-context.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import { say } from '../texts/say.ts'
import { Moment, When } from './byline.tsx'
import { FieldError, invalid, Proof } from './form.tsx'
import { Html } from './html.ts'
import { Layout } from './layout.tsx'
import { LinkTo, Phrase } from './phrase.tsx'

type Props = {
  pageContext: PageContext
  tokens: Token[]
  asksCode: boolean
  secret?: string
  name?: string | undefined
  errors?: FieldErrors
}

/** A member's tokens; `secret` is that of the one that was just made. */
export const TokensPage = ({ pageContext, tokens, asksCode, secret, name, errors = {} }: Props) => (
  <Layout pageContext={pageContext} title={say('API tokens')}>
    <section class="narrow">
      <h1 safe>{say('API tokens')}</h1>
      <p class="hint">
        <Phrase
          of="A program that has one of them does what you may do. A new password revokes them all. See {api}."
          parts={{ api: <LinkTo to="/api/docs" says="the API" /> }}
        />
      </p>
      {secret ? <NewSecret secret={secret} /> : ''}
      <form id="new-token" class="stack" method="post" action="/tokens">
        <label>
          <Phrase of="What is it for?" />
          <input name="name" required maxlength="60" value={name} {...invalid('name', errors.name)} />
          <FieldError of="name" error={errors.name} />
        </label>
        <Proof label={say('Your password')} asksCode={asksCode} errors={errors} />
        <button class="primary" type="submit" safe>
          {say('Make a token')}
        </button>
      </form>
      <ul class="rows">
        {tokens.map((token) => (
          <li>
            <p>
              <strong>
                <bdi safe>{token.name}</bdi>
              </strong>
              <small>
                {token.usedAt === null ? (
                  <Phrase of="Made {day}, never used" parts={{ day: <When at={token.createdAt} /> }} />
                ) : (
                  <Phrase
                    of="Made {day}, last used {moment}"
                    parts={{ day: <When at={token.createdAt} />, moment: <Moment at={token.usedAt} /> }}
                  />
                )}
              </small>
            </p>
            <RevokeForm token={token} asksCode={asksCode} />
          </li>
        ))}
      </ul>
    </section>
  </Layout>
)

/** Its password is asked for when one is about to do it. */
const RevokeForm = ({ token, asksCode }: { token: Token; asksCode: boolean }) => (
  <details>
    <summary aria-label={say('Revoke {token}', { token: token.name })} safe>
      {say('Revoke')}
    </summary>
    <form class="stack" method="post" action={`/tokens/${token.id}/revoke`}>
      <Proof label={say('Your password')} asksCode={asksCode} errors={{}} />
      <button class="quiet" type="submit" safe>
        {say('Revoke')}
      </button>
    </form>
  </details>
)

const NewSecret = ({ secret }: { secret: string }) => (
  <div class="card" role="status">
    <p safe>{say('This is shown once. Copy it now.')}</p>
    <pre tabindex="0" dir="ltr">
      <code safe>{secret}</code>
    </pre>
  </div>
)
