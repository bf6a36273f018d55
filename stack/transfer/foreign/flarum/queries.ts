import type { Database } from 'bun:sqlite'

export type UserRow = {
  id: number
  username: string
  email: string | null
  is_email_confirmed: number
  password: string | null
  avatar_url: string | null
  joined_at: string | null
  suspended_until: string | null
  preferences: string | null
  isAdmin: 0 | 1
}

export type PostRow = {
  id: number
  discussion_id: number
  number: number | null
  user_id: number | null
  content: string | null
  created_at: string | null
  edited_at: string | null
  hidden_at: string | null
  isApproved: number
}

export type DiscussionRow = {
  id: number
  title: string
  user_id: number | null
  created_at: string | null
  hidden_at: string | null
  is_locked: number | null
  isApproved: number
  opener: number | null
}

export type TagRow = {
  id: number
  name: string
  slug: string
  description: string | null
  position: number | null
  parent_id: number | null
  is_restricted: number
}

/** Row by row: a board may have millions. */
function* rowsOf<Row>(db: Database, sql: string): Generator<Row> {
  yield* db.query(sql).iterate() as Iterable<Row>
}

/** Administrators are of the group 1. */
export const users = (db: Database) =>
  rowsOf<UserRow>(
    db,
    `SELECT users.*,
            EXISTS (SELECT 1 FROM group_user WHERE group_user.user_id = users.id AND group_id = 1) AS isAdmin
       FROM users
      ORDER BY id`,
  )

/**
 * Not for everybody: they have recipients (byobu), or are private for another reason than that nobody has
 * approved them.
 */
const isPrivate = `(discussions.id IN (SELECT discussion_id FROM recipients WHERE discussion_id IS NOT NULL)
  OR (COALESCE(discussions.is_private, 0) = 1 AND COALESCE(discussions.is_approved, 1) = 1))`
const isPostPrivate = `(COALESCE(posts.is_private, 0) = 1 AND COALESCE(posts.is_approved, 1) = 1)`

/** With the number of the first text that there is. */
export const discussions = (db: Database) =>
  rowsOf<DiscussionRow>(
    db,
    `SELECT discussions.*, COALESCE(is_approved, 1) AS isApproved,
            (SELECT id
               FROM posts
              WHERE discussion_id = discussions.id AND type = 'comment' AND NOT ${isPostPrivate}
              ORDER BY id <> COALESCE(first_post_id, 0), number, id
              LIMIT 1) AS opener
       FROM discussions
      WHERE NOT ${isPrivate}
      ORDER BY id`,
  )

export const postOf = (db: Database, id: number) =>
  db
    .query('SELECT posts.*, COALESCE(is_approved, 1) AS isApproved FROM posts WHERE id = ?')
    .get(id) as PostRow

/** All texts of discussions but private ones, the first ones too. */
export const posts = (db: Database) =>
  rowsOf<PostRow>(
    db,
    `SELECT posts.*, COALESCE(posts.is_approved, 1) AS isApproved
       FROM posts
       JOIN discussions ON discussions.id = discussion_id
      WHERE type = 'comment' AND NOT ${isPrivate} AND NOT ${isPostPrivate}
      ORDER BY posts.id`,
  )

/** Which texts of its discussion a text answers. */
export const mentionsOf = (db: Database, post: number) =>
  (
    db
      .query(
        `SELECT mentions_post_id AS id
           FROM post_mentions_post
           JOIN posts ON posts.id = mentions_post_id
          WHERE post_id = ? AND discussion_id = (SELECT discussion_id FROM posts WHERE id = ?)
          ORDER BY mentions_post_id`,
      )
      .all(post, post) as { id: number }[]
  ).map(({ id }) => id)

export type LikeRow = { member: number; at: string | null }

export const likesOf = (db: Database, post: number) =>
  db
    .query(
      `SELECT DISTINCT user_id AS member, created_at AS at
         FROM post_likes
        WHERE post_id = ?
        ORDER BY user_id`,
    )
    .all(post) as LikeRow[]

export const tags = (db: Database) => db.query('SELECT * FROM tags ORDER BY id').all() as TagRow[]

export const tagsOf = (db: Database, discussion: number) =>
  (
    db.query('SELECT tag_id AS id FROM discussion_tag WHERE discussion_id = ?').all(discussion) as {
      id: number
    }[]
  ).map(({ id }) => id)

/** Whether somebody without an account may do this: guests are the group 2. */
export const mayGuests = (db: Database, permissions: string[]) =>
  permissions.some(
    (each) =>
      db.query('SELECT 1 FROM group_permission WHERE group_id = 2 AND permission = ?').get(each) !== null,
  )

export const followed = (db: Database) =>
  rowsOf<{ subject: number; member: number; level: string }>(
    db,
    `SELECT discussion_id AS subject, discussion_user.user_id AS member, subscription AS level
       FROM discussion_user
       JOIN discussions ON discussions.id = discussion_id
      WHERE subscription IN ('follow', 'ignore') AND NOT ${isPrivate}
      ORDER BY discussion_id, member`,
  )

/** What of a board never changes. */
export const begun = (db: Database): string =>
  String(db.query('SELECT id || joined_at FROM users ORDER BY id LIMIT 1').values()[0]?.[0] ?? '')

export const countsOfWhatStays = (db: Database) =>
  db
    .query(
      `SELECT (SELECT COUNT(*) FROM polls) AS polls,
              (SELECT COUNT(*) FROM discussions WHERE ${isPrivate}) AS discussions,
              (SELECT COUNT(*) FROM posts WHERE type = 'comment' AND ${isPostPrivate}) AS posts,
              (SELECT COUNT(*) FROM posts WHERE type <> 'comment') AS events,
              (SELECT COUNT(*)
                 FROM post_likes
                WHERE post_id NOT IN (SELECT first_post_id FROM discussions WHERE first_post_id IS NOT NULL)
              ) AS likes,
              (SELECT COUNT(*) FROM posts WHERE is_approved = 0) AS waiting,
              (SELECT COUNT(*) FROM flags) AS flags,
              (SELECT COUNT(*) FROM users WHERE is_email_confirmed = 0) AS unconfirmed,
              (SELECT COUNT(*) FROM users WHERE nickname <> '') AS nicknames`,
    )
    .get() as Record<
    | 'polls'
    | 'discussions'
    | 'posts'
    | 'events'
    | 'likes'
    | 'waiting'
    | 'flags'
    | 'unconfirmed'
    | 'nicknames',
    number
  >
