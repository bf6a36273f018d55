import type { Sql } from '../platform/db.ts'

/** The number here of what came with a number from a board of this program; of several boards, the first. */
export async function localOf(
  sql: Sql,
  program: string,
  kinds: string[],
  source: number,
): Promise<{ kind: string; id: number } | undefined> {
  const [found] = await sql.rows<{ kind: string; id: number }>(
    'localOf',
    `SELECT imported.kind, imported.local_id AS id
       FROM imports
       JOIN imported ON imported.import_id = imports.id
      WHERE imports.program = ? AND imported.kind IN (?) AND imported.source_id = ?
      ORDER BY imports.id
      LIMIT 1`,
    [program, kinds, source],
  )
  return found
}
