import type { Sql } from '../platform/db.ts'
import { isShown } from '../removal/queries.ts'

/** The highest number of a post, 0 when there is none. */
export async function highestPost(sql: Sql): Promise<number> {
  const [row] = await sql.rows<{ id: number | null }>('highestPost', 'SELECT MAX(id) AS id FROM posts')
  return row?.id ?? 0
}

/** Posts that anybody may see, of these numbers, and when they changed. */
export const postsBetween = (sql: Sql, after: number, upTo: number) =>
  sql.rows<{ id: number; changedAt: string }>(
    'postsBetween',
    `SELECT posts.id, COALESCE(posts.edited_at, posts.created_at) AS changedAt
       FROM posts
       JOIN categories ON categories.id = posts.category_id
      WHERE posts.id > ? AND posts.id <= ? AND categories.removed_at IS NULL AND ${isShown('posts')}
      ORDER BY posts.id`,
    [after, upTo],
  )
