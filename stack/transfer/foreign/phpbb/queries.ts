import type { Database } from 'bun:sqlite'

export type UserRow = {
  user_id: number
  user_type: number
  username: string
  user_password: string | null
  user_email: string | null
  user_regdate: number
  user_inactive_time: number
  user_avatar: string | null
  user_avatar_type: string | null
  user_lang: string | null
  isAdmin: 0 | 1
  /** 0: for ever. */
  bannedUntil: number | null
}

export type PostRow = {
  post_id: number
  topic_id: number
  poster_id: number
  post_time: number
  post_username: string | null
  post_text: string | null
  post_visibility: number
  post_edit_time: number
  post_delete_time: number
  post_delete_reason: string | null
}

export type TopicRow = PostRow & {
  forum_id: number
  topic_title: string
  topic_status: number
  topic_visibility: number
  topic_delete_reason: string | null
  thanks: number
}

export type ForumRow = {
  forum_id: number
  parent_id: number
  left_id: number
  forum_name: string
  forum_desc: string | null
  forum_type: number
  forum_password: string | null
}

export type AttachmentRow = {
  physical_filename: string
  real_filename: string
  mimetype: string
  attach_comment: string | null
}

/** Row by row: a board may have millions. */
function* rowsOf<Row>(db: Database, sql: string): Generator<Row> {
  yield* db.query(sql).iterate() as Iterable<Row>
}

/** People, without bots and the one who stands for everybody without an account. */
export const users = (db: Database) =>
  rowsOf<UserRow>(
    db,
    `SELECT users.*,
            user_type = 3 OR EXISTS (
              SELECT 1
                FROM user_group
                JOIN groups USING (group_id)
               WHERE user_group.user_id = users.user_id AND user_pending = 0
                 AND group_name = 'ADMINISTRATORS') AS isAdmin,
            (SELECT MIN(ban_end) FROM banlist WHERE ban_userid = users.user_id) AS bannedUntil
       FROM users
      WHERE user_id > 1 AND user_type <> 2
      ORDER BY user_id`,
  )

/** Topics with their first texts, without those that only say where one was moved. */
export const topics = (db: Database) =>
  rowsOf<TopicRow>(
    db,
    `SELECT topics.*, posts.*, topics.topic_id AS topic_id,
            (SELECT COUNT(*) FROM thanks WHERE thanks.post_id = posts.post_id) AS thanks
       FROM topics
       JOIN posts ON posts.post_id = topic_first_post_id
      WHERE topic_moved_id = 0
      ORDER BY topics.topic_id`,
  )

export const answers = (db: Database) =>
  rowsOf<PostRow>(
    db,
    `SELECT posts.*
       FROM posts
       JOIN topics ON topics.topic_id = posts.topic_id
      WHERE post_id <> topic_first_post_id AND topic_moved_id = 0
      ORDER BY post_id`,
  )

export const thanksForTopics = (db: Database) =>
  rowsOf<{ post: number; member: number; at: number }>(
    db,
    `SELECT topic_id AS post, user_id AS member, thanks_time AS at
       FROM thanks
       JOIN topics ON thanks.post_id = topic_first_post_id AND topic_moved_id = 0
      ORDER BY topic_id, user_id`,
  )

export const watched = (db: Database) =>
  rowsOf<{ kind: 'post' | 'category'; subject: number; member: number; level: 'all' | 'posts' }>(
    db,
    `SELECT 'post' AS kind, topic_id AS subject, user_id AS member, 'all' AS level FROM topics_watch
      UNION
     SELECT 'category', forum_id, user_id, 'posts' FROM forums_watch`,
  )

export const attachmentsOf = (db: Database, post: number) =>
  db
    .query(
      `SELECT physical_filename, real_filename, mimetype, attach_comment
         FROM attachments
        WHERE post_msg_id = ? AND in_message = 0 AND is_orphan = 0
        ORDER BY attach_id`,
    )
    .all(post) as AttachmentRow[]

export const forums = (db: Database) => db.query('SELECT * FROM forums').all() as ForumRow[]

export const setting = (db: Database, name: string): string =>
  (db.query('SELECT config_value FROM config WHERE config_name = ?').values(name)[0]?.[0] ?? '') as string

export const countsOfWhatStays = (db: Database) =>
  db
    .query(
      `SELECT (SELECT COUNT(*) FROM topics WHERE poll_start > 0) AS polls,
              (SELECT COUNT(*) FROM privmsgs) AS messages,
              (SELECT COUNT(*)
                 FROM thanks
                WHERE post_id NOT IN (SELECT topic_first_post_id FROM topics)) AS thanks,
              (SELECT COUNT(*) FROM posts WHERE post_visibility IN (0, 3)) AS waiting`,
    )
    .get() as Record<'polls' | 'messages' | 'thanks' | 'waiting', number>

/** Forums whose texts somebody without an account may read: a yes of the group of guests, and no never. */
export function readableForums(db: Database): Set<number> {
  const rows = db
    .query(
      `SELECT forum_id AS forum, COALESCE(acl_roles_data.auth_setting, acl_groups.auth_setting) AS setting
         FROM acl_groups
         JOIN groups USING (group_id)
         LEFT JOIN acl_roles_data ON role_id = auth_role_id AND auth_role_id > 0
         JOIN acl_options
           ON acl_options.auth_option_id = COALESCE(acl_roles_data.auth_option_id, acl_groups.auth_option_id)
        WHERE group_name = 'GUESTS' AND auth_option = 'f_read'`,
    )
    .all() as { forum: number; setting: number }[]
  const never = new Set(rows.flatMap(({ forum, setting }) => (setting === 0 ? [forum] : [])))
  return new Set(rows.flatMap(({ forum, setting }) => (setting === 1 && !never.has(forum) ? [forum] : [])))
}
