import type { Database } from 'bun:sqlite'
import { type Kind, kinds } from '../../src/finding/protocol.ts'

/**
 * A change of what stands in the file, or of how texts are read and folded, raises it: then it is made anew.
 */
export const indexShape = 4

const tablesOf = (kind: Kind) => `
CREATE VIRTUAL TABLE ${kind}_words USING fts5(
  title, body, content = '', contentless_delete = 1, prefix = '2 3 4', tokenize = 'ascii'
);
-- What is in ${kind}_words. \`hash\` is over all that was indexed, \`created\` in seconds since 1970,
-- \`parent\` the post of a comment.
CREATE TABLE ${kind}_rows (
  id       INTEGER PRIMARY KEY,
  parent   INTEGER,
  category INTEGER,
  created  INTEGER NOT NULL,
  hash     INTEGER NOT NULL
);
-- The ids of each day since 1970: the least and the highest.
CREATE TABLE ${kind}_days (day INTEGER PRIMARY KEY, low INTEGER NOT NULL, high INTEGER NOT NULL);
-- Ids to be read again.
CREATE TABLE ${kind}_due (id INTEGER PRIMARY KEY);`

const tables = `${kinds.map(tablesOf).join('\n')}
CREATE INDEX comment_rows_by_parent ON comment_rows (parent);
-- One row: what is known of the database, as JSON.
CREATE TABLE state (id INTEGER PRIMARY KEY CHECK (id = 1), text TEXT NOT NULL);
PRAGMA user_version = ${indexShape};`

/** Of memory for pages of the file, KiB. */
const cachedKiB = 16_384

/** Returns the shape of what is in the file; 0 for an empty one. Losing its last second does no harm. */
export function openFile(database: Database): number {
  database.run('PRAGMA journal_mode = WAL')
  database.run('PRAGMA synchronous = NORMAL')
  database.run('PRAGMA journal_size_limit = 8388608')
  database.run(`PRAGMA cache_size = -${cachedKiB}`)
  return database.query<{ user_version: number }, []>('PRAGMA user_version').get()?.user_version ?? 0
}

export const makeTables = (database: Database) => database.transaction(() => database.run(tables))()

export const stateOf = (database: Database) => ({
  read: database.prepare<{ text: string }, []>('SELECT text FROM state'),
  write: database.prepare<null, [string]>('INSERT OR REPLACE INTO state (id, text) VALUES (1, ?)'),
})

/** The statements for one kind of texts. */
export function statementsOf(database: Database, kind: Kind) {
  const [words, rows, days, due] = ['words', 'rows', 'days', 'due'].map((table) => `${kind}_${table}`)
  return {
    put: database.prepare<null, [number, string, string]>(
      `INSERT OR REPLACE INTO ${words} (rowid, title, body) VALUES (?, ?, ?)`,
    ),
    putRow: database.prepare<null, [number, number | null, number | null, number, number]>(
      `INSERT OR REPLACE INTO ${rows} (id, parent, category, created, hash) VALUES (?, ?, ?, ?, ?)`,
    ),
    putDay: database.prepare<null, [number, number]>(
      `INSERT INTO ${days} (day, low, high)
       VALUES (?1, ?2, ?2)
           ON CONFLICT (day) DO UPDATE SET low = MIN(low, ?2), high = MAX(high, ?2)`,
    ),
    drop: database.prepare<null, [number]>(`DELETE FROM ${words} WHERE rowid = ?`),
    dropRow: database.prepare<null, [number]>(`DELETE FROM ${rows} WHERE id = ?`),
    row: database.prepare<{ hash: number; category: number | null }, [number]>(
      `SELECT hash, category FROM ${rows} WHERE id = ?`,
    ),
    between: database.prepare<{ id: number }, [number, number]>(
      `SELECT id FROM ${rows} WHERE id BETWEEN ? AND ?`,
    ),
    count: database.prepare<{ texts: number }, []>(`SELECT COUNT(*) AS texts FROM ${rows}`),
    addDue: database.prepare<null, [number]>(`INSERT OR IGNORE INTO ${due} (id) VALUES (?)`),
    someDue: database.prepare<{ id: number }, [number]>(`SELECT id FROM ${due} ORDER BY id DESC LIMIT ?`),
    dropDue: database.prepare<null, [number]>(`DELETE FROM ${due} WHERE id = ?`),
    /** By match, from a low to a high id, and how many. */
    newest: database.prepare<{ id: number }, [string, number, number, number]>(
      `SELECT rowid AS id
         FROM ${words}
        WHERE ${words} MATCH ?1 AND rowid BETWEEN ?2 AND ?3
        ORDER BY rowid DESC
        LIMIT ?4`,
    ),
    /** The same from a low to a high id, written from one second on and before another. */
    newestWithin: database.prepare<{ id: number }, [string, number, number, number, number, number]>(
      `SELECT ${words}.rowid AS id
         FROM ${words}
        CROSS JOIN ${rows} ON ${rows}.id = ${words}.rowid
        WHERE ${words} MATCH ?1 AND ${words}.rowid BETWEEN ?2 AND ?3 AND created >= ?4 AND created < ?5
        ORDER BY ${words}.rowid DESC
        LIMIT ?6`,
    ),
    idsOfDays: database.prepare<{ low: number | null; high: number | null }, [number, number]>(
      `SELECT MIN(low) AS low, MAX(high) AS high FROM ${days} WHERE day BETWEEN ? AND ?`,
    ),
  }
}

/** Lets the comments of a post be read again. */
export const dueOfPost = (database: Database) =>
  database.prepare<null, [number]>(
    'INSERT OR IGNORE INTO comment_due (id) SELECT id FROM comment_rows WHERE parent = ?',
  )
