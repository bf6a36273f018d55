import type { Sql } from '../platform/db.ts'
import { sha256 } from '../platform/sha256.ts'

/** What came from another board, as it is called here. */
export type Local = { kind: string; id: number }

/** The number here of what came with a number from a board of this program; of several boards, the first. */
export async function localOf(
  sql: Sql,
  program: string,
  kinds: string[],
  source: number,
): Promise<Local | undefined> {
  const [found] = await sql.rows<Local>(
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

/** What stood at this path of another board, as in `u/ana`; of several boards, the first. */
export async function localAt(sql: Sql, path: string): Promise<Local | undefined> {
  const [found] = await sql.rows<Local>(
    'localAt',
    `SELECT kind, local_id AS id
       FROM imported_paths
      WHERE path_key = ?
      ORDER BY import_id
      LIMIT 1`,
    [Buffer.from(sha256(path), 'hex')],
  )
  return found
}
