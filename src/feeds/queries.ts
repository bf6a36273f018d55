import type { Sql } from '../platform/db.ts'

/** When a member's secret address was made; undefined where there is none. */
export async function feedKeyMadeAt(sql: Sql, user: number): Promise<string | undefined> {
  const [found] = await sql.rows<{ madeAt: string }>(
    'feedKeyMadeAt',
    'SELECT made_at AS madeAt FROM feed_keys WHERE user_id = ?',
    [user],
  )
  return found?.madeAt
}

/**
 * The one before is good for nothing any more. `hash`: the SHA-256, in hex, of what the address holds.
 * Returns false, and does nothing, when the session that asks for it has ended meanwhile: it waits for
 * whoever ends it, who holds the member first, too.
 */
export async function putFeedKey(sql: Sql, session: string, user: number, hash: string): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'putFeedKey',
    `INSERT INTO feed_keys (user_id, token_hash)
     SELECT STRAIGHT_JOIN users.id, UNHEX(?)
       FROM users
       JOIN sessions ON sessions.user_id = users.id
      WHERE users.id = ? AND sessions.token_key = UNHEX(?)
         ON DUPLICATE KEY UPDATE token_hash = VALUES(token_hash), made_at = CURRENT_TIMESTAMP(3)`,
    [hash, user, session],
  )
  return affectedRows > 0
}
