import type { Sql } from '../platform/db.ts'
import { nameStart } from '../platform/names.ts'

/** The names of those of these accounts that are there, by their ids. */
export async function namesOf(sql: Sql, ids: number[]): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map()
  const rows = await sql.rows<{ id: number; name: string }>(
    'namesOfModerators',
    `SELECT id, ${nameStart('name')} AS name
       FROM users
      WHERE id IN (?) AND removed_at IS NULL`,
    [ids],
  )
  return new Map(rows.map(({ id, name }) => [id, name]))
}
