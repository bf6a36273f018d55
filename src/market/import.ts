import { say, translated } from '../../texts/say.ts'
import { invalidatedBy } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { chunks } from '../platform/async.ts'
import type { Sql } from '../platform/db.ts'
import type { FieldErrors } from '../platform/errors.ts'
import { inPortions } from '../platform/portions.ts'
import { unhurried } from '../platform/trace.ts'
import { currencyOf, keepCurrency } from '../settings/look.ts'
import type { ImportReport, RowReport } from '../text/csv.ts'
import { type CsvRow, exportedColumn, readCsv } from './csv.ts'
import { readDetails } from './details.ts'
import { type NewItem, normalized, quantityError, quantityIn, readItem, wholeItem } from './items.ts'
import { amountIn, priceIn } from './money.ts'
import { type Described, itemsNamed, upsertItems, withVariants } from './queries.ts'

/** `parent` is the name of what it is a variant of, empty for none, absent where the file does not say. */
type GoodRow = NewItem & { line: number; exported: number | undefined; parent?: string }

/** The items that are there, by name. */
type Known = Map<string, Described>

const rowsAStatement = 500
/** Keys that are forgotten at once: it may not hold up others for long. */
const keysAtOnce = 2_000

/**
 * Stores a file of items: a new name is added, one that is there gets the file's quantity and price. An
 * exported file changes only the quantities that were edited in it. All in one transaction, and nothing when
 * a row is wrong, unless `isPartial` asks for the others.
 */
export async function importItems(
  context: Context,
  bytes: Uint8Array,
  isPartial: boolean,
): Promise<ImportReport> {
  const { db, cache } = context
  const currency = currencyOf(context)
  const { good, wrong } = await sorted(await readCsv(bytes), currency)
  const store = async (sql: Sql): Promise<ImportReport> => {
    await keepCurrency(context, sql, currency)
    const known = await lockAll(sql, good)
    const moved = [
      ...good.flatMap((row) => movedReport(row, known.get(row.name))),
      ...(await misplaced(sql, good, known)),
    ]
    const movedLines = new Set(moved.map(({ line }) => line))
    const fit = good.filter(({ line }) => !movedLines.has(line))
    const refused = [...wrong, ...moved]
    if (fit.length === 0 || (refused.length > 0 && !isPartial)) return { rows: refused, isStored: false }
    changed = fit.flatMap(({ name }) => known.get(name)?.id ?? [])
    return {
      rows: [...refused, ...(await storeAll(sql, fit, known, currency))],
      isStored: true,
    }
  }
  let changed: number[] = []
  const report = await unhurried(() => db.transaction(store))
  if (report.isStored) {
    await cache.invalidate(invalidatedBy.itemsChanged())
    for (const some of chunks(changed, keysAtOnce)) await cache.invalidate(invalidatedBy.itemsDescribed(some))
  }
  return { ...report, rows: report.rows.toSorted((a, b) => a.line - b.line) }
}

async function sorted(rows: CsvRow[], currency: string): Promise<{ good: GoodRow[]; wrong: RowReport[] }> {
  const lineOf = new Map<string, number>()
  const good: GoodRow[] = []
  const wrong: RowReport[] = []
  const sort = (row: CsvRow) => {
    const read = readItem(row, currency)
    const { details, errors: wrongDetails } = readDetails(row.details)
    const errors = { ...read.errors, ...wrongDetails, ...row.errors, ...exportedError(row) }
    const item = Object.keys(errors).length === 0 ? wholeItem(read) : undefined
    const earlier = item && lineOf.get(item.name)
    if (item && earlier === undefined) {
      lineOf.set(item.name, row.line)
      const parent = row.details.variantOf
      good.push({
        ...{ ...item, ...details, line: row.line, exported: exportedOf(row) },
        ...(parent === undefined ? {} : { parent: normalized(parent) }),
      })
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
async function lockAll(sql: Sql, rows: GoodRow[]): Promise<Known> {
  const names = [
    ...new Set(rows.flatMap(({ name, parent }) => (parent ? [name, parent] : [name]))),
  ].toSorted()
  const items: Described[] = []
  for (const some of chunks(names, rowsAStatement)) items.push(...(await itemsNamed(sql, some)))
  return new Map(items.map((item) => [item.name, item]))
}

/**
 * Reports that pieces were sold or came back since the export, where the file sets another quantity than it
 * exported.
 */
function movedReport({ line, name, quantity, exported }: GoodRow, now: Described | undefined): RowReport[] {
  if (!now || exported === undefined || quantity === exported || now.quantity === exported) return []
  const says = say('There are {n} by now, {exported} were exported.', { n: now.quantity, exported })
  return [{ line, name, outcome: 'wrong', says }]
}

/** Reports variants of what is not there or is a variant, and those that have variants themselves. */
async function misplaced(sql: Sql, rows: GoodRow[], known: Known): Promise<RowReport[]> {
  const variants = rows.filter(({ parent }) => parent)
  if (variants.length === 0) return []
  const inFile = new Map(rows.map((row) => [row.name, row]))
  const named = new Set(variants.map(({ parent }) => parent))
  const ids = variants.flatMap(({ name }) => known.get(name)?.id ?? [])
  const parents = new Set<number | undefined>()
  for (const some of chunks(ids, rowsAStatement))
    for (const { id } of await withVariants(sql, some)) parents.add(id)
  const wrong = ({ name, parent = '' }: GoodRow) => {
    const [row, item] = [inFile.get(parent), known.get(parent)]
    if (parent === name || !(row || item)) return say('There is no item {name}.', { name: parent })
    if (row?.parent === undefined ? item?.variantOf != null : row.parent !== '')
      return say('A variant has no variants.')
    const isParent = parents.has(known.get(name)?.id) || named.has(name)
    return isParent ? say('An item with variants is no variant itself.') : undefined
  }
  return variants.flatMap((row) => {
    const says = wrong(row)
    return says === undefined ? [] : [{ line: row.line, name: row.name, outcome: 'wrong' as const, says }]
  })
}

/** What of an item a file may say. */
const describing = ['description', 'category', 'unit', 'mostEach', 'lowAt'] as const

async function storeAll(sql: Sql, rows: GoodRow[], known: Known, currency: string): Promise<RowReport[]> {
  const byName = rows
    .map((row) => withStock(row, known.get(row.name)))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const given = describing.filter((detail) => byName[0]?.[detail] !== undefined)
  for (const some of chunks(byName, rowsAStatement)) await upsertItems(sql, some, given)
  const placed = await placeVariants(sql, byName, known)
  return inPortions(byName, (row) => outcomeOf(row, known.get(row.name), placed.has(row.name), currency))
}

/** Makes items variants of others, or of none any more. Returns the names of those that changed. */
async function placeVariants(sql: Sql, rows: GoodRow[], known: Known): Promise<Set<string>> {
  const parents = [...new Set(rows.flatMap(({ parent }) => parent || []))].toSorted()
  const ids = new Map<string, number>()
  for (const some of chunks(parents, rowsAStatement))
    for (const { id, name } of await itemsNamed(sql, some)) ids.set(name, id)
  const placed = rows.flatMap(({ parent, ...row }) => {
    if (parent === undefined) return []
    const variantOf = ids.get(parent) ?? null
    return variantOf === (known.get(row.name)?.variantOf ?? null) ? [] : [{ ...row, variantOf }]
  })
  for (const some of chunks(placed, rowsAStatement)) await upsertItems(sql, some, ['variantOf'])
  return new Set(placed.map(({ name }) => name))
}

/**
 * A quantity that is the exported one was not changed by whoever edited the file: what was sold since stays
 * sold.
 */
const withStock = (row: GoodRow, now: Described | undefined): GoodRow =>
  now && row.quantity === row.exported ? { ...row, quantity: now.quantity } : row

function outcomeOf(
  { line, name, quantity, price, ...is }: GoodRow,
  before: Described | undefined,
  isPlaced: boolean,
  currency: string,
): RowReport {
  if (!before) return { line, name, outcome: 'added', says: say('Added.') }
  const was = { quantity: before.quantity, price: priceIn(before.price, currency) }
  if (was.quantity !== quantity || amountIn(was.price) !== amountIn(price))
    return { line, name, outcome: 'changed', says: say('Was {quantity} at {price}.', was) }
  const isDescribed = describing.some((detail) => is[detail] !== undefined && is[detail] !== before[detail])
  return isDescribed || isPlaced
    ? { line, name, outcome: 'changed', says: say('Quantity and price stay.') }
    : { line, name, outcome: 'unchanged', says: say('Was so already.') }
}
