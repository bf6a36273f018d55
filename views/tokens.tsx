import type { Asked } from '../src/accounts/proof.ts'
import type { Token } from '../src/accounts/queries.ts'
import type { Scope } from '../src/accounts/scopes.ts'
import type { PageContext } from '../src/http/page-context.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import type { Sentence } from '../texts/arabic.ts'
import { say } from '../texts/say.ts'
import { Moment, When } from './byline.tsx'
import { FieldError, invalid, Proof, Removal } from './form.tsx'
import { Html } from './html.ts'
import { Layout } from './layout.tsx'
import { LinkTo, Phrase } from './phrase.tsx'

/** A token in the list; without `scopes` it was made before there were any. */
type ShownToken = Omit<Token, 'scopes'> & { scopes: Scope[] | undefined; hasEnded: boolean }

type Props = {
  pageContext: PageContext
  tokens: ShownToken[]
  asks: Asked
  secret?: string
  /** What was chosen for one that was not made. */
  typed?: { name: string; scopes: Scope[]; days: number }
  errors?: FieldErrors
  /** Of one that was not revoked. */
  removal?: { id: string; errors: FieldErrors }
}

/** A member's tokens; `secret` is that of the one that was just made. */
export const TokensPage = ({ pageContext, tokens, asks, secret, typed, errors = {}, removal }: Props) => (
  <Layout pageContext={pageContext} title={say('API tokens')}>
    <section class="narrow account-page">
      <h1 safe>{say('API tokens')}</h1>
      <p class="hint">
        <LinkTo to="/account" says="Your account" />
      </p>
      <p class="hint">
        <Phrase
          of="A program that has one does what it is for, in your name. A new password revokes them all. See {api}."
          parts={{ api: <LinkTo to="/api/docs" says="the API" /> }}
        />
      </p>
      {secret ? <NewSecret secret={secret} /> : ''}
      <section class="card" aria-labelledby="new-token-title">
        <h2 id="new-token-title" safe>
          {say('A new token')}
        </h2>
        <form id="new-token" class="stack" method="post" action="/tokens">
          <label>
            <Phrase of="What is it for?" />
            <input
              name="name"
              required
              maxlength="60"
              value={typed?.name}
              {...invalid('name', errors.name)}
            />
            <FieldError of="name" error={errors.name} />
          </label>
          <fieldset {...invalid('scopes', errors.scopes)}>
            <legend safe>{say('What may it do?')}</legend>
            {(Object.keys(uses) as Scope[]).map((scope) => (
              <label class="choice">
                <input
                  type="checkbox"
                  name={scope}
                  checked={typed ? typed.scopes.includes(scope) : scope === 'read'}
                />
                <Phrase of={uses[scope]} />
              </label>
            ))}
            <FieldError of="scopes" error={errors.scopes} />
          </fieldset>
          <label>
            <Phrase of="When does it end?" />
            <select name="days" {...invalid('days', errors.days)}>
              {ends.map(([days, says]) => (
                <option value={`${days}`} selected={days === (typed?.days ?? 90)} safe>
                  {say(says)}
                </option>
              ))}
            </select>
            <FieldError of="days" error={errors.days} />
          </label>
          <Proof label={say('Your password')} asks={asks} errors={errors} />
          <button class="primary" type="submit" safe>
            {say('Make a token')}
          </button>
        </form>
      </section>
      {tokens.length > 0 ? (
        <section class="card" aria-labelledby="tokens-title">
          <h2 id="tokens-title" safe>
            {say('Your tokens')}
          </h2>
          <ul class="rows">
            {tokens.map((token) => (
              <li>
                <p>
                  <strong>
                    <bdi safe>{token.name}</bdi>
                  </strong>{' '}
                  <TokenUse token={token} />
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
                <Removal
                  to={`/tokens/${token.id}/revoke`}
                  says={say('Revoke')}
                  saysWhat={say('Revoke {token}', { token: token.name })}
                  asks={asks}
                  errors={removal?.id === `${token.id}` ? removal.errors : undefined}
                />
              </li>
            ))}
          </ul>
        </section>
      ) : (
        ''
      )}
    </section>
  </Layout>
)

const TokenUse = ({ token: { scopes, expiresAt, hasEnded } }: { token: ShownToken }) => (
  <>
    {hasEnded ? (
      <span class="tag" safe>
        {say('ended')}
      </span>
    ) : (
      ''
    )}
    {scopes ? (
      <small safe>{scopes.map((scope) => say(uses[scope])).join(' · ')}</small>
    ) : (
      <small class="error" safe>
        {say('Made before tokens had a purpose and an end: it may do everything. Better make a new one.')}
      </small>
    )}
    {expiresAt ? (
      <small>
        <Phrase of={hasEnded ? 'Ended {day}' : 'Ends {day}'} parts={{ day: <When at={expiresAt} /> }} />
      </small>
    ) : (
      ''
    )}
  </>
)

const uses: Record<Scope, Sentence> = {
  read: 'Read what you may read',
  write: 'Write in your name',
  moderate: 'Moderate what others wrote, and keep categories, if you may',
  market: 'Order, and keep the stock if you may',
}

const ends: [days: number, says: Sentence][] = [
  [30, 'In 30 days'],
  [90, 'In 90 days'],
  [365, 'In a year'],
]

const NewSecret = ({ secret }: { secret: string }) => (
  <div class="card" role="status">
    <p safe>{say('This is shown once. Copy it now.')}</p>
    <pre class="whole" tabindex="0" dir="ltr">
      <code safe>{secret}</code>
    </pre>
  </div>
)
