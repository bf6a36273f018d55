import type { Asked } from '../src/accounts/proof.ts'
import type { Category } from '../src/categories/queries.ts'
import type { PageContext } from '../src/http/page-context.ts'
import type { Moderator } from '../src/moderators/queries.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import { say } from '../texts/say.ts'
import { AdminPage, NameSearch } from './admin.tsx'
import { When } from './byline.tsx'
import { FieldError, invalid, Proof } from './form.tsx'
import { Html } from './html.ts'
import { Empty, Grid, Pager } from './list.tsx'
import { shownName } from './names.ts'

type Props = {
  pageContext: PageContext
  moderators: Moderator[]
  next: string | undefined
  query: Query
  categories: Category[]
  typed: { name: string; category: string }
  asks: Asked
  errors: FieldErrors
}

type Query = { q: string; after: string }

/** The address of a part of the list. */
export function moderatorsAt({ q, after }: Query): string {
  const query = new URLSearchParams({ ...(q && { q }), ...(after && { after }) })
  return `/admin/moderators${query.size > 0 ? `?${query}` : ''}`
}

/** Who keeps order where. */
export const ModeratorsPage = ({
  pageContext,
  moderators,
  next,
  query,
  categories,
  typed,
  asks,
  errors,
}: Props) => (
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
    <NameSearch at="/admin/moderators" q={query.q} />
    {moderators.length === 0 ? (
      <Empty
        says={query.q ? say('Nobody has such a name.') : say('Nobody but admins keeps order yet.')}
        firstPage={query.after ? moderatorsAt({ ...query, after: '' }) : undefined}
      />
    ) : (
      <Grid of={['Name', 'Where', 'Since', { name: 'Actions', is: 'unseen' }]}>
        {moderators.map((moderator) => (
          <ModeratorRow moderator={moderator} query={query} />
        ))}
      </Grid>
    )}
    <Pager next={next && moderatorsAt({ ...query, after: next })} says="More" />
  </AdminPage>
)

const ModeratorRow = ({
  moderator: { id, name, categoryId, category, madeAt },
  query,
}: {
  moderator: Moderator
  query: Query
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
        formaction={`/admin/moderators/${id}/remove?category=${categoryId}&${new URLSearchParams(query)}`}
        formnovalidate
        aria-label={say('End it for {name}', { name: shownName(name) })}
        safe
      >
        {say('End it')}
      </button>
    </td>
  </tr>
)
