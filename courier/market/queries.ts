import type { Sql } from '../../src/platform/db.ts'

/** Who waits for an item that is in stock, and since when, in milliseconds. */
export type Wait = { item: number; user: number; askedMs: number }

/** The next of them. */
export const waitsToTell = (sql: Sql, limit: number) =>
  sql.rows<{ item: number; user: number }>(
    'waitsToTell',
    `SELECT stock_waits.item_id AS item, stock_waits.user_id AS user
       FROM stock_waits
       JOIN items ON items.id = stock_waits.item_id AND items.quantity > 0
      ORDER BY stock_waits.item_id, stock_waits.user_id
      LIMIT ?`,
    [limit],
  )

/** Holds those of these that wait, until the transaction is over; not what another courier holds. */
export const heldWaits = (sql: Sql, item: number, users: number[]) =>
  sql.rows<Wait>(
    'heldWaits',
    `SELECT item_id AS item, user_id AS user, ROUND(UNIX_TIMESTAMP(asked_at) * 1000) AS askedMs
       FROM stock_waits
      WHERE item_id = ? AND user_id IN (?)
        FOR UPDATE SKIP LOCKED`,
    [item, users],
  )

/** Tells them, and they wait no more. */
export async function tellWaiting(sql: Sql, item: number, waits: Wait[]): Promise<void> {
  await noticeMarket(
    sql,
    waits.map(({ user, askedMs }) => ({ user, cause: `back ${item} ${askedMs}`, kind: 'back', item })),
  )
  await sql.write('deleteTold', 'DELETE FROM stock_waits WHERE item_id = ? AND user_id IN (?)', [
    item,
    waits.map(({ user }) => user),
  ])
}

/** Items that have become low, or are so no more, and which it is. */
export const itemsToTell = (sql: Sql, limit: number) =>
  sql.rows<{ item: number; isLow: 0 | 1 }>(
    'itemsToTell',
    `SELECT id AS item, quantity <= low_at AS isLow
       FROM items
      WHERE low_at IS NOT NULL AND is_low <> (quantity <= low_at)
      LIMIT ?`,
    [limit],
  )

/** Notes it. Returns false where it is not so by now, or another courier has noted it. */
export async function markLow(sql: Sql, item: number, isLow: boolean): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'markLow',
    `UPDATE items
        SET is_low = ?
      WHERE id = ? AND is_low <> ? AND (quantity <= low_at) = ?`,
    [isLow, item, isLow, isLow],
  )
  return affectedRows === 1
}

/** Who looks after the stock. */
export const openAdmins = (sql: Sql) =>
  sql.rows<{ user: number }>(
    'openAdmins',
    `SELECT id AS user FROM users WHERE role = 'admin' AND disabled_at IS NULL AND removed_at IS NULL`,
  )

/** Tells that an item is low, at a moment that no other time has. */
export const noticeLow = (sql: Sql, item: number, users: number[], nowMs: number) =>
  noticeMarket(
    sql,
    users.map((user) => ({ user, cause: `low ${item} ${nowMs}`, kind: 'low', item })),
  )

export type Stage = 'opens' | 'closes' | 'ready'
export type Telling = { window: number; stage: Stage; afterUser: number }

/** What has happened to a window is told for so many hours: later nobody needs it. */
const newHours = 24

/** Windows that have opened or closed lately, of which nobody has begun to tell. */
export const tellingsToBegin = (sql: Sql) =>
  sql.rows<{ window: number; stage: Stage }>(
    'tellingsToBegin',
    `SELECT order_windows.id AS \`window\`, IF(closes_at <= CURRENT_TIMESTAMP(3), 'closes', 'opens') AS stage
       FROM order_windows
      WHERE opens_at <= CURRENT_TIMESTAMP(3)
        AND closes_at > CURRENT_TIMESTAMP(3) - INTERVAL ? HOUR
        AND NOT EXISTS (SELECT 1
                          FROM window_tellings
                         WHERE window_id = order_windows.id
                           AND stage = IF(closes_at <= CURRENT_TIMESTAMP(3), 'closes', 'opens'))`,
    [newHours],
  )

export const beginTelling = (sql: Sql, window: number, stage: Stage) =>
  sql.write('beginTelling', 'INSERT IGNORE INTO window_tellings (window_id, stage) VALUES (?, ?)', [
    window,
    stage,
  ])

/** The next, held until the transaction is over. What another courier holds is passed over. */
export async function nextTelling(sql: Sql): Promise<Telling | undefined> {
  const [next] = await sql.rows<Telling>(
    'nextTelling',
    `SELECT window_id AS \`window\`, stage, after_user AS afterUser
       FROM window_tellings
      WHERE told_at IS NULL
      LIMIT 1
        FOR UPDATE SKIP LOCKED`,
  )
  return next
}

/**
 * So many members behind one whom it concerns: that it opens who follows the market, else who has ordered in
 * it and not got it yet.
 */
export async function membersToTell(
  sql: Sql,
  { window, stage, afterUser }: Telling,
  limit: number,
): Promise<number[]> {
  const rows = await sql.rows<{ user: number }>(
    'membersToTell',
    stage === 'opens'
      ? `SELECT user_id AS user
           FROM market_follows
          WHERE user_id > ? AND level = 'all'
          ORDER BY user_id
          LIMIT ?`
      : `SELECT DISTINCT orders.user_id AS user
           FROM window_orders
           JOIN orders ON orders.id = window_orders.order_id AND orders.state = 'open'
          WHERE orders.user_id > ? AND window_orders.window_id = ?
          ORDER BY orders.user_id
          LIMIT ?`,
    stage === 'opens' ? [afterUser, limit] : [afterUser, window, limit],
  )
  return rows.map(({ user }) => user)
}

/** `packing`: that it has closed, for who packs. */
export const noticeWindow = (sql: Sql, window: number, kind: Stage | 'packing', users: number[]) =>
  noticeMarket(
    sql,
    users.map((user) => ({ user, cause: `${kind} ${window}`, kind, window })),
  )

/** Notes how far it came, or that all have been told. */
export const markTold = (sql: Sql, { window, stage }: Telling, afterUser: number, isDone: boolean) =>
  sql.write(
    'markTold',
    `UPDATE window_tellings
        SET after_user = ?, told_at = IF(?, CURRENT_TIMESTAMP(3), NULL)
      WHERE window_id = ? AND stage = ?`,
    [afterUser, isDone, window, stage],
  )

type MarketNotice = { user: number; cause: string; kind: string; item?: number; window?: number }

const noticeMarket = (sql: Sql, notices: MarketNotice[]) =>
  sql.write(
    'noticeMarket',
    'INSERT IGNORE INTO notices (user_id, cause, kind, item_id, window_id) VALUES ?',
    [notices.map(({ user, cause, kind, item, window }) => [user, cause, kind, item ?? null, window ?? null])],
  )
