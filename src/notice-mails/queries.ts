import type { Pace } from '../mail/schedule.ts'
import type { Sql } from '../platform/db.ts'

/** How often a member gets notices by mail, and where their day begins. */
export type MailChoice = { pace: Pace; timeZone: string }

export async function mailChoiceOf(sql: Sql, member: number): Promise<MailChoice | undefined> {
  const [found] = await sql.rows<MailChoice>(
    'mailChoiceOf',
    'SELECT pace, time_zone AS timeZone FROM notice_mails WHERE user_id = ?',
    [member],
  )
  return found
}

/** Whether mail reaches a member: they have confirmed an address. */
export async function hasAddress(sql: Sql, member: number): Promise<boolean> {
  const rows = await sql.rows(
    'hasAddress',
    'SELECT user_id FROM addresses WHERE user_id = ? AND address_key IS NOT NULL',
    [member],
  )
  return rows.length > 0
}

async function newestNotice(sql: Sql, member: number): Promise<number> {
  const [found] = await sql.rows<{ id: number }>(
    'newestNotice',
    'SELECT COALESCE(MAX(id), 0) AS id FROM notices WHERE user_id = ?',
    [member],
  )
  return found?.id ?? 0
}

/**
 * Keeps what a member chose. Who had no mails gets none of what they were told of before; `token` is for who
 * has chosen for the first time.
 */
export async function putMailChoice(
  sql: Sql,
  member: number,
  { pace, timeZone }: MailChoice,
  { dueAt, token }: { dueAt: Date | null; token: string },
): Promise<void> {
  // In one statement it would hold the notices, and whoever tells the member something would wait for it.
  const newest = await newestNotice(sql, member)
  await sql.write(
    'putMailChoice',
    `INSERT INTO notice_mails (user_id, pace, time_zone, token, due_at, mailed_up_to)
     VALUES (?)
         ON DUPLICATE KEY UPDATE
            mailed_up_to = IF(notice_mails.pace = 'never', VALUES(mailed_up_to), notice_mails.mailed_up_to),
            pace = VALUES(pace), time_zone = VALUES(time_zone), due_at = VALUES(due_at)`,
    [[member, pace, timeZone, token, dueAt, newest]],
  )
}

/** Whether a token is that of some member's mails. Of other letters than ASCII none is. */
export async function isMailToken(sql: Sql, token: string): Promise<boolean> {
  if (!/^[\w-]+$/.test(token)) return false
  const rows = await sql.rows('isMailToken', 'SELECT user_id FROM notice_mails WHERE token = ?', [token])
  return rows.length > 0
}

/** Ends the mails of whoever has this token. */
export const endMails = (sql: Sql, token: string) =>
  sql.write('endMails', `UPDATE notice_mails SET pace = 'never', due_at = NULL WHERE token = ?`, [token])
