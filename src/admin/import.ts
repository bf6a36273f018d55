import { say, translated } from '../../texts/say.ts'
import { untrueAfter } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { type NewItem, readItem, wholeItem } from '../market/items.ts'
import type { Sql } from '../platform/db.ts'
import { type CsvRow, readCsv } from './csv.ts'
import { itemsNamed, upsertItems } from './queries.ts'

/** What came of one row. */
export type RowReport = {
  line: number
  name: string
  outcome: 'added' | 'changed' | 'unchanged' | 'wrong'
  says: string
}

/** `isStored` is false when nothing was stored, because rows were wrong. */
export type ImportReport = { rows: RowReport[]; isStored: boolean }

type GoodRow = NewItem & { line: number }

const rowsAStatement = 500

/**
 * Stores a file of items: a new name is added, one that is there gets the file's quantity and price. All in one
 * transaction, and nothing when a row is wrong, unless `isPartial` asks for the others.
 */
export async function importItems(
  { db, cache }: Context,
  bytes: Uint8Array,
  isPartial: boolean,
): Promise<ImportReport> {
  const { good, wrong } = sorted(readCsv(bytes))
  const isStored = good.length > 0 && (wrong.length === 0 || isPartial)
  if (!isStored) return { rows: wrong, isStored }

  const stored = await db.transaction((sql) => storeAll(sql, good))
  await cache.forget(untrueAfter.itemsChanged())
  return { rows: [...wrong, ...stored].sort((one, other) => one.line - other.line), isStored }
}

function sorted(rows: CsvRow[]): { good: GoodRow[]; wrong: RowReport[] } {
  const lineOf = new Map<string, number>()
  const good: GoodRow[] = []
  const wrong: RowReport[] = []
  for (const row of rows) {
    const read = readItem(row)
    const item = wholeItem(read)
    const earlier = item && lineOf.get(item.name)
    if (item && earlier === undefined) {
      lineOf.set(item.name, row.line)
      good.push({ ...item, line: row.line })
      continue
    }
    const says = earlier
      ? say('Line {line} has this name too.', { line: earlier })
      : Object.entries(read.errors).map(told).join(' ')
    wrong.push({ line: row.line, name: row.name, outcome: 'wrong', says })
  }
  return { good, wrong }
}

const told = ([field, error]: [string, string]) =>
  field === 'name' ? translated(error) : `${field}: ${translated(error)}`

/** By name, so that two imports lock rows in the same order. */
async function storeAll(sql: Sql, rows: GoodRow[]): Promise<RowReport[]> {
  const byName = rows.toSorted((one, other) => (one.name < other.name ? -1 : 1))
  const reports: RowReport[] = []
  for (let from = 0; from < byName.length; from += rowsAStatement) {
    reports.push(...(await storeSome(sql, byName.slice(from, from + rowsAStatement))))
  }
  return reports
}

async function storeSome(sql: Sql, rows: GoodRow[]): Promise<RowReport[]> {
  const names = rows.map(({ name }) => name)
  const before = new Map((await itemsNamed(sql, names)).map((item) => [item.name, item]))
  await upsertItems(sql, rows)
  return rows.map(({ line, name, quantity, price }) => {
    const old = before.get(name)
    if (!old) return { line, name, outcome: 'added', says: say('Added.') }
    return old.quantity === quantity && old.price === price
      ? { line, name, outcome: 'unchanged', says: say('Was so already.') }
      : {
          line,
          name,
          outcome: 'changed',
          says: say('Was {quantity} at {price}.', { quantity: old.quantity, price: old.price }),
        }
  })
}
