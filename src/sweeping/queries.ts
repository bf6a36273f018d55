import type { PostPlace } from '../cache-policy.ts'
import { noteChanged } from '../changes/queries.ts'
import type { Sql } from '../platform/db.ts'
import { isOnBoard, onPosts } from '../removal/queries.ts'

/**
 * The category to be swept first, held until the transaction is over; undefined while somebody else holds it.
 * One that is empty waits for `keptSeconds`, without being in the way of others.
 */
export async function categoryToSweep(sql: Sql, retentionSeconds: number): Promise<number | undefined> {
  const [oldest] = await sql.rows<{ id: number }>(
    'sweepingOldest',
    `SELECT id
       FROM categories
      WHERE removed_at IS NOT NULL
        AND (removed_at <= CURRENT_TIMESTAMP(3) - INTERVAL ? SECOND
             OR EXISTS (SELECT 1 FROM posts WHERE posts.category_id = categories.id)
             OR EXISTS (SELECT 1 FROM category_follows WHERE subject_id = categories.id))
      ORDER BY removed_at, id
      LIMIT 1`,
    [retentionSeconds],
  )
  if (!oldest) return undefined
  const [locked] = await sql.rows<{ id: number }>(
    'sweepingTurn',
    'SELECT id FROM categories WHERE id = ? AND removed_at IS NOT NULL FOR UPDATE SKIP LOCKED',
    [oldest.id],
  )
  return locked?.id
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

/** Deletes so many of what hangs on these posts. Returns whether that was all. */
export async function sweepWhatHangs(sql: Sql, posts: number[], limit: number): Promise<boolean> {
  for (const [table, column] of onPosts) {
    const { affectedRows } = await sql.write(
      'sweepingWhatHangs',
      `DELETE FROM ${table} WHERE ${column} IN (?) LIMIT ?`,
      [posts, limit],
    )
    if (affectedRows === limit) return false
  }
  return true
}

/** The same of who follows a category. */
export async function sweepFollowers(sql: Sql, category: number, limit: number): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'sweepingFollowers',
    'DELETE FROM category_follows WHERE subject_id = ? LIMIT ?',
    [category, limit],
  )
  return affectedRows < limit
}

export async function deleteSweptPosts(sql: Sql, posts: number[]): Promise<void> {
  await sql.write('sweepingDone', 'DELETE FROM posts WHERE id IN (?)', [posts])
  await noteChanged(sql, 'post', posts)
}

/** Not before everything that was cached of its posts has expired. Returns whether it is gone. */
export async function deleteSweptCategory(
  sql: Sql,
  category: number,
  retentionSeconds: number,
): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'sweepingCategory',
    `DELETE FROM categories
      WHERE id = ? AND removed_at <= CURRENT_TIMESTAMP(3) - INTERVAL ? SECOND`,
    [category, retentionSeconds],
  )
  return affectedRows > 0
}

/**
 * Holds a removed account until the transaction is over. False while somebody else does, and when it is
 * swept.
 */
export async function holdRemovedAccount(sql: Sql, user: number): Promise<boolean> {
  const rows = await sql.rows(
    'sweepingAccount',
    'SELECT id FROM users WHERE id = ? AND removed_at IS NOT NULL FOR UPDATE SKIP LOCKED',
    [user],
  )
  return rows.length > 0
}

/**
 * Posts of a removed author, the newest first; nobody moves or removes them until the transaction is over.
 * Hidden ones are counted nowhere.
 */
export const postsBySwept = (sql: Sql, author: number, limit: number) =>
  sql.rows<SweptPost & { isAct: 0 | 1; isCounted: 0 | 1 }>(
    'sweepingPostsBy',
    `SELECT id, category_id AS categoryId, author_id AS authorId, image_hash AS imageHash,
            EXISTS (SELECT 1 FROM acts WHERE acts.post_id = posts.id) AS isAct,
            ${isOnBoard('posts.id')} AS isCounted
       FROM posts
      WHERE author_id = ?
      ORDER BY id DESC
      LIMIT ?
        FOR UPDATE`,
    [author, limit],
  )

export type SweptComment = PostPlace & { comment: number }

/** Comments of a removed author, each with the post it is on. */
export const commentsBySwept = (sql: Sql, author: number, limit: number) =>
  sql.rows<SweptComment>(
    'sweepingCommentsBy',
    `SELECT comments.id AS comment, posts.id, posts.category_id AS categoryId, posts.author_id AS authorId
       FROM (SELECT id, post_id FROM comments WHERE author_id = ? ORDER BY post_id, id LIMIT ?) AS comments
       JOIN posts ON posts.id = comments.post_id`,
    [author, limit],
  )

/**
 * Counts these comments off their posts; then those that nobody replied to are deleted, the others emptied.
 */
export async function removeSweptComments(sql: Sql, author: number, comments: number[]): Promise<void> {
  await sql.write(
    'sweepingCommentCounts',
    `UPDATE posts
       JOIN (SELECT post_id, COUNT(*) AS comments
               FROM comments
              WHERE id IN (?) AND author_id = ?
              GROUP BY post_id) AS theirs ON theirs.post_id = posts.id
        SET posts.comments = posts.comments - theirs.comments`,
    [comments, author],
  )
  await sql.write(
    'sweepingLeaves',
    `DELETE comments
       FROM comments
       LEFT JOIN comments AS replies ON replies.parent_id = comments.id
      WHERE comments.id IN (?) AND comments.author_id = ? AND replies.id IS NULL`,
    [comments, author],
  )
  await sql.write(
    'sweepingTexts',
    `UPDATE comments
        SET body = '', author_id = NULL, removed_at = CURRENT_TIMESTAMP(3)
      WHERE id IN (?) AND author_id = ?`,
    [comments, author],
  )
  await noteChanged(sql, 'comment', comments)
}

/** Texts of hidden comments of a removed author go with the others. Returns how many there were. */
export async function sweepHiddenComments(sql: Sql, author: number, limit: number): Promise<number> {
  const { affectedRows } = await sql.write(
    'sweepingHiddenComments',
    'DELETE FROM hidden_comments WHERE author_id = ? LIMIT ?',
    [author, limit],
  )
  return affectedRows
}

const letGo = [
  'UPDATE posts SET author_id = NULL WHERE author_id = ? LIMIT ?',
  'UPDATE comments SET author_id = NULL WHERE author_id = ? LIMIT ?',
  'UPDATE hidden_comments SET author_id = NULL WHERE author_id = ? LIMIT ?',
  'DELETE FROM likes WHERE user_id = ? LIMIT ?',
  'DELETE FROM notices WHERE user_id = ? LIMIT ?',
  'DELETE FROM post_follows WHERE user_id = ? LIMIT ?',
  'DELETE FROM category_follows WHERE user_id = ? LIMIT ?',
  'DELETE FROM tag_follows WHERE user_id = ? LIMIT ?',
  'DELETE FROM member_follows WHERE user_id = ? LIMIT ?',
  'DELETE FROM member_follows WHERE subject_id = ? LIMIT ?',
  'DELETE FROM thread_reads WHERE user_id = ? LIMIT ?',
  'DELETE FROM confirmations WHERE user_id = ? LIMIT ?',
  'DELETE FROM offer_interests WHERE user_id = ? LIMIT ?',
  'UPDATE offers SET reserved_for = NULL WHERE reserved_for = ? LIMIT ?',
  'UPDATE orders SET user_id = NULL WHERE user_id = ? LIMIT ?',
  'UPDATE removed_posts SET author_id = NULL WHERE author_id = ? LIMIT ?',
  'UPDATE removed_posts SET removed_by = NULL WHERE removed_by = ? LIMIT ?',
  'UPDATE moderation_log SET done_by = NULL WHERE done_by = ? LIMIT ?',
  'UPDATE admin_notes SET done_by = NULL WHERE done_by = ? LIMIT ?',
  'UPDATE payment_notes SET noted_by = NULL WHERE noted_by = ? LIMIT ?',
  'UPDATE moderators SET made_by = NULL WHERE made_by = ? LIMIT ?',
]

/**
 * Lets some of what refers to an account stand without it, as foreign keys would. Returns whether there was
 * any.
 */
export async function letGoOf(sql: Sql, user: number, limit: number): Promise<boolean> {
  for (const statement of letGo) {
    const { affectedRows } = await sql.write('sweepingReferences', statement, [user, limit])
    if (affectedRows > 0) return true
  }
  return false
}

/** Not before everything that was cached of it has expired. Returns whether it is gone. */
export async function deleteSweptAccount(sql: Sql, user: number, retentionSeconds: number): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'sweepingUser',
    `DELETE FROM users
      WHERE id = ? AND removed_at <= CURRENT_TIMESTAMP(3) - INTERVAL ? SECOND`,
    [user, retentionSeconds],
  )
  return affectedRows > 0
}
