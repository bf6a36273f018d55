import { Elysia } from 'elysia'
import type { Context } from '../context.ts'
import { maxId } from '../http/paging.ts'
import { invoiceNumbersOf } from '../invoices/service.ts'
import { priceIn } from '../market/money.ts'
import { adminsOnly } from '../moderation/admins-only.ts'
import { currencyOf } from '../settings/look.ts'
import { csvFile } from '../text/csv.ts'
import { type LineRow, linesOf, newestOrdersIn, type OrderRow, type OrderState } from './queries.ts'

/** Everyone's orders as a file, a row for each line, the newest first. */
export const ordersExport = (context: Context) =>
  new Elysia({ name: 'orders-export' }).use(adminsOnly(context)).get('/admin/orders.csv', () => {
    const currency = currencyOf(context)
    return csvFile('orders.csv', columns, pages(context), ({ order, line, invoice }) => [
      ...[order.id, order.state, order.createdAt, order.closedAt ?? '', order.buyer ?? ''],
      ...[order.windowName ?? '', order.place ?? '', order.startsAt ?? ''],
      ...[line.name, line.quantity, priceIn(line.price, currency), currency],
      ...[order.paidAt ?? '', invoice ?? ''],
    ])
  })

const columns = [
  ...['order', 'state', 'ordered at', 'closed at', 'member', 'window', 'pick-up', 'from'],
  ...['item', 'quantity', 'price', 'currency', 'paid at', 'invoice'],
]
const states: OrderState[] = ['open', 'completed', 'cancelled']
/** Each may have a hundred lines. */
const ordersAtOnce = 100

type Row = { order: OrderRow; line: LineRow; invoice: string | undefined }

async function* pages({ db }: Context): AsyncGenerator<Row[]> {
  let before = maxId
  while (true) {
    const orders = await newestOrdersIn(db, { states }, before, ordersAtOnce)
    const last = orders.at(-1)
    if (!last) return
    const byId = new Map(orders.map((order) => [order.id, order]))
    const lines = await linesOf(db, [...byId.keys()])
    const invoiced = orders.filter(({ isInvoiced }) => isInvoiced).map(({ id }) => id)
    const numbers = await invoiceNumbersOf(db, invoiced)
    yield lines.toReversed().flatMap((line) => {
      const order = byId.get(line.id)
      return order ? [{ order, line, invoice: numbers.get(line.id) }] : []
    })
    before = `${last.id}`
  }
}
