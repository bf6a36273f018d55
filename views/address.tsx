import type { Asked } from '../src/accounts/proof.ts'
import type { PageContext } from '../src/http/page-context.ts'
import type { OwnAddress } from '../src/mail/queries.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import { say } from '../texts/say.ts'
import { AddressField, NoDefault, Proof } from './form.tsx'
import { Html } from './html.ts'
import { Layout } from './layout.tsx'
import { shownName } from './names.ts'
import { LinkTo, Phrase } from './phrase.tsx'

/** `token` is the link's; without one it is done. */
type LinkProps = { pageContext: PageContext; token?: string; name: string; address: string }

export const AddressLinkPage = ({ pageContext, token, name, address }: LinkProps) => (
  <Layout pageContext={pageContext} title={say('Confirm your address')}>
    <section class="narrow">
      <h1 safe>{say('Confirm your address')}</h1>
      <p class="hint">
        <Phrase of="For the account {name}." parts={{ name: <bdi safe>{shownName(name)}</bdi> }} />
      </p>
      {token === undefined ? (
        <div class="stack">
          <Address address={address} />
          <p class="verdict" role="status" safe>
            {say('This address is confirmed. Mail from this board goes there from now on.')}
          </p>
          <p>
            <LinkTo to="/" says="To the front page" />
          </p>
        </div>
      ) : (
        <form class="stack" method="post" action={`/address/${encodeURIComponent(token)}`}>
          <Address address={address} />
          <button class="primary" type="submit" safe>
            {say('This is my address')}
          </button>
        </form>
      )}
    </section>
  </Layout>
)

const Address = ({ address }: { address: string }) => (
  <p>
    <bdi safe>{address}</bdi>
  </p>
)

type FormProps = {
  own: OwnAddress
  typed?: string | undefined
  asks: Asked
  errors?: FieldErrors | undefined
}

/** Where mail reaches a member, on the page of their account. */
export const AddressForm = ({ own, typed, asks, errors = {} }: FormProps) => (
  <form class="stack" method="post" action="/account/address">
    <NoDefault />
    {own.address ? (
      <p>
        <Phrase of="Mail goes to {address}." parts={{ address: <bdi safe>{own.address}</bdi> }} />
      </p>
    ) : (
      <p class="hint" safe>
        {say('With an address you can set a new password when you forgot yours. Nobody else sees it.')}
      </p>
    )}
    {own.pending ? (
      <p class="hint" role="status">
        <Phrase
          of="A mail with a link is on its way to {address}. The address is yours when you have followed it."
          parts={{ address: <bdi safe>{own.pending}</bdi> }}
        />
      </p>
    ) : (
      ''
    )}
    {own.refusedAt ? (
      <p class="error" safe>
        {say('Mail came back: its server says that there is no such mailbox. Please give another address.')}
      </p>
    ) : (
      ''
    )}
    <AddressField label={say('New address')} address={typed ?? ''} error={errors.address} />
    <Proof label={say('Your password')} asks={asks} errors={errors} />
    <p>
      <button class="primary" type="submit" safe>
        {say('Send a link there')}
      </button>{' '}
      {own.address || own.pending ? (
        <button class="quiet" type="submit" formaction="/account/address/remove" formnovalidate safe>
          {say('Remove the address')}
        </button>
      ) : (
        ''
      )}
    </p>
  </form>
)
