import { until } from '../until.ts'
import type { TestDatabase } from './database.ts'

/**
 * Waits until that many transactions of this database, or more, wait for a lock that another one holds, in
 * two looks, one after the other: what replicas do by themselves waits for a moment. What is noted of a
 * visit, beside the request, may wait as long as the request does, and does not count.
 */
export function untilWaiting(database: TestDatabase, transactions: () => number): Promise<unknown> {
  let before: number[] = []
  return until(
    async () => {
      const now = await waitingFor(database)
      const still = now.filter((connection) => before.includes(connection))
      before = now
      return still.length >= transactions()
    },
    { everyMs: seenAnewMs },
  )
}

/** InnoDB shows the same to who looks again sooner. */
const seenAnewMs = 150

/** As `noteVisit` in src/accounts writes. */
const besideRequests = [
  'INSERT INTO visits%VALUES%',
  'INSERT IGNORE INTO active_days%',
  'DELETE thread_reads%',
]

/** The connections that wait. */
async function waitingFor({ rows, name }: TestDatabase): Promise<number[]> {
  const waiting = await rows<{ id: number }>(
    `SELECT connections.id
       FROM information_schema.innodb_trx AS trx
       JOIN information_schema.processlist AS connections ON connections.id = trx.trx_mysql_thread_id
      WHERE trx.trx_state = 'LOCK WAIT' AND connections.db = ?
        ${besideRequests.map(() => `AND COALESCE(trx.trx_query, '') NOT LIKE ?`).join(' ')}`,
    [name, ...besideRequests],
  )
  return waiting.map(({ id }) => id)
}
