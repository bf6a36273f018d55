import type { Limits, Sql, SqlValue } from '../platform/db.ts'
import { listed } from '../platform/names.ts'
import { type Hidden, isKept, nothingHidden } from '../removal/queries.ts'

/** A comment with the post it is on. */
export type FoundComment = {
  id: number
  title: string
  body: string
  author: string | null
  authorId: number | null
  avatar: string | null
  createdAt: string
}

/** Newest first. `words` is a full-text query in boolean mode. */
export const commentsWith = (
  sql: Sql,
  words: string,
  before: string,
  limit: number,
  hidden: Hidden = nothingHidden,
  limits?: Limits,
) => {
  const seen = seenOf(hidden)
  return sql.rows<FoundComment>(
    'commentsWith',
    `SELECT comments.id, posts.title, comments.body, ${listed('users.name')} AS author,
            comments.author_id AS authorId, avatars.hash AS avatar, comments.created_at AS createdAt
       FROM (SELECT id
               FROM comments
              WHERE MATCH (body) AGAINST (? IN BOOLEAN MODE)
                AND id < ?${seen.map(([text]) => ` AND ${text}`).join('')}
              ORDER BY id DESC
              LIMIT ?) AS page
       JOIN comments ON comments.id = page.id
       JOIN posts ON posts.id = comments.post_id
       JOIN categories ON categories.id = posts.category_id AND categories.removed_at IS NULL
       LEFT JOIN users ON users.id = comments.author_id AND users.removed_at IS NULL
       LEFT JOIN avatars ON avatars.user_id = comments.author_id
      WHERE ${isKept('posts.author_id')} AND ${isKept('comments.author_id')}
      ORDER BY comments.id DESC`,
    [words, before, ...seen.map(([, ids]) => ids), limit],
    limits,
  )
}

/** Conditions that leave out what is hidden before a page is full of it. Nearly always there is nothing. */
const seenOf = ({ authors, categories }: Hidden) =>
  (
    [
      ['(author_id IS NULL OR author_id NOT IN (?))', authors],
      ['post_id NOT IN (SELECT id FROM posts WHERE author_id IN (?))', authors],
      ['post_id NOT IN (SELECT id FROM posts WHERE category_id IN (?))', categories],
    ] satisfies [string, SqlValue[]][]
  ).filter(([, ids]) => ids.length > 0)

export type FoundMember = { id: number; name: string; avatar: string | null }

/** Members whose names begin like this; `like` is that with its `%`. */
export const membersLike = (sql: Sql, like: string, limit: number, limits?: Limits) =>
  sql.rows<FoundMember>(
    'membersLike',
    `SELECT users.id, ${listed('users.name')} AS name, avatars.hash AS avatar
       FROM users
       LEFT JOIN avatars ON avatars.user_id = users.id
      WHERE users.name_start LIKE ? AND users.disabled_at IS NULL
      ORDER BY users.name_start, users.id
      LIMIT ?`,
    [like, limit],
    limits,
  )
