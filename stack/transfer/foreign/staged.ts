import { Database } from 'bun:sqlite'
import { UserError } from '../../errors.ts'
import { addIndex, addRow, addTable, type ColumnKind } from './queries.ts'
import { type Found, readDump, type Value } from './sql-dump.ts'

/**
 * Tables that are needed of a dump, by their names without the prefix, and what their columns are. `by`:
 * columns that rows are looked up by; `names`: what columns are called there, where that is no name here.
 */
export type Tables = Record<
  string,
  {
    needed: boolean
    columns: Record<string, ColumnKind>
    by?: string[]
    names?: Record<string, string>
  }
>

export type Read = (path: string) => Generator<Found>

export type Staged = {
  /** Tables by their names without the prefix. */
  db: Database
  /** How many texts were in no character set that the dump names, and were read as windows-1252. */
  oddTexts: number
}

/**
 * Copies what is needed of a dump into a SQLite file, where it can be asked in another order. `title`: what
 * the dump should be of, for messages. Throws a UserError where it is of something else, or damaged.
 */
export function stage(
  path: string,
  into: string,
  { tables, title, read = readDump }: { tables: Tables; title: string; read?: Read | undefined },
): Staged {
  const prefix = prefixIn(read(path), path, tables, title)
  const db = new Database(into, { create: true })
  for (const [name, { columns }] of Object.entries(tables)) addTable(db, name, columns)
  const decoder = decoders()
  const defined = new Map<string, string[]>()
  db.run('BEGIN')
  for (const found of read(path)) {
    if (found.table === undefined) {
      decoder.use(found.charset)
      continue
    }
    const name = found.table.startsWith(prefix) ? found.table.slice(prefix.length) : undefined
    const table = name === undefined ? undefined : tables[name]
    if (!table) continue
    if (found.row === undefined) {
      defined.set(found.table, found.columns)
      continue
    }
    const columns = found.columns ?? defined.get(found.table)
    if (!columns || columns.length !== found.row.length)
      throw new UserError(`${path} can't be read: a row of ${found.table} has ${found.row.length} values`)
    const { row } = found
    const values = Object.entries(table.columns).map(([column, is]) => {
      const at = columns.indexOf(table.names?.[column] ?? column)
      return at === -1 ? null : stored(row[at] ?? null, is, decoder.decode)
    })
    addRow(db, name ?? '', values)
  }
  db.run('COMMIT')
  for (const [name, { by = [] }] of Object.entries(tables))
    for (const column of by) addIndex(db, name, column)
  return { db, oddTexts: decoder.odd() }
}

function stored(value: Value, is: ColumnKind, decode: (bytes: string) => string): string | number | null {
  if (value === null) return null
  if (is === 'text') return decode(value)
  if (is === 'flag' && /^[tf]$/.test(value)) return value === 't' ? 1 : 0
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : 0
}

/** What stands before the names of tables; that with the most of them, where there are several. */
function prefixIn(dump: Generator<Found>, path: string, tables: Tables, board: string): string {
  const there = new Set<string>()
  for (const { table } of dump) if (table !== undefined) there.add(table)
  const needed = Object.entries(tables).flatMap(([name, { needed }]) => (needed ? [name] : []))
  const [first = ''] = needed
  const prefixes = [...there].flatMap((name) => (name.endsWith(first) ? [name.slice(0, -first.length)] : []))
  const missing = (prefix: string) => needed.filter((name) => !there.has(prefix + name))
  const [best] = prefixes.sort((a, b) => missing(a).length - missing(b).length)
  const lacks = missing(best ?? '')
  if (lacks.length > 0)
    throw new UserError(`${path} is no dump of ${board}: it has no table ${lacks.join(', ')}`)
  return best ?? ''
}

/** Names of MySQL for character sets, where https://encoding.spec.whatwg.org has others. */
const labels: Record<string, string> = {
  latin1: 'windows-1252',
  utf8mb3: 'utf-8',
  utf8mb4: 'utf-8',
  utf8: 'utf-8',
}

/** Texts are in UTF-8, or in what the dump says; what is in neither was put there by an old program. */
function decoders() {
  const utf8 = new TextDecoder('utf-8', { fatal: true })
  let named = utf8
  let odd = 0
  return {
    use(charset: string) {
      try {
        named = new TextDecoder(labels[charset] ?? charset, { fatal: true })
      } catch {
        named = utf8
      }
    },
    decode(bytes: string): string {
      if (/^[\0-\x7f]*$/.test(bytes)) return bytes
      const raw = Buffer.from(bytes, 'latin1')
      try {
        return named.decode(raw)
      } catch {
        odd++
        return new TextDecoder('windows-1252').decode(raw)
      }
    },
    odd: () => odd,
  }
}
