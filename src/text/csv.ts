import { pipeline } from 'node:stream'
import { type Parser, parse } from 'csv-parse'
import { stringify } from 'csv-stringify/sync'
import { say } from '../../texts/say.ts'
import { chunks } from '../platform/async.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'

/** What came of one row of a file. */
export type RowReport = {
  line: number
  name: string
  outcome: 'added' | 'changed' | 'unchanged' | 'wrong'
  says: string
}

/** `isStored` is false when nothing was stored, because rows were wrong. */
export type ImportReport = { rows: RowReport[]; isStored: boolean }

const mostRows = 10_000
const mostBytes = 4 * 1024 * 1024
const mostColumns = 1_000
const longestRow = 64 * 1024
/** Where the line of the columns is looked for. */
const headLength = 16 * 1024
/** Rows that are written, and bytes that are read, before everyone else has their turn. */
export const rowsAtOnce = 250
const bytesAtOnce = 2 * 1024

/**
 * Spreadsheets run a cell that begins with one of these as a formula. Such a name is written with an
 * apostrophe before it, which spreadsheets take for "this is text"; `unescaped` takes it off again. A name
 * that begins with apostrophes and then such a character gets one more, so that nothing changes on the way
 * out and back in.
 */
const formula = /^'*[=+\-@\t\r＝＋－＠]/

/** Returns a text as it stands in a file for spreadsheets. */
export const asCell = (text: string) => (formula.test(text) ? `'${text}` : text)

/**
 * A file that spreadsheets open: UTF-8 with its mark, CRLF, and nothing in it that they would run. `pages`
 * are things of which `rowOf` makes a row each, some at a time.
 */
export function csvFile<Thing>(
  name: string,
  columns: string[],
  pages: AsyncIterable<Thing[]>,
  rowOf: (thing: Thing) => (string | number)[],
): Response {
  const layout = { record_delimiter: 'windows', quoted_match: /[,;\t\r\n]/ } as const
  const cellsOf = (thing: Thing) =>
    rowOf(thing).map((cell) => (typeof cell === 'string' ? asCell(cell) : cell))
  async function* pieces() {
    yield stringify([columns], { ...layout, bom: true })
    for await (const things of pages)
      for (const some of chunks(things, rowsAtOnce)) {
        // A turn for each: what is written on and on would hold up everyone else.
        await new Promise(setImmediate)
        yield stringify(some.map(cellsOf), layout)
      }
  }
  // TypeScript knows the bodies of browsers, which are no generators.
  return new Response(pieces() as unknown as ReadableStream, {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'cache-control': 'no-store',
      'content-disposition': `attachment; filename="${name}"`,
    },
  })
}

/** A row with the line it begins on, its cells by their column, and what is wrong with it as it stands. */
export type NamedRow<Column extends string> = {
  line: number
  cells: Record<Column, string>
  errors: FieldErrors
}

/**
 * Reads a file whose first line names these columns, in any order, separated as `tableOf` has them.
 * Rows without a value are passed over.
 * @throws Refusal of what cannot be read as a whole, as `tableOf` and `headed`
 */
export async function readRows<Column extends string>(
  bytes: Uint8Array,
  needed: readonly Column[],
): Promise<NamedRow<Column>[]> {
  const { head, records } = await tableOf(bytes)
  const named = headed(head, needed, needed, (missing) =>
    say('The first line names the columns; missing: {missing}.', { missing }),
  )
  if (records.length === 0) throw wrongFile('This file has no rows.')
  return records.map(({ record, info }) => ({
    line: info.lines,
    cells: Object.fromEntries(
      needed.map((column) => [column, unescaped(record[named[column]] ?? '').trim()]),
    ) as Record<Column, string>,
    errors: cellError(record, named),
  }))
}

/**
 * Returns the line of the columns and those below, and what is between cells: commas, semicolons, tabs, bars
 * or what Excel's `sep=;` names.
 * @throws Refusal of bytes that are no UTF-8, a broken quote, too many rows or columns, a row that is too
 * long
 */
export async function tableOf(bytes: Uint8Array) {
  if (bytes.byteLength > mostBytes) throw wrongFile('A file has at most 4 MB.')
  const text = textOf(bytes)
  const layout = layoutOf(text)
  const [head, ...records] = await recordsOf(text, layout)
  return { layout, head, records }
}

/** Returns an error for cells too many: most often a decimal comma without quotes, as the 5 of "7,1,5". */
export function cellError(record: string[], { count }: { count: number }): FieldErrors {
  return record.slice(count).some(isFilled) ? { row: 'This row has more cells than there are columns.' } : {}
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw wrongFile('This file is not UTF-8 text. Save it as "CSV UTF-8".')
  }
}

/** A file put together from others has several; of two that begin alike the longer one comes first. */
const lineEnds = ['\r\n', '\n', '\r']

type CsvRecord = { record: string[]; info: { lines: number } }

/** The first one names the columns. */
async function recordsOf(text: string, { delimiter, header }: Layout): Promise<CsvRecord[]> {
  const parser = parse({
    delimiter,
    from_line: header,
    // A row with more cells has them all in one, which is then too long or a cell too many.
    ignore_last_delimiters: mostColumns + 1,
    info: true,
    max_record_size: longestRow,
    record_delimiter: lineEnds,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_empty_values: true,
  })
  const records: CsvRecord[] = []
  try {
    for await (const record of pipeline(piecesOf(text, parser), parser, () => {})) {
      if (records.push(record) > mostRows + 1) throw tooManyRows()
    }
    return records
  } catch (error) {
    if (error instanceof Refusal) throw error
    throw wrongFile(say('This file cannot be read: {reason}.', { reason: reasonOf(error) }))
  }
}

/**
 * As bytes: a piece may end within a character. A row with fewer or more cells than the first, blank or not,
 * takes the parser long: it makes an error of each, and keeps it.
 */
async function* piecesOf(text: string, { info }: Parser): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text)
  for (let from = 0; from < bytes.length; from += bytesAtOnce) {
    yield bytes.subarray(from, from + bytesAtOnce)
    await new Promise(setImmediate)
    if (info.invalid_field_length > mostRows) throw tooManyRows()
  }
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

/**
 * Where each column that is read stands, -1 for none, and how many columns there are up to the last one with
 * a name.
 */
export type Columns<Column extends string> = { [column in Column]: number } & { count: number }

/** Throws a Refusal when one of the `needed` columns is missing, or one of the known ones there twice. */
export function headed<Column extends string>(
  { record, info }: CsvRecord = { record: [], info: { lines: 1 } },
  needed: readonly Column[],
  known: readonly Column[],
  saysMissing: (missing: string) => string,
): Columns<Column> {
  if (record.length > mostColumns) throw wrongFile('A file has at most 1,000 columns.')
  const names = record.map((name) => name.trim().toLowerCase())
  const missing = needed.filter((column) => !names.includes(column))
  if (missing.length > 0) throw wrongFile(saysMissing(missing.join(', ')))
  const twice = known.find((column) => names.indexOf(column) < names.lastIndexOf(column))
  if (twice) throw wrongFile(say('Line {line} names the column {twice} twice.', { line: info.lines, twice }))
  const places = Object.fromEntries(known.map((column) => [column, names.indexOf(column)]))
  return { ...(places as Record<Column, number>), count: names.findLastIndex(isFilled) + 1 }
}

const isFilled = (cell: string) => cell.trim() !== ''

/** What stands between the columns, and the number of the line that names them. */
export type Layout = { delimiter: string; header: number }

/** The line of the columns holds nothing but their names, so whatever stands between them separates. */
function layoutOf(text: string): Layout {
  const lines = text.slice(0, headLength).split(/\r\n|\r|\n/)
  const before = lines.findIndex((line) => !separator.test(line) && !/^[\s;,|"]*$/.test(line))
  const header = lines[before] ?? ''
  const [named] = lines.slice(0, Math.max(before, 0)).flatMap((line) => separator.exec(line)?.[1] ?? [])
  const between = [named, ';', '\t', '|'].find(
    (each) => each && header.includes(each) && !/[\w "]/.test(each),
  )
  return { delimiter: between ?? ',', header: Math.max(before, 0) + 1 }
}

/** Some programs take this line for a row: they quote it, and put empty cells behind. */
const separator = /^"?sep=(.?)"?[\s;,|"]*$/i

/** Returns a text as it was before `asCell`. */
export const unescaped = (name: string) => (name.startsWith("'") && formula.test(name) ? name.slice(1) : name)

const tooManyRows = () => wrongFile('A file has at most 10,000 rows.')

export const wrongFile = (says: string) => new Refusal(422, says, { file: says })
