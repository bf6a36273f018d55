import type { PageContext } from '../src/http/page-context.ts'
import type { Listing, ListQuery, Shelved, SortOrder } from '../src/market/listing.ts'
import type { Item } from '../src/market/queries.ts'
import type { Ordering } from '../src/order-windows/service.ts'
import type { Sentence } from '../texts/arabic.ts'
import { sayCount } from '../texts/numbers.ts'
import { say, translated } from '../texts/say.ts'
import { Html } from './html.ts'
import { Layout } from './layout.tsx'
import { Empty } from './list.tsx'
import { Money } from './money.tsx'
import { Pages } from './pages.tsx'
import { LinkTo, Phrase } from './phrase.tsx'
import { PickupChoice, WhenToOrder } from './pickups.tsx'
import { ReportLink } from './reports.tsx'

type Props = {
  pageContext: PageContext
  listing: Listing
  currency: string
  orderKey: string
  ordering: Ordering | undefined
  refused?: string
}

/** Whether it is the beginning of all items, in whatever order. */
const isWhole = ({ query: { page, q, category } }: Listing) => page === 1 && q === '' && category === ''

/** The shop front. `refused` says why the order that was just sent was not taken. */
export const MarketPage = ({ pageContext, listing, currency, orderKey, ordering, refused }: Props) => (
  <Layout
    pageContext={pageContext}
    title={say('Market')}
    description={say("What the community's market has in stock.")}
    at={isWhole(listing) ? '/market' : undefined}
  >
    <section class="market" aria-labelledby="market-title">
      <div class="heading">
        <h1 id="market-title" safe>
          {say('Market')}
        </h1>
        {pageContext.viewer ? (
          <a class="button" href="/market/orders" safe>
            {say('Your orders')}
          </a>
        ) : (
          <SignInToOrder pageContext={pageContext} />
        )}
      </div>
      {refused ? (
        <p class="error banner" role="alert" safe>
          {translated(refused)}
        </p>
      ) : (
        ''
      )}
      <p class="hint">
        <LinkTo to="/offers" says="What members offer each other." />
      </p>
      {ordering ? <WhenToOrder ordering={ordering} /> : ''}
      <SearchForm query={listing.query} categories={listing.categories} />
      <div id="items">
        <p class="hint" role="status" safe>
          {found(listing)}
        </p>
        {listing.found === 0 ? (
          <Empty says={say(isNarrowed(listing.query) ? noHit : 'Nothing is sold here yet.')} />
        ) : (
          ''
        )}
        <ul class="shelf">
          {listing.items.map((item) => (
            <ItemCard
              item={item}
              currency={currency}
              orderKey={pageContext.viewer && orderKey}
              ordering={ordering}
            />
          ))}
        </ul>
        <Pages at={listing} addressOf={(page) => addressOf({ ...listing.query, page })} />
      </div>
    </section>
  </Layout>
)

/** What a stranger reads where members order. */
export const SignInToOrder = ({ pageContext }: { pageContext: PageContext }) =>
  pageContext.viewer || pageContext.isViewerUnknown ? (
    ''
  ) : (
    <p class="hint">
      <Phrase of="{signIn} to order." parts={{ signIn: <LinkTo to="/login" says="Sign in" /> }} />
    </p>
  )

const found = ({ found, query }: Listing) => sayCount(isNarrowed(query) ? 'itemsFound' : 'items', found)

const isNarrowed = ({ q, category, inStock }: ListQuery) => q !== '' || category !== '' || inStock
const noHit = 'Nothing in the market fits this. Fewer words may find more.'

const orderNames: Record<SortOrder, Sentence> = {
  name: 'By name',
  cheapest: 'Lowest price first',
  dearest: 'Highest price first',
  newest: 'Newest first',
}

/** Works by itself as a plain form; with htmx the shelf follows while one types. */
const SearchForm = ({ query, categories }: { query: ListQuery; categories: string[] }) => (
  <search>
    <form
      class="search"
      method="get"
      action="/market"
      hx-get="/market"
      hx-trigger="input delay:250ms, submit"
      hx-target="#items"
      hx-select="#items"
      hx-swap="outerHTML"
      hx-replace-url="true"
    >
      <label class="grow">
        <span safe>{say('Search')}</span>
        <input
          id="market-q"
          type="search"
          name="q"
          maxlength="100"
          value={query.q}
          placeholder={say('Muffins')}
        />
      </label>
      {categories.length === 0 ? '' : <Categories of={categories} chosen={query.category} />}
      <label>
        <span safe>{say('Order by')}</span>
        <select name="sort">
          {Object.entries(orderNames).map(([value, name]) => (
            <option value={value} selected={value === query.sort} safe>
              {say(name)}
            </option>
          ))}
        </select>
      </label>
      <label class="check">
        <input type="checkbox" name="stock" value="in" checked={query.inStock} />
        <span safe>{say('In stock only')}</span>
      </label>
      <button class="button" type="submit" safe>
        {say('Show')}
      </button>
    </form>
  </search>
)

const Categories = ({ of, chosen }: { of: string[]; chosen: string }) => (
  <label class="category">
    <span safe>{say('Category')}</span>
    <select name="category">
      <option value="" safe>
        {say('All')}
      </option>
      {of.map((category) => (
        <option value={category} selected={category === chosen} safe>
          {category}
        </option>
      ))}
    </select>
  </label>
)

type CardProps = {
  item: Shelved
  currency: string
  orderKey: string | undefined
  ordering: Ordering | undefined
  said?: Said
}
/** The outcome of an order that was sent from this card. */
type Said = { ordered: string } | { refused: string }

/** An item on the shelf. Without `orderKey` nobody is signed in, and nothing can be ordered. */
export const ItemCard = ({ item, currency, orderKey, ordering, said }: CardProps) => (
  <li id={`item-${item.id}`} class={classesOf(item)}>
    {item.picture === null ? '' : <img src={`/images/${item.picture}-small.webp`} alt="" loading="lazy" />}
    <h2>
      <bdi>
        <a href={`/market/${item.id}`} safe>
          {item.name}
        </a>
      </bdi>
    </h2>
    <Price item={item} currency={currency} />
    <Stock quantity={item.quantity} />
    {item.mostEach === null ? (
      ''
    ) : (
      <p class="hint" safe>
        {say('At most {most} for each member', { most: item.mostEach })}
      </p>
    )}
    {item.variants ? (
      <LinkTo to={`/market/${item.id}`} says="Choose a variant" />
    ) : orderKey && item.quantity > 0 && ordering?.whyClosed === undefined ? (
      <OrderForm item={item} orderKey={orderKey} ordering={ordering} />
    ) : (
      ''
    )}
    {said ? <Answer said={said} /> : ''}
    <p class="hint">
      <ReportLink kind="item" id={item.id} />
    </p>
  </li>
)

const classesOf = ({ quantity, picture }: Item) =>
  ['item', ...(quantity === 0 ? ['is-sold-out'] : []), ...(picture === null ? [] : ['is-pictured'])].join(' ')

/** What a piece costs, such as "4.50 EUR / kg". */
const Price = ({ item: { price, unit, variants }, currency }: { item: Shelved; currency: string }) => (
  <p class="price">
    {variants ? (
      <Phrase of="from {price}" parts={{ price: <Money amount={price} currency={currency} /> }} />
    ) : (
      <Money amount={price} currency={currency} />
    )}
    {unit === '' ? '' : <Unit of={unit} />}
  </p>
)

const Unit = ({ of }: { of: string }) => (
  <small>
    {' / '}
    <bdi safe>{of}</bdi>
  </small>
)

const fewLeft = 5

const Stock = ({ quantity }: { quantity: number }) => {
  const [kind, says] =
    quantity === 0
      ? ['stock none', say('Sold out')]
      : quantity <= fewLeft
        ? ['stock few', sayCount('onlyLeft', quantity)]
        : ['stock', sayCount('inStock', quantity)]
  return (
    <p class={kind} safe>
      {says}
    </p>
  )
}

/**
 * `price` is what the visitor saw: an order at any other is refused. `key` makes a press that is repeated
 * count once.
 */
const OrderForm = ({
  item,
  orderKey,
  ordering,
}: {
  item: Item
  orderKey: string
  ordering: Ordering | undefined
}) => (
  <form
    class="buy"
    method="post"
    action="/market/orders"
    hx-post="/market/orders"
    hx-target={`#item-${item.id}`}
    hx-swap="outerHTML"
    hx-disable="find button"
  >
    <input type="hidden" name="item" value={String(item.id)} />
    <input type="hidden" name="price" value={item.price} />
    <input type="hidden" name="key" value={`${orderKey}-${item.id}`} />
    <input
      type="number"
      name="quantity"
      min="1"
      max={String(Math.min(item.quantity, item.mostEach ?? item.quantity))}
      value="1"
      required
      aria-label={say('How many pieces of {item}', { item: item.name })}
    />
    {ordering ? <PickupChoice ordering={ordering} /> : ''}
    <button class="primary" type="submit" safe>
      {say('Order')}
    </button>
  </form>
)

const Answer = ({ said }: { said: Said }) =>
  'ordered' in said ? (
    <p class="done" role="status" tabindex="-1">
      <span safe>{said.ordered}</span>{' '}
      <a href="/market/orders" safe>
        {say('Your orders')}
      </a>
    </p>
  ) : (
    <p class="error" role="alert" tabindex="-1" safe>
      {translated(said.refused)}
    </p>
  )

function addressOf({ q, category, sort, inStock, page }: ListQuery): string {
  const search = new URLSearchParams({
    q,
    ...(category ? { category } : {}),
    sort,
    ...(inStock ? { stock: 'in' } : {}),
    page: String(page),
  })
  return `/market?${search}`
}
