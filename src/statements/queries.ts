import type { Act, Kind } from '../action-log/queries.ts'
import type { Sql } from '../platform/db.ts'

/** What moderators did to something of a member's, and why. */
export type Statement = {
  number: number
  act: Act
  kind: Kind
  subject: number
  /** Of the post, or the post that the comment is on. */
  title: string | null
  /** The beginning of its text. */
  body: string | null
  rule: string | null
  reason: string
  doneAt: string
  isUndone: 0 | 1
}

const beginning = 2_000

/** What moderators do, and not what they undo. */
const decisions = `'hide'`

/** The last first. */
export const statementsFor = (sql: Sql, member: number, limit: number) =>
  sql.rows<Statement>(
    'statementsFor',
    `SELECT done.number, done.act, done.kind, done.subject_id AS subject, posts.title,
            LEFT(COALESCE(hidden_comments.body, comments.body, posts.body), ${beginning}) AS body,
            done.rule, done.reason, done.done_at AS doneAt,
            (EXISTS (SELECT 1 FROM moderation_actions AS undone WHERE undone.refers_to = done.number)
             OR removed_posts.post_id IS NULL AND hidden_comments.comment_id IS NULL) AS isUndone
       FROM (SELECT number
               FROM moderation_actions
              WHERE concerns = ? AND act IN (${decisions})
              ORDER BY number DESC
              LIMIT ?) AS page
       JOIN moderation_actions AS done ON done.number = page.number
       LEFT JOIN comments ON done.kind = 'comment' AND comments.id = done.subject_id
       LEFT JOIN hidden_comments ON hidden_comments.comment_id = comments.id
       LEFT JOIN posts ON posts.id = IF(done.kind = 'post', done.subject_id, comments.post_id)
       LEFT JOIN removed_posts ON done.kind = 'post' AND removed_posts.post_id = posts.id
      ORDER BY done.number DESC`,
    [member, limit],
  )
