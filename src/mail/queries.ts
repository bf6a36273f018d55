import type { Language } from '../../texts/languages.ts'
import type { Sql } from '../platform/db.ts'
import { listed } from '../platform/names.ts'
import { keyOfAddress, type MailAddress } from './address.ts'

/** What a mail says; the courier draws it from this. */
export type MailContent = { kind: 'test'; by: string }

/** A mail as its cause writes it down. */
export type NewMail = MailContent & {
  /** Whose it is, or who had it sent. */
  user?: number
  address: MailAddress
  language: Language
}

/**
 * Writes a mail into the outbox. To be called in the transaction of its cause: either both are there or
 * neither.
 */
export async function putMail(sql: Sql, { kind, user, address, language, ...content }: NewMail) {
  await sql.write(
    'putMail',
    `INSERT INTO outbox (kind, user_id, address, recipient_key, language, content)
     VALUES (?, ?, ?, UNHEX(?), ?, ?)`,
    [kind, user ?? null, address, keyOfAddress(address), language, JSON.stringify(content)],
  )
}

/** How many mails are in each state. */
export const mailCounts = (sql: Sql) =>
  sql.rows<{ state: string; mails: number }>(
    'mailCounts',
    'SELECT state, COUNT(*) AS mails FROM outbox GROUP BY state',
  )

/** A mail that was given up, as admins see it. */
export type FailedMail = {
  id: number
  kind: string
  /** Null where it is nobody's. */
  member: string | null
  failedAt: string
  tries: number
  answer: string
}

/** Newest first. */
export const failedMails = (sql: Sql, limit: number) =>
  sql.rows<FailedMail>(
    'failedMails',
    `SELECT outbox.id, outbox.kind, ${listed('users.name')} AS member,
            outbox.state_at AS failedAt, outbox.tries, outbox.answer
       FROM outbox
       LEFT JOIN users ON users.id = outbox.user_id
      WHERE outbox.state = 'failed'
      ORDER BY outbox.state_at DESC, outbox.id DESC
      LIMIT ?`,
    [limit],
  )

/**
 * One that was given up is tried again, for as long as a new one. Returns whether there is one of this id.
 */
export async function sendMailAgain(sql: Sql, id: number): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'sendMailAgain',
    `UPDATE outbox
        SET state = 'waiting', state_at = CURRENT_TIMESTAMP(3), tried_since = CURRENT_TIMESTAMP(3)
      WHERE id = ? AND state = 'failed'`,
    [id],
  )
  return affectedRows > 0
}

/** The same of all of them. */
export async function sendMailsAgain(sql: Sql): Promise<void> {
  await sql.write(
    'sendMailsAgain',
    `UPDATE outbox
        SET state = 'waiting', state_at = CURRENT_TIMESTAMP(3), tried_since = CURRENT_TIMESTAMP(3)
      WHERE state = 'failed'`,
  )
}

/** Mails of a kind that somebody had sent within the last hour. */
export async function mailsInAnHour(sql: Sql, user: number, kind: MailContent['kind']): Promise<number> {
  const [found] = await sql.rows<{ mails: number }>(
    'mailsInAnHour',
    `SELECT COUNT(*) AS mails
       FROM outbox
      WHERE user_id = ? AND created_at > CURRENT_TIMESTAMP(3) - INTERVAL 1 HOUR AND kind = ?`,
    [user, kind],
  )
  return found?.mails ?? 0
}
