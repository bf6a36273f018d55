import type { Sql } from '../platform/db.ts'

/**
 * What search has to read again, told in the transaction that changes or removes it. What is new needs no
 * word: search finds it by its id. A post that goes takes its comments along.
 */
export type Changed = 'post' | 'comment'

export const noteChanged = (sql: Sql, kind: Changed, ids: number[]) =>
  sql.write('noteChanged', 'INSERT INTO search_changes (kind, subject_id) VALUES ?', [
    ids.map((id) => [kind, id]),
  ])

const tables: Record<Changed, string> = { post: 'posts', comment: 'comments' }

/** The same of all that an author wrote. */
export const noteAllChanged = (sql: Sql, kind: Changed, author: number) =>
  sql.write(
    'noteAllChanged',
    `INSERT INTO search_changes (kind, subject_id)
     SELECT ?, id
       FROM ${tables[kind]}
      WHERE author_id = ?`,
    [kind, author],
  )

/** By then everybody who searches has read them. */
const keptSeconds = 3_600

/**
 * Deletes notes that nobody needs any more, so many at most. Which they are is read before, without a lock:
 * a DELETE that looks for them would wait for whoever is noting something.
 */
export async function deleteOldChanges(sql: Sql, limit: number): Promise<void> {
  const [last] = await sql.rows<{ id: number }>(
    'sweepingOldChanges',
    `SELECT id
       FROM (SELECT id, changed_at FROM search_changes ORDER BY id LIMIT ?) AS oldest
      WHERE changed_at < CURRENT_TIMESTAMP(3) - INTERVAL ? SECOND
      ORDER BY id DESC
      LIMIT 1`,
    [limit, keptSeconds],
  )
  if (last) await sql.write('sweepingChanges', 'DELETE FROM search_changes WHERE id <= ?', [last.id])
}
