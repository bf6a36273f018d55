import { mayEnterThread } from '../../src/doors/queries.ts'
import type { Sql } from '../../src/platform/db.ts'

/** A post that members are to be asked about; those up to `afterUser` were. */
type Asking = { post: number; isEverywhere: 0 | 1; afterUser: number }

/**
 * The oldest that is still to be asked about, held until the transaction is over; one that is hidden waits.
 * What another courier holds is passed over.
 */
export async function nextAsking(sql: Sql): Promise<Asking | undefined> {
  const [next] = await sql.rows<Asking>(
    'nextAsking',
    `SELECT post_id AS post, is_everywhere AS isEverywhere, after_user AS afterUser
       FROM announcements
      WHERE asked_at IS NULL AND until_at > CURRENT_TIMESTAMP(3)
        AND NOT EXISTS (SELECT 1 FROM removed_posts WHERE removed_posts.post_id = announcements.post_id)
      ORDER BY post_id
      LIMIT 1
        FOR UPDATE SKIP LOCKED`,
  )
  return next
}

/** The next members behind one: all, or who follows new posts of the category that a post is in. */
export async function membersToAsk(
  sql: Sql,
  { post, isEverywhere, afterUser }: Asking,
  limit: number,
): Promise<number[]> {
  const rows = await sql.rows<{ id: number }>(
    'membersToAsk',
    isEverywhere
      ? 'SELECT id FROM users WHERE id > ? ORDER BY id LIMIT ?'
      : `SELECT user_id AS id
           FROM category_follows
          WHERE subject_id = (SELECT category_id FROM posts WHERE id = ?)
            AND user_id > ? AND level IN ('all', 'posts')
          ORDER BY user_id
          LIMIT ?`,
    [...(isEverywhere ? [] : [post]), afterUser, limit],
  )
  return rows.map(({ id }) => id)
}

/** Asks those of these members who may read the post and whose account is open, but its author. */
export async function askMembers(sql: Sql, post: number, members: number[]): Promise<void> {
  const open = await sql.rows<{ id: number }>(
    'whoIsAsked',
    `SELECT id
       FROM users
      WHERE id IN (?) AND disabled_at IS NULL AND removed_at IS NULL
        AND NOT id <=> (SELECT author_id FROM posts WHERE posts.id = ?)
        AND ${mayEnterThread('?', 'users.id')}`,
    [members, post, post],
  )
  if (open.length === 0) return
  await sql.write('askToConfirm', 'INSERT IGNORE INTO confirmations (post_id, user_id) VALUES ?', [
    open.map(({ id }) => [post, id]),
  ])
  await sql.write(
    'noticeAsked',
    'INSERT IGNORE INTO notices (user_id, cause, kind, post_id, comment_id) VALUES ?',
    [open.map(({ id }) => [id, `confirm ${post}`, 'confirm', post, null])],
  )
}

/** Notes how far it came, or that all were asked; then whoever is here is shown it as followers are. */
export async function markAsked(sql: Sql, post: number, afterUser: number, isDone: boolean): Promise<void> {
  await sql.write(
    'markAsked',
    `UPDATE announcements
        SET after_user = ?, asked_at = IF(?, CURRENT_TIMESTAMP(3), NULL)
      WHERE post_id = ?`,
    [afterUser, isDone, post],
  )
  if (isDone)
    await sql.write(
      'showAsked',
      'INSERT INTO fan_outs (post_id, spread_at) VALUES (?, CURRENT_TIMESTAMP(3))',
      [post],
    )
}
