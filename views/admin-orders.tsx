import type { PageContext } from '../src/http/page-context.ts'
import type { ListState, OrdersQuery } from '../src/orders/list-query.ts'
import type { OrderList } from '../src/orders/service.ts'
import type { Sentence } from '../texts/arabic.ts'
import { say } from '../texts/say.ts'
import { AdminPage } from './admin.tsx'
import { Html } from './html.ts'
import { Orders } from './orders.tsx'

type Props = OrderList & {
  pageContext: PageContext
  currency: string
  query: OrdersQuery
  isFirstPage: boolean
  /** Very many members or items have such names, so theirs are not looked for. */
  isTooWide?: boolean
}

export const AdminOrdersPage = ({ pageContext, currency, query, isTooWide = false, ...list }: Props) => (
  <AdminPage pageContext={pageContext} tab="Orders">
    <div class="heading">
      <h2 safe>{say(titles[query.state])}</h2>
      <p class="actions">
        <a class="button" href="/admin/payment" safe>
          {say('Who is paid')}
        </a>
        <a class="button" href="/admin/orders.csv" download="orders.csv" safe>
          {say('Export CSV')}
        </a>
      </p>
    </div>
    <SearchForm query={query} />
    {isTooWide ? (
      <p class="hint" role="status" safe>
        {say('Very many members or items are called so. Please type more of the name.')}
      </p>
    ) : (
      ''
    )}
    <Orders {...list} firstPage={addressOf(query)} currency={currency} isAdmin />
  </AdminPage>
)

const titles: Record<ListState, Sentence> = {
  open: 'Orders to hand over',
  closed: 'Closed orders',
  completed: 'Orders',
  cancelled: 'Orders',
  any: 'Orders',
}

const SearchForm = ({ query: { q, state, paid } }: { query: OrdersQuery }) => (
  <search>
    <form class="search" method="get" action="/admin/orders">
      <label class="grow">
        <span safe>{say('Number, member or item')}</span>
        <input type="search" name="q" maxlength="100" dir="auto" value={q} />
      </label>
      <Choice name="state" says="State" of={states} chosen={state} />
      <Choice name="paid" says="Payment" of={ways} chosen={paid ?? ''} />
      <button class="button" type="submit" safe>
        {say('Find')}
      </button>
    </form>
  </search>
)

const states: Record<ListState, Sentence> = {
  open: 'Open orders',
  closed: 'Closed orders',
  completed: 'Completed',
  cancelled: 'Cancelled',
  any: 'All',
}

const ways: Record<string, Sentence> = { '': 'Paid or not', no: 'Not paid', yes: 'Paid' }

type ChoiceProps = { name: string; says: Sentence; of: Record<string, Sentence>; chosen: string }

const Choice = ({ name, says, of, chosen }: ChoiceProps) => (
  <label>
    <span safe>{say(says)}</span>
    <select name={name}>
      {Object.entries(of).map(([value, sentence]) => (
        <option value={value} selected={value === chosen} safe>
          {say(sentence)}
        </option>
      ))}
    </select>
  </label>
)

const addressOf = ({ q, state, paid }: OrdersQuery) =>
  `?${new URLSearchParams({
    ...(state === 'open' ? {} : { state }),
    ...(paid ? { paid } : {}),
    ...(q === '' ? {} : { q }),
  })}`
