import { keyOfAddress, type MailAddress } from '../src/mail/address.ts'
import type { MailContent } from '../src/mail/queries.ts'
import type { Sql } from '../src/platform/db.ts'
import type { Language } from '../texts/languages.ts'

/** A mail that this courier has taken. */
export type TakenMail = {
  id: number
  kind: string
  user: number | null
  address: MailAddress
  language: Language
  content: string
  /** How often it was tried before. */
  tries: number
  createdAt: string
}

/**
 * Mails that are due: those that somebody waits for, then bulk mail, of each the longest first. They are held
 * until the transaction is over. Those that another courier is just taking are passed over.
 */
export async function dueMails(sql: Sql, limit: number): Promise<TakenMail[]> {
  const awaited = await dueOf(sql, false, limit)
  if (awaited.length === limit) return awaited
  return [...awaited, ...(await dueOf(sql, true, limit - awaited.length))]
}

const dueOf = (sql: Sql, isBulk: boolean, limit: number) =>
  sql.rows<TakenMail>(
    'dueMails',
    `SELECT id, kind, user_id AS user, address, language, content, tries, created_at AS createdAt
       FROM outbox
      WHERE state = 'waiting' AND is_bulk = ? AND state_at <= CURRENT_TIMESTAMP(3)
      ORDER BY state_at, id
      LIMIT ?
        FOR UPDATE SKIP LOCKED`,
    [isBulk, limit],
  )

/** Nobody else takes them for so long. */
export const takeMails = (sql: Sql, ids: number[], courier: string, seconds: number) =>
  sql.write(
    'takeMails',
    `UPDATE outbox
        SET taken_by = ?, tries = tries + 1, state_at = CURRENT_TIMESTAMP(3) + INTERVAL ? SECOND
      WHERE id IN (?)`,
    [courier, seconds, ids],
  )

/** Makes due what the courier of this name had taken when it was ended. */
export const releaseMails = (sql: Sql, courier: string) =>
  sql.write(
    'releaseMails',
    `UPDATE outbox
        SET taken_by = NULL, state_at = CURRENT_TIMESTAMP(3)
      WHERE taken_by = ? AND state = 'waiting'`,
    [courier],
  )

/** Notes that a mail was sent, and deletes its address and its text. */
export const markSent = (sql: Sql, id: number, answer: string) =>
  sql.write(
    'markSent',
    `UPDATE outbox
        SET state = 'sent', state_at = CURRENT_TIMESTAMP(3), taken_by = NULL, address = NULL,
            content = '', answer = ?
      WHERE id = ?`,
    [answer, id],
  )

/** The same of one that nobody is to get. */
export const markDropped = (sql: Sql, id: number) =>
  sql.write(
    'markDropped',
    `UPDATE outbox
        SET state = 'dropped', state_at = CURRENT_TIMESTAMP(3), taken_by = NULL, address = NULL,
            content = ''
      WHERE id = ?`,
    [id],
  )

/**
 * Unless its account ended meanwhile: tried again in so many seconds, or failed when it has been tried for
 * longer than `giveUpSeconds`.
 */
export const postponeMail = (
  sql: Sql,
  id: number,
  { answer, seconds, giveUpSeconds }: { answer: string; seconds: number; giveUpSeconds: number },
) =>
  sql.write(
    'postponeMail',
    `UPDATE outbox
        SET state = IF(tried_since <= CURRENT_TIMESTAMP(3) - INTERVAL ? SECOND, 'failed', 'waiting'),
            state_at = CURRENT_TIMESTAMP(3) + INTERVAL IF(state = 'failed', 0, ?) SECOND,
            taken_by = NULL, answer = ?
      WHERE id = ? AND state = 'waiting'`,
    [giveUpSeconds, seconds, answer, id],
  )

export const markFailed = (sql: Sql, id: number, answer: string) =>
  sql.write(
    'markFailed',
    `UPDATE outbox
        SET state = 'failed', state_at = CURRENT_TIMESTAMP(3), taken_by = NULL, answer = ?
      WHERE id = ? AND state = 'waiting'`,
    [answer, id],
  )

/**
 * Deletes some of what was sent or dropped a day ago and of what failed a month ago. Returns how many there
 * were.
 */
export async function sweepMails(sql: Sql, limit: number): Promise<number> {
  const sent = await sql.write(
    'sweepSent',
    `DELETE FROM outbox
      WHERE state IN ('sent', 'dropped') AND is_bulk IN (0, 1)
        AND state_at <= CURRENT_TIMESTAMP(3) - INTERVAL 1 DAY
      LIMIT ?`,
    [limit],
  )
  const failed = await sql.write(
    'sweepFailed',
    `DELETE FROM outbox
      WHERE state = 'failed' AND is_bulk IN (0, 1)
        AND state_at <= CURRENT_TIMESTAMP(3) - INTERVAL 30 DAY
      LIMIT ?`,
    [limit],
  )
  return Math.max(sent.affectedRows, failed.affectedRows)
}

/** How many mails are in each state, and for how many seconds the one that has waited longest is due. */
export const outboxNow = (sql: Sql) =>
  sql.rows<{ state: string; mails: number; oldestSeconds: number | null }>(
    'outboxNow',
    `SELECT state, COUNT(*) AS mails,
            TIMESTAMPDIFF(SECOND, MIN(tried_since), CURRENT_TIMESTAMP(3)) AS oldestSeconds
       FROM outbox
      GROUP BY state`,
  )

/**
 * Mails of these kinds that were sent to a recipient within a day, or wait and are older than this one: those
 * that are on their way at the same moment count, too.
 */
export async function lettersInADay(
  sql: Sql,
  recipient: string,
  mail: number,
  kinds: MailContent['kind'][],
): Promise<number> {
  const [found] = await sql.rows<{ mails: number }>(
    'lettersInADay',
    `SELECT COUNT(*) AS mails
       FROM outbox
      WHERE recipient_key = UNHEX(?) AND created_at > CURRENT_TIMESTAMP(3) - INTERVAL 1 DAY
        AND (state = 'sent' OR state = 'waiting' AND id < ?)
        AND kind IN (?)`,
    [recipient, mail, kinds],
  )
  return found?.mails ?? 0
}

/** Whether somebody asked for the same within the minute before: many who asked at once did. */
export async function isAskedTwice(sql: Sql, recipient: string, mail: number): Promise<boolean> {
  const rows = await sql.rows(
    'isAskedTwice',
    `SELECT earlier.id
       FROM outbox
       JOIN outbox AS earlier ON earlier.recipient_key = outbox.recipient_key
      WHERE outbox.id = ? AND earlier.recipient_key = UNHEX(?) AND earlier.kind = outbox.kind
        AND earlier.id < outbox.id AND earlier.state <> 'dropped'
        AND earlier.created_at > outbox.created_at - INTERVAL 1 MINUTE
      LIMIT 1`,
    [mail, recipient],
  )
  return rows.length > 0
}

/** Whose confirmed address this is. */
export async function ownerOfAddress(
  sql: Sql,
  key: string,
): Promise<{ user: number; address: MailAddress } | undefined> {
  const [found] = await sql.rows<{ user: number; address: MailAddress }>(
    'ownerOfAddress',
    'SELECT user_id AS user, address FROM addresses WHERE address_key = UNHEX(?)',
    [key],
  )
  return found
}

/** The link that confirms an address, for a day, in place of an older one. False when it waits no more. */
export async function putAddressToken(
  sql: Sql,
  user: number,
  address: MailAddress,
  tokenHash: string,
): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'putAddressToken',
    `UPDATE addresses
        SET token_hash = UNHEX(?), token_expires_at = CURRENT_TIMESTAMP(3) + INTERVAL 1 DAY
      WHERE user_id = ? AND pending = ?`,
    [tokenHash, user, address],
  )
  return affectedRows > 0
}

/**
 * The member whose address, confirmed or not, it is reads on the page of their account that mail came back.
 */
export async function markRefused(sql: Sql, { user, address }: TakenMail): Promise<void> {
  await sql.write(
    'markAddressRefused',
    'UPDATE addresses SET refused_at = CURRENT_TIMESTAMP(3) WHERE address_key = UNHEX(?)',
    [keyOfAddress(address)],
  )
  if (user === null) return
  await sql.write(
    'markPendingRefused',
    'UPDATE addresses SET refused_at = CURRENT_TIMESTAMP(3) WHERE user_id = ? AND pending = ?',
    [user, address],
  )
}

/** The account that has a confirmed address, if it is open. */
export async function openAccountOf(
  sql: Sql,
  key: string,
): Promise<{ id: number; name: string; address: MailAddress } | undefined> {
  const [found] = await sql.rows<{ id: number; name: string; address: MailAddress }>(
    'openAccountOf',
    `SELECT users.id, users.name, addresses.address
       FROM addresses
       JOIN users ON users.id = addresses.user_id
      WHERE addresses.address_key = UNHEX(?) AND users.disabled_at IS NULL AND users.removed_at IS NULL`,
    [key],
  )
  return found
}

/** The link by which a member sets a new password, for 30 minutes, in place of an older one. */
export const putRecoveryLink = (sql: Sql, user: number, tokenHash: string) =>
  sql.write(
    'putRecoveryLink',
    `REPLACE INTO password_links (user_id, token_hash, expires_at)
     VALUES (?, UNHEX(?), CURRENT_TIMESTAMP(3) + INTERVAL 30 MINUTE)`,
    [user, tokenHash],
  )
