import type { NamedFile } from '../pictures/decoder-process.ts'
import type { Sql } from '../platform/db.ts'

export type Setting = { name: string; value: string }

export const allSettings = (sql: Sql) =>
  sql.rows<Setting>('allSettings', 'SELECT name, value FROM settings ORDER BY name LIMIT 1000')

/** The same, which nobody else changes until the transaction is over. */
export const lockedSettings = (sql: Sql) =>
  sql.rows<Setting>('lockedSettings', 'SELECT name, value FROM settings ORDER BY name LIMIT 1000 FOR UPDATE')

/** Holds the market's currency: no price is stored until the transaction is over. */
export const lockCurrency = (sql: Sql) =>
  sql.rows('lockCurrency', `SELECT named FROM name_locks WHERE named = 'currency' FOR UPDATE`)

/**
 * Keeps the market's currency as it is until the transaction is over. Returns the one that an admin set last,
 * if one did.
 */
export async function heldCurrency(sql: Sql): Promise<string | null> {
  const [held] = await sql.rows<{ value: string | null }>(
    'heldCurrency',
    `SELECT settings.value
       FROM name_locks
       LEFT JOIN settings ON settings.name = 'CURRENCY'
      WHERE name_locks.named = 'currency'
       LOCK IN SHARE MODE`,
  )
  return held?.value ?? null
}

export const putSetting = (sql: Sql, name: string, value: string, admin: number) =>
  sql.write(
    'putSetting',
    `INSERT INTO settings (name, value, changed_by)
     VALUES (?, ?, ?)
         ON DUPLICATE KEY UPDATE value = VALUES(value), changed_by = VALUES(changed_by),
            changed_at = CURRENT_TIMESTAMP(3)`,
    [name, value, admin],
  )

/** The same file again changes nothing. */
export const insertLogos = (sql: Sql, files: NamedFile[]) =>
  sql.write('insertLogos', 'INSERT IGNORE INTO logos (name, bytes) VALUES ?', [
    files.map(({ name, bytes }) => [name, Buffer.from(bytes)]),
  ])

/** Deletes files that nothing shows, but those of the last hour: a page may be on its way that does. */
export const deleteOldLogos = (sql: Sql, shown: string[]) =>
  sql.write(
    'deleteOldLogos',
    `DELETE FROM logos
      WHERE created_at < CURRENT_TIMESTAMP(3) - INTERVAL 1 HOUR
        AND name NOT IN (?)`,
    [shown],
  )

export async function logoNamed(sql: Sql, name: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const [found] = await sql.rows<{ bytes: Uint8Array<ArrayBuffer> }>(
    'logoNamed',
    'SELECT bytes FROM logos WHERE name = ?',
    [name],
  )
  return found?.bytes
}
