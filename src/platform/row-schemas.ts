import { FormatRegistry, type TSchema, Type as t } from '@sinclair/typebox'
import { TypeCompiler } from '@sinclair/typebox/compiler'
import type { Log } from './log.ts'

/** For each column the schema of its value. */
type RowSchema<Row> = { [Column in keyof Row]-?: TSchema }

/**
 * Returns a function that returns the rows which are as the schema says. A row that isn't (written past the
 * product, or by a version with other rules) is logged with its id and the columns that are wrong, and left
 * out rather than shown wrong.
 */
export function rowsOf<Row extends { id: number }>(table: string, schema: RowSchema<Row>) {
  const check = TypeCompiler.Compile(t.Object(schema))
  return (rows: Row[], log: Log): Row[] =>
    rows.filter((row) => {
      if (check.Check(row)) return true
      const wrong = [...check.Errors(row)].map(({ path }) => path.slice(1))
      log.error('a row was left out', { table, id: row.id, wrong: [...new Set(wrong)] })
      return false
    })
}

export const rowId = t.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })

export const nullable = (schema: TSchema) => t.Union([schema, t.Null()])

/** A text that `isRight` accepts. `format` names it, and must be one of its own. */
export function textThat(format: string, isRight: (text: string) => boolean) {
  FormatRegistry.Set(format, isRight)
  return t.String({ format })
}

/** A moment as `db.ts` returns it. */
export const moment = textThat('moment', (text) => !Number.isNaN(Date.parse(text)))
