import type { Sql } from '../platform/db.ts'

export type Setting = { name: string; value: string }

export const allSettings = (sql: Sql) =>
  sql.rows<Setting>('allSettings', 'SELECT name, value FROM settings ORDER BY name LIMIT 1000')

/** The same, which nobody else changes until the transaction is over. */
export const lockedSettings = (sql: Sql) =>
  sql.rows<Setting>('lockedSettings', 'SELECT name, value FROM settings ORDER BY name LIMIT 1000 FOR UPDATE')

export const putSetting = (sql: Sql, name: string, value: string, admin: number) =>
  sql.write(
    'putSetting',
    `INSERT INTO settings (name, value, changed_by)
     VALUES (?, ?, ?)
         ON DUPLICATE KEY UPDATE value = VALUES(value), changed_by = VALUES(changed_by),
            changed_at = CURRENT_TIMESTAMP(3)`,
    [name, value, admin],
  )
