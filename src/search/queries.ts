import type { Sql } from '../platform/db.ts'
import { nameStart } from '../platform/names.ts'
import { isByLiveAccount, isShown } from '../removal/queries.ts'

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

/** Those of the comments that are there, with the posts they are on. */
export const commentsWithIds = (sql: Sql, ids: number[]) =>
  sql.rows<FoundComment>(
    'commentsWithIds',
    `SELECT comments.id, posts.title, comments.body, ${nameStart('users.name')} AS author,
            comments.author_id AS authorId, avatars.hash AS avatar, comments.created_at AS createdAt
       FROM comments
       JOIN posts ON posts.id = comments.post_id
       JOIN categories ON categories.id = posts.category_id AND categories.removed_at IS NULL
       LEFT JOIN users ON users.id = comments.author_id AND users.removed_at IS NULL
       LEFT JOIN avatars ON avatars.user_id = comments.author_id
      WHERE comments.id IN (?) AND comments.removed_at IS NULL
        AND ${isShown('posts')} AND ${isByLiveAccount('comments.author_id')}`,
    [ids],
  )

export type FoundMember = { id: number; name: string; avatar: string | null }

/** Members whose names begin like this; `like` is that with its `%`. */
export const membersLike = (sql: Sql, like: string, limit: number) =>
  sql.rows<FoundMember>(
    'membersLike',
    `SELECT users.id, ${nameStart('users.name')} AS name, avatars.hash AS avatar
       FROM users
       LEFT JOIN avatars ON avatars.user_id = users.id
      WHERE users.name_start LIKE ? AND users.disabled_at IS NULL
      ORDER BY users.name_start, users.id
      LIMIT ?`,
    [like, limit],
  )
