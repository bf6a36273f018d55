import type { Sql } from '../platform/db.ts'

/** What happened to an account, for its owner. */
export type AccountEvent<What = string> = { what: What; detail: string; happenedAt: string }

export const insertEvent = (sql: Sql, user: number, what: string, detail: string) =>
  sql.write('insertEvent', 'INSERT INTO account_events (user_id, what, detail) VALUES (?, ?, LEFT(?, 255))', [
    user,
    what,
    detail,
  ])

/** Forgets all events of a member but so many, the newest. */
export const deleteOldEvents = (sql: Sql, user: number, kept: number) =>
  sql.write(
    'deleteOldEvents',
    `DELETE FROM account_events
      WHERE user_id = ?
        AND id <= (SELECT id
                     FROM (SELECT id
                             FROM account_events
                            WHERE user_id = ?
                            ORDER BY id DESC
                            LIMIT 1 OFFSET ?) AS first_too_old)`,
    [user, user, kept],
  )

/** Newest first. */
export const newestEvents = (sql: Sql, user: number, limit: number) =>
  sql.rows<AccountEvent>(
    'newestEvents',
    `SELECT what, detail, happened_at AS happenedAt
       FROM account_events
      WHERE user_id = ?
      ORDER BY id DESC
      LIMIT ?`,
    [user, limit],
  )
