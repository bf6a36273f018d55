import { isPostReadable, isTagReadable } from '../doors/queries.ts'
import type { Sql } from '../platform/db.ts'
import { isOnBoard } from '../removal/queries.ts'
import { foldedTag } from '../text/tags.ts'

/** The id of a tag in any spelling, or null. */
export async function tagId(sql: Sql, tag: string): Promise<number | null> {
  const [found] = await sql.rows<{ id: number }>(
    'tagId',
    `SELECT id FROM tags WHERE name = ? AND ${isTagReadable('tags.id')}`,
    [foldedTag(tag)],
  )
  return found?.id ?? null
}

export type Tag = { id: number; name: string }

/** Tags with posts that begin with `start`. `like` is that with its `%`. */
export const tagsLike = (sql: Sql, like: string, limit: number) =>
  sql.rows<Tag>(
    'tagsLike',
    `SELECT id, name
       FROM tags
      WHERE name LIKE ?
        AND EXISTS (SELECT 1
                      FROM post_tags
                     WHERE post_tags.tag_id = tags.id AND ${isOnBoard('post_tags.post_id')}
                       AND ${isPostReadable('post_tags.post_id')})
      ORDER BY name
      LIMIT ?`,
    [like, limit],
  )

/** Adds the tags that are not there yet. */
export const insertTags = (sql: Sql, names: string[]) =>
  sql.write('insertTags', 'INSERT IGNORE INTO tags (name) VALUES ?', [names.map((name) => [name])])

/** Gives a post these tags, with its place in every order. */
export const linkTags = (sql: Sql, post: number, names: string[]) =>
  sql.write(
    'linkTags',
    `INSERT INTO post_tags (tag_id, post_id, likes, hot)
     SELECT tags.id, post_ranks.post_id, post_ranks.likes, post_ranks.hot
       FROM tags
       JOIN post_ranks
      WHERE tags.name IN (?) AND post_ranks.post_id = ?`,
    [names, post],
  )

export const unlinkTags = (sql: Sql, post: number) =>
  sql.write('unlinkTags', 'DELETE FROM post_tags WHERE post_id = ?', [post])

/** Lets the orders of tagged posts follow their ranks. */
export const followRanks = (sql: Sql, posts: number[]) =>
  sql.write(
    'rankingTags',
    `UPDATE post_tags
       JOIN post_ranks ON post_ranks.post_id = post_tags.post_id
        SET post_tags.likes = post_ranks.likes, post_tags.hot = post_ranks.hot
      WHERE post_tags.post_id IN (?)`,
    [posts],
  )
