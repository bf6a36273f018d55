import type { PageContext } from '../src/http/page-context.ts'
import type { Decimal } from '../src/market/money.ts'
import type { OfferList, OfferQuery } from '../src/offers/list.ts'
import type { ListedOffer, OfferKind, OfferState } from '../src/offers/queries.ts'
import type { Sentence } from '../texts/arabic.ts'
import { say } from '../texts/say.ts'
import { Author, dot, When } from './byline.tsx'
import { Html } from './html.ts'
import { Layout } from './layout.tsx'
import { Empty, Pager } from './list.tsx'
import { Money } from './money.tsx'
import { unlessMuted } from './muted.tsx'
import { shownTitle } from './names.ts'
import { LinkTo } from './phrase.tsx'
import { Picture } from './posts.tsx'

export const kindNames: Record<OfferKind, Sentence> = {
  sale: 'For sale',
  gift: 'To give away',
  loan: 'To lend',
  wanted: 'Wanted',
}

export const stateNames: Record<OfferState, Sentence> = {
  open: 'Available',
  reserved: 'Reserved',
  gone: 'Gone',
}

type Props = OfferList & {
  pageContext: PageContext
  query: OfferQuery
  currency: string
  /** Why nothing was looked for. */
  problem?: string
}

/** Whether it is the list that nobody has narrowed, from its beginning. */
const isUsual = ({ q, kind, state, place, before }: OfferQuery) =>
  q + place === '' && kind === undefined && state === 'open' && before === undefined

/** What members offer one another. */
export const OffersPage = ({ pageContext, query, offers, next, currency, problem }: Props) => (
  <Layout
    pageContext={pageContext}
    title={say('Offers')}
    description={say('What members offer each other.')}
    at={isUsual(query) ? '/offers' : undefined}
  >
    <section class="market" aria-labelledby="offers-title">
      <div class="heading">
        <h1 id="offers-title" safe>
          {say('Offers')}
        </h1>
        {pageContext.viewer ? (
          <a class="button" href="/offers/new" safe>
            {say('Offer something')}
          </a>
        ) : (
          ''
        )}
      </div>
      <p class="hint">
        <LinkTo to="/market" says="What is in stock" />
        {pageContext.viewer?.role === 'admin' ? (
          <>
            <span aria-hidden="true"> · </span>
            <LinkTo to="/admin/offers.csv" says="Export CSV" />
          </>
        ) : (
          ''
        )}
      </p>
      <FilterForm query={query} />
      {problem ? (
        <p class="error" role="alert" safe>
          {problem}
        </p>
      ) : (
        ''
      )}
      <ul class="shelf">
        {offers.map((offer) => (
          <OfferCard offer={offer} currency={currency} pageContext={pageContext} />
        ))}
      </ul>
      {offers.length === 0 && !problem ? (
        <Empty
          says={say('No offer fits.')}
          firstPage={query.before === undefined ? undefined : addressOf({ ...query, before: undefined })}
        />
      ) : (
        ''
      )}
      <Pager
        next={next === undefined ? undefined : addressOf({ ...query, before: next })}
        says="Older offers"
      />
    </section>
  </Layout>
)

const FilterForm = ({ query: { q, kind, state, place } }: { query: OfferQuery }) => (
  <search>
    <form class="search" method="get" action="/offers">
      <label>
        <span safe>{say('Search')}</span>
        <input type="search" name="q" maxlength="200" value={q} />
      </label>
      <label>
        <span safe>{say('Place')}</span>
        <input name="place" maxlength="80" dir="auto" value={place} />
      </label>
      <label>
        <span safe>{say('Kind of offer')}</span>
        <select name="kind">
          <Choice value="" says="All kinds" chosen={kind ?? ''} />
          {Object.entries(kindNames).map(([value, name]) => (
            <Choice value={value} says={name} chosen={kind ?? ''} />
          ))}
        </select>
      </label>
      <label>
        <span safe>{say('State')}</span>
        <select name="state">
          {Object.entries(stateNames).map(([value, name]) => (
            <Choice value={value} says={name} chosen={state ?? 'any'} />
          ))}
          <Choice value="any" says="All of them" chosen={state ?? 'any'} />
        </select>
      </label>
      <button class="button" type="submit" safe>
        {say('Show')}
      </button>
    </form>
  </search>
)

export const Choice = ({ value, says, chosen }: { value: string; says: Sentence; chosen: string }) => (
  <option value={value} selected={value === chosen} safe>
    {say(says)}
  </option>
)

type CardProps = { offer: ListedOffer; currency: string; pageContext: PageContext }

const OfferCard = ({ offer, currency, pageContext: { viewer } }: CardProps) => (
  <li id={`offer-${offer.id}`} class={offer.state === 'gone' ? 'item is-sold-out' : 'item'}>
    {
      unlessMuted(
        viewer,
        offer,
        String(
          <h2 dir="auto">
            <a href={`/offers/${offer.id}`} safe>
              {shownTitle(offer.title)}
            </a>
          </h2>,
        ),
      ) as 'safe'
    }
    <Price of={offer.price} currency={currency} />
    <p class="byline">
      <Marks offer={offer} />
      {offer.place === '' ? '' : <bdi safe>{offer.place}</bdi>}
      {offer.place === '' ? '' : (dot() as 'safe')}
      <Author name={offer.author} id={offer.authorId} />
      {dot() as 'safe'}
      <When at={offer.createdAt} />
    </p>
    <Picture of={offer} size="small" />
  </li>
)

/** What kind of offer it is, and its state where that is not the usual one. */
export const Marks = ({ offer: { kind, state } }: { offer: { kind: OfferKind; state: OfferState } }) => (
  <>
    <b class="tag" safe>
      {say(kindNames[kind])}
    </b>{' '}
    {state === 'open' ? (
      ''
    ) : (
      <>
        <b class="tag" safe>
          {say(stateNames[state])}
        </b>{' '}
      </>
    )}
  </>
)

export const Price = ({ of, currency }: { of: Decimal | null; currency: string }) => (
  <p class="price">{of === null ? '' : <Money amount={of} currency={currency} />}</p>
)

function addressOf({ q, kind, state, place, before }: OfferQuery): string {
  const search = new URLSearchParams({
    ...{ q, place, kind: kind ?? '', state: state ?? 'any' },
    ...(before === undefined ? {} : { before: `${before}` }),
  })
  return `/offers?${search}`
}
