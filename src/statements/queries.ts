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
  until: string | null
  doneAt: string
  isUndone: 0 | 1
  /** Whether they said something against it. */
  isAppealed: 0 | 1
  /** What somebody else answered to that; null until then. */
  answer: string | null
}

const beginning = 2_000

/** What moderators do, and not what they undo. */
const decisions = `'hide', 'lock', 'move', 'merge', 'warn', 'silence', 'suspend', 'refuse'`

/** The last first. */
export const statementsFor = (sql: Sql, member: number, limit: number) =>
  sql.rows<Statement>(
    'statementsFor',
    `SELECT done.number, done.act, done.kind, done.subject_id AS subject, posts.title,
            LEFT(COALESCE(hidden_comments.body, comments.body, posts.body), ${beginning}) AS body,
            done.rule, done.reason, done.until_at AS until, done.done_at AS doneAt,
            (EXISTS (SELECT 1
                       FROM moderation_actions AS undone
                      WHERE undone.refers_to = done.number AND undone.act NOT IN ('appeal', 'uphold'))
             OR done.act = 'hide' AND removed_posts.post_id IS NULL
                AND hidden_comments.comment_id IS NULL) AS isUndone,
            appeals.action_number IS NOT NULL AS isAppealed,
            IF(appeals.decided_at IS NULL, NULL, appeals.answer) AS answer
       FROM (SELECT number
               FROM moderation_actions
              WHERE concerns = ? AND act IN (${decisions})
              ORDER BY number DESC
              LIMIT ?) AS page
       JOIN moderation_actions AS done ON done.number = page.number
       LEFT JOIN comments ON done.kind = 'comment' AND comments.id = done.subject_id
       LEFT JOIN hidden_comments ON hidden_comments.comment_id = comments.id
       LEFT JOIN posts ON posts.id = CASE done.kind WHEN 'post' THEN done.subject_id
                                                    WHEN 'comment' THEN comments.post_id END
       LEFT JOIN appeals ON appeals.action_number = done.number
       LEFT JOIN removed_posts ON done.kind = 'post' AND removed_posts.post_id = posts.id
      ORDER BY done.number DESC`,
    [member, limit],
  )

/** How long a member may appeal: half a year, as the Digital Services Act has it in article 20. */
const appealDays = 183

/**
 * Returns false, and does nothing, for what does not concern this member, is undone, too long ago, or
 * appealed against already.
 */
export async function insertAppeal(
  sql: Sql,
  { number, member, body }: { number: number; member: number; body: string },
): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'insertAppeal',
    `INSERT IGNORE INTO appeals (action_number, user_id, body)
     SELECT done.number, done.concerns, ?
       FROM moderation_actions AS done
      WHERE done.number = ? AND done.concerns = ? AND done.act IN (${decisions})
        AND done.done_at > CURRENT_TIMESTAMP(3) - INTERVAL ${appealDays} DAY
        AND NOT EXISTS (SELECT 1
                          FROM moderation_actions AS undone
                         WHERE undone.refers_to = done.number)`,
    [body, number, member],
  )
  return affectedRows > 0
}

/** What an entry of the log was about. */
export async function subjectOfEntry(
  sql: Sql,
  number: number,
): Promise<{ kind: Kind; subject: number } | undefined> {
  const [entry] = await sql.rows<{ kind: Kind; subject: number }>(
    'subjectOfEntry',
    'SELECT kind, subject_id AS subject FROM moderation_actions WHERE number = ?',
    [number],
  )
  return entry
}
