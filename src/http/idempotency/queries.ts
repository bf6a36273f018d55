import type { Sql } from '../../platform/db.ts'

/*
 * The table of idempotency keys is called kept_answers and the hash of their request asked_key: during an
 * upgrade the release before reads and writes them by these names beside this one.
 */

/**
 * Keys are SHA-256 in hex. Throws ER_DUP_ENTRY when the key is there, after waiting for a request
 * that is under way.
 */
export const reserveKey = (sql: Sql, requestKey: string, requestHash: string) =>
  sql.write(
    'reserveKey',
    `INSERT INTO kept_answers (request_key, asked_key)
     VALUES (UNHEX(?), UNHEX(?))`,
    [requestKey, requestHash],
  )

export const storeResult = (sql: Sql, requestKey: string, answer: string) =>
  sql.write('storeResult', 'UPDATE kept_answers SET answer = ? WHERE request_key = UNHEX(?)', [
    answer,
    requestKey,
  ])

export async function storedResult(sql: Sql, requestKey: string) {
  const [stored] = await sql.rows<{ requestHash: string; answer: string }>(
    'storedResult',
    `SELECT LOWER(HEX(asked_key)) AS requestHash, answer
       FROM kept_answers
      WHERE request_key = UNHEX(?)`,
    [requestKey],
  )
  return stored
}

export const deleteOldKeys = (sql: Sql, seconds: number, limit: number) =>
  sql.write(
    'deleteOldKeys',
    `DELETE FROM kept_answers
      WHERE created_at < CURRENT_TIMESTAMP(3) - INTERVAL ? SECOND
      ORDER BY created_at
      LIMIT ?`,
    [seconds, limit],
  )
