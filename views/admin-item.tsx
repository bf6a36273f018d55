import type { TypedDetails } from '../src/market/details.ts'
import type { TypedItem } from '../src/market/items.ts'
import type { Item, ItemInFull } from '../src/market/queries.ts'
import type { AdminPageContext } from '../src/moderation/admins-only.ts'
import type { ShownPicture } from '../src/pictures/queries.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import { say } from '../texts/say.ts'
import { AdminPage } from './admin.tsx'
import { ItemFields, ItemRow } from './admin-items.tsx'
import { FieldError, invalid, WhatItSaysNow } from './form.tsx'
import { Html } from './html.ts'
import { Grid } from './list.tsx'
import { LinkTo, Phrase } from './phrase.tsx'

type Props = {
  pageContext: AdminPageContext
  item: ItemInFull
  /** Those of all items. */
  categories: string[]
  typed: TypedDetails
  version: string
  errors?: FieldErrors
  /** What is wrong with the words of this picture. */
  wrong?: { hash: string; alt: string }
  variants: Item[]
  currency: string
  /** The form to add a variant as it was typed, and what is wrong with it. */
  variant?: { typed: TypedItem; errors: FieldErrors }
}

/** What an item is, for whoever changes it; its name, stock and price are changed in the list. */
export const AdminItemPage = ({
  pageContext,
  item,
  variants,
  currency,
  errors = {},
  wrong,
  variant,
  ...form
}: Props) => (
  <AdminPage pageContext={pageContext} tab="Items">
    <p>
      {item.variantOf === null ? (
        <LinkTo to="/admin" says="All items" />
      ) : (
        <LinkTo to={`/admin/items/${item.variantOf}/details`} says="The item that it is a variant of" />
      )}
    </p>
    <div class="heading">
      <h2>
        <bdi safe>{item.name}</bdi>
      </h2>
      <p class="actions">
        <a class="button" href={`/admin/items/${item.id}/edit#item-${item.id}`} safe>
          {say('Name, quantity, price')}
        </a>
        <a class="button" href={`/market/${item.id}`} safe>
          {say('In the market')}
        </a>
      </p>
    </div>
    <DetailsForm item={item} errors={errors} {...form} />
    <section id="pictures" class="stack">
      <h2 safe>{say('Pictures')}</h2>
      {item.pictures.map((picture, index) => (
        <PictureForm
          item={item.id}
          picture={picture}
          isFirst={index === 0}
          isLast={index === item.pictures.length - 1}
          wrong={wrong?.hash === picture.hash ? { alt: wrong.alt, error: errors.alt } : undefined}
        />
      ))}
      <AddPictureForm item={item.id} errors={wrong ? {} : errors} />
    </section>
    {item.variantOf === null ? (
      <Variants item={item} variants={variants} currency={currency} {...variant} />
    ) : (
      ''
    )}
  </AdminPage>
)

type DetailsProps = Pick<Props, 'item' | 'categories' | 'typed' | 'version'> & { errors: FieldErrors }

const DetailsForm = ({ item, categories, typed, version, errors }: DetailsProps) => (
  <form class="card stack" method="post" action={`/admin/items/${item.id}/details`}>
    <input type="hidden" name="version" value={version} />
    <h2 safe>{say('What it is')}</h2>
    {errors.body ? (
      <>
        <FieldError of="body" error={errors.body} />
        <WhatItSaysNow text={`${item.category} · ${item.unit}\n${item.description}`} />
      </>
    ) : (
      ''
    )}
    <label>
      <Phrase of="Category" />
      <input
        name="category"
        list="categories"
        dir="auto"
        maxlength="40"
        autocomplete="off"
        value={typed.category}
        {...invalid('category', errors.category)}
      />
      <FieldError of="category" error={errors.category} />
    </label>
    <datalist id="categories">
      {categories.map((category) => (
        <option value={category}></option>
      ))}
    </datalist>
    <label>
      <Phrase of="Unit, such as kg or jar" />
      <input
        name="unit"
        dir="auto"
        maxlength="20"
        autocomplete="off"
        value={typed.unit}
        {...invalid('unit', errors.unit)}
      />
      <FieldError of="unit" error={errors.unit} />
    </label>
    <label>
      <Phrase of="How many each member may have at a time, if not any number" />
      <input
        name="mostEach"
        inputmode="numeric"
        autocomplete="off"
        value={typed.mostEach}
        {...invalid('mostEach', errors.mostEach)}
      />
      <FieldError of="mostEach" error={errors.mostEach} />
    </label>
    <label>
      <Phrase of="Tell admins when so few are left, if ever" />
      <input
        name="lowAt"
        inputmode="numeric"
        autocomplete="off"
        value={typed.lowAt}
        {...invalid('lowAt', errors.lowAt)}
      />
      <FieldError of="lowAt" error={errors.lowAt} />
    </label>
    <label>
      <Phrase of="The number of the post where it is talked about, if any" />
      <input
        name="post"
        inputmode="numeric"
        autocomplete="off"
        value={typed.post}
        {...invalid('post', errors.post)}
      />
      <FieldError of="post" error={errors.post} />
    </label>
    <label>
      <Phrase of="Description" />
      <textarea name="description" rows="8" dir="auto" {...invalid('description', errors.description)} safe>
        {`\n${typed.description}`}
      </textarea>
      <FieldError of="description" error={errors.description} />
    </label>
    <button class="primary" type="submit" safe>
      {say('Save')}
    </button>
  </form>
)

type PictureProps = {
  item: number
  picture: ShownPicture
  isFirst: boolean
  isLast: boolean
  wrong: { alt: string; error: string | undefined } | undefined
}

/** Enter in its field presses the first button, which saves. */
const PictureForm = ({ item, picture: { hash, alt }, isFirst, isLast, wrong }: PictureProps) => (
  <form class="card stack" method="post" action={`/admin/items/${item}/pictures/${hash}`}>
    <img class="picture small" src={`/images/${hash}-small.webp`} alt={alt} loading="lazy" />
    <label>
      <Phrase of="What it shows, for those who cannot see it" />
      <input
        name="alt"
        maxlength="300"
        dir="auto"
        value={wrong?.alt ?? alt}
        {...invalid(`alt-${hash}`, wrong?.error)}
      />
      <FieldError of={`alt-${hash}`} error={wrong?.error} />
    </label>
    <p class="actions">
      <button class="primary" type="submit" name="do" value="describe" safe>
        {say('Save')}
      </button>
      <button class="button" type="submit" name="do" value="earlier" disabled={isFirst} safe>
        {say('Earlier')}
      </button>
      <button class="button" type="submit" name="do" value="later" disabled={isLast} safe>
        {say('Later')}
      </button>
      <button class="quiet" type="submit" name="do" value="remove" safe>
        {say('Remove')}
      </button>
    </p>
  </form>
)

type VariantsProps = {
  item: ItemInFull
  variants: Item[]
  currency: string
  typed?: TypedItem
  errors?: FieldErrors
}

const Variants = ({ item, variants, currency, typed, errors = {} }: VariantsProps) => (
  <section id="variants" class="stack">
    <h2 safe>{say('Variants')}</h2>
    {variants.length === 0 ? (
      ''
    ) : (
      <Grid
        of={[
          'Name',
          { name: 'Quantity', is: 'number' },
          { name: 'Price', is: 'number' },
          { name: 'Actions', is: 'unseen' },
        ]}
      >
        {variants.map((variant) => (
          <ItemRow item={variant} currency={currency} />
        ))}
      </Grid>
    )}
    <form class="card row-form" method="post" action={`/admin/items/${item.id}/variants`}>
      <h2 safe>{say('Add a variant')}</h2>
      <ItemFields
        of="variant"
        values={typed ?? { name: `${item.name}, `, quantity: '', price: '' }}
        errors={errors}
      />
      <button class="primary" type="submit" safe>
        {say('Add')}
      </button>
    </form>
  </section>
)

const AddPictureForm = ({ item, errors }: { item: number; errors: FieldErrors }) => (
  <form
    class="card stack"
    method="post"
    action={`/admin/items/${item}/pictures`}
    enctype="multipart/form-data"
  >
    <label class="drop">
      <Phrase of="A further picture" />
      <input
        type="file"
        name="image"
        accept="image/jpeg,image/png,image/webp,image/gif"
        required
        {...invalid('image', errors.image)}
      />
      <FieldError of="image" error={errors.image} />
    </label>
    <label>
      <Phrase of="What it shows, for those who cannot see it" />
      <input name="alt" maxlength="300" dir="auto" {...invalid('alt', errors.alt)} />
      <FieldError of="alt" error={errors.alt} />
    </label>
    <button class="primary" type="submit" safe>
      {say('Add')}
    </button>
  </form>
)
