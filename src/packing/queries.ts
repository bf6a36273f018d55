import type { OrderState } from '../orders/queries.ts'
import type { Sql } from '../platform/db.ts'
import { nameStart } from '../platform/names.ts'

/** So many pieces of an item in all orders of a window. */
export type PackedItem = { name: string; quantity: number }

/**
 * Waits for those who order in a window at this moment: who has closed it before sees all of its orders
 * afterwards.
 */
export const awaitWindow = (sql: Sql, window: number) =>
  sql.rows<{ id: number }>('awaitWindow', 'SELECT id FROM order_windows WHERE id = ? FOR UPDATE', [window])

/** What is to be had for a window, cancelled orders apart, by name. */
export const packedItems = (sql: Sql, window: number) =>
  sql.rows<PackedItem>(
    'packedItems',
    `SELECT order_lines.name, CAST(SUM(order_lines.quantity) AS SIGNED) AS quantity
       FROM window_orders
       JOIN orders ON orders.id = window_orders.order_id AND orders.state <> 'cancelled'
       JOIN order_lines ON order_lines.order_id = window_orders.order_id
      WHERE window_orders.window_id = ?
      GROUP BY order_lines.name
      ORDER BY order_lines.name`,
    [window],
  )

export type PackedOrder = {
  id: number
  userId: number | null
  buyer: string | null
  state: OrderState
  closedAt: string | null
  paidAt: string | null
  pickupId: number
}

/** Those of a window behind an order, cancelled ones apart. */
export const packedOrders = (sql: Sql, window: number, after: number, limit: number) =>
  sql.rows<PackedOrder>(
    'packedOrders',
    `SELECT orders.id, orders.user_id AS userId, ${nameStart('users.name')} AS buyer, orders.state,
            orders.closed_at AS closedAt, orders.paid_at AS paidAt,
            window_orders.pickup_id AS pickupId
       FROM window_orders
       JOIN orders ON orders.id = window_orders.order_id AND orders.state <> 'cancelled'
       LEFT JOIN users ON users.id = orders.user_id AND users.removed_at IS NULL
      WHERE window_orders.window_id = ? AND window_orders.order_id > ?
      ORDER BY window_orders.order_id
      LIMIT ?`,
    [window, after, limit],
  )

/** Whether an order was placed in a window. */
export async function isOrderOf(sql: Sql, window: number, order: number): Promise<boolean> {
  const [found] = await sql.rows<{ id: number }>(
    'orderOfWindow',
    'SELECT order_id AS id FROM window_orders WHERE order_id = ? AND window_id = ?',
    [order, window],
  )
  return found !== undefined
}
