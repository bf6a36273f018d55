import type { PageContext } from '../src/http/page-context.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import type { Seller } from '../src/settings/seller.ts'
import type { Sentence } from '../texts/arabic.ts'
import { say } from '../texts/say.ts'
import { AdminPage, Notice } from './admin.tsx'
import { described, FieldError, FieldHint } from './form.tsx'
import { Html } from './html.ts'
import { Phrase } from './phrase.tsx'

type Props = {
  pageContext: PageContext
  seller: Seller
  version: string
  said?: string
  errors?: FieldErrors
}

/** Where admins say who is paid, and what stands on invoices. */
export const SellerPage = ({ pageContext, seller, version, said, errors = {} }: Props) => (
  <AdminPage pageContext={pageContext} tab="Orders">
    <div class="heading">
      <h2 safe>{say('Who is paid')}</h2>
      <a class="button" href="/admin/orders" safe>
        {say('Orders')}
      </a>
    </div>
    <Notice said={said} />
    <p class="hint" safe>
      {say('It stands on transfers and on invoices. What is invoiced already stays as it is.')}
    </p>
    <form class="stack" method="post" action="/admin/payment">
      <input type="hidden" name="version" value={version} />
      <Field of="name" says="Name on the account" longest={70} seller={seller} errors={errors} />
      <Field
        of="iban"
        says="IBAN"
        longest={42}
        hint="Without one, members are told to pay when they pick up."
        seller={seller}
        errors={errors}
        isCode
      />
      <Field
        of="bic"
        says="BIC"
        longest={11}
        hint="Only where the bank asks for it."
        seller={seller}
        errors={errors}
        isCode
      />
      <Area of="address" says="Address" longest={300} seller={seller} errors={errors} />
      <Field
        of="taxRate"
        says="Tax in the prices, in percent"
        longest={5}
        hint="Such as 19 or 5.5. Empty: invoices name no tax."
        seller={seller}
        errors={errors}
        isCode
      />
      <Area
        of="taxNote"
        says="Note about taxes"
        longest={300}
        hint="A tax number, or why there is no tax. It stands below each invoice."
        seller={seller}
        errors={errors}
      />
      <button class="primary" type="submit" safe>
        {say('Save')}
      </button>
    </form>
  </AdminPage>
)

type FieldProps = {
  of: keyof Seller
  says: Sentence
  longest: number
  hint?: Sentence
  seller: Seller
  errors: FieldErrors
}

const Field = ({ of, says, longest, hint, seller, errors, isCode }: FieldProps & { isCode?: boolean }) => (
  <label>
    <Phrase of={says} />
    <input
      name={of}
      maxlength={`${longest}`}
      dir={isCode ? 'ltr' : 'auto'}
      autocomplete="off"
      spellcheck="false"
      value={seller[of]}
      {...described(of, hint, errors[of])}
    />
    <FieldHint of={of} hint={errors[of] ? undefined : hint} />
    <FieldError of={of} error={errors[of]} />
  </label>
)

const Area = ({ of, says, longest, hint, seller, errors }: FieldProps) => (
  <label>
    <Phrase of={says} />
    <textarea
      name={of}
      rows="3"
      maxlength={`${longest}`}
      dir="auto"
      {...described(of, hint, errors[of])}
      safe
    >{`\n${seller[of]}`}</textarea>
    <FieldHint of={of} hint={errors[of] ? undefined : hint} />
    <FieldError of={of} error={errors[of]} />
  </label>
)
