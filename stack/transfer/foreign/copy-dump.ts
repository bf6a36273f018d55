import { UserError } from '../../errors.ts'
import { linesOfFile } from './lines-of-file.ts'
import type { Found, Value } from './sql-dump.ts'

/**
 * Reads a dump as `pg_dump` writes it: the rows of each COPY. Nothing in it is run.
 *
 * Source: https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.2
 *
 * Throws a UserError where the file is compressed, of another form, or ends within a table.
 */
export function* readCopies(path: string): Generator<Found> {
  let open: { table: string; columns: string[] } | undefined
  for (const { line, number, isEnded } of linesOfFile(path)) {
    const fail = (what: string): never => {
      throw new UserError(`${path} can't be read: line ${number}: ${what}`)
    }
    if (number === 1 && line.startsWith('\x1f\x8b'))
      throw new UserError(`${path} is compressed: unpack it first`)
    if (number === 1 && line.startsWith('PGDMP'))
      throw new UserError(
        `${path} is of pg_dump's own form: pg_restore --file dump.sql ${path} makes SQL of it`,
      )
    if (open) {
      if (line === '\\.') {
        open = undefined
        continue
      }
      const row = line.split('\t').map(fieldIn)
      if (!isEnded || row.length !== open.columns.length) fail(`a row of ${open.table} is cut`)
      yield { ...open, row }
      continue
    }
    const encoding = /^SET client_encoding = '([\w-]+)';$/.exec(line)?.[1]
    if (encoding) yield { charset: encoding === 'UTF8' ? 'utf8' : encoding.toLowerCase() }
    const [, table, columns] = /^COPY (\S+) \((.*)\) FROM stdin;$/.exec(line) ?? []
    if (table === undefined || columns === undefined) {
      if (/^INSERT INTO /.test(line)) fail('it has INSERTs: make it without --inserts')
      continue
    }
    open = { table, columns: columns.split(/, ?/).map((name) => name.replaceAll('"', '')) }
    yield open
  }
  if (open) throw new UserError(`${path} can't be read: it ends within ${open.table}`)
}

const escapes: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }

function fieldIn(text: string): Value {
  if (text === '\\N') return null
  return text.replaceAll(/\\(x[0-9a-fA-F]{1,2}|[0-7]{1,3}|.)/gs, (_, code: string) => {
    if (code.length > 1 && code.startsWith('x'))
      return String.fromCharCode(Number.parseInt(code.slice(1), 16))
    if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8))
    return escapes[code] ?? code
  })
}
