import type { Sql } from '../platform/db.ts'
import { nameStart } from '../platform/names.ts'

/** What an admin noted; `by` is null when the account is gone. */
export type PaymentNote = { isPaid: number; reason: string; by: string | null; at: string }

/** False unless the order was not paid, and not cancelled. */
export async function setPaid(sql: Sql, order: number): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'setPaid',
    `UPDATE orders
        SET paid_at = CURRENT_TIMESTAMP(3)
      WHERE id = ? AND paid_at IS NULL AND state <> 'cancelled'`,
    [order],
  )
  return affectedRows === 1
}

/** False unless the order was paid. */
export async function setUnpaid(sql: Sql, order: number): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'setUnpaid',
    'UPDATE orders SET paid_at = NULL WHERE id = ? AND paid_at IS NOT NULL',
    [order],
  )
  return affectedRows === 1
}

export const insertPaymentNote = (sql: Sql, order: number, isPaid: boolean, reason: string, by: number) =>
  sql.write(
    'insertPaymentNote',
    `INSERT INTO payment_notes (order_id, is_paid, reason, noted_by)
     VALUES (?, ?, ?, ?)`,
    [order, isPaid, reason, by],
  )

export const newestPaymentNotes = (sql: Sql, order: number, limit: number) =>
  sql.rows<PaymentNote>(
    'newestPaymentNotes',
    `SELECT payment_notes.is_paid AS isPaid, payment_notes.reason, payment_notes.noted_at AS at,
            ${nameStart('users.name')} AS \`by\`
       FROM payment_notes
       LEFT JOIN users ON users.id = payment_notes.noted_by AND users.removed_at IS NULL
      WHERE payment_notes.order_id = ?
      ORDER BY payment_notes.id DESC
      LIMIT ?`,
    [order, limit],
  )
