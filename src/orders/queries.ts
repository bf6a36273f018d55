import type { Decimal } from '../market/money.ts'
import type { Sql, SqlValue } from '../platform/db.ts'
import { nameStart } from '../platform/names.ts'
import { likeOf } from '../text/like.ts'

export type OrderState = 'open' | 'completed' | 'cancelled'

/** `buyer` is null when the account is gone. */
export type OrderRow = {
  id: number
  userId: number | null
  buyer: string | null
  state: OrderState
  createdAt: string
  closedAt: string | null
  /** null: not noted as paid. */
  paidAt: string | null
  isInvoiced: number
  /** Of an order that was placed without a window, all of these are null. */
  pickupId: number | null
  windowId: number | null
  windowName: string | null
  closesAt: string | null
  timeZone: string | null
  place: string | null
  startsAt: string | null
  endsAt: string | null
}

/** `id` is the order's, `item` is null when the item is no longer sold. */
export type LineRow = {
  id: number
  line: number
  item: number | null
  name: string
  quantity: number
  price: Decimal
}

const columns = `orders.id, orders.user_id AS userId, ${nameStart('users.name')} AS buyer, orders.state,
       orders.created_at AS createdAt, orders.closed_at AS closedAt, orders.paid_at AS paidAt,
       orders.is_invoiced AS isInvoiced, pickups.id AS pickupId,
       order_windows.id AS windowId, order_windows.name AS windowName, order_windows.closes_at AS closesAt,
       order_windows.time_zone AS timeZone, pickups.place, pickups.starts_at AS startsAt,
       pickups.ends_at AS endsAt`

const joins = `LEFT JOIN users ON users.id = orders.user_id AND users.removed_at IS NULL
       LEFT JOIN window_orders ON window_orders.order_id = orders.id
       LEFT JOIN order_windows ON order_windows.id = window_orders.window_id
       LEFT JOIN pickups ON pickups.id = window_orders.pickup_id`

/** Keys are hexadecimal. Fails as a duplicate when this buyer sent a request of this key before. */
export async function insertOrder(sql: Sql, buyer: number, key: string, hash: string): Promise<number> {
  const { insertId } = await sql.write(
    'insertOrder',
    `INSERT INTO orders (user_id, request_key, request_hash)
     VALUES (?, UNHEX(?), UNHEX(?))`,
    [buyer, key, hash],
  )
  return insertId
}

/**
 * Takes pieces off the shelf, all of them or none: false when there are too few, or the price is another one.
 */
export async function takeStock(
  sql: Sql,
  { item, quantity, price }: { item: number; quantity: number; price?: Decimal | undefined },
): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'takeStock',
    `UPDATE items
        SET quantity = quantity - ?
      WHERE id = ?
        AND quantity >= ?
        AND price = COALESCE(?, price)`,
    [quantity, item, quantity, price ?? null],
  )
  return affectedRows === 1
}

/** The line holds the name and price of this moment; the caller's transaction has the item's row locked. */
export const insertLine = (sql: Sql, order: number, line: number, item: number, quantity: number) =>
  sql.write(
    'insertLine',
    `INSERT INTO order_lines (order_id, line, item_id, name, quantity, price)
     SELECT ?, ?, id, name, ?, price
       FROM items
      WHERE id = ?`,
    [order, line, quantity, item],
  )

/** Until the transaction is over, no other that does this for the same member goes on. */
export const lockBuyer = (sql: Sql, buyer: number) =>
  sql.rows('lockBuyer', 'SELECT id FROM users WHERE id = ? FOR UPDATE', [buyer])

/** Limits for each member on these items: their own, and those of the items that they are variants of. */
export const limitsOn = (sql: Sql, items: number[]) =>
  sql.rows<{ id: number; name: string; most: number }>(
    'limitsOn',
    `SELECT id, name, most_each AS most
       FROM items
      WHERE id IN (?) AND most_each IS NOT NULL
      UNION
     SELECT limited.id, limited.name, limited.most_each
       FROM items
       JOIN items AS limited ON limited.id = items.variant_of
      WHERE items.id IN (?) AND limited.most_each IS NOT NULL`,
    [items, items],
  )

/**
 * How many pieces of an item and its variants a member has in an order and those that count with it: in the
 * window of it, or, without one, in open orders.
 */
export async function piecesBeside(sql: Sql, order: number, buyer: number, item: number): Promise<number> {
  const [row] = await sql.rows<{ pieces: string | null }>(
    'piecesBeside',
    `SELECT SUM(order_lines.quantity) AS pieces
       FROM orders
       LEFT JOIN window_orders ON window_orders.order_id = orders.id
       LEFT JOIN window_orders AS own ON own.order_id = ?
       JOIN order_lines ON order_lines.order_id = orders.id
       JOIN items ON items.id = order_lines.item_id
      WHERE orders.user_id = ?
        AND IF(own.window_id IS NULL, orders.state = 'open',
               orders.state <> 'cancelled' AND window_orders.window_id = own.window_id)
        AND (items.id = ? OR items.variant_of = ?)`,
    [order, buyer, item, item],
  )
  return Number(row?.pieces ?? 0)
}

export async function orderOfRequest(sql: Sql, buyer: number, key: string) {
  const [order] = await sql.rows<{ id: number; hash: string }>(
    'orderOfRequest',
    `SELECT id, LOWER(HEX(request_hash)) AS hash
       FROM orders
      WHERE user_id = ? AND request_key = UNHEX(?)`,
    [buyer, key],
  )
  return order
}

export const orderById = (sql: Sql, id: number) =>
  sql.rows<OrderRow>(
    'orderById',
    `SELECT ${columns}
       FROM orders
       ${joins}
      WHERE orders.id = ?`,
    [id],
  )

export const newestOrdersOf = (sql: Sql, buyer: number, before: string, limit: number) =>
  sql.rows<OrderRow>(
    'newestOrdersOf',
    `SELECT ${columns}
       FROM orders
       ${joins}
      WHERE orders.user_id = ? AND orders.id < ?
      ORDER BY orders.id DESC
      LIMIT ?`,
    [buyer, before, limit],
  )

/** Whether an order is paid, of those that are asked for; absent: all. */
export type PaidOrNot = 'yes' | 'no'

const whetherPaid = { yes: 'AND orders.paid_at IS NOT NULL', no: 'AND orders.paid_at IS NULL' }

/** Which orders are listed. */
export type OrderFilter = {
  states: OrderState[]
  paid?: PaidOrNot | undefined
  /** Only those that one of these finds. */
  found?: Found
}

/**
 * What finds orders: their number, in whatever state they are; who ordered; what was ordered; all words of
 * the name of something that is no longer sold.
 */
type Found = { number: string | undefined; members: number[]; items: number[]; words: string[] }

/** Their ids are found first, those of each state or of each finding by an index that has them. */
export function newestOrdersIn(
  sql: Sql,
  { states, paid, found }: OrderFilter,
  before: string,
  limit: number,
): Promise<OrderRow[]> {
  const isPaid = paid ? whetherPaid[paid] : ''
  const parts = found
    ? findings(found, isPaid, [states, before, limit])
    : states.map((state): Part => [walkOf(isPaid), [state, before, limit]])
  if (parts.length === 0) return Promise.resolve([])
  return sql.rows<OrderRow>(
    'newestOrdersIn',
    `SELECT ${columns}
       FROM (${parts.map(([text]) => `(${text})`).join(' UNION ')}
              ORDER BY id DESC
              LIMIT ?) AS page
       JOIN orders ON orders.id = page.id
       ${joins}
      ORDER BY page.id DESC`,
    [...parts.flatMap(([, values]) => values), limit],
  )
}

type Part = [text: string, values: SqlValue[]]

/** Of a state, by the number of the order, or by whether it is paid and then by that. */
const walkOf = (isPaid: string) =>
  `SELECT orders.id
     FROM orders FORCE INDEX (${isPaid ? 'orders_by_payment' : 'orders_by_state'})
    WHERE orders.state = ? AND orders.id < ? ${isPaid}
    ORDER BY orders.id DESC
    LIMIT ?`

function findings({ number, members, items, words }: Found, isPaid: string, rest: SqlValue[]): Part[] {
  const [, before] = rest
  const usual = `orders.state IN (?) AND orders.id < ? ${isPaid}
          ORDER BY orders.id DESC
          LIMIT ?`
  const lines = `SELECT DISTINCT STRAIGHT_JOIN orders.id
           FROM order_lines FORCE INDEX (order_lines_by_item_and_name)
           JOIN orders ON orders.id = order_lines.order_id`
  const named = words.map(() => 'order_lines.name COLLATE utf8mb4_unicode_ci LIKE ?').join(' AND ')
  const parts: [isAsked: boolean, ...Part][] = [
    [
      number !== undefined,
      'SELECT orders.id FROM orders WHERE orders.id = ? AND orders.id < ?',
      [number ?? 0, before ?? 0],
    ],
    [
      members.length > 0,
      `SELECT orders.id FROM orders FORCE INDEX (orders_by_user) WHERE orders.user_id IN (?) AND ${usual}`,
      [members, ...rest],
    ],
    [items.length > 0, `${lines} WHERE order_lines.item_id IN (?) AND ${usual}`, [items, ...rest]],
    [
      words.length > 0,
      `${lines} WHERE order_lines.item_id IS NULL AND ${named} AND ${usual}`,
      [...words.map((word) => `%${likeOf(word)}`), ...rest],
    ],
  ]
  return parts.flatMap(([isAsked, ...part]) => (isAsked ? [part] : []))
}

/** Members whose name begins so; `like` is that with its `%`. */
export const buyersLike = (sql: Sql, like: string, limit: number) =>
  sql.rows<{ id: number }>(
    'buyersLike',
    `SELECT id
       FROM users FORCE INDEX (users_by_start)
      WHERE name_start LIKE ? AND removed_at IS NULL
      LIMIT ?`,
    [like, limit],
  )

const mostOfAll = Number.MAX_SAFE_INTEGER

/** The lines of orders, in the order of their ids. */
export const linesOf = (sql: Sql, orders: number[], limit = mostOfAll) =>
  sql.rows<LineRow>(
    'linesOf',
    `SELECT order_id AS id, line, item_id AS item, name, quantity, price
       FROM order_lines
      WHERE order_id IN (?)
      ORDER BY order_id, line
      LIMIT ?`,
    [orders, limit],
  )

/** False unless the order was open and, with `buyer`, is theirs. */
export async function closeOrder(
  sql: Sql,
  id: number,
  state: OrderState,
  buyer: number | null,
): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'closeOrder',
    `UPDATE orders
        SET state = ?, closed_at = CURRENT_TIMESTAMP(3)
      WHERE id = ?
        AND state = 'open'
        AND (? IS NULL OR user_id = ?)`,
    [state, id, buyer, buyer],
  )
  return affectedRows === 1
}

/** Puts an order's pieces back on the shelf; an order has no item twice. */
export const returnStock = (sql: Sql, order: number, most: number) =>
  sql.write(
    'returnStock',
    `UPDATE items
       JOIN order_lines ON order_lines.item_id = items.id
        SET items.quantity = LEAST(?, items.quantity + order_lines.quantity)
      WHERE order_lines.order_id = ?`,
    [most, order],
  )

/**
 * Holds an open order of this buyer until the transaction is over. Returns whether it is settled, paid or
 * invoiced, so that nothing in it changes any more; undefined when there is none.
 */
export async function holdOpenOrder(
  sql: Sql,
  id: number,
  buyer: number,
): Promise<{ isSettled: boolean } | undefined> {
  const [held] = await sql.rows<{ isSettled: number }>(
    'holdOpenOrder',
    `SELECT (is_invoiced OR paid_at IS NOT NULL) AS isSettled
       FROM orders
      WHERE id = ? AND user_id = ? AND state = 'open'
        FOR UPDATE`,
    [id, buyer],
  )
  return held && { isSettled: Boolean(held.isSettled) }
}

/** Puts so many pieces back on the shelf. */
export const returnPieces = (sql: Sql, item: number, quantity: number, most: number) =>
  sql.write('returnPieces', 'UPDATE items SET quantity = LEAST(?, quantity + ?) WHERE id = ?', [
    ...[most, quantity, item],
  ])

export const setLine = (sql: Sql, order: number, line: number, quantity: number) =>
  sql.write('setLine', 'UPDATE order_lines SET quantity = ? WHERE order_id = ? AND line = ?', [
    ...[quantity, order, line],
  ])

export const deleteLine = (sql: Sql, order: number, line: number) =>
  sql.write('deleteLine', 'DELETE FROM order_lines WHERE order_id = ? AND line = ?', [order, line])
