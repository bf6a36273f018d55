import type { Sql } from '../platform/db.ts'

/** Something of a member's that moderators hide, and why. */
export type Statement = {
  kind: 'post' | 'comment'
  id: number
  /** Of the post, or the post that the comment is on. */
  title: string
  /** The beginning of its text. */
  body: string
  reason: string
  hiddenAt: string
}

const beginning = 2_000

/** What is hidden now, what was hidden last before. */
export const statementsFor = (sql: Sql, member: number, limit: number) =>
  sql.rows<Statement>(
    'statementsFor',
    `(SELECT 'post' AS kind, posts.id, posts.title, LEFT(posts.body, ${beginning}) AS body,
             removed_posts.reason, removed_posts.removed_at AS hiddenAt
        FROM removed_posts
        JOIN posts ON posts.id = removed_posts.post_id
       WHERE removed_posts.author_id = ?
       ORDER BY hiddenAt DESC
       LIMIT ?)
     UNION ALL
     (SELECT 'comment', comments.id, posts.title, LEFT(hidden_comments.body, ${beginning}),
             comments.reason, hidden_comments.hidden_at
        FROM hidden_comments
        JOIN comments ON comments.id = hidden_comments.comment_id
        JOIN posts ON posts.id = comments.post_id
       WHERE hidden_comments.author_id = ?
       ORDER BY hidden_comments.hidden_at DESC
       LIMIT ?)
     ORDER BY hiddenAt DESC
     LIMIT ?`,
    [member, limit, member, limit, limit],
  )
