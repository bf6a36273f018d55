import { mayEnterThread } from '../doors/queries.ts'
import type { Sql } from '../platform/db.ts'

/** A post, or a comment on it, and whose it is. */
export type NewText = { post: number; comment: number | null; author: number | null }

/** Tells these members of a text that answers or mentions them, but who does not listen. */
export const noticeText = (sql: Sql, kind: 'answer' | 'mention', text: NewText, members: number[]) =>
  tell(sql, kind, text, members)

/**
 * Tells these members of a text in what they follow. Who has muted its category or a tag of it listens only
 * where they follow the post itself.
 */
export const noticeFollowers = (sql: Sql, text: NewText, category: number, members: number[]) =>
  tell(sql, 'follow', text, members, category)

/**
 * Neither its author listens, nor who is shut out or may not read it, nor who has muted the post or its
 * author. Who has been told of it is told once.
 */
async function tell(
  sql: Sql,
  kind: 'answer' | 'mention' | 'follow',
  { post, comment, author }: NewText,
  members: number[],
  category?: number,
): Promise<void> {
  const listening = await sql.rows<{ id: number }>(
    'whoListens',
    `SELECT users.id
       FROM users
       LEFT JOIN post_follows AS thread ON thread.subject_id = ? AND thread.user_id = users.id
       LEFT JOIN member_follows AS writer ON writer.subject_id = ? AND writer.user_id = users.id
      WHERE users.id IN (?) AND users.id <> ? AND users.disabled_at IS NULL
        AND COALESCE(thread.level, '') <> 'mute' AND COALESCE(writer.level, '') <> 'mute'
        AND ${mayEnterThread('?', 'users.id')}
        ${category === undefined ? '' : `AND (thread.level = 'all' OR NOT ${hasMutedPlace})`}`,
    [post, author ?? 0, members, author ?? 0, post, ...(category === undefined ? [] : [category, post])],
  )
  if (listening.length === 0) return
  const cause = comment === null ? `post ${post}` : `comment ${comment}`
  // From a SELECT it would hold the counter of ids in MariaDB, and whoever holds what it waits for would wait
  // for that.
  await sql.write(
    'noticeText',
    'INSERT IGNORE INTO notices (user_id, cause, kind, post_id, comment_id) VALUES ?',
    [listening.map((member) => [member.id, cause, kind, post, comment])],
  )
}

/** A condition on `users`: they have muted a category, a `?`, or a tag of a post, another. */
const hasMutedPlace = `(EXISTS (SELECT 1
                  FROM category_follows
                 WHERE user_id = users.id AND level = 'mute' AND subject_id = ?)
        OR EXISTS (SELECT 1
                     FROM tag_follows
                    WHERE user_id = users.id AND level = 'mute'
                      AND subject_id IN (SELECT tag_id FROM post_tags WHERE post_id = ?)))`
