import type { Category } from '../src/categories/queries.ts'
import type { Rights } from '../src/groups/doors.ts'
import type { Group } from '../src/groups/queries.ts'
import type { AdminPageContext } from '../src/moderation/admins-only.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import type { Sentence } from '../texts/arabic.ts'
import { say } from '../texts/say.ts'
import { AdminPage } from './admin.tsx'
import { FieldError, invalid } from './form.tsx'
import { Html } from './html.ts'
import { shownName } from './names.ts'
import { Phrase } from './phrase.tsx'

type Props = {
  pageContext: AdminPageContext
  category: Category
  rights: Rights
  /** Of what holds now. */
  version: string
  groups: Group[]
  errors: FieldErrors
}

const reads: Record<Rights['readBy'], Sentence> = {
  everyone: 'Everyone',
  members: 'Members who are signed in',
  groups: 'These groups alone',
}

const writes: Record<Rights['writeBy'], Sentence> = {
  members: 'Every member who reads it',
  groups: 'These groups alone',
  moderators: 'Moderators alone',
}

/** Who reads and who writes in a category. */
export const DoorPage = ({ pageContext, category, rights, version, groups, errors }: Props) => (
  <AdminPage pageContext={pageContext} tab="Categories">
    <p>
      <a href="/admin/categories" safe>
        {say('Back to the list')}
      </a>
    </p>
    <form class="card stack" method="post" action={`/admin/categories/${category.id}/door`}>
      <input type="hidden" name="version" value={version} />
      <h2 dir="auto" safe>
        {say('Who reads and writes in {category}', { category: shownName(category.name) })}
      </h2>
      <fieldset {...invalid('readBy', errors.readBy)}>
        <legend safe>{say('Who reads here?')}</legend>
        <Choices name="readBy" of={reads} chosen={rights.readBy}>
          <Boxes name="readers" groups={groups} chosen={rights.readers} />
        </Choices>
        <FieldError of="readBy" error={errors.readBy} />
      </fieldset>
      <fieldset {...invalid('writeBy', errors.writeBy)}>
        <legend safe>{say('Who writes here?')}</legend>
        <Choices name="writeBy" of={writes} chosen={rights.writeBy}>
          <Boxes name="writers" groups={groups} chosen={rights.writers} />
        </Choices>
        <FieldError of="writeBy" error={errors.writeBy} />
      </fieldset>
      {rights.readBy === 'groups' && rights.readers.length === 0 ? (
        <p class="error" safe>
          {say('Its groups are gone: nobody but admins and moderators reads here now.')}
        </p>
      ) : (
        ''
      )}
      <p class="hint" safe>
        {say(
          'Admins and the moderators of this category always read and write. Whoever may not read it finds no trace of it. Saving takes a second, until every part of the site knows.',
        )}
      </p>
      <button class="primary" type="submit" safe>
        {say('Save')}
      </button>
    </form>
  </AdminPage>
)

type ChoicesProps = { name: string; of: Record<string, Sentence>; chosen: string; children: JSX.Element }

/** `children` are the groups, below the choice that they belong to. */
const Choices = ({ name, of, chosen, children }: ChoicesProps) => (
  <>
    {Object.entries(of).map(([value, says]) => (
      <>
        <label class="choice">
          <input type="radio" name={name} value={value} required checked={value === chosen} />
          <Phrase of={says} />
        </label>
        {value === 'groups' ? (children as 'safe') : ''}
      </>
    ))}
  </>
)

const Boxes = ({ name, groups, chosen }: { name: string; groups: Group[]; chosen: number[] }) => (
  <div class="stack within">
    {groups.length === 0 ? (
      <p class="hint" safe>
        {say('There are no groups yet.')}
      </p>
    ) : (
      groups.map((group) => (
        <label class="choice">
          <input type="checkbox" name={name} value={`${group.id}`} checked={chosen.includes(group.id)} />
          <span dir="auto" safe>
            {shownName(group.name)}
          </span>
        </label>
      ))
    )}
  </div>
)
