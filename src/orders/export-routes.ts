import { Elysia } from 'elysia'
import type { Context } from '../context.ts'
import { maxId } from '../http/paging.ts'
import { invoiceNumbersOf } from '../invoices/service.ts'
import { csvFile } from '../market/csv.ts'
import { priceIn } from '../market/money.ts'
import { adminsOnly } from '../moderation/admins-only.ts'
import { currencyOf } from '../settings/look.ts'
import { linesOf, newestOrdersIn, type OrderState } from './queries.ts'

/** Everyone's orders as a file, a row for each line, the newest first. */
export const ordersExport = (context: Context) =>
  new Elysia({ name: 'orders-export' })
    .use(adminsOnly(context))
    .get('/admin/orders.csv', () => csvFile('orders.csv', columns, pages(context)))

const columns = [
  ...['order', 'state', 'ordered at', 'closed at', 'member', 'window', 'pick-up', 'from'],
  ...['item', 'quantity', 'price', 'currency', 'paid at', 'invoice'],
]
const states: OrderState[] = ['open', 'completed', 'cancelled']
const ordersAtOnce = 500

async function* pages({ db, config }: Context) {
  const currency = currencyOf({ config })
  let before = maxId
  while (true) {
    const orders = await newestOrdersIn(db, { states }, before, ordersAtOnce)
    const last = orders.at(-1)
    if (!last) return
    const byId = new Map(orders.map((order) => [order.id, order]))
    const lines = await linesOf(db, [...byId.keys()])
    const invoiced = orders.filter(({ isInvoiced }) => isInvoiced).map(({ id }) => id)
    const numbers = await invoiceNumbersOf(db, invoiced)
    yield lines.toReversed().map(({ id, name, quantity, price }) => {
      const order = byId.get(id)
      return [
        ...[id, order?.state ?? '', order?.createdAt ?? '', order?.closedAt ?? '', order?.buyer ?? ''],
        ...[order?.windowName ?? '', order?.place ?? '', order?.startsAt ?? ''],
        ...[name, quantity, priceIn(price, currency), currency],
        ...[order?.paidAt ?? '', numbers.get(id) ?? ''],
      ]
    })
    before = `${last.id}`
  }
}
