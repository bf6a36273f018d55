import type { Sql, SqlValue } from '../../src/platform/db.ts'
import type { TestDatabase } from './servers/database.ts'

export type Step = {
  table: string
  type: string
  key: string | null
  rows: string
  Extra: string | null
}

/** Runs a query of ours as EXPLAIN. Returns the server's plan. */
export async function planOf(database: TestDatabase, query: (sql: Sql) => Promise<unknown>): Promise<Step[]> {
  let plan: Step[] = []
  await query({
    async rows<Row>(_: string, text: string, values?: SqlValue[]) {
      plan = await database.rows<Step>(`EXPLAIN FORMAT=TRADITIONAL ${text}`, values)
      return [] as Row[]
    },
    write: () => Promise.reject(new Error('a list writes nothing')),
  })
  return plan
}
