import type { Context } from '../context.ts'
import { priceIn, total } from '../market/money.ts'
import type { Sql } from '../platform/db.ts'
import { Refusal } from '../platform/errors.ts'
import { lookIn } from '../settings/look.ts'
import { allSettings } from '../settings/queries.ts'
import type { Seller } from '../settings/seller.ts'
import { settingsIn } from '../settings/service.ts'
import { type Content, type Paper, shownNumber } from './content.ts'
import {
  type InvoiceKind,
  type InvoiceRow,
  insertInvoice,
  invoiceNumbers,
  invoicesOf,
  linesToInvoice,
  lockOrder,
  nameOfBuyer,
  setInvoiced,
  takeNumber,
} from './queries.ts'

/**
 * Numbers of invoices have no gap, and none is there twice.
 *
 * An invoice and what cancels it take the next number of the year in the transaction that stores them. The
 * row of the year stays locked until it is over, so that the next number is given out only when it is known
 * whether this one was used; a transaction that fails, or whose connection is lost before its COMMIT, gives
 * it back. An order's row is locked before: of two that make its invoice at once the second finds it made.
 * All lock in this order: order, items, year.
 *
 * What stands on it is stored with it, and nothing changes or deletes it afterwards.
 */

/**
 * Makes the invoice of an order where it has none, in a transaction that has asked nothing before. Throws a
 * 404, or a 409 for an order that is cancelled.
 */
export async function invoice(context: Context, sql: Sql, order: number, seller: Seller): Promise<void> {
  const locked = await lockOrder(sql, order)
  if (!locked) throw new Refusal(404, 'There is no such order.')
  if (locked.isInvoiced) return
  if (locked.state === 'cancelled') throw new Refusal(409, 'This order is cancelled already.')
  const { currency, timeZone } = await lookNow(context, sql)
  const lines = (await linesToInvoice(sql, order)).map(({ price, ...line }) => ({
    ...line,
    price: priceIn(price, currency),
  }))
  await store(sql, order, 'invoice', timeZone, {
    ...{ seller, buyer: await nameOfBuyer(sql, locked.userId), order, orderedAt: locked.createdAt },
    ...{ timeZone, currency, lines, total: total(lines, currency) },
  })
  await setInvoiced(sql, order)
}

/** Cancels the invoice of an order, if it has one, by a paper of its own: where the order is cancelled. */
export async function cancelInvoice(context: Context, sql: Sql, order: number): Promise<void> {
  if (!(await lockOrder(sql, order))?.isInvoiced) return
  await store(sql, order, 'credit', (await lookNow(context, sql)).timeZone)
}

/** What a replica knew last may be what the board comes with: an invoice says for ever what it says. */
const lookNow = async (context: Context, sql: Sql) => lookIn(context, settingsIn(await allSettings(sql)))

async function store(
  sql: Sql,
  order: number,
  kind: InvoiceKind,
  timeZone: string,
  content?: Content,
): Promise<void> {
  const issuedAt = new Date().toISOString()
  const year = yearOf(issuedAt, timeZone)
  const number = await takeNumber(sql, year)
  const text = content ? JSON.stringify(content) : null
  await insertInvoice(sql, order, { year, number, kind, issuedAt, content: text })
}

const yearOf = (at: string, timeZone: string) =>
  Number(
    new Intl.DateTimeFormat('en-u-ca-gregory-nu-latn', { year: 'numeric', timeZone }).format(new Date(at)),
  )

/** The papers of an order with numbers: its invoice, and what cancels that. */
export async function papersOf({ db }: { db: Sql }, order: number): Promise<Paper[]> {
  const [made, cancelled] = await invoicesOf(db, order)
  if (!made) return []
  const content: Content = JSON.parse(made.content ?? '')
  const paper = (row: InvoiceRow) => ({
    ...content,
    kind: row.kind,
    number: shownNumber(row),
    issuedAt: row.issuedAt,
  })
  return [paper(made), ...(cancelled ? [{ ...paper(cancelled), cancels: shownNumber(made) }] : [])]
}

/** The numbers of the invoices of those of these orders that have one. */
export async function invoiceNumbersOf(db: Sql, orders: number[]): Promise<Map<number, string>> {
  const rows = orders.length === 0 ? [] : await invoiceNumbers(db, orders)
  return new Map(rows.map((row) => [row.order, shownNumber(row)]))
}
