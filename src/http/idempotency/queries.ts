import type { Sql } from '../../platform/db.ts'

/**
 * Keys are SHA-256 in hex. Throws ER_DUP_ENTRY when there is such an answer, after waiting for one that is
 * under way.
 */
export const reserveAnswer = (sql: Sql, requestKey: string, requestHash: string) =>
  sql.write(
    'reserveAnswer',
    `INSERT INTO kept_answers (request_key, asked_key)
     VALUES (UNHEX(?), UNHEX(?))`,
    [requestKey, requestHash],
  )

export const storeResponse = (sql: Sql, requestKey: string, answer: string) =>
  sql.write('keepAnswer', 'UPDATE kept_answers SET answer = ? WHERE request_key = UNHEX(?)', [
    answer,
    requestKey,
  ])

export async function storedResponse(sql: Sql, requestKey: string) {
  const [kept] = await sql.rows<{ askedKey: string; answer: string }>(
    'keptAnswer',
    `SELECT LOWER(HEX(asked_key)) AS askedKey, answer
       FROM kept_answers
      WHERE request_key = UNHEX(?)`,
    [requestKey],
  )
  return kept
}

export const deleteOldAnswers = (sql: Sql, seconds: number, limit: number) =>
  sql.write(
    'deleteOldAnswers',
    `DELETE FROM kept_answers
      WHERE created_at < CURRENT_TIMESTAMP(3) - INTERVAL ? SECOND
      ORDER BY created_at
      LIMIT ?`,
    [seconds, limit],
  )
