import { Elysia } from 'elysia'
import { AdminOrdersPage } from '../../views/admin-orders.tsx'
import { OrderCard } from '../../views/orders.tsx'
import type { Context } from '../context.ts'
import { seeOther } from '../http/page-context.ts'
import { maxId } from '../http/paging.ts'
import { idIn, idParam } from '../http/params.ts'
import { type Exchange, respond } from '../http/respond.ts'
import { adminsOnly } from '../moderation/admins-only.ts'
import { currencyOf } from '../settings/look.ts'
import { listQueryIn, statesOf } from './list-query.ts'
import { close, ordersFound, ordersIn } from './service.ts'

/** Everyone's orders: those to hand over first, others where one asks for them or finds them. */
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
      const query = listQueryIn(new URL(request.url))
      const before = idParam(request, 'before')
      const filter = { states: statesOf(query), paid: query.paid }
      const list =
        query.q === ''
          ? await ordersIn(context, filter, before ?? maxId)
          : await ordersFound(context, query.q, filter, before ?? maxId)
      return AdminOrdersPage({
        ...{ pageContext, query, currency: currencyOf(context), isFirstPage: before === undefined },
        ...list,
      })
    })
    .post('/admin/orders/:id/complete', ({ params: { id }, ...exchange }) =>
      closed(id, 'completed', exchange),
    )
    .post('/admin/orders/:id/cancel', ({ params: { id }, ...exchange }) => closed(id, 'cancelled', exchange))
}
