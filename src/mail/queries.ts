import type { Language } from '../../texts/languages.ts'
import { chunks } from '../platform/async.ts'
import type { Sql } from '../platform/db.ts'
import { nameStart } from '../platform/names.ts'
import { keyOfAddress, type MailAddress } from './address.ts'

/** What a mail says; the courier draws it from this. */
export type MailContent =
  | { kind: 'test'; by: string }
  /** By its link a member proves that the address is theirs. */
  | { kind: 'confirm-address'; name: string }
  /** The same for one that came with a new account. */
  | { kind: 'welcome'; name: string }
  /** The same for one that came with an application, which an admin has accepted. */
  | { kind: 'let-in'; name: string }
  /** The application was not accepted; `reason` is the admin's, and may be empty. */
  | { kind: 'turned-away'; name: string; reason: string }
  /** To the address that was theirs until now. */
  | { kind: 'address-changed'; name: string }
  /** To whoever has the address, if anybody has: the courier looks. */
  | { kind: 'recovery' }
  | { kind: 'password-changed'; name: string }
  /** Something else happened to the account, which may have been somebody else's doing. */
  | { kind: 'security'; name: string; what: SecurityNews }
  /** What a member was told of behind one notice, up to another, and has not read by then. */
  | { kind: 'notices'; after: number; upTo: number }
  /** To who reported something, with an account or without. */
  | { kind: 'report-answer'; isDone: boolean }
  /** To whoever brings what was ordered in a window: what all of it is. */
  | { kind: 'supplier-list'; window: number }

/** What happened to an account, besides what has a mail of its own. */
export type SecurityNews =
  | 'factor-on'
  | 'factor-off'
  | 'codes-renewed'
  | 'recovery-code-used'
  | 'too-many-codes'
  | 'passkey-added'
  | 'passkey-removed'
  | 'passkey-copied'
  | 'sign-on-joined'
  | 'sign-on-parted'
  | 'token-made'

/** A mail as its cause writes it down. */
export type NewMail = MailContent & {
  /** Whose it is, or who had it sent. */
  user?: number
  address: MailAddress
  language: Language
}

const mailsAtOnce = 500

/**
 * Writes a mail into the outbox. To be called in the transaction of its cause: either both are there or
 * neither.
 */
export const putMail = (sql: Sql, mail: NewMail) => putMails(sql, [mail])

/** The same of very many: their cause waits for a few statements. */
export async function putMails(sql: Sql, mails: NewMail[]): Promise<void> {
  for (const some of chunks(mails, mailsAtOnce))
    await sql.write(
      'putMails',
      'INSERT INTO outbox (kind, user_id, address, recipient_key, language, content, is_bulk) VALUES ?',
      [some.map(rowOf)],
    )
}

const rowOf = ({ kind, user, address, language, ...content }: NewMail) => [
  ...[kind, user ?? null, address, Buffer.from(keyOfAddress(address), 'hex')],
  ...[language, JSON.stringify(content), kind === 'notices'],
]

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

/** A page of them, the newest first. */
export const failedMails = (sql: Sql, before: string, limit: number) =>
  sql.rows<FailedMail>(
    'failedMails',
    `SELECT outbox.id, outbox.kind, ${nameStart('users.name')} AS member,
            outbox.state_at AS failedAt, outbox.tries, outbox.answer
       FROM outbox
       LEFT JOIN users ON users.id = outbox.user_id
      WHERE outbox.state = 'failed' AND outbox.id < ?
      ORDER BY outbox.id DESC
      LIMIT ?`,
    [before, limit],
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

/** Until the transaction is over, nothing else that does this for the same member goes on. */
export const lockSender = (sql: Sql, user: number) =>
  sql.rows('lockSender', 'SELECT id FROM users WHERE id = ? FOR UPDATE', [user])

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

/**
 * What is left of the mails of an account that ends: that they were sent, as they still count for who got
 * them. Those that were not are dropped.
 */
export const forgetMailsOf = (sql: Sql, user: number) =>
  sql.write(
    'forgetMailsOf',
    `UPDATE outbox
        SET state_at = IF(state = 'sent', state_at, CURRENT_TIMESTAMP(3)),
            state = IF(state = 'sent', 'sent', 'dropped'),
            user_id = NULL, address = NULL, content = ''
      WHERE user_id = ?`,
    [user],
  )

/** Where mail reaches a member, as they see it themselves. */
export type OwnAddress = { address: string | null; pending: string | null; refusedAt: string | null }

export async function addressOfMember(sql: Sql, user: number): Promise<OwnAddress | undefined> {
  const [found] = await sql.rows<OwnAddress>(
    'addressOfMember',
    'SELECT address, pending, refused_at AS refusedAt FROM addresses WHERE user_id = ?',
    [user],
  )
  return found
}

/**
 * Puts an address where it waits to be confirmed, in place of one that did; mail that came back is forgotten.
 * The member's row is held until the transaction is over, so that one after another is counted.
 */
export const putPendingAddress = (sql: Sql, user: number, address: MailAddress, language: Language) =>
  sql.write(
    'putPendingAddress',
    `INSERT INTO addresses (user_id, pending, language)
     VALUES (?, ?, ?)
     ON DUPLICATE KEY UPDATE
       pending = VALUES(pending), language = VALUES(language), token_hash = NULL, token_expires_at = NULL,
       refused_at = NULL`,
    [user, address, language],
  )

/** One that waits to be confirmed waits no more, and its link is no longer good. */
export const deletePendingAddress = (sql: Sql, user: number) =>
  sql.write(
    'deletePendingAddress',
    `UPDATE addresses
        SET pending = NULL, token_hash = NULL, token_expires_at = NULL
      WHERE user_id = ?`,
    [user],
  )

/** An address that a link confirms. */
export type LinkedAddress = { user: number; name: string; pending: MailAddress; address: MailAddress | null }

/** By the SHA-256 of the link's token, in hex, while the link is good and the account open. */
export async function addressOfLink(sql: Sql, token: string): Promise<LinkedAddress | undefined> {
  const [found] = await sql.rows<LinkedAddress>(
    'addressOfLink',
    `SELECT addresses.user_id AS user, users.name, addresses.pending, addresses.address
       FROM addresses
       JOIN users ON users.id = addresses.user_id
      WHERE addresses.token_hash = UNHEX(?)
        AND addresses.token_expires_at > CURRENT_TIMESTAMP(3)
        AND addresses.pending IS NOT NULL
        AND users.disabled_at IS NULL
        AND users.removed_at IS NULL`,
    [token],
  )
  return found
}

/**
 * Uses the link up. Returns whether it was good still; throws a duplicate where somebody else has the
 * address.
 */
export async function confirmAddress(
  sql: Sql,
  { user, pending }: Pick<LinkedAddress, 'user' | 'pending'>,
  token: string,
): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'confirmAddress',
    `UPDATE addresses
        SET address = pending, address_key = UNHEX(?), refused_at = NULL,
            pending = NULL, token_hash = NULL, token_expires_at = NULL
      WHERE user_id = ? AND pending = ? AND token_hash = UNHEX(?)
        AND token_expires_at > CURRENT_TIMESTAMP(3)`,
    [keyOfAddress(pending), user, pending, token],
  )
  return affectedRows > 0
}

export const deleteAddress = (sql: Sql, user: number) =>
  sql.write('deleteAddress', 'DELETE FROM addresses WHERE user_id = ?', [user])

/** The confirmed address of a member and the language for mails to it, held until the transaction is over. */
export async function lockAddress(
  sql: Sql,
  user: number,
): Promise<{ address: MailAddress; language: Language } | undefined> {
  const [found] = await sql.rows<{ address: MailAddress | null; language: Language }>(
    'lockAddress',
    `SELECT address,
            COALESCE((SELECT language FROM users WHERE users.id = addresses.user_id), language) AS language
       FROM addresses
      WHERE user_id = ?
        FOR UPDATE`,
    [user],
  )
  return found?.address ? { address: found.address, language: found.language } : undefined
}

/**
 * Waits until nobody else asks for a link for a new password, and keeps others waiting until the transaction
 * is over.
 */
export const lockRecovery = (sql: Sql) =>
  sql.rows('lockRecovery', "SELECT named FROM name_locks WHERE named = 'recovery' FOR UPDATE")

/** Whether somebody asked for a link to this address within the last minute, by the key of the address. */
export async function isRecoveryUnderWay(sql: Sql, recipient: string): Promise<boolean> {
  const rows = await sql.rows(
    'isRecoveryUnderWay',
    `SELECT id
       FROM outbox
      WHERE recipient_key = UNHEX(?) AND created_at > CURRENT_TIMESTAMP(3) - INTERVAL 1 MINUTE
        AND kind = 'recovery'
      LIMIT 1`,
    [recipient],
  )
  return rows.length > 0
}
