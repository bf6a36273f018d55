import type { Category } from '../src/categories/queries.ts'
import type { PageContext } from '../src/http/page-context.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import { sayCount } from '../texts/numbers.ts'
import { say } from '../texts/say.ts'
import { AdminPage, NameSearch, Notice } from './admin.tsx'
import { CategoryLink } from './byline.tsx'
import { DescribeForm, type Describing } from './category-look.tsx'
import { FieldError, invalid } from './form.tsx'
import { Html } from './html.ts'
import { Layout } from './layout.tsx'
import { Empty, Grid, Pager } from './list.tsx'
import { isCut, shownName } from './names.ts'
import { count, Phrase } from './phrase.tsx'
import { readAllForm } from './unread.tsx'

type AllProps = {
  pageContext: PageContext
  /** The path of the list; a further page is none of its own. */
  at: string | undefined
  categories: Category[]
  nextCursor: number | undefined
  /** How many posts of each are new to a member. */
  newPosts: Map<number, number>
}

/** A page of all categories. */
export const AllCategoriesPage = ({ pageContext, at, categories, nextCursor, newPosts }: AllProps) => (
  <Layout pageContext={pageContext} title={say('All categories')} at={at}>
    <section class="narrow">
      <h1 safe>{say('All categories')}</h1>
      {newPosts.size > 0 ? (readAllForm() as 'safe') : ''}
      <CategoryList categories={categories} newPosts={newPosts} />
      <Pager next={nextCursor === undefined ? undefined : `?after=${nextCursor}`} says="More" />
    </section>
  </Layout>
)

/** Each with what it is for, and how many posts it has. */
export const CategoryList = ({
  categories,
  newPosts,
}: Pick<AllProps, 'categories'> & Partial<Pick<AllProps, 'newPosts'>>) => (
  <ul class="rows">
    {categories.map((category) => (
      <li>
        <div class="what">
          <CategoryLink category={category} />
          <Description of={category} />
        </div>
        {newPosts?.has(category.id) ? (
          <b class="tag" safe>
            {sayCount('newPosts', newPosts.get(category.id) ?? 0)}
          </b>
        ) : (
          ''
        )}
        <small>{count(category.posts)}</small>
      </li>
    ))}
  </ul>
)

/** What a category is for, if an admin said so. */
export const Description = ({ of: { description } }: { of: Category }) =>
  description === '' ? (
    ''
  ) : (
    <p class="about" dir="auto" safe>
      {description}
    </p>
  )

/** A new name that will not do, for the category `id`. */
type Renaming = { id: number; typed: string; errors: FieldErrors }
/** A category, and what stands in a form for the name that it was drawn with. */
type VersionedCategory = Category & { version: string; lookVersion: string }
type PanelProps = {
  categories: VersionedCategory[]
  q: string
  next: string | undefined
  isFirstPage: boolean
  said?: string
  typed?: string
  errors?: FieldErrors
  renaming?: Renaming
  describing?: Describing
}

export const CategoriesPage = ({ pageContext, ...panel }: PanelProps & { pageContext: PageContext }) => (
  <AdminPage pageContext={pageContext} tab="Categories">
    <CategoriesPanel {...panel} />
  </AdminPage>
)

export const CategoriesPanel = ({
  categories,
  q,
  next,
  isFirstPage,
  said,
  typed = '',
  errors = {},
  renaming,
  describing,
}: PanelProps) => (
  <div id="categories-panel">
    <form
      id="add-category"
      class="card row-form two"
      method="post"
      action="/admin/categories"
      hx-post="/admin/categories"
      hx-target="#categories-panel"
      hx-swap="outerHTML"
      hx-disable="find button"
    >
      <h2 safe>{say('Add a category')}</h2>
      <label>
        <Phrase of="Name" />
        <input
          id="category-name"
          name="name"
          required
          autocomplete="off"
          value={typed}
          {...invalid('name', errors.name)}
        />
        <FieldError of="name" error={errors.name} />
      </label>
      <button class="primary" type="submit" safe>
        {say('Add')}
      </button>
    </form>
    <Notice said={said} />
    <NameSearch at="/admin/categories" q={q} />
    <Grid of={['Name', { name: 'Posts', is: 'number' }, { name: 'Actions', is: 'unseen' }]}>
      {categories.map((category) => (
        <CategoryRow
          category={category}
          renaming={renaming?.id === category.id ? renaming : undefined}
          describing={describing?.id === category.id ? describing : undefined}
        />
      ))}
    </Grid>
    {categories.length === 0 ? (
      <Empty
        says={q ? say('No category has such a name.') : say('There is no category yet.')}
        firstPage={isFirstPage ? undefined : `?${new URLSearchParams({ q })}`}
      />
    ) : (
      ''
    )}
    <Pager
      next={next && `/admin/categories?${new URLSearchParams({ ...(q && { q }), after: next })}`}
      says="More"
    />
  </div>
)

type RowProps = {
  category: VersionedCategory
  renaming: Renaming | undefined
  describing: Describing | undefined
}

const CategoryRow = ({ category, renaming, describing }: RowProps) => (
  <tr id={`category-${category.id}`}>
    <th scope="row">
      <CategoryLink category={category} />
      <Description of={category} />
    </th>
    <td class="number" data-label={say('Posts')}>
      {count(category.posts)}
    </td>
    <td class="actions">
      <DescribeForm category={category} describing={describing} />
      <RenameForm category={category} renaming={renaming} />
      <a
        class="button"
        href={`/admin/categories/${category.id}/door`}
        aria-label={say('Who reads it: {category}', { category: shownName(category.name) })}
        safe
      >
        {say('Who reads it')}
      </a>
      {category.posts === 0 ? (
        <form method="post" action={`/admin/categories/${category.id}/remove`}>
          <button
            class="quiet"
            type="submit"
            hx-post={`/admin/categories/${category.id}/remove`}
            hx-target="#categories-panel"
            hx-swap="outerHTML"
            aria-label={say('Remove {what}', { what: shownName(category.name) })}
            safe
          >
            {say('Remove')}
          </button>
        </form>
      ) : (
        ''
      )}
    </td>
  </tr>
)

/** Whether a form sends the name back as it is: one that came whole, on one line. */
const isSentBack = (name: string) => !isCut(name) && !/\p{Cc}/u.test(name)

const RenameForm = ({ category, renaming }: Omit<RowProps, 'describing'>) => {
  const to = `/admin/categories/${category.id}/rename`
  const of = `name-${category.id}`
  return (
    <details open={renaming !== undefined}>
      <summary aria-label={say('Rename {what}', { what: shownName(category.name) })} safe>
        {say('Rename')}
      </summary>
      <form
        class="stack"
        method="post"
        action={to}
        hx-post={to}
        hx-target="#categories-panel"
        hx-swap="outerHTML"
        hx-disable="find button"
      >
        <input type="hidden" name="version" value={category.version} />
        <label>
          <Phrase of="New name" />
          <input
            name="name"
            required
            autocomplete="off"
            value={renaming?.typed ?? (isSentBack(category.name) ? category.name : '')}
            {...invalid(of, renaming?.errors.name)}
          />
          <FieldError of={of} error={renaming?.errors.name} />
        </label>
        <button class="button" type="submit" safe>
          {say('Rename it')}
        </button>
      </form>
    </details>
  )
}
