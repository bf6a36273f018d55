import type { PostPlace } from '../cache-policy.ts'
import { noteChanged } from '../changes/queries.ts'
import { mayEnter, mayEnterThread } from '../doors/queries.ts'
import type { Sql } from '../platform/db.ts'
import { nameStart } from '../platform/names.ts'
import { isByLiveAccount, isOnBoard, isShown, mayModerate } from '../removal/queries.ts'
import { mayWrite } from '../sanctions/queries.ts'

/**
 * A comment as everyone may see it. A removed one has no text and no author, and a reason when an admin
 * removed it.
 */
export type Comment = {
  id: number
  postId: number
  /** The comment on the post itself that this one goes back to; null for such a one. */
  rootId: number | null
  parentId: number | null
  authorId: number | null
  author: string | null
  avatar: string | null
  body: string
  createdAt: string
  editedAt: string | null
  removedAt: string | null
  reason: string | null
}

const columns = `comments.id, comments.post_id AS postId, comments.root_id AS rootId,
       comments.parent_id AS parentId,
       IF(users.removed_at IS NULL, comments.author_id, NULL) AS authorId,
       IF(users.removed_at IS NULL, ${nameStart('users.name')}, NULL) AS author, avatars.hash AS avatar,
       IF(users.posts_removed, '', comments.body) AS body, comments.created_at AS createdAt,
       comments.edited_at AS editedAt,
       COALESCE(comments.removed_at, IF(users.posts_removed, users.removed_at, NULL)) AS removedAt,
       comments.reason`
const joins = `LEFT JOIN users ON users.id = comments.author_id
  LEFT JOIN avatars ON avatars.user_id = comments.author_id`

/** Comments whose ids `ids` selects, by an index alone, oldest first. */
const commentsOf = (ids: string) =>
  `SELECT ${columns}
     FROM (${ids}) AS page
     JOIN comments ON comments.id = page.id
     ${joins}
    ORDER BY comments.id`

/** A page of the comments on a post itself, from `from` on. */
export const rootComments = (sql: Sql, post: number, from: string, limit: number) =>
  sql.rows<Comment>(
    'rootComments',
    commentsOf(
      `SELECT id
         FROM comments
        WHERE post_id = ? AND root_id IS NULL AND id >= ?
        ORDER BY id
        LIMIT ?`,
    ),
    [post, from, limit],
  )

/** The first replies of each of these roots: a few rows of an index for each, however many it has. */
export const firstReplies = (sql: Sql, roots: number[], limit: number) =>
  sql.rows<Comment>(
    'firstReplies',
    commentsOf(
      roots
        .map(() => '(SELECT id FROM comments WHERE root_id = ? ORDER BY id LIMIT ?)')
        .join('\n        UNION ALL '),
    ),
    roots.flatMap((root) => [root, limit]),
  )

/** Replies of one root from `from` on. */
export const repliesOf = (sql: Sql, root: number, from: string, limit: number) =>
  sql.rows<Comment>(
    'repliesOf',
    commentsOf(
      `SELECT id
         FROM comments
        WHERE root_id = ? AND id >= ?
        ORDER BY id
        LIMIT ?`,
    ),
    [root, from, limit],
  )

/** All of a post in the order in which they were written, for programs. */
export const commentsAfter = (sql: Sql, post: number, after: string, limit: number) =>
  sql.rows<Comment>(
    'commentsAfter',
    commentsOf(
      `SELECT id
         FROM comments FORCE INDEX (comments_by_post)
        WHERE post_id = ? AND id > ?
        ORDER BY id
        LIMIT ?`,
    ),
    [post, after, limit],
  )

/** The newest of a post that are not removed. */
export const newestComments = (sql: Sql, post: number, limit: number) =>
  sql.rows<Comment>(
    'newestComments',
    `SELECT ${columns}
       FROM (SELECT id
               FROM comments FORCE INDEX (comments_by_post)
              WHERE post_id = ? AND removed_at IS NULL AND ${isByLiveAccount('comments.author_id')}
              ORDER BY id DESC
              LIMIT ?) AS page
       JOIN comments ON comments.id = page.id
       ${joins}
      ORDER BY comments.id DESC`,
    [post, limit],
  )

export async function commentById(sql: Sql, id: string): Promise<Comment | undefined> {
  const [comment] = await sql.rows<Comment>(
    'commentById',
    `SELECT ${columns}
       FROM comments
       JOIN posts ON posts.id = comments.post_id
       JOIN categories ON categories.id = posts.category_id AND categories.removed_at IS NULL
       ${joins}
      WHERE comments.id = ? AND ${isShown('posts')}`,
    [id],
  )
  return comment
}

/**
 * Counts, and makes everyone else who comments on this post wait until the transaction is over: a new comment
 * calls it before anything else, who removes one holds the post and looks at the comment first: counted off
 * twice, the number would fall below 0. False when the post is gone or hidden; for an `author` of a new one,
 * too, when it is locked, or they may not write now or there.
 */
export async function countComments(
  sql: Sql,
  post: number,
  more: 1 | -1,
  author: number | null = null,
): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'countComments',
    `UPDATE posts
        SET comments = comments + ?
      WHERE id = ? AND ${isOnBoard('posts.id')} AND ${mayWrite}
        AND (? IS NULL OR NOT EXISTS (SELECT 1 FROM locked_posts WHERE locked_posts.post_id = posts.id))
        AND ${mayEnter('posts.category_id', '?', 'write')}`,
    [more, post, author, author, author],
  )
  return affectedRows > 0
}

export type NewComment = {
  postId: number
  rootId: number | null
  parentId: number | null
  authorId: number
  body: string
}

export async function insertComment(sql: Sql, comment: NewComment): Promise<number> {
  const { postId, rootId, parentId, authorId, body } = comment
  const { insertId } = await sql.write(
    'insertComment',
    `INSERT INTO comments (post_id, root_id, parent_id, author_id, body)
     VALUES (?, ?, ?, ?, ?)`,
    [postId, rootId, parentId, authorId, body],
  )
  return insertId
}

/** Whether so many comments, removed ones too, stand below this one. */
export async function hasReplies(sql: Sql, root: number, many: number): Promise<boolean> {
  const rows = await sql.rows(
    'hasReplies',
    'SELECT id FROM comments FORCE INDEX (comments_by_root) WHERE root_id = ? ORDER BY id LIMIT 1 OFFSET ?',
    [root, many - 1],
  )
  return rows.length > 0
}

export const lockComment = (sql: Sql, id: number) =>
  sql.rows('lockComment', 'SELECT id FROM comments WHERE id = ? FOR UPDATE', [id])

/** Returns false, and does nothing, where `author` may not write now. */
export async function updateComment(
  sql: Sql,
  id: number,
  body: string,
  author: number | null,
): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'updateComment',
    `UPDATE comments
        SET body = ?, edited_at = CURRENT_TIMESTAMP(3)
      WHERE id = ? AND removed_at IS NULL AND ${mayWrite}
        AND ${mayEnterThread('comments.post_id', '?', 'write')}`,
    [body, id, author, author],
  )
  await noteChanged(sql, 'comment', [id])
  return affectedRows > 0
}

/** Takes a comment's text and author away; it stays for its replies. */
export async function emptyComment(sql: Sql, id: number): Promise<void> {
  await sql.write(
    'emptyComment',
    `UPDATE comments
        SET body = '', author_id = NULL, removed_at = CURRENT_TIMESTAMP(3)
      WHERE id = ? AND removed_at IS NULL`,
    [id],
  )
  await noteChanged(sql, 'comment', [id])
}

/**
 * Likewise, by who keeps order there, with a reason that stands in its place. Its text and author are put
 * by, where nothing shows them, to be brought back. Returns false, and does nothing, for everyone else.
 */
export async function hideComment(
  sql: Sql,
  id: number,
  { by, reason }: { by: number; reason: string },
): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'putCommentBy',
    `INSERT INTO hidden_comments (comment_id, author_id, body)
     SELECT comments.id, comments.author_id, comments.body
       FROM comments
       JOIN posts ON posts.id = comments.post_id
      WHERE comments.id = ? AND comments.removed_at IS NULL AND ${mayModerate('posts.category_id')}`,
    [id, by],
  )
  if (affectedRows === 0) return false
  await sql.write(
    'hideComment',
    `UPDATE comments
        SET body = '', author_id = NULL, removed_at = CURRENT_TIMESTAMP(3), reason = ?
      WHERE id = ? AND removed_at IS NULL`,
    [reason, id],
  )
  await noteChanged(sql, 'comment', [id])
  return true
}

/** Where a comment stands, hidden or not. */
export async function placeOfComment(sql: Sql, id: number): Promise<PostPlace | undefined> {
  const [post] = await sql.rows<PostPlace>(
    'placeOfComment',
    `SELECT posts.id, posts.category_id AS categoryId, posts.author_id AS authorId
       FROM comments
       JOIN posts ON posts.id = comments.post_id
      WHERE comments.id = ?`,
    [id],
  )
  return post
}

/**
 * Gives a hidden comment its text and author back, and counts it, for who keeps order there. Returns false,
 * and does nothing, where it is not hidden, and for everyone else.
 */
export async function restoreComment(sql: Sql, id: number, by: number): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'restoreComment',
    `UPDATE hidden_comments
       JOIN comments ON comments.id = hidden_comments.comment_id
       JOIN posts ON posts.id = comments.post_id
        SET comments.body = hidden_comments.body, comments.author_id = hidden_comments.author_id,
            comments.removed_at = NULL, comments.reason = NULL, posts.comments = posts.comments + 1
      WHERE hidden_comments.comment_id = ? AND ${mayModerate('posts.category_id')}`,
    [id, by],
  )
  if (affectedRows === 0) return false
  await sql.write('forgetHidden', 'DELETE FROM hidden_comments WHERE comment_id = ?', [id])
  await noteChanged(sql, 'comment', [id])
  return true
}

/** Deletes a removed comment that nothing hangs on. */
export const deleteLeaf = (sql: Sql, id: number) =>
  sql.write(
    'deleteLeaf',
    `DELETE comments
       FROM comments
       LEFT JOIN comments AS replies ON replies.parent_id = comments.id
      WHERE comments.id = ? AND comments.removed_at IS NOT NULL AND comments.reason IS NULL
        AND replies.id IS NULL`,
    [id],
  )

/** A page that would get more than these is better loaded anew. */
const mostNews = 50

export async function idsOfNewestComments(sql: Sql, post: number): Promise<number[]> {
  const rows = await sql.rows<{ id: number }>(
    'idsOfNewestComments',
    `SELECT id
       FROM comments
      WHERE post_id = ? AND removed_at IS NULL
      ORDER BY id DESC
      LIMIT ?`,
    [post, mostNews],
  )
  return rows.map(({ id }) => id)
}
