import { Elysia } from 'elysia'
import { AdminOrdersPage } from '../../views/admin-orders.tsx'
import { OrderCard } from '../../views/orders.tsx'
import type { Context } from '../context.ts'
import { seeOther } from '../http/page-context.ts'
import { maxId } from '../http/paging.ts'
import { idIn } from '../http/params.ts'
import { type Exchange, respond } from '../http/respond.ts'
import { adminsOnly } from '../moderation/admins-only.ts'
import { isId } from '../platform/fields.ts'
import { currencyOf } from '../settings/look.ts'
import type { OrderState } from './queries.ts'
import { close, ordersIn } from './service.ts'

/** Everyone's orders: those to hand over first, those that are closed behind a link. */
export const ordersAdmin = (context: Context) => {
  const closed = async (id: string, state: 'completed' | 'cancelled', exchange: Exchange) => {
    const order = await close(context, idIn(id, 'There is no such order.'), state)
    return respond(exchange, {
      page: () => seeOther('/admin/orders'),
      fragment: () => OrderCard({ order, currency: currencyOf(context), isAdmin: true }),
    })
  }

  return new Elysia({ name: 'orders-admin' })
    .use(adminsOnly(context))
    .get('/admin/orders', async ({ pageContext, request }) => {
      const { searchParams } = new URL(request.url)
      const isClosed = searchParams.get('state') === 'closed'
      const asked = searchParams.get('paid')
      const paid = asked === 'yes' || asked === 'no' ? asked : undefined
      // Nobody waits for the money of an order that is cancelled.
      const closed: OrderState[] = paid === 'no' ? ['completed'] : ['completed', 'cancelled']
      const states: OrderState[] = isClosed ? closed : ['open']
      const before = searchParams.get('before') ?? ''
      const list = await ordersIn(context, states, isId(before) ? before : maxId, paid)
      return AdminOrdersPage({
        ...{ pageContext, currency: currencyOf(context), isClosed, paid, isFirstPage: !isId(before) },
        ...list,
      })
    })
    .post('/admin/orders/:id/complete', ({ params: { id }, ...exchange }) =>
      closed(id, 'completed', exchange),
    )
    .post('/admin/orders/:id/cancel', ({ params: { id }, ...exchange }) => closed(id, 'cancelled', exchange))
}
