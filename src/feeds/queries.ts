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

/** The one before is good for nothing any more. `hash`: the SHA-256, in hex, of what the address holds. */
export const putFeedKey = (sql: Sql, user: number, hash: string) =>
  sql.write(
    'putFeedKey',
    `INSERT INTO feed_keys (user_id, token_hash)
     VALUES (?, UNHEX(?))
         ON DUPLICATE KEY UPDATE token_hash = VALUES(token_hash), made_at = CURRENT_TIMESTAMP(3)`,
    [user, hash],
  )
