import type { PostPlace } from '../cache-policy.ts'
import type { Sql } from '../platform/db.ts'

/** The name of a member's picture, if they have one. */
export async function avatarOf(sql: Sql, user: number): Promise<string | null> {
  const [found] = await sql.rows<{ hash: string }>('avatarOf', 'SELECT hash FROM avatars WHERE user_id = ?', [
    user,
  ])
  return found?.hash ?? null
}

export async function avatarNamed(sql: Sql, hash: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const [found] = await sql.rows<{ picture: Uint8Array<ArrayBuffer> }>(
    'avatarNamed',
    'SELECT picture FROM avatars WHERE hash = ? LIMIT 1',
    [hash],
  )
  return found?.picture
}

/** The newest posts that a member wrote, and the newest that they commented on, so many of each. */
export const newestPlacesOf = (sql: Sql, user: number, limit: number) =>
  sql.rows<PostPlace>(
    'newestPlacesOf',
    `SELECT posts.id, posts.category_id AS categoryId, posts.author_id AS authorId
       FROM ((SELECT id FROM posts WHERE author_id = ? ORDER BY id DESC LIMIT ?)
             UNION
             (SELECT DISTINCT post_id FROM comments WHERE author_id = ? ORDER BY post_id DESC LIMIT ?)
            ) AS theirs
       JOIN posts ON posts.id = theirs.id`,
    [user, limit, user, limit],
  )

export const setAvatar = (sql: Sql, user: number, hash: string, picture: Uint8Array) =>
  sql.write(
    'setAvatar',
    `REPLACE INTO avatars (user_id, hash, picture)
     VALUES (?, ?, ?)`,
    [user, hash, Buffer.from(picture)],
  )

export const deleteAvatar = (sql: Sql, user: number) =>
  sql.write('deleteAvatar', 'DELETE FROM avatars WHERE user_id = ?', [user])
