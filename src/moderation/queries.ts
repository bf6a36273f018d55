import type { Role } from '../accounts/queries.ts'
import type { Sql } from '../platform/db.ts'
import { nameStart } from '../platform/names.ts'
import type { Logged, Noted } from '../removal/queries.ts'

/** A member as admins see them. */
export type Account = {
  id: number
  name: string
  role: Role
  createdAt: string
  disabledAt: string | null
}

const accountColumns = `id, ${nameStart('name')} AS name, role, created_at AS createdAt, disabled_at AS disabledAt`

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
 * Keeps the row of an admin as it is until the transaction ends. False when this is no admin any more, or the
 * session is over, as it is when the password was changed. `session` is what it is known by.
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

/**
 * Keeps a member as they are until the transaction ends: nobody signs in as them meanwhile, or makes them a
 * token. To be called before anything is read in it, so that whatever they are signed in by is seen, and a
 * sign-in that comes later is looked up when they are what they are to be.
 */
export const holdMember = (sql: Sql, id: number) =>
  sql.rows('holdMember', 'SELECT id FROM users WHERE id = ? FOR UPDATE', [id])

export const setRole = (sql: Sql, id: number, role: Role) =>
  sql.write('setRole', 'UPDATE users SET role = ? WHERE id = ? AND removed_at IS NULL', [role, id])

/** A role that an admin gives or takes is no group's any more. */
export const forgetGroupAdmin = (sql: Sql, user: number) =>
  sql.write('forgetGroupAdmin', 'UPDATE single_sign_ons SET made_admin = FALSE WHERE user_id = ?', [user])

export const setDisabled = (sql: Sql, id: number, isDisabled: boolean) =>
  sql.write(
    'setDisabled',
    `UPDATE users
        SET disabled_at = IF(?, COALESCE(disabled_at, CURRENT_TIMESTAMP(3)), NULL)
      WHERE id = ? AND removed_at IS NULL`,
    [isDisabled, id],
  )

/**
 * The link by which a member sets a new password, for 30 minutes, in place of an older one. False for an
 * admin and for who is shut out or gone. `token` is the SHA-256 of the link's, in hex.
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

/**
 * A post that was removed, of which `detail` says why, one that was moved, of which it says where to, or what
 * else was done. `isOpen`: by everyone, through the open /api/v1.
 */
export type Moderated = {
  what: 'post' | Logged | Noted
  subject: string
  detail: string | null
  isOpen: 0 | 1
  admin: string | null
  doneAt: string
  /** The post that can be brought back. */
  restorable: number | null
}

export const newestModerated = (sql: Sql, limit: number) =>
  sql.rows<Moderated>(
    'newestModerated',
    `SELECT newest.what, newest.subject, newest.detail, newest.is_open AS isOpen,
            ${nameStart('users.name')} AS admin, newest.done_at AS doneAt,
            (SELECT posts.id FROM posts WHERE newest.what = 'post' AND posts.id = newest.id) AS restorable
       FROM ((SELECT 'post' AS what, post_id AS id, title AS subject, reason AS detail, removed_by AS done_by,
                     is_open, removed_at AS done_at
                FROM removed_posts
               ORDER BY removed_at DESC, post_id DESC
               LIMIT ?)
             UNION ALL
             (SELECT what, id, subject, NULL, done_by, is_open, done_at
                FROM moderation_log
               ORDER BY id DESC
               LIMIT ?)
             UNION ALL
             (SELECT what, id, subject, detail, done_by, FALSE, done_at
                FROM admin_notes
               ORDER BY id DESC
               LIMIT ?)) AS newest
       LEFT JOIN users ON users.id = newest.done_by AND users.removed_at IS NULL
      ORDER BY newest.done_at DESC, newest.id DESC
      LIMIT ?`,
    [limit, limit, limit, limit],
  )

/** Whether somebody has ordered, or offers something for a price. */
export async function hasPromises(sql: Sql): Promise<boolean> {
  const found = await sql.rows(
    'hasPromises',
    `(SELECT id FROM orders LIMIT 1)
      UNION ALL
     (SELECT post_id FROM offers WHERE price IS NOT NULL LIMIT 1)
      UNION ALL
     (SELECT held_id FROM held_offers WHERE price IS NOT NULL LIMIT 1)`,
  )
  return found.length > 0
}

/** An item whose price has more decimals than so many. */
export async function itemWithDecimals(
  sql: Sql,
  decimals: number,
): Promise<{ name: string; price: string } | undefined> {
  const [found] = await sql.rows<{ name: string; price: string }>(
    'itemWithDecimals',
    'SELECT name, price FROM items WHERE price <> ROUND(price, ?) ORDER BY id LIMIT 1',
    [decimals],
  )
  return found
}
