import type { PageContext } from '../src/http/page-context.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import type { Newcomers, TypedNewcomers } from '../src/settings/newcomers.ts'
import type { Sentence } from '../texts/arabic.ts'
import { say } from '../texts/say.ts'
import { AdminPage, Notice } from './admin.tsx'
import { described, FieldError, FieldHint, invalid } from './form.tsx'
import { Html } from './html.ts'
import { Phrase } from './phrase.tsx'

type Props = {
  pageContext: PageContext
  /** The greatest of each number. */
  mostOf: Newcomers
  typed: TypedNewcomers
  /** Of what the form was filled with. */
  version: string
  errors?: FieldErrors
  said?: string
}

/** Where admins say what new members may not do yet, and what nobody may write. */
export const NewcomersPage = ({ pageContext, mostOf, typed, version, errors = {}, said }: Props) => (
  <AdminPage pageContext={pageContext} tab="Newcomers">
    <Notice said={said} />
    <form class="stack" method="post" action="/admin/newcomers">
      <input type="hidden" name="version" value={version} />
      <p class="hint" safe>
        {say('0 asks nothing. Moderators and admins are never asked.')}
      </p>
      <Field
        of="hold"
        most={mostOf.hold}
        says="First texts of each member that wait for a moderator"
        typed={typed}
        errors={errors}
      />
      <Field
        of="links"
        most={mostOf.links}
        says="Texts on the board that a member needs to write links"
        typed={typed}
        errors={errors}
      />
      <Field
        of="pace"
        most={mostOf.pace}
        says="Texts an hour that a new member may write"
        typed={typed}
        errors={errors}
      />
      <Field
        of="until"
        most={mostOf.until}
        says="… until they have so many on the board"
        typed={typed}
        errors={errors}
      />
      <Field
        of="seconds"
        most={mostOf.seconds}
        says="Seconds that whoever signs up takes at least: a program is faster"
        typed={typed}
        errors={errors}
      />
      <Area of="held" says="Words and hosts with which a text waits" typed={typed} errors={errors} />
      <Area of="refused" says="Words and hosts that are not taken" typed={typed} errors={errors} />
      <button class="primary" type="submit" safe>
        {say('Save')}
      </button>
    </form>
  </AdminPage>
)

type FieldProps<Name> = {
  of: Name
  says: Sentence
  typed: TypedNewcomers
  errors: FieldErrors
}

const Field = ({ of, most, says, typed, errors }: FieldProps<keyof Newcomers> & { most: number }) => (
  <label>
    <Phrase of={says} />
    <input
      name={of}
      type="number"
      min="0"
      max={`${most}`}
      inputmode="numeric"
      value={typed[of]}
      {...invalid(of, errors[of])}
    />
    <FieldError of={of} error={errors[of]} />
  </label>
)

const listHint: Sentence =
  'A word, a phrase or a host a line, such as example.com. Look-alike letters and what is taken apart are found, too.'

/** Longer lists are folded, and of one direction: a browser took minutes to find that out. */
const mostOpen = 20_000

const Area = ({ of, says, typed, errors }: FieldProps<'held' | 'refused'>) => {
  const isLong = typed[of].length > mostOpen
  return (
    <details open={!isLong || errors[of] !== undefined}>
      <summary safe>{say(says)}</summary>
      <textarea
        name={of}
        rows="6"
        dir={isLong ? 'ltr' : 'auto'}
        aria-label={say(says)}
        {...described(of, listHint, errors[of])}
        safe
      >
        {`\n${typed[of]}`}
      </textarea>
      <FieldHint of={of} hint={errors[of] ? undefined : listHint} />
      <FieldError of={of} error={errors[of]} />
    </details>
  )
}
