import type { PageContext } from '../src/http/page-context.ts'
import type { SiteFont, SiteFront } from '../src/platform/config.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import type { Look } from '../src/settings/look.ts'
import type { Sentence } from '../texts/arabic.ts'
import { eachLanguage, language, say } from '../texts/say.ts'
import { AdminPage, Notice } from './admin.tsx'
import { described, FieldError, FieldHint, invalid } from './form.tsx'
import { Html } from './html.ts'
import { Phrase } from './phrase.tsx'
import { TimeZones } from './time-zones.tsx'

type PanelProps = { look: Look; version: string; said?: string; errors?: FieldErrors }

/** Where admins say what the board is called and looks like. */
export const LookPage = ({ pageContext, ...panel }: PanelProps & { pageContext: PageContext }) => (
  <AdminPage pageContext={pageContext} tab="Name and look">
    <LookPanel {...panel} />
  </AdminPage>
)

/** What is not saved yet is shown as it was typed. */
export const LookPanel = ({ look, version, said, errors = {} }: PanelProps) => (
  <div id="look-panel">
    <Notice said={said} />
    <form class="stack" method="post" action="/admin/site" enctype="multipart/form-data">
      <input type="hidden" name="version" value={version} />
      <Field of="name" says="Name of the board" longest={60} value={look.name} errors={errors} />
      <Picture
        of="logo"
        says="Logo, in place of the name above each page"
        hint="JPEG, PNG, WebP or GIF, of 10 MB and 40 megapixels at most. Shown 32 pixels high."
        now={look.logo && `${look.logo}.webp`}
        error={errors.logo}
      />
      <Picture
        of="logoDark"
        says="The same for the dark"
        hint="Where there is none, the logo stands there, too."
        now={look.logoDark && `${look.logoDark}.webp`}
        error={errors.logoDark}
      />
      <Field
        of="logoAlt"
        says="What it says, for those who cannot see it"
        hint="Empty: the name of the board."
        longest={120}
        value={look.logoAlt}
        errors={errors}
      />
      <Picture
        of="icon"
        says="Icon"
        hint="A square, 512 pixels wide or more: for tabs, and for who keeps the board as an app."
        now={look.icon && `${look.icon}-48.png`}
        error={errors.icon}
      />
      <Field
        of="accent"
        says="Colour of links and buttons"
        hint="Choose one, or write it as #1d5f9c. Empty: as it comes. For the dark it is made lighter by itself."
        longest={7}
        value={look.accent}
        list="accents"
        errors={errors}
      />
      <datalist id="accents">
        {Object.entries(accents).map(([accent, name]) => (
          <option value={accent} safe>
            {say(name)}
          </option>
        ))}
      </datalist>
      <Choice of="font" says="Letters" choices={fonts} value={look.font} errors={errors} />
      <Choice
        of="front"
        says="The front page begins with"
        choices={fronts}
        value={look.front}
        errors={errors}
      />
      <Area
        of="welcome"
        says="Welcome"
        hint="For who is not signed in, or for everyone where the front page begins with it. Written like a post."
        rows={4}
        longest={2_000}
        value={look.welcome}
        errors={errors}
      />
      <Area
        of="imprint"
        says="Imprint"
        hint="Who runs the board, as the law may ask. With it, or with a contact, every page leads there."
        rows={8}
        longest={20_000}
        value={look.imprint}
        errors={errors}
      />
      <Field
        of="contact"
        says="Contact"
        hint="An address for mail, or one that begins with https://."
        longest={300}
        value={look.contact}
        errors={errors}
      />
      <label>
        <Phrase of="Time zone of the board" />
        <select name="timeZone" dir="ltr" {...described('timeZone', zoneHint, errors.timeZone)}>
          <TimeZones chosen={look.timeZone} />
        </select>
        <FieldHint of="timeZone" hint={errors.timeZone ? undefined : zoneHint} />
        <FieldError of="timeZone" error={errors.timeZone} />
      </label>
      <label>
        <Phrase of="Currency of the market" />
        <select name="currency" {...described('currency', currencyHint, errors.currency)}>
          <Currencies chosen={look.currency} />
        </select>
        <FieldHint of="currency" hint={errors.currency ? undefined : currencyHint} />
        <FieldError of="currency" error={errors.currency} />
      </label>
      <button class="primary" type="submit" safe>
        {say('Save')}
      </button>
    </form>
  </div>
)

const zoneHint = 'In days and times that a reader’s browser does not turn into its own, as on paper.'
const currencyHint =
  'Prices keep their numbers: 3 euros become 3 francs. Once there is an order or an offer it stays.'

const currencies = eachLanguage((locale) => {
  const names = new Intl.DisplayNames(locale, { type: 'currency' })
  return Intl.supportedValuesOf('currency').map((code) => [code, names.of(code) ?? code] as const)
})

const Currencies = ({ chosen }: { chosen: string }) => (
  <>
    {currencies[language()].map(([code, name]) => (
      <option value={code} selected={code === chosen} safe>
        {`${code} · ${name}`}
      </option>
    ))}
  </>
)

type PictureProps = Pick<FieldProps, 'of' | 'says' | 'hint'> & { now: string; error: string | undefined }

const Picture = ({ of, says, hint, now, error }: PictureProps) => (
  <>
    <label class="drop">
      <Phrase of={says} />
      <input
        type="file"
        name={of}
        accept="image/jpeg,image/png,image/webp,image/gif"
        {...described(of, hint, error)}
      />
      <FieldHint of={of} hint={error ? undefined : hint} />
      <FieldError of={of} error={error} />
    </label>
    {now ? (
      <label class="check">
        <input type="checkbox" name={`without-${of}`} value="yes" />
        <img src={`/logos/${now}`} alt="" height="32" />
        <Phrase of="Without it" />
      </label>
    ) : (
      ''
    )}
  </>
)

/** Arabic has letters of its own in each of them. */
const fonts: Record<SiteFont, Sentence> = {
  usual: 'As it comes: titles in a serif',
  plain: 'Plain: as the reader’s system has them',
  serif: 'Serif, as in a book',
  humanist: 'Humanist, as by hand',
  round: 'Round',
}

const fronts: Record<SiteFront, Sentence> = {
  new: 'The newest posts',
  hot: 'Hot posts',
  categories: 'The categories, and the newest posts',
  welcome: 'The welcome, for everyone, and the newest posts',
}

type ChoiceProps = Pick<FieldProps, 'of' | 'says' | 'value' | 'errors'> & {
  choices: Record<string, Sentence>
}

const Choice = ({ of, says, choices, value, errors }: ChoiceProps) => (
  <label>
    <Phrase of={says} />
    <select name={of} {...invalid(of, errors[of])}>
      {Object.entries(choices).map(([choice, name]) => (
        <option value={choice} selected={choice === value} safe>
          {say(name)}
        </option>
      ))}
    </select>
    <FieldError of={of} error={errors[of]} />
  </label>
)

/** Those that are proposed, each easy to read. */
export const accents: Record<string, Sentence> = {
  '#a83226': 'Red',
  '#8a5200': 'Orange',
  '#1f6b3a': 'Green',
  '#0f6b6b': 'Turquoise',
  '#1d5f9c': 'Blue',
  '#5a4fb0': 'Violet',
  '#8c3f8c': 'Pink',
}

type FieldProps = {
  of: keyof Look
  says: Sentence
  hint?: Sentence
  longest: number
  value: string
  errors: FieldErrors
}

const Field = ({ of, says, hint, longest, value, list, errors }: FieldProps & { list?: string }) => (
  <label>
    <Phrase of={says} />
    <input
      name={of}
      maxlength={`${longest}`}
      dir="auto"
      autocomplete="off"
      value={value}
      {...(list === undefined ? {} : { list })}
      {...described(of, hint, errors[of])}
    />
    <FieldHint of={of} hint={errors[of] ? undefined : hint} />
    <FieldError of={of} error={errors[of]} />
  </label>
)

const Area = ({ of, says, hint, longest, rows, value, errors }: FieldProps & { rows: number }) => (
  <label>
    <Phrase of={says} />
    <textarea
      name={of}
      rows={`${rows}`}
      maxlength={`${longest}`}
      dir="auto"
      {...described(of, hint, errors[of])}
      safe
    >{`\n${value}`}</textarea>
    <FieldHint of={of} hint={errors[of] ? undefined : hint} />
    <FieldError of={of} error={errors[of]} />
  </label>
)
