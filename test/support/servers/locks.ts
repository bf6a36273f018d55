import { until } from '../until.ts'
import type { TestDatabase } from './database.ts'

/**
 * Waits until that many transactions of this database, or more, wait for a lock that another one holds: what
 * replicas do by themselves may wait for the same one. That somebody was here is noted beside their request,
 * and does not count.
 */
export const untilWaiting = (database: TestDatabase, transactions: () => number) =>
  until(async () => (await waitingFor(database)) >= transactions(), { everyMs: seenAnewMs })

/** InnoDB shows the same to who looks again sooner. */
const seenAnewMs = 150

async function waitingFor({ rows, name }: TestDatabase): Promise<number> {
  const [row] = await rows<{ n: number }>(
    `SELECT COUNT(*) AS n
       FROM information_schema.innodb_trx AS trx
       JOIN information_schema.processlist AS connections ON connections.id = trx.trx_mysql_thread_id
      WHERE trx.trx_state = 'LOCK WAIT' AND connections.db = ?
        AND COALESCE(trx.trx_query, '') NOT LIKE 'INSERT INTO visits%VALUES%'`,
    [name],
  )
  return row!.n
}
