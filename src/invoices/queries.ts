import type { Decimal } from '../market/money.ts'
import type { Sql } from '../platform/db.ts'
import { nameStart } from '../platform/names.ts'

/** `credit` cancels the invoice of its order. */
export type InvoiceKind = 'invoice' | 'credit'

/** `content`: `Content` of content.ts as JSON; what cancels an invoice says what that says, and has none. */
export type InvoiceRow = {
  year: number
  number: number
  kind: InvoiceKind
  issuedAt: string
  content: string | null
}

export type InvoicedOrder = {
  state: string
  createdAt: string
  isInvoiced: boolean
  userId: number | null
}
export type InvoicedLine = { name: string; quantity: number; price: Decimal }

/**
 * An order that nobody changes until the transaction is over. What the transaction reads after this is as it
 * is then, if this is the first that it asks.
 */
export async function lockOrder(sql: Sql, id: number): Promise<InvoicedOrder | undefined> {
  const [order] = await sql.rows<Omit<InvoicedOrder, 'isInvoiced'> & { isInvoiced: number }>(
    'lockOrder',
    `SELECT state, created_at AS createdAt, is_invoiced AS isInvoiced, user_id AS userId
       FROM orders
      WHERE id = ?
        FOR UPDATE`,
    [id],
  )
  return order && { ...order, isInvoiced: Boolean(order.isInvoiced) }
}

/** null: the account is gone. */
export async function nameOfBuyer(sql: Sql, user: number | null): Promise<string | null> {
  if (user === null) return null
  const [buyer] = await sql.rows<{ name: string }>(
    'nameOfBuyer',
    `SELECT ${nameStart('name')} AS name FROM users WHERE id = ? AND removed_at IS NULL`,
    [user],
  )
  return buyer?.name ?? null
}

export const linesToInvoice = (sql: Sql, order: number) =>
  sql.rows<InvoicedLine>(
    'linesToInvoice',
    `SELECT name, quantity, price
       FROM order_lines
      WHERE order_id = ?
      ORDER BY line`,
    [order],
  )

const columns = 'year, number, kind, issued_at AS issuedAt, content'

/** The papers of an order: its invoice first, and what cancels that. */
export const invoicesOf = (sql: Sql, order: number) =>
  sql.rows<InvoiceRow>(
    'invoicesOf',
    `SELECT ${columns}
       FROM invoices
      WHERE order_id = ?
      ORDER BY kind DESC`,
    [order],
  )

export const setInvoiced = (sql: Sql, order: number) =>
  sql.write('setInvoiced', 'UPDATE orders SET is_invoiced = TRUE WHERE id = ?', [order])

/** Numbers of the invoices of orders, one at least. */
export const invoiceNumbers = (sql: Sql, orders: number[]) =>
  sql.rows<{ order: number; year: number; number: number }>(
    'invoiceNumbers',
    `SELECT order_id AS \`order\`, year, number
       FROM invoices
      WHERE order_id IN (?) AND kind = 'invoice'`,
    [orders],
  )

/**
 * Takes the next number of a year. Whoever takes one after this waits until the transaction is over: it gives
 * its number back if it fails.
 */
export async function takeNumber(sql: Sql, year: number): Promise<number> {
  await sql.write(
    'takeInvoiceNumber',
    `INSERT INTO invoice_years (year, last)
     VALUES (?, 1)
         ON DUPLICATE KEY UPDATE last = last + 1`,
    [year],
  )
  const [taken] = await sql.rows<{ last: number }>(
    'takenInvoiceNumber',
    'SELECT last FROM invoice_years WHERE year = ? FOR UPDATE',
    [year],
  )
  if (!taken) throw new Error(`there is no last number of ${year}`)
  return taken.last
}

export const insertInvoice = (sql: Sql, order: number, row: InvoiceRow) =>
  sql.write(
    'insertInvoice',
    `INSERT INTO invoices (year, number, order_id, kind, issued_at, content)
     VALUES (?, ?, ?, ?, ?, ?)`,
    [row.year, row.number, order, row.kind, new Date(row.issuedAt), row.content],
  )
