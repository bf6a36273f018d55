import type { Sql } from '../platform/db.ts'

/** Times are moments; `timeZone` is the one that they are typed and shown in. */
export type OrderWindow = {
  id: number
  name: string
  opensAt: string
  closesAt: string
  timeZone: string
}

/** With where and when its orders are picked up. */
export type WholeWindow = OrderWindow & { pickups: Pickup[] }

export type Pickup = { id: number; place: string; startsAt: string; endsAt: string }

const columns = `order_windows.id, order_windows.name, order_windows.opens_at AS opensAt,
       order_windows.closes_at AS closesAt, order_windows.time_zone AS timeZone`

/**
 * Holds ordering as it is until the transaction is over: nobody opens, moves or closes a window meanwhile.
 * Returns the window that closes next, with the moment at which its row was held, by the database's clock;
 * its columns are null where none is to come, and there is no row where the board has no windows.
 */
export async function holdOrdering(sql: Sql) {
  const [held] = await sql.rows<Partial<Nullable<OrderWindow>> & { now: string }>(
    'holdOrdering',
    `SELECT ${columns}, SYSDATE(3) AS now
       FROM settings
       LEFT JOIN order_windows ON order_windows.closes_at > CURRENT_TIMESTAMP(3)
      WHERE settings.name = 'ORDER_WINDOWS' AND settings.value <> ''
      ORDER BY order_windows.closes_at
      LIMIT 1
       LOCK IN SHARE MODE`,
  )
  return held
}

type Nullable<Row> = { [Column in keyof Row]: Row[Column] | null }

/** Holds the window of an order likewise. Returns nothing for an order that was placed without one. */
export async function holdWindowOf(sql: Sql, order: number) {
  const [held] = await sql.rows<OrderWindow & { now: string }>(
    'holdWindowOf',
    `SELECT ${columns}, SYSDATE(3) AS now
       FROM window_orders
       JOIN order_windows ON order_windows.id = window_orders.window_id
      WHERE window_orders.order_id = ?
       LOCK IN SHARE MODE`,
    [order],
  )
  return held
}

/** The window that is open, or opens next. */
export async function comingWindow(sql: Sql): Promise<OrderWindow | undefined> {
  const [coming] = await sql.rows<OrderWindow>(
    'comingWindow',
    `SELECT ${columns}
       FROM order_windows
      WHERE closes_at > CURRENT_TIMESTAMP(3)
      ORDER BY closes_at
      LIMIT 1`,
  )
  return coming
}

export const windowsBefore = (sql: Sql, closesBefore: Date, limit: number) =>
  sql.rows<OrderWindow>(
    'windowsBefore',
    `SELECT ${columns}
       FROM order_windows
      WHERE closes_at < ?
      ORDER BY closes_at DESC
      LIMIT ?`,
    [closesBefore, limit],
  )

export async function windowById(sql: Sql, id: number): Promise<OrderWindow | undefined> {
  const [found] = await sql.rows<OrderWindow>(
    'windowById',
    `SELECT ${columns}
       FROM order_windows
      WHERE id = ?`,
    [id],
  )
  return found
}

/** Of these windows, in order of their time. */
export const pickupsOf = (sql: Sql, windows: number[]) =>
  sql.rows<Pickup & { windowId: number }>(
    'pickupsOf',
    `SELECT id, window_id AS windowId, place, starts_at AS startsAt, ends_at AS endsAt
       FROM pickups
      WHERE window_id IN (?)
      ORDER BY starts_at, id`,
    [windows],
  )

/** The same of one, which nobody changes until the transaction is over. */
export const heldPickupsOf = (sql: Sql, window: number) =>
  sql.rows<Pickup>(
    'heldPickupsOf',
    `SELECT id, place, starts_at AS startsAt, ends_at AS endsAt
       FROM pickups
      WHERE window_id = ?
      ORDER BY starts_at, id
       LOCK IN SHARE MODE`,
    [window],
  )

/** Where the member picks up what they ordered last. */
export async function lastPickupOf(sql: Sql, member: number): Promise<number | undefined> {
  const [last] = await sql.rows<{ pickup: number }>(
    'lastPickupOf',
    `SELECT pickup_id AS pickup
       FROM window_orders
      WHERE order_id = (SELECT MAX(id) FROM orders WHERE user_id = ?)`,
    [member],
  )
  return last?.pickup
}

export const insertWindowOrder = (sql: Sql, order: number, window: number, pickup: number) =>
  sql.write(
    'insertWindowOrder',
    'INSERT INTO window_orders (order_id, window_id, pickup_id) VALUES (?, ?, ?)',
    [...[order, window, pickup]],
  )

export const setPickupOfOrder = (sql: Sql, order: number, pickup: number) =>
  sql.write('setPickupOfOrder', 'UPDATE window_orders SET pickup_id = ? WHERE order_id = ?', [pickup, order])

/** A window that is open for some of this time, but for the one with this id. */
export async function windowBetween(sql: Sql, opensAt: Date, closesAt: Date, but: number) {
  const [other] = await sql.rows<OrderWindow>(
    'windowBetween',
    `SELECT ${columns}
       FROM order_windows
      WHERE closes_at > ? AND opens_at < ? AND id <> ?
      ORDER BY closes_at
      LIMIT 1`,
    [opensAt, closesAt, but],
  )
  return other
}

/** The window of this name that opens within a minute from then. */
export async function windowAt(sql: Sql, name: string, opensAt: Date): Promise<number | undefined> {
  const [found] = await sql.rows<{ id: number }>(
    'windowAt',
    `SELECT id
       FROM order_windows
      WHERE name = ? AND opens_at >= ? AND opens_at < ? + INTERVAL 1 MINUTE
      ORDER BY id
      LIMIT 1`,
    [name, opensAt, opensAt],
  )
  return found?.id
}

type Stored = { name: string; opensAt: Date; closesAt: Date; timeZone: string }

export async function insertWindow(sql: Sql, { name, opensAt, closesAt, timeZone }: Stored): Promise<number> {
  const { insertId } = await sql.write(
    'insertWindow',
    'INSERT INTO order_windows (name, opens_at, closes_at, time_zone) VALUES (?, ?, ?, ?)',
    [name, opensAt, closesAt, timeZone],
  )
  return insertId
}

export const updateWindow = (sql: Sql, id: number, { name, opensAt, closesAt, timeZone }: Stored) =>
  sql.write(
    'updateWindow',
    `UPDATE order_windows
        SET name = ?, opens_at = ?, closes_at = ?, time_zone = ?
      WHERE id = ?`,
    [name, opensAt, closesAt, timeZone, id],
  )

/** Closes it at this moment. Returns whether it was open. */
export async function closeWindow(sql: Sql, id: number): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'closeWindow',
    `UPDATE order_windows
        SET closes_at = SYSDATE(3)
      WHERE id = ? AND opens_at < SYSDATE(3) AND closes_at > SYSDATE(3)`,
    [id],
  )
  return affectedRows > 0
}

/** Returns whether there was one; one with orders stays. */
export async function deleteWindow(sql: Sql, id: number): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'deleteWindow',
    `DELETE FROM order_windows
      WHERE id = ? AND NOT EXISTS (SELECT 1 FROM window_orders WHERE window_orders.window_id = ?)`,
    [id, id],
  )
  return affectedRows > 0
}

export async function hasWindows(sql: Sql): Promise<boolean> {
  const [any] = await sql.rows<{ id: number }>('anyWindow', 'SELECT id FROM order_windows LIMIT 1')
  return any !== undefined
}

type StoredPickup = { place: string; startsAt: Date; endsAt: Date }

export const insertPickup = (sql: Sql, window: number, { place, startsAt, endsAt }: StoredPickup) =>
  sql.write(
    'insertPickup',
    'INSERT INTO pickups (window_id, place, starts_at, ends_at) VALUES (?, ?, ?, ?)',
    [...[window, place, startsAt, endsAt]],
  )

export const updatePickup = (sql: Sql, id: number, { place, startsAt, endsAt }: StoredPickup) =>
  sql.write('updatePickup', 'UPDATE pickups SET place = ?, starts_at = ?, ends_at = ? WHERE id = ?', [
    ...[place, startsAt, endsAt, id],
  ])

/** Returns whether it is gone: one that an order names stays. */
export async function deletePickup(sql: Sql, id: number): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'deletePickup',
    `DELETE FROM pickups
      WHERE id = ? AND NOT EXISTS (SELECT 1 FROM window_orders WHERE window_orders.pickup_id = ?)`,
    [id, id],
  )
  return affectedRows > 0
}

export type MarketLevel = 'all' | 'mute'

/** Whether a member is told of windows; undefined where neither they nor an order of theirs has said so. */
export async function marketLevelOf(sql: Sql, member: number): Promise<MarketLevel | undefined> {
  const [found] = await sql.rows<{ level: MarketLevel }>(
    'marketLevelOf',
    'SELECT level FROM market_follows WHERE user_id = ?',
    [member],
  )
  return found?.level
}

export const setMarketLevel = (sql: Sql, member: number, level: MarketLevel) =>
  sql.write(
    'setMarketLevel',
    `INSERT INTO market_follows (user_id, level)
     VALUES (?, ?)
         ON DUPLICATE KEY UPDATE level = VALUES(level)`,
    [member, level],
  )

/** Whoever orders in a window is told of the next ones, unless they want that no more. */
export const followMarket = (sql: Sql, member: number) =>
  sql.write('followMarket', `INSERT IGNORE INTO market_follows (user_id, level) VALUES (?, 'all')`, [member])

/** Has all who ordered in a window told, once, that they may come for it. */
export const beginReady = (sql: Sql, window: number) =>
  sql.write('beginReady', `INSERT IGNORE INTO window_tellings (window_id, stage) VALUES (?, 'ready')`, [
    window,
  ])

export async function isReady(sql: Sql, window: number): Promise<boolean> {
  const rows = await sql.rows(
    'isReady',
    `SELECT window_id FROM window_tellings WHERE window_id = ? AND stage = 'ready'`,
    [window],
  )
  return rows.length > 0
}
