import { longestInList } from '../../views/names.ts'
import type { Sql } from '../platform/db.ts'

/** So many members are looked at, however many names begin so. */
const lookedAt = 50

export type Suggested = { id: number; name: string; avatar: string | null }

/**
 * Members whose names begin so, for who writes: nobody who is shut out or suspended, or has muted the writer,
 * or whose name is too long to mention.
 */
export const membersToMention = (sql: Sql, writer: number, like: string, limit: number) =>
  sql.rows<Suggested>(
    'membersToMention',
    `SELECT users.id, users.name, avatars.hash AS avatar
       FROM (SELECT id, name_start
               FROM users
              WHERE name_start LIKE ?
              ORDER BY name_start, id
              LIMIT ?) AS beginning
       JOIN users ON users.id = beginning.id AND users.id <> ?
                 AND users.disabled_at IS NULL AND users.removed_at IS NULL
                 AND CHAR_LENGTH(users.name) <= ?
       LEFT JOIN avatars ON avatars.user_id = users.id
      WHERE NOT EXISTS (SELECT 1
                          FROM sanctions
                         WHERE sanctions.user_id = users.id AND kind = 'suspend'
                           AND until_at > CURRENT_TIMESTAMP(3))
        AND NOT EXISTS (SELECT 1
                          FROM member_follows
                         WHERE subject_id = ? AND member_follows.user_id = users.id AND level = 'mute')
      ORDER BY beginning.name_start, users.id
      LIMIT ?`,
    [like, lookedAt, writer, longestInList, writer, limit],
  )
