import { mayEnterThread } from '../doors/queries.ts'
import type { Sql } from '../platform/db.ts'
import { nameStart } from '../platform/names.ts'

type Asking = { post: number; isOnFront: boolean; until: string | null }

/**
 * Has the courier ask members to confirm, until then, that they read a post: all who may read it where it is
 * on the front page, or where groups read its category; else who follows that. Who was asked before is not
 * asked again.
 */
export const putAsking = (sql: Sql, { post, isOnFront, until }: Asking) =>
  sql.write(
    'putAsking',
    `INSERT INTO announcements (post_id, until_at, is_everywhere)
     SELECT posts.id, ?,
            ? OR EXISTS (SELECT 1
                           FROM doors
                          WHERE doors.category_id = posts.category_id AND doors.read_by = 'groups')
       FROM posts
      WHERE posts.id = ?
         ON DUPLICATE KEY UPDATE until_at = VALUES(until_at), is_everywhere = VALUES(is_everywhere),
                                 after_user = 0, asked_at = NULL`,
    [until === null ? null : new Date(until), isOnFront, post],
  )

/** Nobody else is asked. Who was stays to be read. */
export const endAsking = (sql: Sql, post: number) =>
  sql.write('endAsking', 'DELETE FROM announcements WHERE post_id = ?', [post])

export type Answers = { asked: number; confirmed: number }

/** How many of those who may read it were asked to confirm that they read a post, and how many did. */
export async function answersTo(sql: Sql, post: number): Promise<Answers> {
  const [row] = await sql.rows<Answers>(
    'confirmationsOf',
    `SELECT COUNT(*) AS asked, COUNT(confirmed_at) AS confirmed
       FROM confirmations
      WHERE post_id = ? AND ${mayEnterThread('confirmations.post_id', 'confirmations.user_id')}`,
    [post],
  )
  return row ?? { asked: 0, confirmed: 0 }
}

export type Missing = { id: number; name: string }

/** Members who were asked, may read it and have not confirmed, behind one, in the order of their ids. */
export const membersMissing = (sql: Sql, post: number, after: string, limit: number) =>
  sql.rows<Missing>(
    'membersMissing',
    `SELECT users.id, ${nameStart('users.name')} AS name
       FROM (SELECT user_id
               FROM confirmations
              WHERE post_id = ? AND confirmed_at IS NULL AND user_id > ?
                AND ${mayEnterThread('confirmations.post_id', 'confirmations.user_id')}
              ORDER BY user_id
              LIMIT ?) AS missing
       JOIN users ON users.id = missing.user_id
      ORDER BY users.id`,
    [post, after, limit],
  )

/** Whether a member is asked to confirm that they read a post, and has not. */
export async function isAsked(sql: Sql, member: number, post: number): Promise<boolean> {
  const rows = await sql.rows(
    'isAskedToConfirm',
    'SELECT user_id FROM confirmations WHERE post_id = ? AND user_id = ? AND confirmed_at IS NULL',
    [post, member],
  )
  return rows.length > 0
}

/** Notes that a member read a post; again it stays as it was. Returns false when they were not asked. */
export async function putConfirmation(sql: Sql, member: number, post: number): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'putConfirmation',
    `UPDATE confirmations
        SET confirmed_at = COALESCE(confirmed_at, CURRENT_TIMESTAMP(3))
      WHERE post_id = ? AND user_id = ?`,
    [post, member],
  )
  return affectedRows > 0
}
