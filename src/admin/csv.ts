import { parse } from 'csv-parse/sync'
import { stringify } from 'csv-stringify/sync'
import { say } from '../../texts/say.ts'
import type { Item } from '../market/queries.ts'
import { Refusal } from '../platform/errors.ts'

/** A row of a file with the line it begins on. */
export type CsvRow = { line: number; name: string; quantity: string; price: string }

const columns = ['name', 'quantity', 'price'] as const
const mostRows = 10_000
const mostBytes = 4 * 1024 * 1024

/**
 * Spreadsheets run a cell that begins with one of these as a formula. Such a name is written with an apostrophe before
 * it, which spreadsheets take for "this is text"; `readCsv` takes it off again. A name that begins with apostrophes and
 * then such a character gets one more, so that nothing changes on the way out and back in.
 */
const formula = /^'*[=+\-@\t\r＝＋－＠]/

/** The items as a file that spreadsheets open: UTF-8 with its mark, CRLF. */
export function writeCsv(items: Item[]): string {
  const rows = items.map(({ name, quantity, price }) => [
    formula.test(name) ? `'${name}` : name,
    quantity,
    price,
  ])
  // Spreadsheets of countries that write 1,5 split rows at semicolons, and would find a formula behind one.
  return stringify([[...columns], ...rows], { bom: true, record_delimiter: 'windows', quoted_match: /[;\t]/ })
}

/**
 * Reads a file whose first line names the columns, in any order; commas, semicolons or tabs between them. Refuses what
 * cannot be read as a whole: bytes that are no UTF-8, a broken quote, a column that is missing, too many rows.
 */
export function readCsv(bytes: Uint8Array): CsvRow[] {
  if (bytes.byteLength > mostBytes) throw wrongFile('A file has at most 4 MB.')
  const text = textOf(bytes)
  const records = recordsOf(text)
  if (records.length > mostRows) throw wrongFile('A file has at most 10,000 rows.')
  if (records.length === 0) throw wrongFile('This file has no rows.')
  return records.map(({ record, info }) => ({
    line: info.lines,
    name: unescaped(record.name ?? ''),
    quantity: record.quantity ?? '',
    price: record.price ?? '',
  }))
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw wrongFile('This file is not UTF-8 text. Save it as "CSV UTF-8".')
  }
}

type Record = { record: { [column: string]: string | undefined }; info: { lines: number } }

function recordsOf(text: string): Record[] {
  try {
    return parse(text, {
      columns: headed,
      delimiter: delimiterOf(text),
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
    }) as unknown as Record[]
  } catch (error) {
    if (error instanceof Refusal) throw error
    throw wrongFile(say('This file cannot be read: {reason}.', { reason: reasonOf(error) }))
  }
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

function headed(header: string[]): string[] {
  const names = header.map((name) => name.trim().toLowerCase())
  const missing = columns.filter((column) => !names.includes(column))
  if (missing.length > 0) {
    throw wrongFile(
      say('The first line names the columns name, quantity and price; missing: {missing}.', {
        missing: missing.join(', '),
      }),
    )
  }
  return names
}

/** The first line holds nothing but names of columns, so whatever stands between them separates. */
function delimiterOf(text: string): string {
  const [header = ''] = text.split(/[\r\n]/, 1)
  return [';', '\t'].find((each) => header.includes(each)) ?? ','
}

const unescaped = (name: string) => (name.startsWith("'") && formula.test(name) ? name.slice(1) : name)

const wrongFile = (says: string) => new Refusal(422, says, { file: says })
