import { Elysia } from 'elysia'
import { AdminOrdersPage } from '../../views/admin-orders.tsx'
import { OrderCard } from '../../views/orders.tsx'
import { fromTheTop } from '../board/queries.ts'
import type { Context } from '../context.ts'
import { isFragmentRequest, seeOther } from '../frame.ts'
import type { OrderState } from '../orders/queries.ts'
import { close, ordersIn } from '../orders/service.ts'
import { Refusal } from '../platform/errors.ts'
import { isId } from '../platform/fields.ts'
import { adminsOnly } from './guard.ts'

/** Everyone's orders: those to hand over first, those that are closed behind a link. */
export const orderRoutes = (context: Context) => {
  const { currency } = context.config
  const closed = async (id: string, state: 'completed' | 'cancelled', request: Request) => {
    if (!isId(id)) throw new Refusal(404, 'There is no such order.')
    const order = await close(context, Number(id), state)
    return isFragmentRequest(request)
      ? OrderCard({ order, currency, isAdmin: true })
      : seeOther('/admin/orders')
  }

  return new Elysia({ name: 'order-routes' })
    .use(adminsOnly(context))
    .get('/admin/orders', async ({ frame, request }) => {
      const { searchParams } = new URL(request.url)
      const isClosed = searchParams.get('state') === 'closed'
      const states: OrderState[] = isClosed ? ['completed', 'cancelled'] : ['open']
      const before = searchParams.get('before') ?? ''
      const list = await ordersIn(context, states, isId(before) ? before : fromTheTop)
      return AdminOrdersPage({ frame, currency, isClosed, ...list })
    })
    .post('/admin/orders/:id/complete', ({ params: { id }, request }) => closed(id, 'completed', request))
    .post('/admin/orders/:id/cancel', ({ params: { id }, request }) => closed(id, 'cancelled', request))
}
