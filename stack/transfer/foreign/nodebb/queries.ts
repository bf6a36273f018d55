import type { Database } from 'bun:sqlite'

export type UserRow = {
  uid: number
  username: string
  userslug: string | null
  password: string | null
  shaWrapped: number | null
  email: string | null
  isConfirmed: number | null
  picture: string | null
  joindate: number | null
  isAdmin: 0 | 1
  isBanned: 0 | 1
  bannedUntil: number | null
}

export type TopicRow = {
  tid: number
  cid: number
  title: string
  timestamp: number
  deleted: number | null
  locked: number | null
  tags: string | null
  opener: number | null
}

export type PostRow = {
  pid: number
  tid: number
  uid: number | null
  toPid: number | null
  content: string | null
  timestamp: number
  edited: number | null
  deleted: number | null
  handle: string | null
}

export type CategoryRow = {
  cid: number
  name: string
  slug: string | null
  description: string | null
  parentCid: number | null
  place: number | null
  disabled: number | null
  isReadable: 0 | 1
}

/** Row by row: a board may have millions. */
function* rowsOf<Row>(db: Database, sql: string): Generator<Row> {
  yield* db.query(sql).iterate() as Iterable<Row>
}

export const users = (db: Database) =>
  rowsOf<UserRow>(
    db,
    `SELECT users.*, uid IN (SELECT uid FROM admins) AS isAdmin,
            uid IN (SELECT uid FROM banned) OR COALESCE(banned_flag, 0) = 1 AS isBanned
       FROM users
      WHERE uid > 0
      ORDER BY uid`,
  )

/** Categories with a number below 1 are those of private talk and of elsewhere. */
export const topics = (db: Database) =>
  rowsOf<TopicRow>(
    db,
    `SELECT topics.*,
            COALESCE((SELECT pid FROM posts WHERE pid = mainPid),
                     (SELECT MIN(pid) FROM posts WHERE posts.tid = topics.tid)) AS opener
       FROM topics
      WHERE cid > 0
      ORDER BY tid`,
  )

export const postOf = (db: Database, pid: number) =>
  db.query('SELECT * FROM posts WHERE pid = ?').get(pid) as PostRow

export const posts = (db: Database) =>
  rowsOf<PostRow>(
    db,
    `SELECT posts.*
       FROM posts
       JOIN topics ON topics.tid = posts.tid
      WHERE cid > 0
      ORDER BY pid`,
  )

export const votesOf = (db: Database, pid: number) =>
  (db.query('SELECT DISTINCT uid FROM votes WHERE pid = ? ORDER BY uid').all(pid) as { uid: number }[]).map(
    ({ uid }) => uid,
  )

export const categories = (db: Database) =>
  db
    .query(
      `SELECT categories.*, cid IN (SELECT cid FROM guests) AS isReadable
         FROM categories
        WHERE cid > 0
        ORDER BY cid`,
    )
    .all() as CategoryRow[]

export const followed = (db: Database) =>
  rowsOf<{ subject: number; member: number; what: string }>(
    db,
    `SELECT DISTINCT tid AS subject, uid AS member, what
       FROM followed
      ORDER BY tid, uid`,
  )

/** What of a board never changes. */
export const begun = (db: Database): string =>
  String(
    db.query('SELECT uid || joindate FROM users WHERE uid > 0 ORDER BY uid LIMIT 1').values()[0]?.[0] ?? '',
  )

export const countsOfWhatStays = (db: Database) =>
  db
    .query(
      `SELECT (SELECT COUNT(*) FROM topics WHERE cid < 1) AS elsewhere,
              (SELECT COUNT(*) FROM polls) AS polls,
              (SELECT COUNT(*)
                 FROM votes
                WHERE pid NOT IN (SELECT mainPid FROM topics WHERE mainPid IS NOT NULL)) AS votes,
              (SELECT COUNT(*)
                 FROM users
                WHERE uid > 0 AND email <> '' AND COALESCE(isConfirmed, 0) = 0) AS unconfirmed`,
    )
    .get() as Record<'elsewhere' | 'polls' | 'votes' | 'unconfirmed', number>
