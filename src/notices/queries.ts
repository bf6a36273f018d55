import type { Sql } from '../platform/db.ts'
import { nameStart } from '../platform/names.ts'
import { isByLiveAccount } from '../removal/queries.ts'

/** How something concerns a member who is told of it. */
export type NoticeKind = 'answer' | 'mention' | 'order'

/** A post, or a comment on it. */
export type TextPlace = { post: number; comment: number | null }

/** Tells these members of a text, unless they have been told of it. */
export async function noticeText(
  sql: Sql,
  kind: NoticeKind,
  { post, comment }: TextPlace,
  members: number[],
): Promise<void> {
  const cause = comment === null ? `post ${post}` : `comment ${comment}`
  await sql.write(
    'noticeText',
    `INSERT INTO notices (user_id, cause, kind, post_id, comment_id)
     SELECT users.id, ?, ?, ?, ?
       FROM users
       LEFT JOIN notices AS told ON told.user_id = users.id AND told.cause = ?
      WHERE users.id IN (?) AND users.disabled_at IS NULL AND told.id IS NULL`,
    [cause, kind, post, comment, cause, members],
  )
}

/** The members with these names. */
export async function membersNamed(sql: Sql, names: string[]): Promise<number[]> {
  const rows = await sql.rows<{ id: number }>(
    'membersNamed',
    `SELECT id
       FROM users
      WHERE name_key IN (${names.map(() => 'UNHEX(SHA2(?, 256))').join(', ')})`,
    names,
  )
  return rows.map(({ id }) => id)
}

/** Tells the buyer that somebody else closed their order. */
export const noticeOrder = (sql: Sql, order: number, state: string) =>
  sql.write(
    'noticeOrder',
    `INSERT INTO notices (user_id, cause, kind, order_id)
     SELECT user_id, CONCAT('order ', id, ' ', ?), 'order', id
       FROM orders
      WHERE id = ? AND user_id IS NOT NULL`,
    [state, order],
  )

const columnOf = { post: 'post_id', comment: 'comment_id', order: 'order_id' } as const

/** What notices tell of. */
export type Cause = { of: keyof typeof columnOf; id: number }

/** So many members are told at once; the others read it a minute later. */
const mostTold = 1_000

/** Who was told of this and has not read it. */
export async function membersToldOf(sql: Sql, { of, id }: Cause): Promise<number[]> {
  const rows = await sql.rows<{ user: number }>(
    'membersToldOf',
    `SELECT DISTINCT user_id AS user
       FROM notices
      WHERE ${columnOf[of]} = ? AND read_at IS NULL
      LIMIT ?`,
    [id, mostTold],
  )
  return rows.map(({ user }) => user)
}

export const deleteNoticesOfComments = (sql: Sql, comments: number[]) =>
  sql.write('deleteNoticesOfComments', 'DELETE FROM notices WHERE comment_id IN (?)', [comments])

/** The sessions of these members, each known by the SHA-256 of its cookie. */
export async function sessionsOfMembers(sql: Sql, members: number[]): Promise<string[]> {
  const rows = await sql.rows<{ token: string }>(
    'sessionsOfMembers',
    'SELECT LOWER(HEX(token_key)) AS token FROM sessions WHERE user_id IN (?)',
    [members],
  )
  return rows.map(({ token }) => token)
}

/** How many notices each of these members has not read; who has none is missing. */
export const unreadOf = (sql: Sql, members: number[]) =>
  sql.rows<{ user: number; unread: number }>(
    'unreadOf',
    `SELECT user_id AS user, COUNT(*) AS unread
       FROM notices
      WHERE user_id IN (?) AND read_at IS NULL
      GROUP BY user_id`,
    [members],
  )

export type Notice = {
  id: number
  kind: NoticeKind
  postId: number | null
  title: string | null
  commentId: number | null
  /** Who wrote what it tells of; null when the account is gone, or somebody's order it is. */
  by: string | null
  byId: number | null
  orderId: number | null
  orderState: string | null
  createdAt: string
  readAt: string | null
  /** What it tells of is hidden, and will be swept. */
  isGone: 0 | 1
}

/** A page of a member's notices, the newest first. `unread`: only those. */
export const newestNotices = (
  sql: Sql,
  member: number,
  { before, limit, unread }: { before: string; limit: number; unread: boolean },
) =>
  sql.rows<Notice>(
    'newestNotices',
    `SELECT notices.id, notices.kind, notices.post_id AS postId, posts.title,
            notices.comment_id AS commentId, ${nameStart('users.name')} AS \`by\`, users.id AS byId,
            notices.order_id AS orderId, orders.state AS orderState,
            notices.created_at AS createdAt, notices.read_at AS readAt,
            (categories.removed_at IS NOT NULL OR comments.removed_at IS NOT NULL
             OR NOT ${isByLiveAccount('posts.author_id')}
             OR NOT ${isByLiveAccount('comments.author_id')}) AS isGone
       FROM (SELECT id
               FROM notices
              WHERE user_id = ? AND id < ? ${unread ? 'AND read_at IS NULL' : ''}
              ORDER BY id DESC
              LIMIT ?) AS page
       JOIN notices ON notices.id = page.id
       LEFT JOIN posts ON posts.id = notices.post_id
       LEFT JOIN categories ON categories.id = posts.category_id
       LEFT JOIN comments ON comments.id = notices.comment_id
       LEFT JOIN users ON users.id = IF(notices.comment_id IS NULL, posts.author_id, comments.author_id)
                      AND users.removed_at IS NULL
       LEFT JOIN orders ON orders.id = notices.order_id
      ORDER BY notices.id DESC`,
    [member, before, limit],
  )

/** Marks some of a member's notices as read; of nobody else's. */
export const markRead = (sql: Sql, member: number, ids: number[]) =>
  sql.write(
    'markNoticesRead',
    `UPDATE notices
        SET read_at = CURRENT_TIMESTAMP(3)
      WHERE user_id = ? AND read_at IS NULL AND id IN (?)`,
    [member, ids],
  )

/** The same of all up to this one: what has come since is not read. */
export const markReadUpTo = (sql: Sql, member: number, last: number) =>
  sql.write(
    'markNoticesReadUpTo',
    `UPDATE notices
        SET read_at = CURRENT_TIMESTAMP(3)
      WHERE user_id = ? AND read_at IS NULL AND id <= ?`,
    [member, last],
  )

/** Notices stay for a quarter of a year. */
const keptDays = 90

/** Deletes the oldest, so many at most, when their time is over. */
export async function deleteOldNotices(sql: Sql, limit: number): Promise<void> {
  const [last] = await sql.rows<{ id: number }>(
    'sweepingOldNotices',
    `SELECT id
       FROM (SELECT id, created_at FROM notices ORDER BY id LIMIT ?) AS oldest
      WHERE created_at < CURRENT_TIMESTAMP(3) - INTERVAL ? DAY
      ORDER BY id DESC
      LIMIT 1`,
    [limit, keptDays],
  )
  if (last) await sql.write('sweepingNotices', 'DELETE FROM notices WHERE id <= ?', [last.id])
}
