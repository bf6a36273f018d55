import type { Database } from 'bun:sqlite'

export type UserRow = {
  id: number
  username: string
  created_at: string | null
  active: number
  admin: number
  suspended_till: string | null
  silenced_till: string | null
  email: string | null
  avatar: string | null
  hash: string | null
  salt: string | null
  algorithm: string | null
}

export type TopicRow = {
  id: number
  title: string
  user_id: number
  category_id: number | null
  created_at: string | null
  deleted_at: string | null
  closed: number
  archived: number
  visible: number
  opener: number | null
}

export type PostRow = {
  id: number
  topic_id: number
  post_number: number
  user_id: number | null
  raw: string | null
  created_at: string | null
  updated_at: string | null
  version: number
  deleted_at: string | null
  hidden: number
  reply_to_post_number: number | null
}

export type CategoryRow = {
  id: number
  name: string
  slug: string
  description: string | null
  position: number | null
  parent_category_id: number | null
  read_restricted: number
}

/** Row by row: a board may have millions. */
function* rowsOf<Row>(db: Database, sql: string): Generator<Row> {
  yield* db.query(sql).iterate() as Iterable<Row>
}

/** People; the board itself has the numbers below 1. */
export const users = (db: Database) =>
  rowsOf<UserRow>(
    db,
    `SELECT users.id, username, created_at, active, admin, suspended_till, silenced_till,
            (SELECT email
               FROM user_emails
              WHERE user_id = users.id
              ORDER BY is_primary DESC
              LIMIT 1) AS email,
            (SELECT url FROM uploads WHERE uploads.id = uploaded_avatar_id) AS avatar,
            COALESCE(user_passwords.password_hash, users.password_hash) AS hash,
            COALESCE(user_passwords.password_salt, users.salt) AS salt,
            COALESCE(user_passwords.password_algorithm, users.password_algorithm) AS algorithm
       FROM users
       LEFT JOIN user_passwords ON user_passwords.user_id = users.id
      WHERE users.id > 0 AND COALESCE(staged, 0) = 0
      ORDER BY users.id`,
  )

const isPublic = `COALESCE(archetype, 'regular') <> 'private_message'`
/** Texts of people, and what moderators wrote; others are notes of what was done, and whispers. */
const isText = 'post_type IN (1, 2)'

export const topics = (db: Database) =>
  rowsOf<TopicRow>(
    db,
    `SELECT topics.*,
            (SELECT id
               FROM posts
              WHERE topic_id = topics.id AND ${isText}
              ORDER BY post_number
              LIMIT 1) AS opener
       FROM topics
      WHERE ${isPublic}
      ORDER BY id`,
  )

export const postOf = (db: Database, id: number) =>
  db.query('SELECT * FROM posts WHERE id = ?').get(id) as PostRow

/** All texts but those of private messages, the first ones too. */
export const posts = (db: Database) =>
  rowsOf<PostRow>(
    db,
    `SELECT posts.*
       FROM posts
       JOIN topics ON topics.id = topic_id
      WHERE ${isText} AND ${isPublic}
      ORDER BY posts.id`,
  )

/** The number of a text that is known by its place in a topic. */
export const postAt = (db: Database, topic: number, place: number): number | undefined =>
  (
    db.query('SELECT id FROM posts WHERE topic_id = ? AND post_number = ?').get(topic, place) as {
      id: number
    } | null
  )?.id

export const likesOf = (db: Database, post: number) =>
  db
    .query(
      `SELECT user_id AS member, MIN(created_at) AS at
         FROM post_actions
        WHERE post_id = ? AND post_action_type_id = 2 AND deleted_at IS NULL
        GROUP BY user_id
        ORDER BY user_id`,
    )
    .all(post) as { member: number; at: string | null }[]

export const categories = (db: Database) =>
  db.query('SELECT * FROM categories ORDER BY id').all() as CategoryRow[]

export const tagsOf = (db: Database, topic: number) =>
  (
    db
      .query('SELECT name FROM topic_tags JOIN tags ON tags.id = tag_id WHERE topic_id = ? ORDER BY name')
      .all(topic) as { name: string }[]
  ).map(({ name }) => name)

/** Where a file is that a text names by its hash. */
export const uploadOf = (db: Database, sha1: string): string | undefined =>
  (db.query('SELECT url FROM uploads WHERE sha1 = ? LIMIT 1').get(sha1) as { url: string } | null)?.url

export const watched = (db: Database) =>
  rowsOf<{ kind: 'post' | 'category'; subject: number; member: number; level: 'all' | 'posts' | 'mute' }>(
    db,
    `SELECT 'post' AS kind, topic_id AS subject, topic_users.user_id AS member,
            IIF(notification_level = 0, 'mute', 'all') AS level
       FROM topic_users
       JOIN topics ON topics.id = topic_id
      WHERE notification_level IN (0, 3) AND ${isPublic}
      UNION
     SELECT 'category', category_id, user_id,
            CASE notification_level WHEN 0 THEN 'mute' WHEN 4 THEN 'posts' ELSE 'all' END
       FROM category_users
      WHERE notification_level IN (0, 3, 4)`,
  )

/** What of a board never changes. */
export const begun = (db: Database): string =>
  String(db.query('SELECT id || created_at FROM users ORDER BY id LIMIT 1').values()[0]?.[0] ?? '')

export const countsOfWhatStays = (db: Database) =>
  db
    .query(
      `SELECT (SELECT COUNT(*) FROM topics WHERE NOT ${isPublic}) AS messages,
              (SELECT COUNT(*) FROM posts WHERE NOT ${isText}) AS notes,
              (SELECT COUNT(*) FROM polls) AS polls,
              (SELECT COUNT(*)
                 FROM post_actions
                 JOIN posts ON posts.id = post_id
                WHERE post_action_type_id = 2 AND post_actions.deleted_at IS NULL
                  AND post_number > 1) AS likes,
              (SELECT COUNT(*) FROM reviewables WHERE status = 0) AS waiting,
              (SELECT COUNT(*) FROM users WHERE id > 0 AND staged = 1) AS staged,
              (SELECT COUNT(*) FROM users WHERE id > 0 AND active = 0) AS unconfirmed`,
    )
    .get() as Record<'messages' | 'notes' | 'polls' | 'likes' | 'waiting' | 'staged' | 'unconfirmed', number>
