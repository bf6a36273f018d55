import type { Category } from '../src/categories/queries.ts'
import type { PageContext } from '../src/http/page-context.ts'
import type { TypedOffer } from '../src/offers/draft.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import { say } from '../texts/say.ts'
import { described, FieldError, FieldHint, invalid, WhatItSaysNow } from './form.tsx'
import { Html } from './html.ts'
import { Layout } from './layout.tsx'
import { startOf } from './names.ts'
import { Choice, kindNames } from './offers.tsx'
import { Phrase } from './phrase.tsx'
import { PictureFields, PostFields } from './post-form.tsx'

type NewProps = {
  pageContext: PageContext
  categories: Category[]
  currency: string
  once: string
  typed: TypedOffer
  errors?: FieldErrors
}

/** Where a member offers something. */
export const NewOfferPage = ({ pageContext, categories, currency, once, typed, errors = {} }: NewProps) => (
  <Layout pageContext={pageContext} title={say('Offer something')} isWritten>
    <section class="narrow">
      <h1 safe>{say('Offer something')}</h1>
      <form class="stack" method="post" action="/offers" enctype="multipart/form-data" data-draft>
        <input type="hidden" name="once" value={once} />
        <OfferFields categories={categories} currency={currency} typed={typed} errors={errors} />
        <PictureFields alt={typed.alt ?? ''} errors={errors} />
        <p class="hint" safe>
          {say('More pictures can be added when it is there.')}
        </p>
        <button class="primary" type="submit" safe>
          {say('Offer it')}
        </button>
      </form>
    </section>
  </Layout>
)

type EditProps = Omit<NewProps, 'once'> & {
  id: number
  /** Stands for what the form was filled with. */
  version: string
  /** What it says now, where that is another by now. */
  now?: string
}

/** Where its author changes an offer. */
export const EditOfferPage = ({ pageContext, id, version, now, errors = {}, ...fields }: EditProps) => (
  <Layout pageContext={pageContext} title={say('Edit this offer')} isWritten>
    <section class="narrow">
      <h1 safe>{say('Edit this offer')}</h1>
      <form class="stack" method="post" action={`/offers/${id}/edit`}>
        <input type="hidden" name="version" value={version} />
        <OfferFields {...fields} errors={errors} />
        {now === undefined ? '' : <WhatItSaysNow text={now} />}
        <div class="actions">
          <button class="primary" type="submit" safe>
            {say('Save')}
          </button>
          <a class="button" href={`/offers/${id}`} safe>
            {say('Cancel')}
          </a>
        </div>
      </form>
    </section>
  </Layout>
)

type FieldsProps = { categories: Category[]; currency: string; typed: TypedOffer; errors: FieldErrors }

const OfferFields = ({ categories, currency, typed, errors }: FieldsProps) => (
  <>
    <label>
      <Phrase of="Kind of offer" />
      <select name="kind" required {...invalid('kind', errors.kind)}>
        {Object.entries(kindNames).map(([value, name]) => (
          <Choice value={value} says={name} chosen={typed.kind} />
        ))}
      </select>
      <FieldError of="kind" error={errors.kind} />
    </label>
    <PostFields categories={categories} chosen={startOf(typed.category)} typed={typed} errors={errors} />
    <label>
      <span safe>{say('Price in {currency}, if it has one', { currency })}</span>
      <input
        name="price"
        inputmode="decimal"
        maxlength="20"
        dir="ltr"
        value={typed.price}
        {...invalid('price', errors.price)}
      />
      <FieldError of="price" error={errors.price} />
    </label>
    <label>
      <Phrase of="Place" />
      <input
        name="place"
        maxlength="80"
        dir="auto"
        value={typed.place}
        {...described('place', placeHint, errors.place)}
      />
      <FieldHint of="place" hint={errors.place ? undefined : placeHint} />
      <FieldError of="place" error={errors.place} />
    </label>
  </>
)

const placeHint = 'Everyone reads this: a street or a part of town is enough.'
