import type { PageContext } from '../src/http/page-context.ts'
import type { OrderList } from '../src/orders/service.ts'
import { say } from '../texts/say.ts'
import { AdminPage } from './admin.tsx'
import { Html } from './html.ts'
import { Orders } from './orders.tsx'

type Props = OrderList & {
  pageContext: PageContext
  currency: string
  isClosed: boolean
  isFirstPage: boolean
}

export const AdminOrdersPage = ({ pageContext, currency, isClosed, ...list }: Props) => (
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
    <Orders {...list} firstPage={isClosed ? '?state=closed' : '?'} currency={currency} isAdmin />
  </AdminPage>
)
