import type { Database } from 'bun:sqlite'

/** A `flag` is a number, and of PostgreSQL `t` or `f`. */
export type ColumnKind = 'text' | 'number' | 'flag'

/** A table of the copy, which is gone with the import: nothing waits for the disk. */
export function addTable(db: Database, name: string, columns: Record<string, ColumnKind>): void {
  const fields = Object.entries(columns).map(
    ([column, is]) => `${column} ${is === 'text' ? 'TEXT' : 'INTEGER'}`,
  )
  db.run('PRAGMA synchronous = OFF')
  db.run(`CREATE TABLE ${name} (${fields.join(', ')})`)
}

export const addRow = (db: Database, table: string, values: (string | number | null)[]) =>
  db.query(`INSERT INTO ${table} VALUES (${values.map(() => '?').join(', ')})`).run(...values)

export const addIndex = (db: Database, table: string, column: string) =>
  db.run(`CREATE INDEX ${table}_by_${column} ON ${table} (${column})`)
