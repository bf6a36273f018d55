import type { Sql } from '../platform/db.ts'

/** Whose names are kept apart by what they look like. */
export type Named = 'users' | 'categories'

/**
 * Waits until nobody else adds a name, and keeps others waiting until the transaction is over: a unique index
 * holds one look of a name, and names may look alike in another case alone.
 */
export const lockNames = (sql: Sql, named: Named) =>
  sql.rows('lockNames', 'SELECT named FROM name_locks WHERE named = ? FOR UPDATE', [named])

/** Returns what `lockNames` locks, for `Db.transaction`. */
export const rowsOfNames = (named: Named) => [`names of ${named}`]

/** The name of somebody or something else than `but` whose name has one of these looks, if there is one. */
export async function nameLooking(
  sql: Sql,
  named: Named,
  looks: string[],
  but: number,
): Promise<string | undefined> {
  const [found] = await sql.rows<{ name: string }>(
    'nameLooking',
    `SELECT LEFT(name, 200) AS name
       FROM ${named}
      WHERE look_key IN (${looks.map(() => 'UNHEX(SHA2(?, 256))').join(', ')}) AND id <> ?
      LIMIT 1`,
    [...looks, but],
  )
  return found?.name
}

/** Names of which it is not known yet what they look like. */
export const namesWithoutLook = (sql: Sql, named: Named, limit: number) =>
  sql.rows<{ id: number; name: string }>(
    'namesWithoutLook',
    `SELECT id, LEFT(name, 200) AS name
       FROM ${named}
      WHERE look_key IS NULL
      LIMIT ?`,
    [limit],
  )

/** They may all look the same, because they are there. */
export const setLooks = (sql: Sql, named: Named, looks: { id: number; look: string }[]) =>
  sql.write(
    'setLooks',
    `UPDATE ${named}
        SET look_key = UNHEX(SHA2(CASE id ${looks.map(() => 'WHEN ? THEN ?').join(' ')} END, 256)),
            look_twin = name_key
      WHERE id IN (?) AND look_key IS NULL`,
    [...looks.flatMap(({ id, look }) => [id, look]), looks.map(({ id }) => id)],
  )
