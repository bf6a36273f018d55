import { unplaced } from '../../views/names.ts'
import type { PostPlace } from '../cache-policy.ts'
import { noteChanged } from '../changes/queries.ts'
import { isReadable, mayEnter } from '../doors/queries.ts'
import type { Sql } from '../platform/db.ts'
import { nameStart } from '../platform/names.ts'
import { hangingOnPosts, isAnyLarge } from '../removal/queries.ts'
import { mayWrite } from '../sanctions/queries.ts'

/** `place`: in menus; `unplaced` without one. `hue`: null for one by its id. */
export type Category = {
  id: number
  name: string
  posts: number
  description: string
  place: number
  hue: number | null
}

/** A page of the categories, the oldest first. */
export const categoriesAfter = (sql: Sql, after: string, limit: number) =>
  sql.rows<Category>(
    'categoriesAfter',
    `SELECT id, ${nameStart('name')} AS name, posts, description, place, hue
       FROM categories
      WHERE id > ? AND removed_at IS NULL AND ${isReadable('id')}
      ORDER BY id
      LIMIT ?`,
    [after, limit],
  )

/**
 * A page of the categories in the order of menus, of those whose name has what `like` finds, whatever its
 * case and accents.
 */
export const categoriesInOrder = (
  sql: Sql,
  like: string,
  after: Pick<Category, 'place' | 'id'>,
  limit: number,
) =>
  sql.rows<Category>(
    'categoriesInOrder',
    `SELECT id, ${nameStart('name')} AS name, posts, description, place, hue
       FROM categories FORCE INDEX (categories_by_place)
      WHERE place >= ? AND (place > ? OR id > ?)
        AND removed_at IS NULL AND name COLLATE utf8mb4_unicode_ci LIKE ? AND ${isReadable('id')}
      ORDER BY place, id
      LIMIT ?`,
    [after.place, after.place, after.id, like, limit],
  )

/** The first categories of menus. */
export const firstCategories = (sql: Sql, limit: number) =>
  sql.rows<Category>(
    'firstCategories',
    `SELECT id, ${nameStart('name')} AS name, posts, description, place, hue
       FROM categories FORCE INDEX (categories_by_place)
      WHERE removed_at IS NULL AND ${isReadable('id')}
      ORDER BY place, id
      LIMIT ?`,
    [limit],
  )

/** These categories, in the order of menus. */
export const categoriesWithIds = (sql: Sql, ids: number[]) =>
  sql.rows<Category>(
    'categoriesWithIds',
    `SELECT id, ${nameStart('name')} AS name, posts, description, place, hue
       FROM categories
      WHERE id IN (?) AND removed_at IS NULL AND ${isReadable('id')}
      ORDER BY place, id`,
    [ids],
  )

/** Ids of the categories that have a place, in their order. */
export async function placedCategories(sql: Sql, limit: number): Promise<number[]> {
  const rows = await sql.rows<{ id: number }>(
    'placedCategories',
    `SELECT id
       FROM categories
      WHERE place < ? AND removed_at IS NULL
      ORDER BY place, id
      LIMIT ?`,
    [unplaced, limit],
  )
  return rows.map(({ id }) => id)
}

/** Gives categories the places 1, 2, 3 and so on. */
export const placeCategories = (sql: Sql, ids: number[]) =>
  sql.write('placeCategories', 'UPDATE categories SET place = FIELD(id, ?) WHERE id IN (?)', [ids, ids])

export const describeCategory = (
  sql: Sql,
  id: number,
  { description, place, hue }: Pick<Category, 'description' | 'place' | 'hue'>,
) =>
  sql.write('describeCategory', 'UPDATE categories SET description = ?, place = ?, hue = ? WHERE id = ?', [
    description,
    place,
    hue,
    id,
  ])

export async function categoryByName(sql: Sql, name: string): Promise<Category | undefined> {
  const [category] = await sql.rows<Category>(
    'categoryByName',
    `SELECT id, name, posts, description, place, hue
       FROM categories
      WHERE name_key = UNHEX(SHA2(?, 256)) AND ${isReadable('id')}`,
    [name],
  )
  return category
}

export async function categoryById(sql: Sql, id: string): Promise<Category | undefined> {
  const [category] = await sql.rows<Category>(
    'categoryById',
    `SELECT id, name, posts, description, place, hue
       FROM categories
      WHERE id = ? AND removed_at IS NULL AND ${isReadable('id')}`,
    [id],
  )
  return category
}

/** `isTwin`: others may look the same. */
export const insertCategory = (sql: Sql, name: string, look: string, isTwin: boolean) =>
  sql.write(
    'insertCategory',
    `INSERT INTO categories (name, name_key, look_key, look_twin)
     VALUES (?, UNHEX(SHA2(?, 256)), UNHEX(SHA2(?, 256)), IF(?, UNHEX(SHA2(?, 256)), ''))`,
    [name, name, look, isTwin, name],
  )

/** Returns whether there is such a category. Throws ER_DUP_ENTRY when another one has the name. */
export async function setCategoryName(sql: Sql, id: number, name: string, look: string): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'setCategoryName',
    `UPDATE categories
        SET name = ?, name_key = UNHEX(SHA2(?, 256)), look_key = UNHEX(SHA2(?, 256)), look_twin = ''
      WHERE id = ? AND removed_at IS NULL`,
    [name, name, look, id],
  )
  return affectedRows === 1
}

/**
 * Also what makes everyone else who counts in this category wait: call it before the post is written. False
 * when the category is removed, or `author` may not write now, or `by` may not there.
 */
export async function countPosts(
  sql: Sql,
  category: number,
  more: { posts: number; acts: number },
  author: number | null = null,
  by = author,
): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'countPosts',
    `UPDATE categories
        SET posts = posts + ?, acts = acts + ?
      WHERE id = ? AND removed_at IS NULL AND ${mayWrite}
        AND ${mayEnter('categories.id', '?', 'write')}`,
    [more.posts, more.acts, category, author, by],
  )
  return affectedRows > 0
}

/**
 * Counts a post out of its category. False when that is removed: it counts nothing any more, and the post is
 * gone.
 */
export async function discountPost(sql: Sql, { id, categoryId }: PostPlace): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'discountPost',
    `UPDATE categories
        SET posts = posts - 1, acts = acts - (SELECT COUNT(*) FROM acts WHERE post_id = ?)
      WHERE id = ? AND removed_at IS NULL`,
    [id, categoryId],
  )
  return affectedRows > 0
}

/** Counts a post back into its category. False when that is removed. */
export async function countPostBack(sql: Sql, { id, categoryId }: PostPlace): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'countPostBack',
    `UPDATE categories
        SET posts = posts + 1, acts = acts + (SELECT COUNT(*) FROM acts WHERE post_id = ?)
      WHERE id = ? AND removed_at IS NULL`,
    [id, categoryId],
  )
  return affectedRows > 0
}

/** Nothing is added to it until the transaction is over. False when it is removed. */
export async function lockCategory(sql: Sql, category: number): Promise<boolean> {
  const rows = await sql.rows(
    'lockCategory',
    'SELECT id FROM categories WHERE id = ? AND removed_at IS NULL FOR UPDATE',
    [category],
  )
  return rows.length > 0
}

/**
 * Whether a category has more than so many posts, followers, or rows that hang on its posts. These are looked
 * at last: of very many posts it would take long.
 */
export const isLargeCategory = async (sql: Sql, category: number, most: number): Promise<boolean> =>
  (await isAnyLarge(
    sql,
    'isLargeCategory',
    [
      'SELECT id FROM posts WHERE category_id = ?',
      'SELECT user_id FROM category_follows WHERE subject_id = ?',
    ],
    { of: category, most },
  )) || isAnyLarge(sql, 'isMuchOnCategory', hangingOnPosts('category_id'), { of: category, most })

/** Whether more than so many members follow it. */
export const isFollowedByMany = (sql: Sql, category: number, most: number): Promise<boolean> =>
  isAnyLarge(sql, 'isFollowedByMany', ['SELECT user_id FROM category_follows WHERE subject_id = ?'], {
    of: category,
    most,
  })

/** Where posts of a category stand, in the order of their ids, those above `after`. */
export const placesIn = (sql: Sql, category: number, limit: number) =>
  sql.rows<PostPlace>(
    'placesIn',
    `SELECT id, category_id AS categoryId, author_id AS authorId
       FROM posts
      WHERE category_id = ?
      ORDER BY id DESC
      LIMIT ?`,
    [category, limit],
  )

export async function deletePosts(sql: Sql, ids: number[]): Promise<void> {
  await sql.write('deletePosts', 'DELETE FROM posts WHERE id IN (?)', [ids])
  await noteChanged(sql, 'post', ids)
}

/** Only an empty one: what its posts are for is not ours to throw away, and hidden ones may come back. */
export async function deleteEmptyCategory(sql: Sql, id: number): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'deleteEmptyCategory',
    `DELETE FROM categories
      WHERE id = ? AND posts = 0 AND removed_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM posts WHERE posts.category_id = categories.id)`,
    [id],
  )
  return affectedRows === 1
}

export const deleteCategory = (sql: Sql, category: number) =>
  sql.write('deleteCategory', 'DELETE FROM categories WHERE id = ?', [category])

const removedNow = `removed_at = CURRENT_TIMESTAMP(3), name = '',
            name_key = UNHEX(SHA2(CONCAT('removed ', id, ' ', UUID()), 256)),
            look_key = name_key, look_twin = ''`

/** The same of one that very many follow: it is hidden, and swept. */
export async function hideEmptyCategory(sql: Sql, id: number): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'hideEmptyCategory',
    `UPDATE categories
        SET ${removedNow}
      WHERE id = ? AND posts = 0 AND removed_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM posts WHERE posts.category_id = categories.id)`,
    [id],
  )
  return affectedRows === 1
}

/** Removes a category for everyone, and frees its name. Returns whether it was there. */
export async function markCategoryRemoved(sql: Sql, category: number): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'markCategoryRemoved',
    `UPDATE categories
        SET ${removedNow}
      WHERE id = ? AND removed_at IS NULL`,
    [category],
  )
  return affectedRows > 0
}
