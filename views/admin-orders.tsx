import type { PageContext } from '../src/http/page-context.ts'
import type { PaidOrNot } from '../src/orders/queries.ts'
import type { OrderList } from '../src/orders/service.ts'
import type { Sentence } from '../texts/arabic.ts'
import { say } from '../texts/say.ts'
import { AdminPage } from './admin.tsx'
import { Html } from './html.ts'
import { Orders } from './orders.tsx'

type Props = OrderList & {
  pageContext: PageContext
  currency: string
  isClosed: boolean
  paid: PaidOrNot | undefined
  isFirstPage: boolean
}

export const AdminOrdersPage = ({ pageContext, currency, isClosed, paid, ...list }: Props) => (
  <AdminPage pageContext={pageContext} tab="Orders">
    <div class="heading">
      <h2 safe>{isClosed ? say('Closed orders') : say('Orders to hand over')}</h2>
      {isClosed ? (
        <a class="button" href="/admin/orders" safe>
          {say('Open orders')}
        </a>
      ) : (
        <a class="button" href="/admin/orders?state=closed" safe>
          {say('Closed orders')}
        </a>
      )}
      <a class="button" href="/admin/orders.csv" download="orders.csv" safe>
        {say('Export CSV')}
      </a>
    </div>
    <nav class="actions" aria-label={say('Payment')}>
      {ways.map(({ says, is }) => (
        <a class="button" href={listAt(isClosed, is)} aria-current={is === paid ? 'page' : undefined} safe>
          {say(says)}
        </a>
      ))}
      <a class="button" href="/admin/payment" safe>
        {say('Who is paid')}
      </a>
    </nav>
    <Orders {...list} firstPage={listAt(isClosed, paid)} currency={currency} isAdmin />
  </AdminPage>
)

const ways: { says: Sentence; is: PaidOrNot | undefined }[] = [
  { says: 'Paid or not', is: undefined },
  { says: 'Not paid', is: 'no' },
  { says: 'Paid', is: 'yes' },
]

const listAt = (isClosed: boolean, paid: PaidOrNot | undefined) =>
  `?${[...(isClosed ? ['state=closed'] : []), ...(paid ? [`paid=${paid}`] : [])].join('&')}`
