import { isReadable, isTagReadable } from '../doors/queries.ts'
import type { Sql } from '../platform/db.ts'
import { nameStart } from '../platform/names.ts'
import { isOnBoard } from '../removal/queries.ts'

/** What a member may follow. */
export const followable = ['post', 'category', 'tag', 'member'] as const
export type Followable = (typeof followable)[number]

/**
 * How a member follows something: `all` new texts, its new `posts` alone, or `mute`, which is the opposite.
 */
export type FollowLevel = 'all' | 'posts' | 'mute'

const tables: Record<Followable, string> = {
  post: 'post_follows',
  category: 'category_follows',
  tag: 'tag_follows',
  member: 'member_follows',
}

/** Whoever writes in a thread follows it, unless they have refused to, or chosen how before. */
export const followOnWriting = (sql: Sql, member: number, post: number) =>
  sql.write(
    'followOnWriting',
    `INSERT IGNORE INTO post_follows (subject_id, user_id, level)
     SELECT ?, id, 'all'
       FROM users
      WHERE id = ? AND NOT EXISTS (SELECT 1 FROM follow_refusals WHERE user_id = users.id)`,
    [post, member],
  )

/** The followers of a new post, or comment, are to be told of it: the courier does. */
export const beginFanOut = (sql: Sql, post: number, comment: number | null) =>
  sql.write('beginFanOut', 'INSERT INTO fan_outs (post_id, comment_id) VALUES (?, ?)', [post, comment])

export const setLevel = (sql: Sql, member: number, kind: Followable, subject: number, level: FollowLevel) =>
  sql.write(
    'setFollowLevel',
    `INSERT INTO ${tables[kind]} (subject_id, user_id, level)
     VALUES (?, ?, ?)
         ON DUPLICATE KEY UPDATE level = VALUES(level)`,
    [subject, member, level],
  )

/** How many members a member has muted, but this one. */
export async function mutedBeside(sql: Sql, member: number, subject: number): Promise<number> {
  const [found] = await sql.rows<{ muted: number }>(
    'mutedBeside',
    `SELECT COUNT(*) AS muted
       FROM member_follows
      WHERE user_id = ? AND level = 'mute' AND subject_id <> ?`,
    [member, subject],
  )
  return found?.muted ?? 0
}

export const deleteFollow = (sql: Sql, member: number, kind: Followable, subject: number) =>
  sql.write('deleteFollow', `DELETE FROM ${tables[kind]} WHERE subject_id = ? AND user_id = ?`, [
    subject,
    member,
  ])

export async function levelOf(
  sql: Sql,
  member: number,
  kind: Followable,
  subject: number,
): Promise<FollowLevel | undefined> {
  const [found] = await sql.rows<{ level: FollowLevel }>(
    'followLevel',
    `SELECT level FROM ${tables[kind]} WHERE subject_id = ? AND user_id = ?`,
    [subject, member],
  )
  return found?.level
}

/** In a statement: the name of a thing of each kind that the reader may see. */
const named: Record<Followable, string> = {
  post: `SELECT posts.id, posts.title AS name
           FROM posts
           JOIN categories ON categories.id = posts.category_id AND categories.removed_at IS NULL
          WHERE ${isOnBoard('posts.id')} AND ${isReadable('posts.category_id')}`,
  category: `SELECT id, ${nameStart('name')} AS name
               FROM categories
              WHERE removed_at IS NULL AND ${isReadable('id')}`,
  tag: `SELECT id, name FROM tags WHERE ${isTagReadable('tags.id')}`,
  member: `SELECT id, ${nameStart('name')} AS name FROM users WHERE removed_at IS NULL`,
}

export type Subject = { id: number; name: string }

/** What is followed, if it is there. */
export async function subjectOf(sql: Sql, kind: Followable, id: number): Promise<Subject | undefined> {
  const [found] = await sql.rows<Subject>(
    'followSubject',
    `SELECT id, name FROM (${named[kind]}) AS subjects WHERE id = ?`,
    [id],
  )
  return found
}

export type Followed = { id: number; name: string; level: FollowLevel }

/** What a member follows or has muted of a kind, the newest things first. */
export const followedBy = (sql: Sql, member: number, kind: Followable, limit: number) =>
  sql.rows<Followed>(
    'followedBy',
    `SELECT subjects.id, subjects.name, followed.level
       FROM (SELECT subject_id, level
               FROM ${tables[kind]}
              WHERE user_id = ?
              ORDER BY subject_id DESC
              LIMIT ?) AS followed
       JOIN (${named[kind]}) AS subjects ON subjects.id = followed.subject_id
      ORDER BY subjects.id DESC`,
    [member, limit],
  )

export async function refusesToFollow(sql: Sql, member: number): Promise<boolean> {
  const rows = await sql.rows('followRefusal', 'SELECT user_id FROM follow_refusals WHERE user_id = ?', [
    member,
  ])
  return rows.length > 0
}

export const refuseToFollow = (sql: Sql, member: number) =>
  sql.write('refuseToFollow', 'INSERT IGNORE INTO follow_refusals (user_id) VALUES (?)', [member])

export const stopRefusing = (sql: Sql, member: number) =>
  sql.write('stopRefusingToFollow', 'DELETE FROM follow_refusals WHERE user_id = ?', [member])
