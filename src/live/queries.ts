import type { Sql } from '../platform/db.ts'

export const likesInMysql = (sql: Sql, posts: number[]) =>
  sql.rows<{ id: number; likes: number }>('likesInMysql', 'SELECT id, likes FROM posts WHERE id IN (?)', [
    posts,
  ])
