import type { Sql } from '../platform/db.ts'

/** Asked every second to see whether MySQL is there: nothing that anybody did. */
export const healthQuery = 'oneRow'

/** Throws when MySQL can't be asked. */
export async function databaseAnswers(sql: Sql): Promise<boolean> {
  const rows = await sql.rows(healthQuery, 'SELECT 1')
  return rows.length === 1
}
