import type { Sql } from '../platform/db.ts'

/** What happened to an account, for its owner. */
export type AccountEvent<What = string> = { what: What; detail: string; happenedAt: string }

/** How somebody came in, which happens most. */
export const signIns = ['signed-in', 'passkey-sign-in', 'signed-on']

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

/** The same of its sign-ins alone. */
export const deleteOldSignIns = (sql: Sql, user: number, kept: number) =>
  sql.write(
    'deleteOldSignIns',
    `DELETE FROM account_events
      WHERE user_id = ? AND what IN (?)
        AND id <= (SELECT id
                     FROM (SELECT id
                             FROM account_events
                            WHERE user_id = ? AND what IN (?)
                            ORDER BY id DESC
                            LIMIT 1 OFFSET ?) AS first_too_old)`,
    [user, signIns, user, signIns, kept],
  )

/** Newest first; so many at most, and of sign-ins fewer. */
export const newestEvents = (sql: Sql, user: number, limit: number, mostSignIns: number) =>
  sql.rows<AccountEvent>(
    'newestEvents',
    `SELECT what, detail, happened_at AS happenedAt
       FROM ((SELECT id, what, detail, happened_at
                FROM account_events
               WHERE user_id = ? AND what NOT IN (?)
               ORDER BY id DESC
               LIMIT ?)
             UNION ALL
             (SELECT id, what, detail, happened_at
                FROM account_events
               WHERE user_id = ? AND what IN (?)
               ORDER BY id DESC
               LIMIT ?)) AS newest
      ORDER BY id DESC
      LIMIT ?`,
    [user, signIns, limit, user, signIns, mostSignIns, limit],
  )
