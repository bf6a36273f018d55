import { say, translated } from '../../texts/say.ts'
import { invalidatedBy } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { chunks } from '../platform/async.ts'
import type { Sql } from '../platform/db.ts'
import type { FieldErrors } from '../platform/errors.ts'
import { inPortions } from '../platform/portions.ts'
import { unhurried } from '../platform/trace.ts'
import { currencyOf } from '../settings/look.ts'
import { type CsvRow, exportedColumn, readCsv } from './csv.ts'
import { type NewItem, quantityError, quantityIn, readItem, wholeItem } from './items.ts'
import { amountIn, priceIn } from './money.ts'
import { type Item, itemsNamed, upsertItems } from './queries.ts'

/** The outcome of one row. */
export type RowReport = {
  line: number
  name: string
  outcome: 'added' | 'changed' | 'unchanged' | 'wrong'
  says: string
}

/** `isStored` is false when nothing was stored, because rows were wrong. */
export type ImportReport = { rows: RowReport[]; isStored: boolean }

type GoodRow = NewItem & { line: number; exported: number | undefined }

const rowsAStatement = 500

/**
 * Stores a file of items: a new name is added, one that is there gets the file's quantity and price. An
 * exported file changes only the quantities that were edited in it. All in one transaction, and nothing when
 * a row is wrong, unless `isPartial` asks for the others.
 */
export async function importItems(
  { db, cache, config }: Context,
  bytes: Uint8Array,
  isPartial: boolean,
): Promise<ImportReport> {
  const { good, wrong } = await sorted(await readCsv(bytes), currencyOf({ config }))
  const store = async (sql: Sql): Promise<ImportReport> => {
    const known = await lockAll(sql, good)
    const moved = good.flatMap((row) => movedReport(row, known.get(row.name)))
    const movedLines = new Set(moved.map(({ line }) => line))
    const fit = good.filter(({ line }) => !movedLines.has(line))
    const refused = [...wrong, ...moved]
    if (fit.length === 0 || (refused.length > 0 && !isPartial)) return { rows: refused, isStored: false }
    return {
      rows: [...refused, ...(await storeAll(sql, fit, known, currencyOf({ config })))],
      isStored: true,
    }
  }
  const report = await unhurried(() => db.transaction(store))
  if (report.isStored) await cache.invalidate(invalidatedBy.itemsChanged())
  return { ...report, rows: report.rows.toSorted((a, b) => a.line - b.line) }
}

async function sorted(rows: CsvRow[], currency: string): Promise<{ good: GoodRow[]; wrong: RowReport[] }> {
  const lineOf = new Map<string, number>()
  const good: GoodRow[] = []
  const wrong: RowReport[] = []
  const sort = (row: CsvRow) => {
    const read = readItem(row, currency)
    const errors = { ...read.errors, ...row.errors, ...exportedError(row) }
    const item = Object.keys(errors).length === 0 ? wholeItem(read) : undefined
    const earlier = item && lineOf.get(item.name)
    if (item && earlier === undefined) {
      lineOf.set(item.name, row.line)
      good.push({ ...item, line: row.line, exported: exportedOf(row) })
      return
    }
    const says = earlier
      ? say('Line {line} has this name too.', { line: earlier })
      : Object.entries(errors).map(sentence).join(' ')
    wrong.push({ line: row.line, name: row.name, outcome: 'wrong', says })
  }
  await inPortions(rows, sort)
  return { good, wrong }
}

const sentence = ([field, error]: [string, string]) =>
  field === 'name' || field === 'row' ? translated(error) : `${field}: ${translated(error)}`

const exportedOf = ({ exported }: CsvRow) => quantityIn(exported.trim())

/** Else what was sold since the export would come back into the stock. */
const exportedError = (row: CsvRow): FieldErrors =>
  row.exported.trim() === '' || exportedOf(row) !== undefined ? {} : { [exportedColumn]: quantityError }

/**
 * Locks the items that are there, by name, so that two imports do it in the same order, and returns them by
 * name.
 */
async function lockAll(sql: Sql, rows: GoodRow[]): Promise<Map<string, Item>> {
  const names = rows.map(({ name }) => name).toSorted()
  const items: Item[] = []
  for (const some of chunks(names, rowsAStatement)) items.push(...(await itemsNamed(sql, some)))
  return new Map(items.map((item) => [item.name, item]))
}

/**
 * Reports that pieces were sold or came back since the export, where the file sets another quantity than it
 * exported.
 */
function movedReport({ line, name, quantity, exported }: GoodRow, now: Item | undefined): RowReport[] {
  if (!now || exported === undefined || quantity === exported || now.quantity === exported) return []
  const says = say('There are {n} by now, {exported} were exported.', { n: now.quantity, exported })
  return [{ line, name, outcome: 'wrong', says }]
}

async function storeAll(
  sql: Sql,
  rows: GoodRow[],
  known: Map<string, Item>,
  currency: string,
): Promise<RowReport[]> {
  const byName = rows
    .map((row) => withStock(row, known.get(row.name)))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
  for (const some of chunks(byName, rowsAStatement)) await upsertItems(sql, some)
  return inPortions(byName, (row) => outcomeOf(row, known.get(row.name), currency))
}

/**
 * A quantity that is the exported one was not changed by whoever edited the file: what was sold since stays
 * sold.
 */
const withStock = (row: GoodRow, now: Item | undefined): GoodRow =>
  now && row.quantity === row.exported ? { ...row, quantity: now.quantity } : row

function outcomeOf(
  { line, name, quantity, price }: GoodRow,
  before: Item | undefined,
  currency: string,
): RowReport {
  if (!before) return { line, name, outcome: 'added', says: say('Added.') }
  const was = { quantity: before.quantity, price: priceIn(before.price, currency) }
  return was.quantity === quantity && amountIn(was.price) === amountIn(price)
    ? { line, name, outcome: 'unchanged', says: say('Was so already.') }
    : { line, name, outcome: 'changed', says: say('Was {quantity} at {price}.', was) }
}
