import type { Sql } from '../platform/db.ts'

/**
 * Nobody else counts what this member wrote until the transaction is over. To be called before anything is
 * read in it.
 */
export async function lockWriter(sql: Sql, member: number): Promise<void> {
  const rows = await sql.rows('lockWriter', 'SELECT user_id FROM visits WHERE user_id = ? FOR UPDATE', [
    member,
  ])
  if (rows.length > 0) return
  // Of who came a moment ago no visit is noted yet. One of two at once is a deadlock, and begins again.
  await sql.write(
    'lockNewWriter',
    `INSERT INTO visits (user_id, since_post, since_comment, seen_post, seen_comment, seen_at)
     SELECT ?, post, comment, post, comment, CURRENT_TIMESTAMP(3)
       FROM (SELECT COALESCE(MAX(id), 0) AS post FROM posts) AS newest_post,
            (SELECT COALESCE(MAX(id), 0) AS comment FROM comments) AS newest_comment
         ON DUPLICATE KEY UPDATE user_id = visits.user_id`,
    [member],
  )
}

/** How many texts a member has on the board, up to so many: posts that are not hidden, and comments. */
export async function textsOf(sql: Sql, member: number, most: number): Promise<number> {
  const rows = await sql.rows(
    'textsOfMember',
    `(SELECT id
        FROM posts
       WHERE author_id = ?
         AND NOT EXISTS (SELECT 1 FROM removed_posts WHERE removed_posts.post_id = posts.id)
       LIMIT ?)
      UNION ALL
     (SELECT id
        FROM comments
       WHERE author_id = ? AND removed_at IS NULL
         AND NOT EXISTS (SELECT 1 FROM removed_posts WHERE removed_posts.post_id = comments.post_id)
       LIMIT ?)
      LIMIT ?`,
    [member, most, member, most, most],
  )
  return rows.length
}

/** How many texts a member wrote within an hour, up to so many, also those that wait. */
export async function textsLately(sql: Sql, member: number, most: number): Promise<number> {
  const tables = ['posts', 'comments', 'held_texts']
  const rows = await sql.rows(
    'textsLately',
    `${tables
      .map(
        (table) =>
          `(SELECT id FROM ${table} WHERE author_id = ? AND created_at > CURRENT_TIMESTAMP(3) - INTERVAL 1 HOUR LIMIT ?)`,
      )
      .join('\n UNION ALL ')} LIMIT ?`,
    [...tables.flatMap(() => [member, most]), most],
  )
  return rows.length
}

/** Why a text waits: it is one of a member's first, or holds something of a list. */
export type HoldCause = 'first' | 'words'

export type NewHeld = {
  author: number
  category: number
  /** Null: it is a post, else a comment on this one. */
  post: number | null
  parent: number | null
  title: string
  body: string
  cause: HoldCause
}

/** Returns its id; undefined, and does nothing, where so many of theirs wait already. */
export async function insertHeld(sql: Sql, held: NewHeld, most: number): Promise<number | undefined> {
  const { author, category, post, parent, title, body, cause } = held
  const waiting = await sql.rows(
    'heldOfMember',
    'SELECT id FROM held_texts WHERE author_id = ? AND refused_at IS NULL LIMIT ?',
    [author, most],
  )
  if (waiting.length >= most) return undefined
  const { insertId } = await sql.write(
    'insertHeld',
    `INSERT INTO held_texts (author_id, category_id, post_id, parent_id, title, body, cause)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
    [author, category, post, parent, title, body, cause],
  )
  return insertId
}
