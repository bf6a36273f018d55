import {
  createPool,
  type Pool,
  type PoolConnection,
  type ResultSetHeader,
  type RowDataPacket,
} from 'mysql2/promise'
import { Unavailable } from './errors.ts'
import { requestId } from './trace.ts'

/** What may stand for a `?`: a list fills `IN (?)`, a list of lists fills `VALUES ?`. */
export type SqlValue = string | number | bigint | boolean | Date | Uint8Array | null | SqlValue[]

export type Written = { affectedRows: number; changedRows: number; insertId: number }

/** Anything statements can be sent to: the pool or one open transaction. */
export type Sql = {
  /** Sends a SELECT named for what comes back; gives its rows. */
  rows<Row>(name: string, text: string, values?: SqlValue[]): Promise<Row[]>
  /** Sends an INSERT, UPDATE or DELETE named for what it does. */
  write(name: string, text: string, values?: SqlValue[]): Promise<Written>
}

export type Db = Sql & {
  /**
   * Runs `work` in one transaction on one connection. A deadlock or a lock wait that timed out runs the whole of
   * `work` again, up to five times, so it must do nothing but SQL.
   */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>
  /** How many connections are in use now, and how many callers wait for one. */
  load(): { used: number; waiting: number }
  close(): Promise<void>
}

export type DbOptions = {
  url: string
  connections: number
  /** Longest time one statement may take, in milliseconds. */
  queryTimeoutMs?: number
  /** Called for each statement that was sent, with its verb and its name. */
  seen?: (verb: string, name: string) => void
  /** Called for each statement that MySQL answered, also with an error, with how long that took. */
  answered?: (verb: string, name: string, seconds: number) => void
}

const acquireTimeoutMs = 2_000
const deadlockTries = 5

/**
 * A pool of connections to MySQL or MariaDB. Opens none before the first statement and goes on by itself when the
 * server returns. Throws `Unavailable` when the server can't be reached or is too slow, the driver's own error
 * (with its `code`) for anything that is wrong with the statement.
 */
export function openDb({ url, connections, ...options }: DbOptions): Db {
  const pool = createPool({
    uri: url,
    connectionLimit: connections,
    maxIdle: connections,
    queueLimit: 1_000,
    connectTimeout: 1_500,
    enableKeepAlive: true,
    timezone: 'Z',
    typeCast: (field, next) => (field.type === 'DATETIME' ? isoTime(field.string()) : next()),
    charset: 'utf8mb4',
    supportBigNumbers: true,
    stringifyObjects: true,
  })
  // A failure shows in the statement that follows.
  pool.pool.on('connection', (connection) => connection.query("SET time_zone = '+00:00'", () => {}))

  const load = { used: 0, waiting: 0 }
  const on = (connection: PoolConnection): Sql => ({
    rows: (name, text, values) => send(connection, options, name, text, values) as Promise<never>,
    write: (name, text, values) => send(connection, options, name, text, values) as Promise<never>,
  })
  const withOne = <T>(use: (connection: PoolConnection) => Promise<T>) => withConnection(pool, load, use)

  return {
    rows: (name, text, values) => withOne((connection) => on(connection).rows(name, text, values)),
    write: (name, text, values) => withOne((connection) => on(connection).write(name, text, values)),
    transaction: (work) => retried(() => withOne((c) => transact(c, () => work(on(c))))),
    load: () => ({ ...load }),
    close: () => pool.end(),
  }
}

/** DATETIME as ISO 8601, so that a row is the same whether it comes from MySQL or as JSON from Redis. */
const isoTime = (text: string | null) => (text === null ? null : `${text.replace(' ', 'T')}Z`)

async function send(
  connection: PoolConnection,
  { queryTimeoutMs: timeout = 5_000, seen, answered }: Omit<DbOptions, 'url' | 'connections'>,
  name: string,
  text: string,
  values: SqlValue[] = [],
) {
  const trimmed = text.trim()
  const verb = trimmed.slice(0, trimmed.search(/\s/)).toUpperCase()
  seen?.(verb, name)
  const id = requestId()
  // Sent as text, never prepared, so a comment that is another each time fills nobody's cache of statements.
  const sql = id === undefined ? trimmed : `/* ${id} */ ${trimmed}`
  const startedAt = performance.now()
  try {
    const [result] = await connection.query<RowDataPacket[] | ResultSetHeader>({ sql, values, timeout })
    return result
  } finally {
    answered?.(verb, name, (performance.now() - startedAt) / 1_000)
  }
}

async function withConnection<T>(
  pool: Pool,
  load: { used: number; waiting: number },
  use: (connection: PoolConnection) => Promise<T>,
): Promise<T> {
  load.waiting++
  const connection = await acquired(pool).finally(() => load.waiting--)
  load.used++
  try {
    const result = await use(connection)
    connection.release()
    return result
  } catch (error) {
    if (isUnreachable(error) || isHungUp(error)) connection.destroy()
    else connection.release()
    throw isUnreachable(error) ? new Unavailable('mysql', { cause: error }) : error
  } finally {
    load.used--
  }
}

/** The driver waits without end for a free connection; a visitor doesn't. */
async function acquired(pool: Pool): Promise<PoolConnection> {
  const connection = pool.getConnection()
  let timer: Timer | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no free connection to MySQL')), acquireTimeoutMs)
  })
  try {
    return await Promise.race([connection, late])
  } catch (cause) {
    connection.then((tooLate) => tooLate.release()).catch(() => {})
    throw new Unavailable('mysql', { cause })
  } finally {
    clearTimeout(timer)
  }
}

async function transact<T>(connection: PoolConnection, work: () => Promise<T>): Promise<T> {
  await connection.beginTransaction()
  try {
    const result = await work()
    await connection.commit()
    return result
  } catch (error) {
    if (!isUnreachable(error) && !isHungUp(error)) await connection.rollback()
    throw error
  }
}

async function retried<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt()
    } catch (error) {
      if (tries >= deadlockTries || !isDeadlock(error)) throw error
      await Bun.sleep(Math.random() * 20 * tries)
    }
  }
}

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : '')

/** The row or name is there already. */
export const isDuplicate = (error: unknown) => codeOf(error) === 'ER_DUP_ENTRY'

/** A row that this one refers to is gone. */
export const isMissingParent = (error: unknown) => codeOf(error).startsWith('ER_NO_REFERENCED_ROW')

/** A value is longer than its column or than what the server takes at once. */
export const isTooLong = (error: unknown) =>
  ['ER_DATA_TOO_LONG', 'ER_NET_PACKET_TOO_LARGE'].includes(codeOf(error))

/** Another transaction was in the way; the same work may succeed at once. The last is MariaDB's, from 11.6 on. */
export const isDeadlock = (error: unknown) =>
  ['ER_LOCK_DEADLOCK', 'ER_LOCK_WAIT_TIMEOUT', 'ER_CHECKREAD'].includes(codeOf(error))

const unreachableCodes =
  /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOST|ENETUNREACH|PROTOCOL_|ER_SERVER_SHUTDOWN|ER_CON_COUNT_ERROR|ER_NORMAL_SHUTDOWN|ER_CONNECTION_KILLED|ERR_SOCKET)/

/** The server answers so and then closes the connection, which would fail whoever is given it next. */
const isHungUp = (error: unknown) => codeOf(error) === 'ER_NET_PACKET_TOO_LARGE'

/** The server could not be asked, or the connection is lost; whether the statement ran is not known. */
const isUnreachable = (error: unknown) =>
  unreachableCodes.test(codeOf(error)) || (error instanceof Error && /closed state/.test(error.message))
