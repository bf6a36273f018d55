import { stringify } from 'csv-stringify/sync'
import { say } from '../../texts/say.ts'
import { chunks } from '../platform/async.ts'
import type { FieldErrors } from '../platform/errors.ts'
import { inPortions } from '../platform/portions.ts'
import {
  asCell,
  cellError,
  headed,
  type Layout,
  rowsAtOnce,
  tableOf,
  unescaped,
  wrongFile,
} from '../text/csv.ts'
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
const columnNames: readonly ColumnName[] = [...columns, exportedColumn, ...Object.values(detailColumns)]

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
  const { layout, head, records } = await tableOf(bytes)
  const named = headed(head, columns, columnNames, (missing) =>
    say('The first line names the columns name, quantity and price; missing: {missing}.', { missing }),
  )
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

/** The signs that stand before decimals in a file. `anyComma`: a comma stands in a price, before whatever. */
type Signs = { comma: boolean; dot: boolean; anyComma: boolean }

/**
 * One or two digits behind a sign are decimals. Without any, a file has the sign that goes with what is
 * between cells.
 */
const signsOf = (prices: string[], { delimiter }: Layout): Signs => ({
  comma: delimiter === ';' || prices.some((price) => /^\s*\d+,\d{1,2}\s*$/.test(price)),
  dot: delimiter === ',' || prices.some((price) => /^\s*\d+\.\d{1,2}\s*$/.test(price)),
  anyComma: prices.some((price) => price.includes(',')),
})

/** Three digits behind a sign are thousands where decimals have the other one. */
function priceError(price: string, { comma, dot, anyComma }: Signs): FieldErrors {
  const [, sign] = /^\s*[1-9]\d{0,2}([.,])\d{3}\s*$/.exec(price) ?? []
  const isUnclear = sign === '.' ? comma || anyComma : sign === ',' && (dot || !comma)
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
