import { openDb, type Sql } from '../../src/platform/db.ts'
import { closeAfterTests } from './servers/cleanup.ts'
import type { TestDatabase } from './servers/database.ts'

/** Runs a query on a connection of its own. Returns what it found, and at how many rows it looked. */
export async function readsOf<Found>(
  { url }: TestDatabase,
  query: (sql: Sql) => Promise<Found>,
): Promise<{ found: Found; read: number }> {
  const db = closeAfterTests(openDb({ url, connections: 1 }), (it) => it.close())
  const reads = async () => {
    const rows = await db.rows<{ Value: string }>('status', "SHOW SESSION STATUS LIKE 'Handler_read%'")
    return rows.reduce((sum, { Value }) => sum + Number(Value), 0)
  }
  const before = await reads()
  const found = await query(db)
  return { found, read: (await reads()) - before }
}
