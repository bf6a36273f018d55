import type { Act, Kind } from '../action-log/queries.ts'
import type { Sql } from '../platform/db.ts'
import { nameStart } from '../platform/names.ts'
import { isOnBoard, mayModerate } from '../removal/queries.ts'
import type { ReportReason } from '../reports/queries.ts'

/** Something that waits for moderators. Reports of it stand together. */
export type Waiting = {
  kind: Kind
  subject: number
  /** Of the post, the item or the member; null when it is gone. */
  name: string | null
  category: string | null
  reports: number
  /** Of the first report. */
  since: string
  /** The first report. */
  first: number
}

/** Tables of what is reported, each row beside its report. */
const withSubjects = `LEFT JOIN comments ON reports.kind = 'comment' AND comments.id = reports.subject_id
       LEFT JOIN posts ON posts.id = CASE reports.kind WHEN 'post' THEN reports.subject_id
                                                       WHEN 'comment' THEN comments.post_id END
       LEFT JOIN categories ON categories.id = posts.category_id
       LEFT JOIN items ON reports.kind = 'item' AND items.id = reports.subject_id
       LEFT JOIN users ON reports.kind = 'member' AND users.id = reports.subject_id`

/** What a moderator may see: of their categories. What is in none is for those of the whole board. */
const isTheirs = mayModerate('COALESCE(posts.category_id, 0)')

/** In a statement about `reports`: another one of the same thing that is open; only those have a key. */
const isOpenBeside = (others: string) =>
  `${others}.kind = reports.kind AND ${others}.subject_id = reports.subject_id
                AND ${others}.reporter_key IS NOT NULL`

/**
 * What waits for this moderator, whether it is hidden by now or not; what waits longest first: each by the
 * first report of it. MySQL would read all there are for `NOT EXISTS`, and where it hashes what it joins.
 */
export const waitingFor = (sql: Sql, moderator: number, { after, limit }: { after: string; limit: number }) =>
  sql.rows<Waiting>(
    'waitingForModerators',
    `SELECT /*+ NO_BNL() */
            reports.kind, reports.subject_id AS subject,
            COALESCE(posts.title, items.name, ${nameStart('users.name')}) AS name,
            ${nameStart('categories.name')} AS category,
            (SELECT COUNT(*)
               FROM reports AS beside
              WHERE ${isOpenBeside('beside')}) AS reports,
            reports.created_at AS since, reports.id AS first
       FROM reports
       ${withSubjects}
      WHERE reports.closed_at IS NULL AND reports.id > ?
        AND (SELECT earlier.id
               FROM reports AS earlier
              WHERE ${isOpenBeside('earlier')} AND earlier.id < reports.id
              LIMIT 1) IS NULL
        AND ${isTheirs}
      ORDER BY reports.id
      LIMIT ?`,
    [after, moderator, limit],
  )

/** One report, as moderators see it. */
export type Report = {
  id: number
  kind: Kind
  subject: number
  reason: ReportReason
  text: string
  /** Null: without an account, or that is gone. */
  reporter: string | null
  createdAt: string
}

const reportColumns = `reports.id, reports.kind, reports.subject_id AS subject, reports.reason,
            reports.body AS text, ${nameStart('reporters.name')} AS reporter, reports.created_at AS createdAt`
const withReporters =
  'LEFT JOIN users AS reporters ON reporters.id = reports.reporter_id AND reporters.removed_at IS NULL'

/** Open reports that a moderator may see, in the order in which they came. */
export const openReports = (
  sql: Sql,
  moderator: number,
  { after, limit }: { after: string; limit: number },
) =>
  sql.rows<Report>(
    'openReports',
    `SELECT ${reportColumns}
       FROM reports
       ${withSubjects}
       ${withReporters}
      WHERE reports.closed_at IS NULL AND reports.id > ? AND ${isTheirs}
      ORDER BY reports.id
      LIMIT ?`,
    [after, moderator, limit],
  )

/** The open reports of one thing. */
export const reportsOf = (sql: Sql, kind: Kind, subject: number, limit: number) =>
  sql.rows<Report>(
    'reportsOfThing',
    `SELECT ${reportColumns}
       FROM reports
       ${withReporters}
      WHERE reports.kind = ? AND reports.subject_id = ? AND reports.closed_at IS NULL
      ORDER BY reports.id
      LIMIT ?`,
    [kind, subject, limit],
  )

/** What moderators may do something about, as it is, hidden or not. */
export type Thing = {
  id: number
  name: string
  body: string
  /** 0 for what is in none. */
  categoryId: number
  authorId: number | null
  author: string | null
  isHidden: 0 | 1
}

const authors = 'LEFT JOIN users AS authors ON authors.id'

/** For each kind: the statement that finds one by its id. */
const things: Record<Kind, string> = {
  post: `SELECT posts.id, posts.title AS name, LEFT(posts.body, 5000) AS body,
                posts.category_id AS categoryId, posts.author_id AS authorId,
                ${nameStart('authors.name')} AS author, NOT ${isOnBoard('posts.id')} AS isHidden
           FROM posts
           ${authors} = posts.author_id
          WHERE posts.id = ?`,
  comment: `SELECT comments.id, posts.title AS name,
                   LEFT(COALESCE(hidden_comments.body, comments.body), 5000) AS body,
                   posts.category_id AS categoryId,
                   COALESCE(hidden_comments.author_id, comments.author_id) AS authorId,
                   ${nameStart('authors.name')} AS author,
                   hidden_comments.comment_id IS NOT NULL AS isHidden
              FROM comments
              JOIN posts ON posts.id = comments.post_id
              LEFT JOIN hidden_comments ON hidden_comments.comment_id = comments.id
              ${authors} = COALESCE(hidden_comments.author_id, comments.author_id)
             WHERE comments.id = ?`,
  item: `SELECT items.id, items.name, '' AS body, 0 AS categoryId, NULL AS authorId, NULL AS author,
                0 AS isHidden
           FROM items
          WHERE items.id = ?`,
  member: `SELECT users.id, ${nameStart('users.name')} AS name, '' AS body, 0 AS categoryId,
                  users.id AS authorId, ${nameStart('users.name')} AS author, 0 AS isHidden
             FROM users
            WHERE users.id = ? AND users.removed_at IS NULL`,
}

export async function thingOf(sql: Sql, kind: Kind, id: number): Promise<Thing | undefined> {
  const [thing] = await sql.rows<Thing>('thingOfKind', things[kind], [id])
  return thing
}

/** Whether a post's discussion is closed, and whether it stands in another post. */
export async function stateOfPost(
  sql: Sql,
  post: number,
): Promise<{ isLocked: 0 | 1; isMerged: 0 | 1 } | undefined> {
  const [state] = await sql.rows<{ isLocked: 0 | 1; isMerged: 0 | 1 }>(
    'stateOfPost',
    `SELECT EXISTS (SELECT 1 FROM locked_posts WHERE post_id = ?) AS isLocked,
            EXISTS (SELECT 1 FROM merged_posts WHERE post_id = ?) AS isMerged`,
    [post, post],
  )
  return state
}

/** What was done, as moderators see it. */
export type Deed = {
  number: number
  act: Act
  kind: Kind
  subject: number
  rule: string | null
  reason: string
  until: string | null
  by: string | null
  doneAt: string
}

const deeds = `SELECT done.number, done.act, done.kind, done.subject_id AS subject, done.rule, done.reason,
            done.until_at AS until, ${nameStart('users.name')} AS \`by\`, done.done_at AS doneAt
       FROM moderation_actions AS done
       LEFT JOIN users ON users.id = done.done_by AND users.removed_at IS NULL`

/** What moderators did to one thing, the last first. */
export const deedsTo = (sql: Sql, kind: Kind, subject: number, limit: number) =>
  sql.rows<Deed>(
    'deedsToThing',
    `${deeds}
      WHERE done.kind = ? AND done.subject_id = ?
      ORDER BY done.number DESC
      LIMIT ?`,
    [kind, subject, limit],
  )

/** The same of a member and all that is theirs. */
export const deedsConcerning = (sql: Sql, member: number, limit: number) =>
  sql.rows<Deed>(
    'deedsConcerning',
    `${deeds}
      WHERE done.concerns = ?
      ORDER BY done.number DESC
      LIMIT ?`,
    [member, limit],
  )

export type Note = { author: string | null; body: string; createdAt: string }

export const notesOf = (sql: Sql, kind: Kind, subject: number, limit: number) =>
  sql.rows<Note>(
    'notesOfThing',
    `SELECT ${nameStart('users.name')} AS author, moderator_notes.body,
            moderator_notes.created_at AS createdAt
       FROM moderator_notes
       LEFT JOIN users ON users.id = moderator_notes.author_id AND users.removed_at IS NULL
      WHERE moderator_notes.kind = ? AND moderator_notes.subject_id = ?
      ORDER BY moderator_notes.id DESC
      LIMIT ?`,
    [kind, subject, limit],
  )

/** Returns false, and does nothing, for who does not keep order in the category. */
export async function insertNote(
  sql: Sql,
  { kind, subject, author, body }: { kind: Kind; subject: number; author: number; body: string },
  category: number,
): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'insertModeratorNote',
    `INSERT INTO moderator_notes (kind, subject_id, author_id, body)
     SELECT ?, ?, ?, ?
       FROM (SELECT ? AS id) AS place
      WHERE ${mayModerate('place.id')}`,
    [kind, subject, author, body, category, author],
  )
  return affectedRows > 0
}

/** Notes that a moderator looks at something, and forgets who looked an hour ago. */
export async function noteLook(sql: Sql, kind: Kind, subject: number, moderator: number): Promise<void> {
  await sql.write(
    'noteLook',
    `INSERT INTO moderator_looks (kind, subject_id, user_id)
     VALUES (?, ?, ?)
         ON DUPLICATE KEY UPDATE seen_at = CURRENT_TIMESTAMP(3)`,
    [kind, subject, moderator],
  )
  await sql.write(
    'forgetOldLooks',
    'DELETE FROM moderator_looks WHERE seen_at < CURRENT_TIMESTAMP(3) - INTERVAL 1 HOUR LIMIT 100',
  )
}

/** Who else has looked at it within the last minute. */
export async function othersLooking(
  sql: Sql,
  kind: Kind,
  subject: number,
  moderator: number,
): Promise<string[]> {
  const rows = await sql.rows<{ name: string }>(
    'othersLooking',
    `SELECT ${nameStart('users.name')} AS name
       FROM moderator_looks
       JOIN users ON users.id = moderator_looks.user_id
      WHERE moderator_looks.kind = ? AND moderator_looks.subject_id = ? AND moderator_looks.user_id <> ?
        AND moderator_looks.seen_at > CURRENT_TIMESTAMP(3) - INTERVAL 1 MINUTE
      ORDER BY users.id`,
    [kind, subject, moderator],
  )
  return rows.map(({ name }) => name)
}

/** Returns false, and does nothing, where it is locked, hidden or gone, and for who keeps no order there. */
export async function lockThread(sql: Sql, post: number, moderator: number): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'lockThread',
    `INSERT IGNORE INTO locked_posts (post_id)
     SELECT posts.id
       FROM posts
      WHERE posts.id = ? AND ${isOnBoard('posts.id')} AND ${mayModerate('posts.category_id')}`,
    [post, moderator],
  )
  return affectedRows > 0
}

/** Returns false, and does nothing, where it is not locked, and for who keeps no order there. */
export async function unlockThread(sql: Sql, post: number, moderator: number): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'unlockThread',
    `DELETE locked_posts
       FROM locked_posts
       JOIN posts ON posts.id = locked_posts.post_id
      WHERE locked_posts.post_id = ? AND ${mayModerate('posts.category_id')}`,
    [post, moderator],
  )
  return affectedRows > 0
}

export type Sanction = 'silence' | 'suspend'

/**
 * Returns false, and does nothing, for an admin, for whom it holds already, and by who keeps no order on the
 * whole board.
 */
export async function putSanction(
  sql: Sql,
  { member, kind, until }: { member: number; kind: Sanction; until: string },
  moderator: number,
): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'putSanction',
    `INSERT INTO sanctions (user_id, kind, until_at)
     SELECT users.id, ?, ?
       FROM users
      WHERE users.id = ? AND users.role = 'member' AND users.removed_at IS NULL
        AND NOT EXISTS (SELECT 1
                          FROM sanctions AS held
                         WHERE held.user_id = users.id AND held.kind = ?
                           AND held.until_at > CURRENT_TIMESTAMP(3))
        AND ${mayModerate('0')}
         ON DUPLICATE KEY UPDATE until_at = VALUES(until_at)`,
    [kind, new Date(until), member, kind, moderator],
  )
  return affectedRows > 0
}

/** Returns false, and does nothing, where none holds, and for who keeps no order on the whole board. */
export async function liftSanction(
  sql: Sql,
  { member, kind }: { member: number; kind: Sanction },
  moderator: number,
): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'liftSanction',
    `DELETE FROM sanctions
      WHERE user_id = ? AND kind = ? AND until_at > CURRENT_TIMESTAMP(3) AND ${mayModerate('0')}`,
    [member, kind, moderator],
  )
  return affectedRows > 0
}

/** What holds for a member now. */
export const sanctionsOf = (sql: Sql, member: number) =>
  sql.rows<{ kind: Sanction; until: string }>(
    'sanctionsOf',
    `SELECT kind, until_at AS until
       FROM sanctions
      WHERE user_id = ? AND until_at > CURRENT_TIMESTAMP(3)
      ORDER BY kind`,
    [member],
  )

/** Something that a member says against an entry of the log, and that nobody has decided yet. */
export type Appeal = Deed & { body: string; appealedAt: string; appellant: string | null; isOwn: 0 | 1 }

const withPlaces = `LEFT JOIN comments ON done.kind = 'comment' AND comments.id = done.subject_id
       LEFT JOIN posts ON posts.id = CASE done.kind WHEN 'post' THEN done.subject_id
                                                    WHEN 'comment' THEN comments.post_id END`

/** Those that a moderator may see; `isOwn`: against what they did themselves. */
export const openAppeals = (sql: Sql, moderator: number, limit: number) =>
  sql.rows<Appeal>(
    'openAppeals',
    `SELECT done.number, done.act, done.kind, done.subject_id AS subject, done.rule, done.reason,
            done.until_at AS until, ${nameStart('users.name')} AS \`by\`, done.done_at AS doneAt,
            appeals.body, appeals.created_at AS appealedAt, ${nameStart('appellants.name')} AS appellant,
            done.done_by = ? AS isOwn
       FROM appeals
       JOIN moderation_actions AS done ON done.number = appeals.action_number
       JOIN users AS appellants ON appellants.id = appeals.user_id AND appellants.removed_at IS NULL
       LEFT JOIN users ON users.id = done.done_by AND users.removed_at IS NULL
       ${withPlaces}
      WHERE appeals.decided_at IS NULL AND ${isTheirs}
      ORDER BY done.number
      LIMIT ?`,
    [moderator, moderator, limit],
  )

/**
 * Decides an appeal. Returns false, and does nothing, for who did what it is against, who keeps no order
 * there, and where it is decided by now.
 */
export async function decideAppeal(
  sql: Sql,
  number: number,
  { isGranted, answer, by }: { isGranted: boolean; answer: string; by: number },
): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'decideAppeal',
    `UPDATE appeals
       JOIN moderation_actions AS done ON done.number = appeals.action_number
       ${withPlaces}
        SET appeals.decided_at = CURRENT_TIMESTAMP(3), appeals.decided_by = ?, appeals.is_granted = ?,
            appeals.answer = ?
      WHERE appeals.action_number = ? AND appeals.decided_at IS NULL AND done.done_by <> ? AND ${isTheirs}`,
    [by, isGranted, answer, number, by, by],
  )
  return affectedRows > 0
}

/** A text that was not taken waits again. Returns false where it is gone. */
export async function awaitAgain(sql: Sql, held: number): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'awaitAgain',
    'UPDATE held_texts SET refused_at = NULL WHERE id = ? AND refused_at IS NOT NULL',
    [held],
  )
  return affectedRows > 0
}

/** What an appeal is against. */
export type Appealed = {
  act: Act
  kind: Kind
  subject: number
  detail: string | null
  by: number
  concerns: number | null
  isDecided: 0 | 1
  isUndone: 0 | 1
}

export async function appealedEntry(sql: Sql, number: number): Promise<Appealed | undefined> {
  const [entry] = await sql.rows<Appealed>(
    'appealedEntry',
    `SELECT done.act, done.kind, done.subject_id AS subject, done.detail, done.done_by AS \`by\`,
            done.concerns, appeals.decided_at IS NOT NULL AS isDecided,
            EXISTS (SELECT 1
                      FROM moderation_actions AS undone
                     WHERE undone.refers_to = done.number
                       AND undone.act NOT IN ('appeal', 'uphold')) AS isUndone
       FROM appeals
       JOIN moderation_actions AS done ON done.number = appeals.action_number
      WHERE appeals.action_number = ?`,
    [number],
  )
  return entry
}
