import { Html } from '@elysiajs/html'
import type { Token } from '../src/accounts/queries.ts'
import type { Frame } from '../src/frame.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import { FieldError, invalid } from './form.tsx'
import { Layout } from './layout.tsx'
import { Moment, When } from './time.tsx'

type Props = { frame: Frame; tokens: Token[]; secret?: string; errors?: FieldErrors }

/** A member's tokens; `secret` is that of the one that was just made. */
export const TokensPage = ({ frame, tokens, secret, errors = {} }: Props) => (
  <Layout frame={frame} title="API tokens">
    <section class="narrow">
      <h1>API tokens</h1>
      <p class="hint">
        A program that has one of them does what you may do. A new password revokes them all. See{' '}
        <a href="/api/docs">the API</a>.
      </p>
      {secret ? <NewSecret secret={secret} /> : ''}
      <ul class="tokens">
        {tokens.map((token) => (
          <li>
            <span>
              <strong safe>{token.name}</strong>
              <small>
                Made <When at={token.createdAt} />, <LastUse at={token.usedAt} />
              </small>
            </span>
            <form method="post" action={`/tokens/${token.id}/revoke`}>
              <button class="quiet" type="submit" aria-label={`Revoke ${token.name}`}>
                Revoke
              </button>
            </form>
          </li>
        ))}
      </ul>
      <form class="stack" method="post" action="/tokens">
        <label>
          What is it for?
          <input name="name" required maxlength="60" {...invalid('name', errors.name)} />
          <FieldError of="name" error={errors.name} />
        </label>
        <button class="primary" type="submit">
          Make a token
        </button>
      </form>
    </section>
  </Layout>
)

const LastUse = ({ at }: { at: string | null }) =>
  at ? (
    <>
      last used <Moment at={at} />
    </>
  ) : (
    'never used'
  )

const NewSecret = ({ secret }: { secret: string }) => (
  <div class="card" role="status">
    <p>This is shown once. Copy it now.</p>
    <pre tabindex="0">
      <code safe>{secret}</code>
    </pre>
  </div>
)
