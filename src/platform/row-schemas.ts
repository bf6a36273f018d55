import type { Log } from './log.ts'

/** For each column what has to be true of its value. */
export type RowSchema<Row> = { [Column in keyof Row]-?: (value: unknown) => boolean }

/**
 * The rows that are what their type says. A row that isn't (written past the product, or by a version with
 * other rules) is logged with its id and the columns that are wrong, and left out rather than shown wrong.
 */
export function validRows<Row extends { id: number }>(
  table: string,
  rows: Row[],
  schema: RowSchema<Row>,
  log: Log,
): Row[] {
  const columns = Object.keys(schema) as (keyof Row)[]
  return rows.filter((row) => {
    const wrong = columns.filter((column) => !schema[column](row[column]))
    if (wrong.length > 0) log.error('a row was left out', { table, id: row.id, wrong })
    return wrong.length === 0
  })
}

/** A whole number from `min` to `max`. */
export const isWhole =
  (min: number, max = Number.MAX_SAFE_INTEGER) =>
  (value: unknown) =>
    Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max

export const isOneOf =
  (...allowed: unknown[]) =>
  (value: unknown) =>
    allowed.includes(value)

/** `null`, or what the claim says. */
export const isNullOr = (claim: (value: unknown) => boolean) => (value: unknown) =>
  value === null || claim(value)

export const isText = (value: unknown) => typeof value === 'string'

/** A moment as `db.ts` gives it. */
export const isTime = (value: unknown) => typeof value === 'string' && !Number.isNaN(Date.parse(value))
