import type { Asked } from '../src/accounts/proof.ts'
import type { Category } from '../src/categories/queries.ts'
import type { PageContext } from '../src/http/page-context.ts'
import type { Moderator } from '../src/moderators/queries.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import { say } from '../texts/say.ts'
import { AdminPage } from './admin.tsx'
import { When } from './byline.tsx'
import { FieldError, invalid, Proof } from './form.tsx'
import { Html } from './html.ts'
import { Empty, Grid } from './list.tsx'
import { shownName } from './names.ts'

type Props = {
  pageContext: PageContext
  moderators: Moderator[]
  categories: Category[]
  typed: { name: string; category: string }
  asks: Asked
  errors: FieldErrors
}

/** Who keeps order where. */
export const ModeratorsPage = ({ pageContext, moderators, categories, typed, asks, errors }: Props) => (
  <AdminPage pageContext={pageContext} tab="Moderators">
    <form id="moderators-form" class="card stack" method="post" action="/admin/moderators">
      <h2 safe>{say('Make somebody a moderator')}</h2>
      <label>
        <span safe>{say('Name')}</span>
        <input name="name" required dir="auto" value={typed.name} {...invalid('user', errors.user)} />
        <FieldError of="user" error={errors.user} />
      </label>
      <label>
        <span safe>{say('Where')}</span>
        <select name="category" {...invalid('category', errors.category)}>
          <option value="" safe>
            {say('On the whole board')}
          </option>
          {categories.map(({ id, name }) => (
            <option value={`${id}`} selected={typed.category === `${id}`} dir="auto" safe>
              {shownName(name)}
            </option>
          ))}
        </select>
        <FieldError of="category" error={errors.category} />
      </label>
      <Proof label={say('Your password')} asks={asks} errors={errors} />
      <p class="hint" safe>
        {say('Each change here asks for it.')}
      </p>
      <button class="primary" type="submit" safe>
        {say('Make a moderator')}
      </button>
    </form>
    {moderators.length === 0 ? (
      <Empty says={say('Nobody but admins keeps order yet.')} />
    ) : (
      <Grid of={['Name', 'Where', 'Since', { name: 'Actions', is: 'unseen' }]}>
        {moderators.map((moderator) => (
          <ModeratorRow moderator={moderator} />
        ))}
      </Grid>
    )}
  </AdminPage>
)

const ModeratorRow = ({
  moderator: { id, name, categoryId, category, madeAt },
}: {
  moderator: Moderator
}) => (
  <tr>
    <th scope="row" dir="auto" safe>
      {shownName(name)}
    </th>
    <td data-label={say('Where')} dir="auto" safe>
      {category === null ? say('On the whole board') : shownName(category)}
    </td>
    <td data-label={say('Since')}>
      <When at={madeAt} />
    </td>
    <td class="actions">
      <button
        class="quiet"
        type="submit"
        form="moderators-form"
        formaction={`/admin/moderators/${id}/remove?category=${categoryId}`}
        formnovalidate
        aria-label={say('End it for {name}', { name: shownName(name) })}
        safe
      >
        {say('End it')}
      </button>
    </td>
  </tr>
)
