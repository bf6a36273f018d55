import type { Sql } from '../platform/db.ts'

export const likesInMysql = (sql: Sql, posts: number[]) =>
  sql.rows<{ id: number; likes: number }>('likesInMysql', 'SELECT id, likes FROM posts WHERE id IN (?)', [
    posts,
  ])

/** A page that is told of more than these is better loaded anew. */
const mostNews = 50

export async function idsOfNewestComments(sql: Sql, post: number): Promise<number[]> {
  const rows = await sql.rows<{ id: number }>(
    'idsOfNewestComments',
    `SELECT id
       FROM comments
      WHERE post_id = ? AND removed_at IS NULL
      ORDER BY id DESC
      LIMIT ?`,
    [post, mostNews],
  )
  return rows.map(({ id }) => id)
}
