import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise'
import { until } from '../until.ts'
import type { TestDatabase } from './database.ts'

/**
 * Waits until that many transactions of this database, or more, wait for a lock that another one holds, in
 * two looks, one after the other: what replicas do by themselves waits for a moment. What is noted of a
 * visit, beside the request, may wait as long as the request does, and does not count.
 */
export async function untilWaiting(database: TestDatabase, transactions: () => number): Promise<void> {
  const connection = await createConnection({ uri: database.url })
  let before: number[] = []
  try {
    await until(async () => {
      const now = await waitingFor(connection)
      const still = now.filter((id) => before.includes(id))
      before = now
      return still.length >= transactions()
    })
  } finally {
    await connection.end()
  }
}

/** As `noteVisit` in src/accounts writes. */
const besideRequests = [
  'INSERT INTO visits%VALUES%',
  'INSERT IGNORE INTO active_days%',
  'DELETE thread_reads%',
]

/**
 * The connections that wait, of the connection's database. The server gathers anew what this table shows only
 * when nobody has looked at it for a tenth of a second, so those who look at a server that tests share take
 * turns: two who look again and again, each in the other's pause, would see the same for ever.
 */
async function waitingFor(connection: Connection): Promise<number[]> {
  await connection.query(`SELECT GET_LOCK('who looks at transactions', 60)`)
  await connection.query('SELECT SLEEP(0.12)')
  const [waiting] = await connection.query<({ id: number } & RowDataPacket)[]>(
    `SELECT connections.id
       FROM information_schema.innodb_trx AS trx
       JOIN information_schema.processlist AS connections ON connections.id = trx.trx_mysql_thread_id
      WHERE trx.trx_state = 'LOCK WAIT' AND connections.db = DATABASE()
        ${besideRequests.map(() => `AND COALESCE(trx.trx_query, '') NOT LIKE ?`).join(' ')}`,
    besideRequests,
  )
  await connection.query(`SELECT RELEASE_LOCK('who looks at transactions')`)
  return waiting.map(({ id }) => id)
}
