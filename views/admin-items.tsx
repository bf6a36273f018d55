import type { PageContext } from '../src/http/page-context.ts'
import type { TypedItem } from '../src/market/items.ts'
import type { Listing, ListQuery } from '../src/market/listing.ts'
import type { Item } from '../src/market/queries.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import { say } from '../texts/say.ts'
import { AdminPage, NameSearch, Notice } from './admin.tsx'
import { FieldError, invalid, WhatItSaysNow } from './form.tsx'
import { Html } from './html.ts'
import { Empty, Grid } from './list.tsx'
import { Money, typedAmount } from './money.tsx'
import { Pages } from './pages.tsx'
import { count, Phrase } from './phrase.tsx'

type Edited = {
  item: Item
  typed?: TypedItem
  errors?: FieldErrors
  /**
   * By this is seen later whether the item is still as whoever saves it saw it, its quantity apart, which is
   * what it `was`.
   */
  version: string
  was: string
}
type PanelProps = {
  listing: Listing
  currency: string
  /** What was done just now. */
  said?: string
  /** The form to add an item as it was typed, and what is wrong with it. */
  typed?: TypedItem
  errors?: FieldErrors
  /** The item that is being changed, where there is no JavaScript to change it in place. */
  edited?: Edited
}

export const ItemsPage = ({ pageContext, ...panel }: PanelProps & { pageContext: PageContext }) => (
  <AdminPage pageContext={pageContext} tab="Items">
    <ItemsPanel {...panel} />
  </AdminPage>
)

/** The form and the stock below it; what adding or removing an item draws anew. */
export const ItemsPanel = ({ listing, currency, said, typed, errors, edited }: PanelProps) => (
  <div id="items-panel">
    <AddForm typed={typed} errors={errors} />
    <Notice said={said} />
    <div class="heading">
      <h2>
        <Phrase of="In the market" /> <small>{count(listing.found)}</small>
      </h2>
      <p class="actions">
        <a class="button" href="/admin/import" safe>
          {say('Import CSV')}
        </a>
        <a class="button" href="/admin/items.csv" download="items.csv" safe>
          {say('Export CSV')}
        </a>
        <a class="button" href="/admin/items.csv?decimals=comma" download="items.csv" safe>
          {say('Export CSV, decimals as 1,50')}
        </a>
      </p>
    </div>
    <NameSearch at="/admin" q={listing.query.q} />
    <Grid
      of={[
        'Name',
        { name: 'Quantity', is: 'number' },
        { name: 'Price', is: 'number' },
        { name: 'Actions', is: 'unseen' },
      ]}
    >
      {listing.items.map((item) =>
        item.id === edited?.item.id ? (
          <EditRow {...edited} currency={currency} />
        ) : (
          <ItemRow item={item} currency={currency} />
        ),
      )}
    </Grid>
    {listing.found > 0 ? (
      ''
    ) : listing.query.q === '' ? (
      <Empty says={say('Nothing is sold yet. Add the first item above.')} />
    ) : (
      <Empty says={say('Nothing in the market fits this. Fewer words may find more.')} />
    )}
    <Pages at={listing} addressOf={(page) => addressOf({ ...listing.query, page })} />
  </div>
)

const addressOf = ({ q, page }: Pick<ListQuery, 'q' | 'page'>) =>
  `/admin?${new URLSearchParams({ ...(q === '' ? {} : { q }), page: `${page}` })}`

type AddProps = { typed?: TypedItem | undefined; errors?: FieldErrors | undefined }

const AddForm = ({ typed, errors = {} }: AddProps) => (
  <form
    id="add-item"
    class="card row-form"
    method="post"
    action="/admin/items"
    hx-post="/admin/items"
    hx-target="#items-panel"
    hx-swap="outerHTML"
    hx-disable="find button"
  >
    <h2 safe>{say('Add an item')}</h2>
    <p class="hint" safe>
      {say('A new name is added. A name that is there already gets the quantity you give.')}
    </p>
    <ItemFields of="new" values={typed ?? { name: '', quantity: '', price: '' }} errors={errors} />
    <button class="primary" type="submit" safe>
      {say('Add')}
    </button>
  </form>
)

export const ItemFields = ({
  of,
  values,
  errors,
}: {
  of: string
  values: TypedItem
  errors: FieldErrors
}) => (
  <>
    <label class="grow">
      <Phrase of="Name" />
      <input
        id={`${of}-name`}
        name="name"
        required
        autocomplete="off"
        value={values.name}
        {...invalid(`${of}-name`, errors.name)}
      />
      <FieldError of={`${of}-name`} error={errors.name} />
    </label>
    <label>
      <Phrase of="Quantity" />
      <input
        id={`${of}-quantity`}
        name="quantity"
        required
        inputmode="numeric"
        autocomplete="off"
        value={values.quantity}
        {...invalid(`${of}-quantity`, errors.quantity)}
      />
      <FieldError of={`${of}-quantity`} error={errors.quantity} />
    </label>
    <label>
      <Phrase of="Price" />
      <input
        id={`${of}-price`}
        name="price"
        required
        inputmode="decimal"
        autocomplete="off"
        value={values.price}
        {...invalid(`${of}-price`, errors.price)}
      />
      <FieldError of={`${of}-price`} error={errors.price} />
    </label>
  </>
)

type RowProps = { item: Item; currency: string; isChanged?: boolean }

export const ItemRow = ({ item, currency, isChanged }: RowProps) => (
  <tr id={`item-${item.id}`} class={isChanged ? 'is-changed' : undefined}>
    <th scope="row">
      <bdi>
        <a href={`/admin/items/${item.id}/details`} safe>
          {item.name}
        </a>
      </bdi>
    </th>
    <td class="number" data-label={say('Quantity')}>
      {item.quantity === 0 ? (
        <span class="stock none" safe>
          {say('Sold out')}
        </span>
      ) : (
        count(item.quantity)
      )}
    </td>
    <td class="number" data-label={say('Price')}>
      <Money amount={item.price} currency={currency} />
    </td>
    <td class="actions">
      <a
        class="button"
        href={`/admin/items/${item.id}/edit#item-${item.id}`}
        hx-get={`/admin/items/${item.id}/edit`}
        hx-target={`#item-${item.id}`}
        hx-swap="outerHTML"
        aria-label={say('Edit {what}', { what: item.name })}
        safe
      >
        {say('Edit')}
      </a>
      <form method="post" action={`/admin/items/${item.id}/remove`}>
        <button
          class="quiet"
          type="submit"
          hx-post={`/admin/items/${item.id}/remove`}
          hx-target="#items-panel"
          hx-swap="outerHTML"
          hx-confirm={say('Take {item} off the market?', { item: item.name })}
          aria-label={say('Remove {what}', { what: item.name })}
          safe
        >
          {say('Remove')}
        </button>
      </form>
    </td>
  </tr>
)

/** The row as a form; saving gives the row back. */
export const EditRow = ({
  item,
  currency,
  typed,
  errors = {},
  version,
  was,
}: Edited & { currency: string }) => (
  <tr id={`item-${item.id}`} class="is-edited">
    <td colspan="4">
      <form
        class="row-form"
        method="post"
        action={`/admin/items/${item.id}`}
        hx-post={`/admin/items/${item.id}`}
        hx-target={`#item-${item.id}`}
        hx-swap="outerHTML"
        hx-disable="find button"
      >
        <input type="hidden" name="was" value={was} />
        <input type="hidden" name="version" value={version} />
        {errors.body ? (
          <>
            <FieldError of={`item-${item.id}`} error={errors.body} />
            <WhatItSaysNow text={`${item.name} · ${typedAmount(item.price, currency)}`} />
          </>
        ) : (
          ''
        )}
        <ItemFields
          of={`item-${item.id}`}
          values={
            typed ?? {
              name: item.name,
              quantity: String(item.quantity),
              price: typedAmount(item.price, currency),
            }
          }
          errors={errors}
        />
        <button class="primary" type="submit" safe>
          {say('Save')}
        </button>
        <a
          class="button"
          href="/admin"
          hx-get={`/admin/items/${item.id}`}
          hx-target={`#item-${item.id}`}
          hx-swap="outerHTML"
          safe
        >
          {say('Cancel')}
        </a>
      </form>
    </td>
  </tr>
)
