import type { Sql } from '../platform/db.ts'
import { nameStart } from '../platform/names.ts'
import { isByLiveAccount, isNoticeShown, isShown, mostUnread } from '../removal/queries.ts'

/** How something concerns a member who is told of it. */
export const noticeKinds = [
  ...(['answer', 'mention', 'follow', 'order', 'moderation', 'approved', 'confirm'] as const),
  ...(['interest', 'reserved'] as const),
  ...(['low', 'back', 'opens', 'closes', 'packing', 'ready'] as const),
] as const
type NoticeKind = (typeof noticeKinds)[number]

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
export const noticeOrder = (sql: Sql, buyer: number, order: number, state: string) =>
  sql.write(
    'noticeOrder',
    `INSERT IGNORE INTO notices (user_id, cause, kind, order_id) VALUES (?, ?, 'order', ?)`,
    [buyer, `order ${order} ${state}`, order],
  )

/** Tells a member what moderators did to them, or to something of theirs. */
export const noticeAction = (sql: Sql, member: number, number: number) =>
  sql.write('noticeAction', `INSERT IGNORE INTO notices (user_id, cause, kind) VALUES (?, ?, 'moderation')`, [
    member,
    `action ${number}`,
  ])

/** Tells its author that a text that waited, by its number then, is on the board. */
export const noticeApproved = (
  sql: Sql,
  author: number,
  held: number,
  { post, comment }: { post: number; comment: number | null },
) =>
  sql.write(
    'noticeApproved',
    `INSERT IGNORE INTO notices (user_id, cause, kind, post_id, comment_id) VALUES (?, ?, 'approved', ?, ?)`,
    [author, `held ${held}`, post, comment],
  )

/**
 * Tells the author of an offer that a member is interested in it, once, however often they say so. Of whom
 * they have muted they are not told.
 */
export const noticeInterest = (
  sql: Sql,
  { author, post, by }: { author: number; post: number; by: number },
) =>
  sql.write(
    'noticeInterest',
    `INSERT IGNORE INTO notices (user_id, cause, kind, post_id, by_id)
     SELECT ?, ?, 'interest', offers.post_id, ?
       FROM offers
      WHERE offers.post_id = ?
        AND NOT EXISTS (SELECT 1
                          FROM member_follows
                         WHERE member_follows.user_id = ? AND member_follows.subject_id = ?
                           AND member_follows.level = 'mute')`,
    [author, `interest ${post} ${by}`, by, post, author, by],
  )

/** Tells a member that an offer is reserved for them. */
export const noticeReserved = (sql: Sql, member: number, post: number) =>
  sql.write(
    'noticeReserved',
    `INSERT IGNORE INTO notices (user_id, cause, kind, post_id) VALUES (?, ?, 'reserved', ?)`,
    [member, `reserved ${post}`, post],
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

/** Deletes so many notices of these comments at most. Returns whether that was all. */
export async function deleteNoticesOfComments(sql: Sql, comments: number[], limit: number): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'deleteNoticesOfComments',
    'DELETE FROM notices WHERE comment_id IN (?) LIMIT ?',
    [comments, limit],
  )
  return affectedRows < limit
}

/** The sessions of these members, each known by the SHA-256 of its cookie. */
export async function sessionsOfMembers(sql: Sql, members: number[]): Promise<string[]> {
  const rows = await sql.rows<{ token: string }>(
    'sessionsOfMembers',
    'SELECT LOWER(HEX(token_key)) AS token FROM sessions WHERE user_id IN (?)',
    [members],
  )
  return rows.map(({ token }) => token)
}

/** Whether the followers of some text have been told. */
export async function hasSpread(sql: Sql): Promise<boolean> {
  const rows = await sql.rows(
    'sweepingHasSpread',
    'SELECT id FROM fan_outs WHERE spread_at IS NOT NULL LIMIT 1',
  )
  return rows.length > 0
}

/**
 * Takes some of the texts whose followers have been told, the oldest first; others take others. Returns them.
 */
export async function takeSpread(sql: Sql, limit: number): Promise<Cause[]> {
  const rows = await sql.rows<{ id: number; post: number; comment: number | null }>(
    'sweepingSpread',
    `SELECT id, post_id AS post, comment_id AS comment
       FROM fan_outs
      WHERE spread_at IS NOT NULL
      ORDER BY spread_at
      LIMIT ?
        FOR UPDATE SKIP LOCKED`,
    [limit],
  )
  if (rows.length === 0) return []
  await sql.write('sweepingFanOuts', 'DELETE FROM fan_outs WHERE id IN (?)', [rows.map(({ id }) => id)])
  return rows.map(({ post, comment }) =>
    comment === null ? { of: 'post', id: post } : { of: 'comment', id: comment },
  )
}

/**
 * The sessions, lately used, of who was told of this: of thousands of followers a few are here. Each is known
 * by the SHA-256 of its cookie.
 */
export const sessionsToldOf = (sql: Sql, { of, id }: Cause) =>
  sql.rows<{ member: number; token: string }>(
    'sweepingSessionsTold',
    `SELECT sessions.user_id AS member, LOWER(HEX(sessions.token_key)) AS token
       FROM notices
       JOIN sessions ON sessions.user_id = notices.user_id
      WHERE notices.${columnOf[of]} = ? AND notices.read_at IS NULL
        AND sessions.used_at > CURRENT_TIMESTAMP(3) - INTERVAL 10 MINUTE`,
    [id],
  )

/** Deletes texts of which nobody told their followers for a day, because there is no courier. */
export async function deleteOldFanOuts(sql: Sql, limit: number): Promise<void> {
  const [last] = await sql.rows<{ id: number }>(
    'sweepingOldFanOuts',
    `SELECT id
       FROM (SELECT id, created_at FROM fan_outs ORDER BY id LIMIT ?) AS oldest
      WHERE created_at < CURRENT_TIMESTAMP(3) - INTERVAL 1 DAY
      ORDER BY id DESC
      LIMIT 1`,
    [limit],
  )
  if (last) await sql.write('sweepingFanOuts', 'DELETE FROM fan_outs WHERE id <= ?', [last.id])
}

/** How many notices each of these members has not read, as far as they are counted. */
export const unreadOf = (sql: Sql, members: number[]) =>
  sql.rows<{ user: number; unread: number }>(
    'unreadOf',
    members
      .map(
        () =>
          `(SELECT ? AS user, COUNT(*) AS unread
              FROM (SELECT id
                      FROM notices
                     WHERE user_id = ? AND read_at IS NULL AND ${isNoticeShown}
                     LIMIT ${mostUnread}) AS counted)`,
      )
      .join(' UNION ALL '),
    members.flatMap((member) => [member, member]),
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
  /** Of the market: an item, and its name. */
  itemId: number | null
  itemName: string | null
  /** An order window, and its name. */
  windowId: number | null
  windowName: string | null
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
            notices.item_id AS itemId, items.name AS itemName,
            notices.window_id AS windowId, order_windows.name AS windowName,
            notices.created_at AS createdAt, notices.read_at AS readAt,
            (categories.removed_at IS NOT NULL OR comments.removed_at IS NOT NULL
             OR NOT ${isShown('posts')}
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
       LEFT JOIN users
         ON users.id = COALESCE(notices.by_id,
                                IF(notices.comment_id IS NULL, posts.author_id, comments.author_id))
        AND users.removed_at IS NULL
       LEFT JOIN orders ON orders.id = notices.order_id
       LEFT JOIN items ON items.id = notices.item_id
       LEFT JOIN order_windows ON order_windows.id = notices.window_id
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

/** The same of the one that has this cause. */
export const markCauseRead = (sql: Sql, member: number, cause: string) =>
  sql.write(
    'markCauseRead',
    `UPDATE notices
        SET read_at = COALESCE(read_at, CURRENT_TIMESTAMP(3))
      WHERE user_id = ? AND cause = ?`,
    [member, cause],
  )

/**
 * The same of all up to this one, so many at most: what has come since is not read. Returns whether there may
 * be more.
 */
export async function markReadUpTo(sql: Sql, member: number, last: number, limit: number): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'markNoticesReadUpTo',
    `UPDATE notices
        SET read_at = CURRENT_TIMESTAMP(3)
      WHERE user_id = ? AND read_at IS NULL AND id <= ?
      LIMIT ?`,
    [member, last, limit],
  )
  return affectedRows === limit
}

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
