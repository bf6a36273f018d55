import type { Asked } from '../src/accounts/proof.ts'
import type { PasskeyFault, PasskeySite } from '../src/factors/passkey-site.ts'
import type { Passkey } from '../src/factors/queries.ts'
import type { PageContext } from '../src/http/page-context.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import { say } from '../texts/say.ts'
import { Moment, When } from './byline.tsx'
import { Proof, Removal } from './form.tsx'
import { Html } from './html.ts'
import { Layout } from './layout.tsx'
import { LinkTo, LinkToItself, Phrase } from './phrase.tsx'

type Props = {
  pageContext: PageContext
  passkeys: Passkey[]
  site: PasskeySite
  /** What the browser is called, as a first guess at a name. */
  device: string
  asks: Asked
  /** Of one that was not removed. */
  removal?: { id: string; errors: FieldErrors } | undefined
}

/** A member's passkeys. */
export const PasskeysPage = ({ pageContext, passkeys, site, device, asks, removal }: Props) => (
  <Layout pageContext={pageContext} title={say('Passkeys')}>
    <section class="narrow account-page">
      <h1 safe>{say('Passkeys')}</h1>
      <p class="hint">
        <LinkTo to="/account" says="Your account" />
      </p>
      <p safe>
        {say('With a passkey you sign in by your fingerprint, your face or the PIN of your device.')}
      </p>
      {site.fault ? (
        <WhyNot fault={site.fault} origin={site.origin} />
      ) : (
        <AddForm pageContext={pageContext} device={device} asks={asks} />
      )}
      {passkeys.length > 0 ? (
        <section class="card" aria-labelledby="passkeys-title">
          <h2 id="passkeys-title" safe>
            {say('Yours')}
          </h2>
          <ul class="rows">
            {passkeys.map((passkey) => (
              <PasskeyRow
                passkey={passkey}
                asks={asks}
                errors={removal?.id === `${passkey.id}` ? removal.errors : undefined}
              />
            ))}
          </ul>
        </section>
      ) : (
        ''
      )}
    </section>
  </Layout>
)

const WhyNot = ({ fault, origin }: { fault: PasskeyFault; origin: string }) => (
  <p class="verdict wrong" role="status">
    {fault === 'off' ? (
      <Phrase of="Here one signs in by single sign-on alone." />
    ) : fault === 'elsewhere' ? (
      <Phrase
        of="Here they do not work: they are made for {site}."
        parts={{ site: <LinkToItself to={origin} /> }}
      />
    ) : fault === 'address' ? (
      <Phrase of="Here they do not work: browsers tie a passkey to a name, such as board.example, and this board is reached by an address of digits." />
    ) : (
      <Phrase of="Here they do not work: browsers use passkeys over HTTPS alone, and this board is reached without." />
    )}
  </p>
)

type AddProps = { pageContext: PageContext; device: string; asks: Asked }

const AddForm = ({ pageContext, device, asks }: AddProps) => (
  <section class="card" aria-labelledby="add-title">
    <h2 id="add-title" safe>
      {say('Add one')}
    </h2>
    <form
      id="add-passkey"
      class="stack"
      method="post"
      action="/account/passkeys"
      hidden
      data-passkey="add"
      {...whatScriptSays()}
    >
      <label>
        <Phrase of="What is it called?" />
        <input name="name" required maxlength="60" value={device} />
      </label>
      <Proof label={say('Your password')} asks={asks} errors={{}} />
      <p class="error" role="alert"></p>
      <button class="primary" type="submit" safe>
        {say('Add a passkey')}
      </button>
    </form>
    <NeedsScript />
    <script src={pageContext.assets.passkeys} type="module"></script>
  </section>
)

const NeedsScript = () => (
  <noscript>
    <p class="hint" safe>
      {say('Passkeys need JavaScript, which is off here. Your password works without.')}
    </p>
  </noscript>
)

const whatScriptSays = () => ({
  'data-known': say('This device has a passkey of yours already.'),
  'data-left': say('It was cancelled, or took too long.'),
  'data-failed': say('This did not work. Please try again.'),
})

type RowProps = { passkey: Passkey; asks: Asked; errors: FieldErrors | undefined }

const PasskeyRow = ({ passkey, asks, errors }: RowProps) => (
  <li>
    <p>
      <strong>
        <bdi safe>{passkey.name}</bdi>
      </strong>
      <small>
        {passkey.usedAt === null ? (
          <Phrase of="Made {day}, never used" parts={{ day: <When at={passkey.createdAt} /> }} />
        ) : (
          <Phrase
            of="Made {day}, last used {moment}"
            parts={{ day: <When at={passkey.createdAt} />, moment: <Moment at={passkey.usedAt} /> }}
          />
        )}
      </small>
    </p>
    <Removal
      to={`/account/passkeys/${passkey.id}/remove`}
      says={say('Remove')}
      saysWhat={say('Remove {passkey}', { passkey: passkey.name })}
      asks={asks}
      errors={errors}
    />
  </li>
)

/** Beside the form for name and password. */
export const PasskeySignIn = ({ pageContext, next }: { pageContext: PageContext; next: string }) => (
  <>
    <form
      id="passkey-sign-in"
      class="stack"
      method="post"
      action="/login/passkey"
      hidden
      data-passkey="sign-in"
      {...whatScriptSays()}
    >
      <input type="hidden" name="next" value={next} />
      <p class="error" role="alert"></p>
      <button class="button" type="submit" safe>
        {say('Sign in with a passkey')}
      </button>
    </form>
    <NeedsScript />
    <script src={pageContext.assets.passkeys} type="module"></script>
  </>
)
