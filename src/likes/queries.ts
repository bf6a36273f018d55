import type { Sql } from '../platform/db.ts'
import { nameStart } from '../platform/names.ts'

/** `LIKES=once`: who likes a post, as far as their likes are in MySQL, the first to like it first. */
export async function namesOfWhoLike(sql: Sql, post: number, limit: number): Promise<string[]> {
  const rows = await sql.rows<{ name: string }>(
    'namesOfWhoLike',
    `SELECT ${nameStart('users.name')} AS name
       FROM likes
       JOIN users ON users.id = likes.user_id AND users.removed_at IS NULL
      WHERE likes.post_id = ?
      ORDER BY likes.created_at, likes.user_id
      LIMIT ?`,
    [post, limit],
  )
  return rows.map(({ name }) => name)
}

/** The likes that MySQL has of these posts. */
export const likesInMysql = (sql: Sql, posts: number[]) =>
  sql.rows<{ id: number; likes: number }>('likesInMysql', 'SELECT id, likes FROM posts WHERE id IN (?)', [
    posts,
  ])
