import type { Sql } from '../../src/platform/db.ts'

/** A text whose followers are to be told of it; those up to `afterUser` have been. */
export type FanOut = { id: number; post: number; comment: number | null; afterUser: number }

/** The oldest, held until the transaction is over. What another courier holds is passed over. */
export async function nextFanOut(sql: Sql): Promise<FanOut | undefined> {
  const [next] = await sql.rows<FanOut>(
    'nextFanOut',
    `SELECT id, post_id AS post, comment_id AS comment, after_user AS afterUser
       FROM fan_outs
      WHERE spread_at IS NULL
      ORDER BY id
      LIMIT 1
        FOR UPDATE SKIP LOCKED`,
  )
  return next
}

/** Whose text it is, and where it stands. */
export type Text = { author: number | null; category: number }

/**
 * Undefined when it is gone or hidden. A comment that is there is not removed until the transaction is over.
 */
export async function textOf(sql: Sql, { post, comment }: FanOut): Promise<Text | undefined> {
  const [place] = await sql.rows<Text>(
    'placeOfText',
    `SELECT author_id AS author, category_id AS category
       FROM posts
      WHERE id = ? AND NOT EXISTS (SELECT 1 FROM removed_posts WHERE removed_posts.post_id = posts.id)`,
    [post],
  )
  if (!place || comment === null) return place
  const [said] = await sql.rows<{ author: number | null }>(
    'authorOfComment',
    `SELECT author_id AS author
       FROM comments
      WHERE id = ? AND removed_at IS NULL
       LOCK IN SHARE MODE`,
    [comment],
  )
  return said && { ...said, category: place.category }
}

/** A condition on `subject_id`: it is a tag of the post. */
const isTagOf = 'subject_id IN (SELECT tag_id FROM post_tags WHERE post_id = ?)'

/** In a statement: members behind one, by what they follow, each part from an index. */
const followers = (table: string, subject: string, levels: string) =>
  `(SELECT user_id
      FROM ${table}
     WHERE ${subject} AND user_id > ? AND level IN (${levels})
     ORDER BY user_id
     LIMIT ?)`

/**
 * So many members who follow the text in whatever way, in the order of their ids, with those who have muted
 * it: the batch goes on behind them.
 */
export async function followersAfter(
  sql: Sql,
  { post, comment, afterUser }: FanOut,
  { author, category }: Text,
  limit: number,
): Promise<number[]> {
  const levels = comment === null ? `'all', 'posts'` : `'all'`
  const parts: [text: string, subject: number][] = [
    [followers('post_follows', 'subject_id = ?', levels), post],
    [followers('category_follows', 'subject_id = ?', levels), category],
    [followers('member_follows', 'subject_id = ?', levels), author ?? 0],
    [followers('tag_follows', isTagOf, levels), post],
  ]
  const rows = await sql.rows<{ user: number }>(
    'followersAfter',
    `SELECT user_id AS user
       FROM (${parts.map(([text]) => text).join('\n             UNION ')}) AS followers
      ORDER BY user_id
      LIMIT ?`,
    [...parts.flatMap(([, subject]) => [subject, afterUser, limit]), limit],
  )
  return rows.map(({ user }) => user)
}

/** Notes how far it came, or that all have been told. */
export const markSpread = (sql: Sql, id: number, afterUser: number, isDone: boolean) =>
  sql.write(
    'markSpread',
    `UPDATE fan_outs
        SET after_user = ?, spread_at = IF(?, CURRENT_TIMESTAMP(3), NULL)
      WHERE id = ?`,
    [afterUser, isDone, id],
  )
