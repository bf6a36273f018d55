import type { Sql } from '../platform/db.ts'
import { nameStart } from '../platform/names.ts'

/** `category` is null for the whole board, whose id is 0. */
export type Moderator = {
  id: number
  name: string
  categoryId: number
  category: string | null
  madeAt: string
}

const moderatorColumns = `users.id, ${nameStart('users.name')} AS name, moderators.category_id AS categoryId,
       ${nameStart('categories.name')} AS category, moderators.made_at AS madeAt`
/** Those of categories that are gone keep no order. */
const moderatorTables = `moderators
       JOIN users ON users.id = moderators.user_id AND users.removed_at IS NULL
       LEFT JOIN categories ON categories.id = moderators.category_id AND categories.removed_at IS NULL`
const isOfSomething = '(moderators.category_id = 0 OR categories.id IS NOT NULL)'

/** By these two a list is read on. */
export type ModeratorCursor = Pick<Moderator, 'id' | 'categoryId'>

/**
 * A page of them in the order in which they became members, of those whose name begins with `like`, which is
 * that with its `%`.
 */
export const moderatorsAfter = (sql: Sql, like: string, after: ModeratorCursor, limit: number) =>
  sql.rows<Moderator>(
    'moderatorsAfter',
    `SELECT ${moderatorColumns}
       FROM ${moderatorTables}
      WHERE moderators.user_id >= ? AND (moderators.user_id > ? OR moderators.category_id > ?)
        AND ${isOfSomething} AND users.name_start LIKE ?
      ORDER BY moderators.user_id, moderators.category_id
      LIMIT ?`,
    [after.id, after.id, after.categoryId, like, limit],
  )

export async function moderatorOf(sql: Sql, user: number, category: number): Promise<Moderator | undefined> {
  const [moderator] = await sql.rows<Moderator>(
    'moderatorOf',
    `SELECT ${moderatorColumns}
       FROM ${moderatorTables}
      WHERE moderators.user_id = ? AND moderators.category_id = ? AND ${isOfSomething}`,
    [user, category],
  )
  return moderator
}

/** Returns false for who is one already, and where the category or the member is gone. */
export async function insertModerator(
  sql: Sql,
  user: number,
  category: number,
  admin: number,
): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'insertModerator',
    `INSERT IGNORE INTO moderators (user_id, category_id, made_by)
     SELECT users.id, ?, ?
       FROM users
      WHERE users.id = ? AND users.removed_at IS NULL
        AND (? = 0 OR EXISTS (SELECT 1 FROM categories WHERE id = ? AND removed_at IS NULL))`,
    [category, admin, user, category, category],
  )
  return affectedRows > 0
}

/** One whom a group had made is the admin's from now on. Returns false where there is none. */
export async function takeOverModerator(
  sql: Sql,
  user: number,
  category: number,
  admin: number,
): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'takeOverModerator',
    `UPDATE moderators
        SET by_group = 0, made_by = ?
      WHERE user_id = ? AND category_id = ? AND by_group = 1`,
    [admin, user, category],
  )
  return affectedRows > 0
}

export const deleteModerator = (sql: Sql, user: number, category: number) =>
  sql.write('deleteModerator', 'DELETE FROM moderators WHERE user_id = ? AND category_id = ?', [
    user,
    category,
  ])
