import type { Role } from '../accounts/queries.ts'
import type { Decimal } from '../market/money.ts'
import type { Item } from '../market/queries.ts'
import type { Sql } from '../platform/db.ts'
import { listed } from '../platform/names.ts'
import type { Logged } from '../removal/queries.ts'

/** Says whether there was an item of this name. */
export async function setQuantity(sql: Sql, name: string, quantity: number): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'setQuantity',
    `UPDATE items
        SET quantity = ?
      WHERE name = ?`,
    [quantity, name],
  )
  return affectedRows > 0
}

export async function insertItem(
  sql: Sql,
  { name, quantity, price }: { name: string; quantity: number; price: Decimal },
): Promise<number> {
  const { insertId } = await sql.write(
    'insertItem',
    `INSERT INTO items (name, quantity, price)
     VALUES (?, ?, ?)`,
    [name, quantity, price],
  )
  return insertId
}

export async function itemNamed(sql: Sql, name: string) {
  const [item] = await sql.rows<Item>(
    'itemNamed',
    `SELECT id, name, quantity, price
       FROM items
      WHERE name = ?`,
    [name],
  )
  return item
}

/** The item as it is, which nobody changes until the transaction is over. */
export async function lockItem(sql: Sql, id: number) {
  const [item] = await sql.rows<Item>(
    'lockItem',
    `SELECT id, name, quantity, price
       FROM items
      WHERE id = ?
        FOR UPDATE`,
    [id],
  )
  return item
}

/**
 * Columns that are not given stay as they are. With `was`, nothing is changed when the quantity is another by now.
 * Says whether there was such an item.
 */
export async function updateItem(
  sql: Sql,
  id: number,
  { name, quantity, price, was }: ItemChange,
): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'updateItem',
    `UPDATE items
        SET name = COALESCE(?, name), quantity = COALESCE(?, quantity), price = COALESCE(?, price)
      WHERE id = ?
        AND quantity = COALESCE(?, quantity)`,
    [name ?? null, quantity ?? null, price ?? null, id, was ?? null],
  )
  return affectedRows > 0
}

export type ItemChange = { name?: string; quantity?: number; price?: Decimal; was?: number }

/** Says whether there was such an item. */
export async function deleteItem(sql: Sql, id: number): Promise<boolean> {
  const { affectedRows } = await sql.write('deleteItem', 'DELETE FROM items WHERE id = ?', [id])
  return affectedRows > 0
}

/** Locks them until the transaction ends. */
export const itemsNamed = (sql: Sql, names: string[]) =>
  sql.rows<Item>(
    'itemsNamed',
    `SELECT id, name, quantity, price
       FROM items
      WHERE name IN (?)
        FOR UPDATE`,
    [names],
  )

/** Adds items; of those whose name is there the quantity and the price are set. */
export const upsertItems = (sql: Sql, items: { name: string; quantity: number; price: Decimal }[]) =>
  sql.write(
    'upsertItems',
    `INSERT INTO items (name, quantity, price)
     VALUES ?
         ON DUPLICATE KEY UPDATE quantity = VALUES(quantity), price = VALUES(price)`,
    [items.map(({ name, quantity, price }) => [name, quantity, price])],
  )

/** A member as admins see them. */
export type Account = {
  id: number
  name: string
  role: Role
  createdAt: string
  disabledAt: string | null
}

const accountColumns = `id, ${listed('name')} AS name, role, created_at AS createdAt, disabled_at AS disabledAt`

export const newestAccounts = (sql: Sql, before: string, limit: number) =>
  sql.rows<Account>(
    'newestAccounts',
    `SELECT ${accountColumns}
       FROM users
      WHERE id < ? AND removed_at IS NULL
      ORDER BY id DESC
      LIMIT ?`,
    [before, limit],
  )

/** Newest first; names that begin like this, by an index alone. `like` is that with its `%`. */
export const accountsLike = (sql: Sql, like: string, before: string, limit: number) =>
  sql.rows<Account>(
    'accountsLike',
    `SELECT ${accountColumns}
       FROM (SELECT id AS found
               FROM users FORCE INDEX (users_by_start)
              WHERE name_start LIKE ? AND id < ?
              ORDER BY id DESC
              LIMIT ?) AS page
       JOIN users ON users.id = page.found AND users.removed_at IS NULL
      ORDER BY id DESC`,
    [like, before, limit],
  )

export async function accountById(sql: Sql, id: number): Promise<Account | undefined> {
  const [account] = await sql.rows<Account>(
    'accountById',
    `SELECT ${accountColumns}
       FROM users
      WHERE id = ? AND removed_at IS NULL`,
    [id],
  )
  return account
}

/**
 * Keeps the row of an admin as it is until the transaction ends. False when this is no admin any more, or the session is
 * over, as it is when the password was changed. `session` is what it is known by.
 */
export async function holdAdmin(sql: Sql, id: number, session: string): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'holdAdmin',
    `UPDATE users
        SET role = 'admin'
      WHERE id = ? AND role = 'admin' AND disabled_at IS NULL
        AND EXISTS (SELECT 1 FROM sessions WHERE token_key = UNHEX(?) AND user_id = users.id)`,
    [id, session],
  )
  return affectedRows === 1
}

export const setRole = (sql: Sql, id: number, role: Role) =>
  sql.write('setRole', 'UPDATE users SET role = ? WHERE id = ? AND removed_at IS NULL', [role, id])

export const setDisabled = (sql: Sql, id: number, isDisabled: boolean) =>
  sql.write(
    'setDisabled',
    `UPDATE users
        SET disabled_at = IF(?, COALESCE(disabled_at, CURRENT_TIMESTAMP(3)), NULL)
      WHERE id = ? AND removed_at IS NULL`,
    [isDisabled, id],
  )

/**
 * The link by which a member sets a new password, for 30 minutes, in place of an older one. False for an admin and for who is
 * shut out or gone. `token` is the SHA-256 of the link's, in hex.
 */
export async function putPasswordLink(sql: Sql, member: number, token: string): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'putPasswordLink',
    `REPLACE INTO password_links (user_id, token_hash, expires_at)
     SELECT id, UNHEX(?), CURRENT_TIMESTAMP(3) + INTERVAL 30 MINUTE
       FROM users
      WHERE id = ? AND role = 'member' AND disabled_at IS NULL AND removed_at IS NULL`,
    [token, member],
  )
  return affectedRows > 0
}

/** Says whether there is such a category. Throws ER_DUP_ENTRY when another one has the name. */
export async function setCategoryName(sql: Sql, id: number, name: string, look: string): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'setCategoryName',
    `UPDATE categories
        SET name = ?, name_key = UNHEX(SHA2(?, 256)), look_key = UNHEX(SHA2(?, 256)), look_twin = ''
      WHERE id = ? AND removed_at IS NULL`,
    [name, name, look, id],
  )
  return affectedRows === 1
}

/** Where posts of a category stand, those with ids above `after`. */
export const placesIn = (sql: Sql, category: number, after: number, limit: number) =>
  sql.rows<{ id: number; categoryId: number; authorId: number | null }>(
    'placesIn',
    `SELECT id, category_id AS categoryId, author_id AS authorId
       FROM posts
      WHERE category_id = ? AND id > ?
      ORDER BY id
      LIMIT ?`,
    [category, after, limit],
  )

/** A post that was removed, which has a reason, or what else was done; `isOpen`: by everyone, through the open /api/v1. */
export type Moderated = {
  what: 'post' | Logged
  subject: string
  reason: string | null
  isOpen: 0 | 1
  admin: string | null
  doneAt: string
}

export const newestModerated = (sql: Sql, limit: number) =>
  sql.rows<Moderated>(
    'newestModerated',
    `SELECT newest.what, newest.subject, newest.reason, newest.is_open AS isOpen, ${listed('users.name')} AS admin,
            newest.done_at AS doneAt
       FROM ((SELECT 'post' AS what, post_id AS id, title AS subject, reason, removed_by AS done_by, is_open,
                     removed_at AS done_at
                FROM removed_posts
               ORDER BY removed_at DESC, post_id DESC
               LIMIT ?)
             UNION ALL
             (SELECT what, id, subject, NULL, done_by, is_open, done_at
                FROM moderation_log
               ORDER BY id DESC
               LIMIT ?)) AS newest
       LEFT JOIN users ON users.id = newest.done_by AND users.removed_at IS NULL
      ORDER BY newest.done_at DESC, newest.id DESC
      LIMIT ?`,
    [limit, limit, limit],
  )
