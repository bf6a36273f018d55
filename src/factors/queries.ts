import type { Sql } from '../platform/db.ts'

/** A member's second factor, as codes are checked by it. */
type Factor = {
  secret: string
  /** The 30 seconds, counted from 1970, of the last code that was taken. */
  lastStep: number
  /** Wrong codes within an hour. */
  guesses: number
}

/** Held until the transaction is over, so that two codes are taken one after the other. */
export async function lockFactor(sql: Sql, user: number): Promise<Factor | undefined> {
  const [factor] = await sql.rows<Factor>(
    'lockFactor',
    `SELECT secret, last_step AS lastStep,
            CAST(IF(guesses_since > CURRENT_TIMESTAMP(3) - INTERVAL 1 HOUR, guesses, 0) AS SIGNED) AS guesses
       FROM second_factors
      WHERE user_id = ?
        FOR UPDATE`,
    [user],
  )
  return factor
}

export const setLastStep = (sql: Sql, user: number, step: number) =>
  sql.write('setLastStep', 'UPDATE second_factors SET last_step = ? WHERE user_id = ?', [step, user])

export const countGuess = (sql: Sql, user: number) =>
  sql.write(
    'countGuess',
    `UPDATE second_factors
        SET guesses = IF(guesses_since > CURRENT_TIMESTAMP(3) - INTERVAL 1 HOUR, guesses + 1, 1),
            guesses_since = IF(guesses = 1, CURRENT_TIMESTAMP(3), guesses_since)
      WHERE user_id = ?`,
    [user],
  )

/** Uses a recovery code up, by the SHA-256 of it in hex. Returns whether the member had it. */
export async function takeRecoveryCode(sql: Sql, user: number, key: string): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'takeRecoveryCode',
    'DELETE FROM recovery_codes WHERE user_id = ? AND code_key = UNHEX(?)',
    [user, key],
  )
  return affectedRows > 0
}

/** Since when a member has a second factor, and how many recovery codes are left. */
export type FactorState = { since: string; codesLeft: number }

export async function factorState(sql: Sql, user: number): Promise<FactorState | undefined> {
  const [state] = await sql.rows<FactorState>(
    'factorState',
    `SELECT created_at AS since,
            (SELECT COUNT(*) FROM recovery_codes WHERE recovery_codes.user_id = second_factors.user_id)
              AS codesLeft
       FROM second_factors
      WHERE user_id = ?`,
    [user],
  )
  return state
}

/**
 * Turns a member's second factor on, or puts another in its place. `step` is that of the code that proved it.
 */
export const putFactor = (sql: Sql, user: number, secret: string, step: number) =>
  sql.write(
    'putFactor',
    `INSERT INTO second_factors (user_id, secret, last_step)
     VALUES (?, ?, ?)
     ON DUPLICATE KEY UPDATE
       secret = VALUES(secret), last_step = VALUES(last_step), guesses = 0,
       created_at = CURRENT_TIMESTAMP(3)`,
    [user, secret, step],
  )

/** Those of before are no good any more. */
export async function putRecoveryCodes(sql: Sql, user: number, keys: string[]): Promise<void> {
  await deleteRecoveryCodes(sql, user)
  await sql.write(
    'putRecoveryCodes',
    `INSERT INTO recovery_codes (user_id, code_key)
     VALUES ${keys.map(() => '(?, UNHEX(?))').join(', ')}`,
    keys.flatMap((key) => [user, key]),
  )
}

export const deleteRecoveryCodes = (sql: Sql, user: number) =>
  sql.write('deleteRecoveryCodes', 'DELETE FROM recovery_codes WHERE user_id = ?', [user])

export const deleteFactor = (sql: Sql, user: number) =>
  sql.write('deleteFactor', 'DELETE FROM second_factors WHERE user_id = ?', [user])

/** What a member signs in with, and programs in their name: how many of each, and since when the factor. */
export type Keys = { since: string | null; codesLeft: number; passkeys: number; tokens: number }

export async function keysOf(sql: Sql, user: number): Promise<Keys> {
  const [keys] = await sql.rows<Keys>(
    'keysOf',
    `SELECT (SELECT created_at FROM second_factors WHERE user_id = ?) AS since,
            (SELECT COUNT(*) FROM recovery_codes WHERE user_id = ?) AS codesLeft,
            (SELECT COUNT(*) FROM passkeys WHERE user_id = ?) AS passkeys,
            (SELECT COUNT(*) FROM tokens WHERE user_id = ?) AS tokens`,
    [user, user, user, user],
  )
  return keys ?? { since: null, codesLeft: 0, passkeys: 0, tokens: 0 }
}

/** Whether a member may sign in at the other service, and has just proved there anew who they are. */
type SignOnState = { isJoined: 0 | 1; isFresh: 0 | 1 }

export async function signOnState(sql: Sql, user: number, session: string): Promise<SignOnState> {
  const [state] = await sql.rows<SignOnState>(
    'signOnState',
    `SELECT 1 AS isJoined,
            EXISTS (SELECT 1
                      FROM sessions
                     WHERE token_key = UNHEX(?)
                       AND user_id = single_sign_ons.user_id
                       AND signed_on_at > CURRENT_TIMESTAMP(3) - INTERVAL 5 MINUTE) AS isFresh
       FROM single_sign_ons
      WHERE user_id = ?`,
    [session, user],
  )
  return state ?? { isJoined: 0, isFresh: 0 }
}

/** A passkey without what it is known by. */
export type Passkey = { id: number; name: string; createdAt: string; usedAt: string | null }

export const passkeysOf = (sql: Sql, user: number) =>
  sql.rows<Passkey>(
    'passkeysOf',
    `SELECT id, name, created_at AS createdAt, used_at AS usedAt
       FROM passkeys
      WHERE user_id = ?
      ORDER BY id`,
    [user],
  )

/** What a member's devices know their passkeys by. */
export const credentialsOf = (sql: Sql, user: number) =>
  sql.rows<{ credentialId: Uint8Array<ArrayBuffer> }>(
    'credentialsOf',
    'SELECT credential_id AS credentialId FROM passkeys WHERE user_id = ? ORDER BY id',
    [user],
  )

/** What a signature is checked by. */
type Credential = { id: number; user: number; publicKey: Uint8Array<ArrayBuffer>; counter: number }

/** By the SHA-256, in hex, of its credential's id, while its account is open. */
export async function passkeyOfCredential(sql: Sql, key: string): Promise<Credential | undefined> {
  const [found] = await sql.rows<Credential>(
    'passkeyOfCredential',
    `SELECT passkeys.id, passkeys.user_id AS user, passkeys.public_key AS publicKey, passkeys.counter
       FROM passkeys
       JOIN users ON users.id = passkeys.user_id
      WHERE passkeys.credential_key = UNHEX(?) AND users.disabled_at IS NULL AND users.removed_at IS NULL`,
    [key],
  )
  return found
}

type NewPasskey = {
  name: string
  /** SHA-256, in hex, of its id. */
  key: string
  credentialId: Uint8Array
  publicKey: Uint8Array
  counter: number
}

/**
 * Returns false when the session that asks for it has ended meanwhile: it waits for whoever ends it.
 */
export async function insertPasskey(
  sql: Sql,
  session: string,
  user: number,
  { name, key, credentialId, publicKey, counter }: NewPasskey,
): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'insertPasskey',
    `INSERT INTO passkeys (user_id, name, credential_key, credential_id, public_key, counter)
     SELECT user_id, ?, UNHEX(?), ?, ?, ?
       FROM sessions
      WHERE token_key = UNHEX(?) AND user_id = ?`,
    [name, key, credentialId, publicKey, counter, session, user],
  )
  return affectedRows > 0
}

/**
 * Notes a use. Returns whether nobody else used it since its counter was read, and whether that has gone on
 * where the device counts at all.
 */
export async function countPasskey(sql: Sql, id: number, was: number, counter: number): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'countPasskey',
    `UPDATE passkeys
        SET counter = ?, used_at = CURRENT_TIMESTAMP(3)
      WHERE id = ? AND counter = ? AND (? > counter OR (? = 0 AND counter = 0))`,
    [counter, id, was, counter, counter],
  )
  return affectedRows > 0
}

/** Returns its name; undefined when the member has none of this id. */
export async function deletePasskey(sql: Sql, user: number, id: string): Promise<string | undefined> {
  const [passkey] = await sql.rows<{ name: string }>(
    'lockPasskey',
    'SELECT name FROM passkeys WHERE id = ? AND user_id = ? FOR UPDATE',
    [id, user],
  )
  await sql.write('deletePasskey', 'DELETE FROM passkeys WHERE id = ? AND user_id = ?', [id, user])
  return passkey?.name
}

/**
 * What a device is asked to sign, by its SHA-256 in hex. `user`: who adds a passkey; null: anybody signs in.
 */
export const putChallenge = (sql: Sql, key: string, user: number | null) =>
  sql.write(
    'putChallenge',
    `INSERT INTO passkey_challenges (challenge_key, user_id, expires_at)
     VALUES (UNHEX(?), ?, CURRENT_TIMESTAMP(3) + INTERVAL 5 MINUTE)`,
    [key, user],
  )

/** Returns whether this was the one who took it, in time. */
export async function takeChallenge(sql: Sql, key: string, user: number | null): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'takeChallenge',
    `DELETE FROM passkey_challenges
      WHERE challenge_key = UNHEX(?) AND user_id <=> ? AND expires_at > CURRENT_TIMESTAMP(3)`,
    [key, user],
  )
  return affectedRows > 0
}

export const deleteExpiredChallenges = (sql: Sql) =>
  sql.write(
    'deleteExpiredChallenges',
    'DELETE FROM passkey_challenges WHERE expires_at < CURRENT_TIMESTAMP(3) LIMIT 1000',
  )
