import { isReadable } from '../doors/queries.ts'
import type { Sql } from '../platform/db.ts'
import { isOnBoard, isShown } from '../removal/queries.ts'

/** What a new act refers to; null where there is none. */
export type ActPlace = { categoryId: number | null; authorId: number | null; isTaken: number }

export async function actPlace(
  sql: Sql,
  categoryName: string,
  username: string,
  actId: string,
): Promise<ActPlace> {
  const [place] = await sql.rows<ActPlace>(
    'actPlace',
    `SELECT (SELECT id
               FROM categories
              WHERE name_key = UNHEX(SHA2(?, 256)) AND ${isReadable('id')}) AS categoryId,
            (SELECT id FROM users WHERE name_key = UNHEX(SHA2(?, 256))) AS authorId,
            EXISTS (SELECT 1
                      FROM acts
                      JOIN categories ON categories.id = acts.category_id AND categories.removed_at IS NULL
                     WHERE act_key = UNHEX(SHA2(?, 256))) AS isTaken`,
    [categoryName, username, actId],
  )
  return place ?? { categoryId: null, authorId: null, isTaken: 0 }
}

export type NewAct = {
  postId: number
  actId: string
  categoryId: number
  username: string
  timestamp: string
  moment: string
  image: string
  bytes: number
}

/** Takes an id from an act that is removed and not swept yet. */
export const freeActId = (sql: Sql, actId: string) =>
  sql.write(
    'freeActId',
    `DELETE acts
       FROM acts
       JOIN categories ON categories.id = acts.category_id
      WHERE acts.act_key = UNHEX(SHA2(?, 256)) AND categories.removed_at IS NOT NULL`,
    [actId],
  )

export const insertAct = (sql: Sql, act: NewAct) =>
  sql.write(
    'insertAct',
    `INSERT INTO acts (post_id, act_id, act_key, category_id, username, username_key, timestamp, moment,
                       image, bytes)
     VALUES (?, ?, UNHEX(SHA2(?, 256)), ?, ?, UNHEX(SHA2(?, 256)), ?, ?, ?, ?)`,
    [
      act.postId,
      act.actId,
      act.actId,
      act.categoryId,
      act.username,
      act.username,
      act.timestamp,
      act.moment,
      act.image,
      act.bytes,
    ],
  )

export type ActPost = { id: number; categoryId: number; authorId: number | null }

/** The post of an act. */
export async function postOfAct(sql: Sql, actId: string): Promise<ActPost | undefined> {
  const [post] = await sql.rows<ActPost>(
    'postOfAct',
    `SELECT posts.id, posts.category_id AS categoryId, posts.author_id AS authorId
       FROM acts
       JOIN posts ON posts.id = acts.post_id
       JOIN categories ON categories.id = posts.category_id AND categories.removed_at IS NULL
      WHERE acts.act_key = UNHEX(SHA2(?, 256)) AND ${isShown('posts')}`,
    [actId],
  )
  return post
}

export type ActCategory = { id: number; name: string; acts: number }

/** In a statement for many: NULL for a name that may have megabytes, to be read by itself. */
const shortName = 'IF(CHAR_LENGTH(name) > 1000, NULL, name)'

export const actCategoriesAfter = (sql: Sql, after: number, limit: number) =>
  sql.rows<{ id: number; name: string | null; acts: number }>(
    'actCategories',
    `SELECT id, ${shortName} AS name, acts
       FROM categories
      WHERE id > ? AND removed_at IS NULL AND ${isReadable('id')}
      ORDER BY id
      LIMIT ?`,
    [after, limit],
  )

export async function actCategoryById(sql: Sql, id: number): Promise<ActCategory | undefined> {
  const [category] = await sql.rows<ActCategory>(
    'actCategoryById',
    `SELECT id, name, acts FROM categories WHERE id = ? AND removed_at IS NULL AND ${isReadable('id')}`,
    [id],
  )
  return category
}

/** The names of these categories, without those that are long. */
export async function shortCategoryNames(sql: Sql, ids: number[]): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map()
  const rows = await sql.rows<{ id: number; name: string | null }>(
    'shortCategoryNames',
    `SELECT id, ${shortName} AS name FROM categories WHERE id IN (?) AND removed_at IS NULL`,
    [ids],
  )
  return new Map(rows.flatMap(({ id, name }) => (name === null ? [] : [[id, name]])))
}

export async function actCategory(sql: Sql, name: string): Promise<ActCategory | undefined> {
  const [category] = await sql.rows<ActCategory>(
    'actCategory',
    `SELECT id, name, acts FROM categories WHERE name_key = UNHEX(SHA2(?, 256)) AND ${isReadable('id')}`,
    [name],
  )
  return category
}

export async function countOfActs(sql: Sql): Promise<number> {
  const [sum] = await sql.rows<{ acts: string | null }>(
    'countOfActs',
    `SELECT SUM(acts) AS acts FROM categories WHERE removed_at IS NULL AND ${isReadable('id')}`,
  )
  return Number(sum?.acts ?? 0)
}

/** Where an act stands in a listing, and about how much has to be read for it, its category's name apart. */
export type ListedAct = { postId: number; moment: string | number; bytes: number }

export const newestActsIn = (sql: Sql, category: number, skip: number, limit: number) =>
  sql.rows<ListedAct>(
    'newestActsIn',
    `SELECT acts.post_id AS postId, acts.moment, acts.bytes + LENGTH(acts.act_id) AS bytes
       FROM (SELECT post_id
               FROM acts
              WHERE category_id = ? AND ${isOnBoard('acts.post_id')} AND ${isReadable('acts.category_id')}
              ORDER BY moment DESC, post_id DESC
              LIMIT ? OFFSET ?) AS listed
       JOIN acts ON acts.post_id = listed.post_id
      ORDER BY acts.moment DESC, acts.post_id DESC`,
    [category, limit, skip],
  )

/** From below `after` on, or from the newest. */
export const newestActsBy = (sql: Sql, username: string, after: ListedAct | undefined, limit: number) =>
  sql.rows<ListedAct>(
    'newestActsBy',
    `SELECT post_id AS postId, moment, bytes + LENGTH(act_id) AS bytes
       FROM acts
      WHERE username_key = UNHEX(SHA2(?, 256))
        AND NOT EXISTS (SELECT 1 FROM categories
                         WHERE categories.id = acts.category_id AND removed_at IS NOT NULL)
        AND ${isOnBoard('acts.post_id')} AND ${isReadable('acts.category_id')}
        AND moment <= ?
        AND (moment < ? OR post_id < ?)
      ORDER BY moment DESC, post_id DESC
      LIMIT ?`,
    [username, after?.moment ?? endOfTime, after?.moment ?? endOfTime, after?.postId ?? 0, limit],
  )

const endOfTime = '99999999999999'

export type Act = {
  postId: number
  actId: string
  username: string
  timestamp: string
  caption: string
  likes: number
  categoryId: number
  image: string
}

export const actsOfPosts = (sql: Sql, posts: number[]) =>
  sql.rows<Act>(
    'actsOfPosts',
    `SELECT acts.post_id AS postId, acts.act_id AS actId, acts.username, acts.timestamp,
            posts.body AS caption, posts.likes, posts.category_id AS categoryId, acts.image
       FROM acts
       JOIN posts ON posts.id = acts.post_id
       JOIN categories ON categories.id = posts.category_id AND categories.removed_at IS NULL
      WHERE acts.post_id IN (?) AND ${isShown('posts')}`,
    [posts],
  )

export const usernamesAfter = (sql: Sql, after: number, limit: number) =>
  sql.rows<{ id: number; name: string | null }>(
    'usernames',
    `SELECT id, ${shortName} AS name
       FROM users
      WHERE id > ? AND disabled_at IS NULL
      ORDER BY id
      LIMIT ?`,
    [after, limit],
  )

export async function usernameById(sql: Sql, id: number): Promise<string | undefined> {
  const [user] = await sql.rows<{ name: string }>(
    'usernameById',
    'SELECT name FROM users WHERE id = ? AND disabled_at IS NULL',
    [id],
  )
  return user?.name
}

export type Password = { passwordHash: string | null; disabledAt: string | null }

/** `key`: the name's SHA-256, in hex. */
export async function passwordByKey(sql: Sql, key: string): Promise<Password | undefined> {
  const [user] = await sql.rows<Password>(
    'passwordByKey',
    'SELECT password_hash AS passwordHash, disabled_at AS disabledAt FROM users WHERE name_key = UNHEX(?)',
    [key],
  )
  return user
}

/** `key`: the name's SHA-256, in hex. */
export async function usernameByKey(sql: Sql, key: string): Promise<string | undefined> {
  const [user] = await sql.rows<{ name: string }>(
    'usernameByKey',
    'SELECT name FROM users WHERE name_key = UNHEX(?) AND disabled_at IS NULL',
    [key],
  )
  return user?.name
}
