import type { Language } from '../../texts/languages.ts'
import type { MailAddress } from '../mail/address.ts'
import type { Sql } from '../platform/db.ts'

/** What a moderator did. */
export type Act = Decision | Undoing | 'appeal' | 'uphold'
/** What they may do. */
export type Decision = 'hide' | 'lock' | 'move' | 'merge' | 'pin' | 'warn' | 'silence' | 'suspend' | 'refuse'
/** What undoes it. */
export type Undoing =
  | 'show'
  | 'unlock'
  | 'return'
  | 'split'
  | 'unpin'
  | 'withdraw'
  | 'unsilence'
  | 'unsuspend'
  | 'await'

export const undoingOf: Record<Decision, Undoing> = {
  ...{ hide: 'show', lock: 'unlock', move: 'return', merge: 'split', pin: 'unpin', warn: 'withdraw' },
  ...{ silence: 'unsilence', suspend: 'unsuspend', refuse: 'await' },
}
export type Kind = 'post' | 'comment' | 'item' | 'member'

/** As it stands in the log, but for its hash. `by` is the number of the account, which may be gone. */
export type Entry = {
  number: number
  act: Act
  kind: Kind
  subject: number
  /** Empty where something was brought back. */
  reason: string
  by: number
  doneAt: string
  /** The title that the rule had then; null where none was named. */
  rule: string | null
  /**
   * Of a post that was moved: the ids of the categories from which and to which; merged: of the post into
   * which; pinned: `front` or `category`.
   */
  detail: string | null
  /** For how long; null where it does not end by itself. */
  until: string | null
  /** The entry that this one undoes or judges. */
  refersTo: number | null
}

export type HashedEntry = Entry & { hash: string }

/** The newest entry; number 0 before the first. */
type Head = { number: number; hash: string }

/** Nobody adds an entry until the transaction is over. With what time it is in the database. */
export async function lockHead(sql: Sql): Promise<Head & { now: string }> {
  const [head] = await sql.rows<Head & { now: string }>(
    'lockModerationHead',
    `SELECT number, hash, CURRENT_TIMESTAMP(3) AS now
       FROM moderation_heads
      WHERE id = 1
        FOR UPDATE`,
  )
  if (!head) throw new Error('moderation_heads has lost its row')
  return head
}

/** `concerns` is whose it was. */
export async function addEntry(sql: Sql, entry: HashedEntry, concerns: number | null): Promise<void> {
  const { number, act, kind, subject, reason, by, doneAt, hash, rule, detail, until, refersTo } = entry
  await sql.write(
    'addModerationEntry',
    `INSERT INTO moderation_actions (number, act, kind, subject_id, reason, done_by, done_at, hash, rule,
                                     detail, until_at, refers_to, concerns)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      ...[number, act, kind, subject, reason, by, new Date(doneAt), hash, rule, detail],
      ...[until === null ? null : new Date(until), refersTo, concerns],
    ],
  )
  await sql.write('setModerationHead', 'UPDATE moderation_heads SET number = ?, hash = ? WHERE id = 1', [
    number,
    hash,
  ])
}

export async function headOfLog(sql: Sql): Promise<Head> {
  const [head] = await sql.rows<Head>(
    'moderationHead',
    'SELECT number, hash FROM moderation_heads WHERE id = 1',
  )
  return head ?? { number: 0, hash: '' }
}

const columns = `number, act, kind, subject_id AS subject, reason, done_by AS \`by\`, done_at AS doneAt, hash,
            rule, detail, until_at AS until, refers_to AS refersTo`

/** In the order in which they were added. */
export const entriesAfter = (sql: Sql, after: number, limit: number) =>
  sql.rows<HashedEntry>(
    'moderationEntriesAfter',
    `SELECT ${columns}
       FROM moderation_actions
      WHERE number > ?
      ORDER BY number
      LIMIT ?`,
    [after, limit],
  )

/** The newest first. */
export const newestEntries = (sql: Sql, before: string, limit: number) =>
  sql.rows<HashedEntry>(
    'newestModerationEntries',
    `SELECT ${columns}
       FROM moderation_actions
      WHERE number < ?
      ORDER BY number DESC
      LIMIT ?`,
    [before, limit],
  )

/** The year of the first entry; undefined before there is one. */
export async function firstYear(sql: Sql): Promise<number | undefined> {
  const [first] = await sql.rows<{ doneAt: string }>(
    'firstModerationEntry',
    'SELECT done_at AS doneAt FROM moderation_actions WHERE number = 1',
  )
  return first && new Date(first.doneAt).getUTCFullYear()
}

/** The newest that was done to something, of these acts. */
export async function lastEntryOf(
  sql: Sql,
  { kind, subject }: Pick<Entry, 'kind' | 'subject'>,
  acts: Act[],
): Promise<HashedEntry | undefined> {
  const [entry] = await sql.rows<HashedEntry>(
    'lastModerationEntryOf',
    `SELECT ${columns}
       FROM moderation_actions
      WHERE kind = ? AND subject_id = ? AND act IN (?)
      ORDER BY number DESC
      LIMIT 1`,
    [kind, subject, acts],
  )
  return entry
}

/** Those of a year after this number, in the order in which they were added. */
export const entriesOfYear = (sql: Sql, year: number, after: number, limit: number) =>
  sql.rows<HashedEntry>(
    'moderationEntriesOfYear',
    `SELECT ${columns}
       FROM moderation_actions
      WHERE done_at >= ? AND done_at < ? AND number > ?
      ORDER BY number
      LIMIT ?`,
    [new Date(Date.UTC(year, 0)), new Date(Date.UTC(year + 1, 0)), after, limit],
  )

/** Where those who reported this want their answers, held until the transaction is over. */
export const lockAnswersTo = (sql: Sql, { kind, subject }: Pick<Entry, 'kind' | 'subject'>) =>
  sql.rows<{ address: MailAddress; language: Language }>(
    'lockAnswersToReports',
    `SELECT address, language
       FROM reports
      WHERE kind = ? AND subject_id = ? AND closed_at IS NULL AND address IS NOT NULL
        FOR UPDATE`,
    [kind, subject],
  )

/** Moderators have looked at all reports of this; `action` is what they did, if anything. */
export const closeReports = (
  sql: Sql,
  { kind, subject, by, action }: Pick<Entry, 'kind' | 'subject' | 'by'> & { action: number | null },
) =>
  sql.write(
    'closeReports',
    `UPDATE reports
        SET closed_at = CURRENT_TIMESTAMP(3), closed_by = ?, action_number = ?, reporter_key = NULL,
            address = NULL
      WHERE kind = ? AND subject_id = ? AND closed_at IS NULL`,
    [by, action, kind, subject],
  )

/** What was done to something since an entry. */
export const entriesSince = (
  sql: Sql,
  { kind, subject, seen }: Pick<Entry, 'kind' | 'subject'> & { seen: number },
) =>
  sql.rows<{ number: number }>(
    'moderationEntriesSince',
    `SELECT number
       FROM moderation_actions
      WHERE kind = ? AND subject_id = ? AND number > ?
      LIMIT 1`,
    [kind, subject, seen],
  )
