import type { Asked } from '../src/accounts/proof.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import { say, translated } from '../texts/say.ts'
import { Html } from './html.ts'

/** The error of the field `of`, tied to it by `aria-describedby`; nothing when there is none. */
export const FieldError = ({ of, error }: { of: string; error: string | undefined }) =>
  error ? (
    <p class="error" id={`${of}-error`} safe>
      {translated(error)}
    </p>
  ) : (
    ''
  )

/** Attributes of a field that may have an error: then one goes on typing there. */
export const invalid = (of: string, error: string | undefined) =>
  error ? { 'aria-invalid': 'true' as const, 'aria-describedby': `${of}-error`, autofocus: true } : {}

/** The hint for the field `of`, tied to it by `described`; nothing when there is none. */
export const FieldHint = ({ of, hint }: { of: string; hint: string | undefined }) =>
  hint ? (
    <p class="hint" id={`${of}-hint`} safe>
      {translated(hint)}
    </p>
  ) : (
    ''
  )

/** Attributes of a field that may have a hint, or in place of it an error. */
export const described = (of: string, hint: string | undefined, error: string | undefined) =>
  error || !hint ? invalid(of, error) : { 'aria-describedby': `${of}-hint` }

/**
 * A text as it is now, beside the form of somebody who edited it meanwhile, to take over what is worth it.
 */
export const WhatItSaysNow = ({ text }: { text: string }) => (
  <label>
    <span safe>{say('What it says now')}</span>
    <textarea rows="6" dir="auto" readonly safe>
      {`\n${text}`}
    </textarea>
  </label>
)

type AddressProps = {
  label: string
  address: string
  hint?: string
  error: string | undefined
  isRequired?: boolean
}

/** The field for an address that mail goes to. */
export const AddressField = ({ label, address, hint, error, isRequired = false }: AddressProps) => (
  <label>
    <span safe>{label}</span>
    <input
      type="email"
      name="address"
      autocomplete="email"
      maxlength="254"
      required={isRequired}
      value={address}
      {...described('address', hint, error)}
    />
    <FieldHint of="address" hint={error ? undefined : hint} />
    <FieldError of="address" error={error} />
  </label>
)

type PasswordProps = {
  name: string
  label: string
  autocomplete: 'current-password' | 'new-password'
  isRequired?: boolean
  errors: FieldErrors
}

export const Password = ({ name, label, autocomplete, isRequired = true, errors }: PasswordProps) => (
  <label>
    <span safe>{label}</span>
    <input
      type="password"
      name={name}
      autocomplete={autocomplete}
      required={isRequired}
      {...invalid(name, errors[name])}
    />
    <FieldError of={name} error={errors[name]} />
  </label>
)

type CodeProps = {
  error: string | undefined
  label?: string
  name?: 'code' | 'first'
  /** One types here at once. */
  isFirst?: boolean
}

/** The field for a code of a second factor. */
export const CodeField = ({
  error,
  label = say('Code of your app, or a recovery code'),
  name = 'code',
  isFirst = false,
}: CodeProps) => (
  <label>
    <span safe>{label}</span>
    <input
      name={name}
      autocomplete="one-time-code"
      autocapitalize="none"
      spellcheck="false"
      maxlength="40"
      dir="ltr"
      required
      autofocus={isFirst}
      {...invalid(name, error)}
    />
    <FieldError of={name} error={error} />
  </label>
)

type ProofProps = {
  name?: 'confirm' | 'current'
  label: string
  asks: Asked
  errors: FieldErrors
}

/** What is typed once more before something changes who one is. */
export const Proof = ({ name = 'confirm', label, asks, errors }: ProofProps) => (
  <>
    {asks.password || errors[name] ? (
      <Password
        name={name}
        label={label}
        autocomplete="current-password"
        isRequired={asks.signOn === undefined}
        errors={errors}
      />
    ) : (
      ''
    )}
    {asks.password && asks.signOn !== undefined ? <SignOnAnew name={asks.signOn} /> : ''}
    {asks.code || errors.code ? <CodeField error={errors.code} /> : ''}
  </>
)

/** Instead of the password; it leads back here. */
const SignOnAnew = ({ name }: { name: string }) => (
  <p class="hint">
    <a href="/login/single-sign-on?anew=yes" safe>
      {say('Instead of the password: sign in with {service} once more', { service: name })}
    </a>
  </p>
)

type RemovalProps = {
  to: string
  says: string
  /** The same with the name of what it is about, for who hears it without its row. */
  saysWhat: string
  asks: Asked
  /** What is wrong with a proof that was given in it. */
  errors: FieldErrors | undefined
}

/** The end of something in a list: what it takes to prove who one is shows when one is about to do it. */
export const Removal = ({ to, says, saysWhat, asks, errors }: RemovalProps) => (
  <details open={errors !== undefined}>
    <summary aria-label={saysWhat} safe>
      {says}
    </summary>
    <form class="stack" method="post" action={to}>
      <Proof label={say('Your password')} asks={asks} errors={errors ?? {}} />
      <button class="danger" type="submit" safe>
        {says}
      </button>
    </form>
  </details>
)

/** First in a form with several buttons: Enter in one of its fields would press the first of them. */
export const NoDefault = () => <button type="submit" disabled hidden></button>
