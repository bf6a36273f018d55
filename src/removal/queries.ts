import type { PostPlace } from '../board/queries.ts'
import type { Sql } from '../platform/db.ts'

/** Categories that are removed and not swept yet. */
export async function removedCategoryIds(sql: Sql): Promise<number[]> {
  const rows = await sql.rows<{ id: number }>(
    'removedCategoryIds',
    'SELECT id FROM categories WHERE removed_at IS NOT NULL ORDER BY id',
  )
  return rows.map(({ id }) => id)
}

/** Removes a category for everyone, and frees its name. Says whether it was there. */
export async function markCategoryRemoved(sql: Sql, category: number): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'markCategoryRemoved',
    `UPDATE categories
        SET removed_at = CURRENT_TIMESTAMP(3), name = '', name_key = UNHEX(SHA2(CONCAT('removed ', id, ' ', UUID()), 256))
      WHERE id = ? AND removed_at IS NULL`,
    [category],
  )
  return affectedRows > 0
}

/** A category that nobody ever sees, for what is removed by itself. Gives its id. */
export async function insertRemovedCategory(sql: Sql): Promise<number> {
  const { insertId } = await sql.write(
    'insertRemovedCategory',
    `INSERT INTO categories (name, name_key, removed_at)
     VALUES ('', UNHEX(SHA2(CONCAT('removed ', UUID()), 256)), CURRENT_TIMESTAMP(3))`,
  )
  return insertId
}

export const movePostAway = (sql: Sql, post: number, category: number) =>
  sql.write('movePostAway', 'UPDATE posts SET category_id = ? WHERE id = ?', [category, post])

/** Whether a post has more than so many comments, removed ones too. */
export async function hasManyComments(sql: Sql, post: number, most: number): Promise<boolean> {
  const rows = await sql.rows(
    'hasManyComments',
    'SELECT id FROM comments WHERE post_id = ? ORDER BY id LIMIT 1 OFFSET ?',
    [post, most],
  )
  return rows.length > 0
}

/** Whether a category has more than so many posts, or comments on them. */
export async function isLargeCategory(sql: Sql, category: number, most: number): Promise<boolean> {
  const rows = await sql.rows(
    'isLargeCategory',
    `(SELECT id FROM posts WHERE category_id = ? ORDER BY id LIMIT 1 OFFSET ?)
      UNION ALL
     (SELECT comments.id
        FROM posts
        JOIN comments ON comments.post_id = posts.id
       WHERE posts.category_id = ?
       LIMIT 1 OFFSET ?)`,
    [category, most, category, most],
  )
  return rows.length > 0
}

/**
 * The category to be swept first, held until the transaction is over; undefined while somebody else holds it. One that is
 * empty waits for `keptSeconds`, without being in the way of others.
 */
export async function categoryToSweep(sql: Sql, keptSeconds: number): Promise<number | undefined> {
  const [oldest] = await sql.rows<{ id: number }>(
    'sweepingOldest',
    `SELECT id
       FROM categories
      WHERE removed_at IS NOT NULL
        AND (removed_at <= CURRENT_TIMESTAMP(3) - INTERVAL ? SECOND
             OR EXISTS (SELECT 1 FROM posts WHERE posts.category_id = categories.id))
      ORDER BY removed_at, id
      LIMIT 1`,
    [keptSeconds],
  )
  if (!oldest) return undefined
  const [held] = await sql.rows<{ id: number }>(
    'sweepingTurn',
    'SELECT id FROM categories WHERE id = ? AND removed_at IS NOT NULL FOR UPDATE SKIP LOCKED',
    [oldest.id],
  )
  return held?.id
}

export type SweptPost = PostPlace & { imageHash: string | null }

/** The newest first: they stand in the way of whoever reads lists. */
export const postsToSweep = (sql: Sql, category: number, limit: number) =>
  sql.rows<SweptPost>(
    'sweepingPosts',
    `SELECT id, category_id AS categoryId, author_id AS authorId, image_hash AS imageHash
       FROM posts
      WHERE category_id = ?
      ORDER BY id DESC
      LIMIT ?`,
    [category, limit],
  )

/** Deletes so many comments on these posts; gives how many there were. */
export async function sweepComments(sql: Sql, posts: number[], limit: number): Promise<number> {
  const { affectedRows } = await sql.write(
    'sweepingComments',
    'DELETE FROM comments WHERE post_id IN (?) LIMIT ?',
    [posts, limit],
  )
  return affectedRows
}

/** The same of who likes them. */
export async function sweepLikes(sql: Sql, posts: number[], limit: number): Promise<number> {
  const { affectedRows } = await sql.write(
    'sweepingLikes',
    'DELETE FROM likes WHERE post_id IN (?) LIMIT ?',
    [posts, limit],
  )
  return affectedRows
}

export const deleteSweptPosts = (sql: Sql, posts: number[]) =>
  sql.write('sweepingDone', 'DELETE FROM posts WHERE id IN (?)', [posts])

/** Not before everything that was remembered of its posts is forgotten by itself. Says whether it is gone. */
export async function deleteSweptCategory(sql: Sql, category: number, keptSeconds: number): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'sweepingCategory',
    `DELETE FROM categories
      WHERE id = ? AND removed_at <= CURRENT_TIMESTAMP(3) - INTERVAL ? SECOND`,
    [category, keptSeconds],
  )
  return affectedRows > 0
}
