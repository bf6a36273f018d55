import { pipeline } from 'node:stream'
import { type Parser, parse } from 'csv-parse'
import { stringify } from 'csv-stringify/sync'
import { say } from '../../texts/say.ts'
import { chunks } from '../platform/async.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { inPortions } from '../platform/portions.ts'
import { priceIn } from './money.ts'
import type { Item } from './queries.ts'

/**
 * A row of a file with the line it begins on. `exported` is what the quantity was when the file was written,
 * empty in a file that was not exported from here. `errors` are of the row as it stands in the file.
 */
export type CsvRow = {
  line: number
  name: string
  quantity: string
  price: string
  exported: string
  /** What an item is, of the columns that the file has. */
  details: Partial<Record<Detail, string>>
  errors: FieldErrors
}

const columns = ['name', 'quantity', 'price'] as const
export const exportedColumn = 'quantity when exported'
/** The columns of what an item is, which a file may have. `variantOf` is the name of an item. */
const detailColumns = {
  category: 'category',
  unit: 'unit',
  mostEach: 'most for each member',
  variantOf: 'variant of',
  description: 'description',
  lowAt: 'low at',
} as const
type Detail = keyof typeof detailColumns
export type DetailColumn = (typeof detailColumns)[Detail]
const details = Object.keys(detailColumns) as Detail[]
type ColumnName = (typeof columns)[number] | typeof exportedColumn | DetailColumn
const columnNames = [...columns, exportedColumn, ...Object.values(detailColumns)] as const
const mostRows = 10_000
const mostBytes = 4 * 1024 * 1024
const mostColumns = 1_000
const longestRow = 64 * 1024
/** Where the line of the columns is looked for. */
const headLength = 16 * 1024

/** Rows that are written, and bytes that are read, before everyone else has their turn. */
const rowsAtOnce = 250
const bytesAtOnce = 2 * 1024

/**
 * Spreadsheets run a cell that begins with one of these as a formula. Such a name is written with an
 * apostrophe before it, which spreadsheets take for "this is text"; `readCsv` takes it off again. A name that
 * begins with apostrophes and then such a character gets one more, so that nothing changes on the way out and
 * back in.
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

/** `variantOf` is a name. */
type Row = Pick<Item, 'name' | 'quantity' | 'price'> & Partial<Record<Detail, string | number | null>>

/**
 * Writes the items as a file that spreadsheets open: UTF-8 with its mark, CRLF. Spreadsheets of countries
 * that write 1,5 split rows at semicolons and take 2.99 for a day: for them, `decimals` is a comma.
 */
export async function writeCsv(items: Row[], currency: string, decimals: '.' | ',' = '.'): Promise<string> {
  // Whatever a spreadsheet splits rows at, it finds no formula behind one.
  const form = { record_delimiter: 'windows', quoted_match: /[,;\t\r\n]/ } as const
  const layout = { ...form, delimiter: decimals === ',' ? ';' : ',' }
  const rowOf = ({ name, quantity, price, ...is }: Row) => [
    asCell(name),
    quantity,
    priceIn(price, currency).replace('.', decimals),
    quantity,
    ...details.map((detail) => asCell(`${is[detail] ?? ''}`)),
  ]
  const parts = await inPortions(chunks(items, rowsAtOnce), (some) => stringify(some.map(rowOf), layout))
  return stringify([columnNames], { ...layout, bom: true }) + parts.join('')
}

/**
 * Reads a file whose first line names the columns, in any order; commas, semicolons, tabs, bars or what
 * Excel's `sep=;` names between them. Rows without a value are passed over. A price may have a comma before
 * its decimals. Where the file does not set decimals apart from thousands, the price has an error.
 * @throws Refusal of what cannot be read as a whole: bytes that are no UTF-8, a broken quote, a column that
 * is missing or there twice, too many rows or columns, a row that is too long
 */
export async function readCsv(bytes: Uint8Array): Promise<CsvRow[]> {
  if (bytes.byteLength > mostBytes) throw wrongFile('A file has at most 4 MB.')
  const text = textOf(bytes)
  const layout = layoutOf(text)
  const [head, ...records] = await recordsOf(text, layout)
  const named = headed(head)
  if (records.length === 0) throw wrongFile('This file has no rows.')
  const signs = signsOf(
    records.map(({ record }) => record[named.price] ?? ''),
    layout,
  )
  return records.map(({ record, info }) => ({
    line: info.lines,
    name: unescaped(record[named.name] ?? ''),
    quantity: record[named.quantity] ?? '',
    price: withDot(record[named.price] ?? '', signs),
    exported: record[named[exportedColumn]] ?? '',
    details: Object.fromEntries(
      details.flatMap((detail) => {
        const at = named[detailColumns[detail]]
        return at < 0 ? [] : [[detail, unescaped(record[at] ?? '')] as const]
      }),
    ),
    errors: { ...cellError(record, named), ...priceError(record[named.price] ?? '', signs) },
  }))
}

/** Returns an error for cells too many: most often a decimal comma without quotes, as the 5 of "7,1,5". */
function cellError(record: string[], { count }: Columns): FieldErrors {
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
type Columns = { [column in ColumnName]: number } & { count: number }

/** Throws a Refusal when a column is missing, or there twice. */
function headed({ record, info }: CsvRecord = { record: [], info: { lines: 1 } }): Columns {
  if (record.length > mostColumns) throw wrongFile('A file has at most 1,000 columns.')
  const names = record.map((name) => name.trim().toLowerCase())
  const missing = columns.filter((column) => !names.includes(column))
  if (missing.length > 0) {
    throw wrongFile(
      say('The first line names the columns name, quantity and price; missing: {missing}.', {
        missing: missing.join(', '),
      }),
    )
  }
  const twice = columnNames.find((column) => names.indexOf(column) < names.lastIndexOf(column))
  if (twice) throw wrongFile(say('Line {line} names the column {twice} twice.', { line: info.lines, twice }))
  const places = Object.fromEntries(columnNames.map((column) => [column, names.indexOf(column)]))
  return { ...(places as Record<ColumnName, number>), count: names.findLastIndex(isFilled) + 1 }
}

const isFilled = (cell: string) => cell.trim() !== ''

/** What stands between the columns, and the number of the line that names them. */
type Layout = { delimiter: string; header: number }

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

/** The signs that stand before decimals in a file. */
type Signs = { comma: boolean; dot: boolean }

/**
 * One or two digits behind a sign are decimals. Without any, a file has the sign that goes with what is
 * between cells.
 */
const signsOf = (prices: string[], { delimiter }: Layout): Signs => ({
  comma: delimiter === ';' || prices.some((price) => /^\s*\d+,\d{1,2}\s*$/.test(price)),
  dot: delimiter === ',' || prices.some((price) => /^\s*\d+\.\d{1,2}\s*$/.test(price)),
})

/** Three digits behind a sign are thousands where decimals have the other one. */
function priceError(price: string, { comma, dot }: Signs): FieldErrors {
  const [, sign] = /^\s*[1-9]\d{0,2}([.,])\d{3}\s*$/.exec(price) ?? []
  const isUnclear = sign === '.' ? comma : sign === ',' && (dot || !comma)
  return isUnclear
    ? {
        price: say('{price} may be thousands. Write it without a sign between them.', {
          price: price.trim(),
        }),
      }
    : {}
}

/** Where a dot stands before decimals, three digits behind a comma may be thousands. */
const withDot = (price: string, { dot }: Signs) =>
  price.replace(dot ? /^(\s*\d+),(\d{1,2}\s*)$/ : /^(\s*\d+),(\d+\s*)$/, '$1.$2')

const unescaped = (name: string) => (name.startsWith("'") && formula.test(name) ? name.slice(1) : name)

const tooManyRows = () => wrongFile('A file has at most 10,000 rows.')

const wrongFile = (says: string) => new Refusal(422, says, { file: says })
