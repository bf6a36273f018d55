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
