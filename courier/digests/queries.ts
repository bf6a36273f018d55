import { mayEnter } from '../../src/doors/queries.ts'
import type { MailAddress } from '../../src/mail/address.ts'
import type { Pace } from '../../src/mail/schedule.ts'
import type { Sql } from '../../src/platform/db.ts'
import { nameStart } from '../../src/platform/names.ts'
import type { Language } from '../../texts/languages.ts'

/** A member for whom it is time to look whether there is something to mail. */
export type DueDigest = { user: number; pace: Pace; timeZone: string; mailedUpTo: number }

/** The longest due, held until the transaction is over. What another courier holds is passed over. */
export const dueDigests = (sql: Sql, now: Date, limit: number) =>
  sql.rows<DueDigest>(
    'dueDigests',
    `SELECT user_id AS user, pace, time_zone AS timeZone, mailed_up_to AS mailedUpTo
       FROM notice_mails
      WHERE due_at <= ?
      ORDER BY due_at
      LIMIT ?
        FOR UPDATE SKIP LOCKED`,
    [now, limit],
  )

/** Where the mail of a member goes, and up to which notice it tells. */
export type Unmailed = { user: number; upTo: number; address: MailAddress; language: Language }

/** By the time that a notice is so old, whatever was written before it is committed. */
const graceSeconds = 60

/** Those of these members who have not read something of which no mail was written, and whom mail reaches. */
export const unmailedOf = (sql: Sql, members: number[], now: Date) =>
  sql.rows<Unmailed>(
    'unmailedOf',
    `SELECT notice_mails.user_id AS user, MAX(notices.id) AS upTo,
            MAX(addresses.address) AS address,
            COALESCE(MAX(users.language), MAX(addresses.language)) AS language
       FROM notice_mails
       JOIN users ON users.id = notice_mails.user_id
                 AND users.disabled_at IS NULL AND users.removed_at IS NULL
       JOIN addresses ON addresses.user_id = notice_mails.user_id
                     AND addresses.address IS NOT NULL AND addresses.refused_at IS NULL
       JOIN notices ON notices.user_id = notice_mails.user_id
                   AND notices.id > notice_mails.mailed_up_to
                   AND notices.read_at IS NULL
                   AND notices.created_at <= ? - INTERVAL ? SECOND
      WHERE notice_mails.user_id IN (?)
      GROUP BY notice_mails.user_id`,
    [now, graceSeconds, members],
  )

export const markDigested = (sql: Sql, user: number, mailedUpTo: number, dueAt: Date | null) =>
  sql.write('markDigested', 'UPDATE notice_mails SET mailed_up_to = ?, due_at = ? WHERE user_id = ?', [
    mailedUpTo,
    dueAt,
    user,
  ])

/** The token that ends the mails of a member; undefined when they have ended them. */
export async function unsubscribeToken(sql: Sql, user: number): Promise<string | undefined> {
  const [found] = await sql.rows<{ token: string }>(
    'unsubscribeToken',
    `SELECT token FROM notice_mails WHERE user_id = ? AND pace <> 'never'`,
    [user],
  )
  return found?.token
}

export type MailedNotice = {
  kind: string
  postId: number | null
  title: string | null
  commentId: number | null
  by: string | null
  orderId: number | null
  orderState: string | null
  itemId: number | null
  itemName: string | null
  windowId: number | null
  windowName: string | null
}

/** In a statement: what a member was told of and has not read; nothing that is gone, or they may not read. */
const unreadNotices = (which: string) => `
     SELECT notices.kind, notices.post_id AS postId, posts.title, notices.comment_id AS commentId,
            ${nameStart('users.name')} AS \`by\`,
            notices.order_id AS orderId, orders.state AS orderState,
            notices.item_id AS itemId, items.name AS itemName,
            notices.window_id AS windowId, order_windows.name AS windowName
       FROM notices
       LEFT JOIN posts ON posts.id = notices.post_id
       LEFT JOIN categories ON categories.id = posts.category_id
       LEFT JOIN removed_posts ON removed_posts.post_id = notices.post_id
       LEFT JOIN users AS authors ON authors.id = posts.author_id
       LEFT JOIN comments ON comments.id = notices.comment_id
       LEFT JOIN users AS writers ON writers.id = comments.author_id
       LEFT JOIN users
         ON users.id = COALESCE(notices.by_id,
                                IF(notices.comment_id IS NULL, posts.author_id, comments.author_id))
        AND users.removed_at IS NULL
       LEFT JOIN orders ON orders.id = notices.order_id
       LEFT JOIN items ON items.id = notices.item_id
       LEFT JOIN order_windows ON order_windows.id = notices.window_id
      WHERE notices.user_id = ? AND ${which} AND notices.read_at IS NULL
        AND categories.removed_at IS NULL AND removed_posts.post_id IS NULL
        AND comments.removed_at IS NULL
        AND NOT COALESCE(authors.posts_removed, 0) AND NOT COALESCE(writers.posts_removed, 0)
        AND ${mayEnter('posts.category_id', 'notices.user_id', 'read')}
      ORDER BY notices.id
      LIMIT ?`

/** Those behind one notice, up to another. */
export const noticesToMail = (
  sql: Sql,
  user: number,
  { after, upTo }: { after: number; upTo: number },
  limit: number,
) =>
  sql.rows<MailedNotice>('noticesToMail', unreadNotices('notices.id > ? AND notices.id <= ?'), [
    user,
    after,
    upTo,
    limit,
  ])

/** Those of these. */
export const noticesWithIds = (sql: Sql, user: number, ids: number[]) =>
  sql.rows<MailedNotice>('noticesWithIds', unreadNotices('notices.id IN (?)'), [user, ids, ids.length])
