/**
 * MariaDB and MySQL print dumps that the other one does not read: definitions of tables have words of their
 * own, and MariaDB prints values of generated columns, which MySQL refuses. Rows are read by both. So of a
 * dump that came from the other kind only those are taken:
 *
 * 1. Tables are made by the migrations that had run on that database, in their order. All of them together
 *    make on both servers what schema.sql makes, which tests hold.
 * 2. Rows of each table go into the columns that its definition in the dump names.
 * 3. A generated column is a usual one for as long as its values come, and takes its own afterwards.
 *
 * A row of a dump has no line break within it: both tools write \n for one in a text.
 */

import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { hashOf, type Migration } from '../database/migration-files.ts'
import {
  afterRows,
  beforeRows,
  emptied,
  madeTables,
  numberedFrom,
  type Restored,
  rowsInto,
} from '../database/queries.ts'
import { UserError } from '../errors.ts'

/** What a dump says of itself before its rows are read. */
export type DumpedTables = {
  /** In the order of the dump. */
  tables: Restored[]
  /** Those that ran there, by their numbers, with the hash of what they said. */
  migrations: Map<number, string>
}

const definition = /^CREATE TABLE `(\w+)` \($/
const column = /^ {2}`(\w+)` /
const end = /^\)/
const rows = /^INSERT INTO `(\w+)` (?:\([^)]*\) )?VALUES/
const migrationRow = /\((\d+),'([a-z0-9-]+)',([01]),\d+,([01]),'([0-9a-f]{64})',(NULL|'[^']*')\)/g

/**
 * Reads which tables a dump has, and what had brought them there. Throws a UserError where a migration had
 * stopped in the middle.
 */
export async function tablesIn(dump: string): Promise<DumpedTables> {
  const tables: Restored[] = []
  const migrations = new Map<number, string>()
  let table: Restored | undefined
  let isMigrations = false
  for await (const line of linesIn(dump)) {
    const [, name] = definition.exec(line) ?? []
    if (name) {
      table = { name, columns: [], generated: [], next: undefined }
      tables.push(table)
    } else if (table && end.test(line)) {
      table.next = /\bAUTO_INCREMENT=(\d+)/.exec(line)?.[1]
      table = undefined
    } else if (table) {
      const [, name] = column.exec(line) ?? []
      if (name) table.columns.push(name)
      if (name && /\bGENERATED ALWAYS AS\b/.test(line)) table.generated.push(name)
    } else {
      const [, of] = rows.exec(line) ?? []
      if (of) isMigrations = of === 'schema_migrations'
      if (!isMigrations) continue
      for (const [, number, , , begun, hash = '', appliedAt] of line.matchAll(migrationRow)) {
        if (begun === '1' || appliedAt === 'NULL')
          throw new UserError(
            'a migration had stopped in the middle there: start it there once, and back up again',
          )
        migrations.set(Number(number), hash)
      }
    }
  }
  return { tables, migrations }
}

/**
 * Returns what a newer version took away in a dump, as in `0310-drop-full-text`: an older one can't work with
 * it. Undefined where this one can.
 */
export async function newerIn(dump: string, own: Migration[]): Promise<string | undefined> {
  const known = new Set(own.map(({ number }) => number))
  let isMigrations = false
  for await (const line of linesIn(dump)) {
    const [, of] = rows.exec(line) ?? []
    if (of) isMigrations = of === 'schema_migrations'
    if (!isMigrations) continue
    for (const [, number = '', name, contract] of line.matchAll(migrationRow))
      if (contract === '1' && !known.has(Number(number))) return `${number.padStart(4, '0')}-${name}`
  }
  return undefined
}

/**
 * Returns those of our migrations that had run there. Throws a UserError where others had, so that the tables
 * cannot be made here.
 */
export function migrationsOf({ migrations }: DumpedTables, own: Migration[]): Migration[] {
  const ran = own.filter((each) => migrations.get(each.number) === hashOf(each))
  if (ran.length === 0 || ran.length < migrations.size)
    throw new UserError(
      'its tables are of another version, which this one cannot make: bring the board to this version there, ' +
        'and back up again',
    )
  return ran
}

/** Yields SQL that makes the tables of a dump, without its rows but with their places. */
export function* tablesFor({ tables }: DumpedTables, ran: Migration[]): Generator<string> {
  yield madeTables(ran.flatMap(({ statements }) => statements))
  // Some migrations put rows into their tables.
  for (const { name } of tables) yield emptied(name)
}

/**
 * Yields SQL that brings the rows of a dump. `definitions`: what the server here says of each generated
 * column, by `table.column`.
 */
export async function* rowsFor(
  dump: string,
  { tables }: DumpedTables,
  definitions: Map<string, string>,
): AsyncGenerator<Buffer> {
  const of = new Map(tables.map((table) => [table.name, table]))
  const generated = tables.flatMap(({ name, generated }) =>
    generated.map((each) => ({ table: name, definition: definitions.get(`${name}.${each}`) ?? '' })),
  )
  yield Buffer.from(beforeRows(generated))
  let isWithin = false
  for await (const line of linesIn(dump)) {
    const [head, name = ''] = rows.exec(line) ?? []
    let text = line
    if (head !== undefined) {
      const table = of.get(name)
      if (!table) throw new UserError(`it has rows of ${name}, and does not say what that is`)
      isWithin = true
      if (!head.includes('(')) text = `${rowsInto(table)}${line.slice(head.length)}`
    }
    if (!isWithin) continue
    yield Buffer.from(`${text}\n`, 'latin1')
    if (line.endsWith(';')) isWithin = false
  }
  yield Buffer.from(afterRows(generated))
  for (const { name, next } of tables) if (next !== undefined) yield Buffer.from(numberedFrom(name, next))
}

/** Lines of a compressed dump, of which each character is a byte. */
async function* linesIn(dump: string): AsyncGenerator<string> {
  let parts: string[] = []
  for await (const chunk of createReadStream(dump).pipe(createGunzip())) {
    const text = (chunk as Buffer).toString('latin1')
    if (!text.includes('\n')) {
      parts.push(text)
      continue
    }
    const [first = '', ...lines] = text.split('\n')
    yield `${parts.join('')}${first}`
    parts = [lines.pop() ?? '']
    yield* lines
  }
  const last = parts.join('')
  if (last !== '') yield last
}
