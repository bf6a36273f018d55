import type { Sql } from '../platform/db.ts'

/** Throws when MySQL can't be asked. */
export async function databaseAnswers(sql: Sql): Promise<boolean> {
  const rows = await sql.rows('oneRow', 'SELECT 1')
  return rows.length === 1
}
