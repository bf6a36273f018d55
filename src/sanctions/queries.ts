import type { Sql } from '../platform/db.ts'

/** A condition: the member of this id, a `?`, may write now. Nobody, who is NULL, may. */
export const mayWrite = `NOT EXISTS (SELECT 1
                          FROM sanctions
                         WHERE sanctions.user_id = ? AND sanctions.until_at > CURRENT_TIMESTAMP(3))`

/** Until when a member may not write; undefined for who may. */
export async function silentUntil(sql: Sql, member: number): Promise<string | undefined> {
  const [held] = await sql.rows<{ until: string }>(
    'silentUntil',
    `SELECT until_at AS until
       FROM sanctions
      WHERE user_id = ? AND until_at > CURRENT_TIMESTAMP(3)
      ORDER BY until_at DESC
      LIMIT 1`,
    [member],
  )
  return held?.until
}

/** Whether a post takes no more comments. */
export async function isLocked(sql: Sql, post: number): Promise<boolean> {
  const rows = await sql.rows('isLocked', 'SELECT post_id FROM locked_posts WHERE post_id = ?', [post])
  return rows.length > 0
}
