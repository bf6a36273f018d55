import {
  createPool,
  type Pool,
  type PoolConnection,
  escape as quoted,
  type ResultSetHeader,
  type RowDataPacket,
} from 'mysql2/promise'
import { withTimeout } from './async.ts'
import { attendedMs, withinAttended } from './attention.ts'
import { type Breaker, LeftAlone, openBreaker } from './breaker.ts'
import { openBulkhead, openTurns } from './bulkhead.ts'
import { driverConnectsWithinMs, graceMs, openControl } from './db-control.ts'
import {
  Ended,
  inTermsOfStores,
  isDeadlock,
  isLockedOut,
  isLost,
  isSilence,
  isSpent,
  reasonOf,
} from './db-errors.ts'
import { Unavailable } from './errors.ts'
import { inPortions } from './portions.ts'
import { beginSession, within } from './queries.ts'
import { currentTrace, requestId } from './trace.ts'

export { isDuplicate, isMissingParent, isTooLong } from './db-errors.ts'

/** Values for a `?`: a list fills `IN (?)`, a list of lists fills `VALUES ?`. */
export type SqlValue = string | number | bigint | boolean | Date | Uint8Array | null | SqlValue[]

type Written = { affectedRows: number; changedRows: number; insertId: number }

/**
 * `withinMs`: another limit than the usual one. `signal`: who asked has given up, so the statement is ended.
 */
export type Limits = { withinMs?: number; signal?: AbortSignal }

type Statement = [name: string, text: string, values?: SqlValue[], limits?: Limits]

/** Anything statements can be sent to: the pool or one open transaction. */
export type Sql = {
  /** Sends a SELECT named for what comes back. Returns its rows. */
  rows<Row>(...statement: Statement): Promise<Row[]>
  /** Sends an INSERT, UPDATE or DELETE named for what it does. */
  write(...statement: Statement): Promise<Written>
}

export type Db = Sql & {
  /**
   * Runs `work` in one transaction on one connection. A deadlock runs the whole of `work` again, up to five
   * times, and a lock wait that timed out soon, so it must do nothing but SQL. Throws `Unavailable` with a
   * sentence of its own when the answer to COMMIT was lost: then it may have been done or not. `rows`: names
   * of those that it locks and that many may want at one moment, such as `item 5`.
   */
  transaction<T>(work: (sql: Sql) => Promise<T>, rows?: string[]): Promise<T>
  /** How many connections are in use now, and how many callers wait for one. */
  load(): { used: number; waiting: number }
  /** The role of each server, of several with one content; of one nothing. */
  roles(): DatabaseServer['role'][]
  /** What is known of each of them, a second old at most. */
  servers(): Promise<DatabaseServer[]>
  close(): Promise<void>
}

/** One of several servers with one content. */
export type DatabaseServer = {
  host: string
  /** The primary takes changes. `away`: it is silent, or outside of its group. */
  role: 'primary' | 'secondary' | 'away'
  /** How many members its group has, as it sees them. */
  group: { online: number; members: number } | undefined
  /** Changes of the group that it has to apply still; null where there is no group, or it does not say. */
  waiting: number | null
}

export type DbOptions = {
  url: string
  connections: number
  /**
   * Longest time one statement may take, in milliseconds. The server ends it then, or its connection is
   * ended.
   */
  queryTimeoutMs?: number
  /**
   * The server ends a connection of which it hears nothing for so long, and the rows are free that a client
   * holds which vanished. Connections that are not in use go so, too, and others are opened.
   */
  idleSeconds?: number
  /** Called for each statement that was sent, with its verb and its name. */
  seen?: (verb: string, name: string) => void
  /** Called for each statement that MySQL answered, also with an error, with how long that took. */
  answered?: (verb: string, name: string, seconds: number) => void
}

const usualLimitMs = 5_000
const connectWithinMs = 1_000
const waitWithinMs = 1_500
const lockSeconds = 2
const deadlockTries = 5
const retryLocksWithinMs = 1_200
const closeWithinMs = 1_000
/** While one has the row, the next does what comes before. */
const atOnceForRow = 2

/**
 * A pool of connections to MySQL or MariaDB. Opens none before the first statement and goes on by itself when
 * the server returns. Throws `Unavailable`, with the reason, when the server can't be reached, is too slow,
 * takes no changes or has no room; the driver's own error (with its `code`) for anything that is wrong with
 * the statement.
 *
 * **A statement ends when nobody waits for it any more.** The server keeps the limit of each SELECT (MariaDB:
 * of each statement). What passes it all the same, or whose asker gave up, is killed over another connection.
 *
 * **A server that hangs holds nobody.** What got no answer for a moment is asked after over that other
 * connection: if the server is at work for it, it goes on up to its limit. If the server knows nothing of it,
 * the connection has been lost on the way. If the server is silent there as well, it hangs: after two of
 * those nobody waits for it any more, until a probe is answered. Each way the connection is thrown away.
 * BEGIN, COMMIT and ROLLBACK are statements like any other.
 *
 * **A request that writes waits for two seconds at most** for all its statements together: what they leave of
 * that is the limit of the next. Then nothing more is sent, no COMMIT either. What it reads when it has
 * written may take the usual time. Turns are not counted but have a limit of their own: in a rush they would
 * leave too little to write in.
 *
 * **Who wants a row that many want waits for it here**, before they have a connection and before their time
 * runs: two transactions at once of one replica. If all waited in MySQL, the time of most would be over when
 * their turn came, and what they had done so far for nothing: the more came, the fewer would be served.
 *
 * **All these limits are of this process's attention** (`attention.ts`): while it comes to nothing, nothing
 * is taken for silent or too slow. Else a machine that is overrun would take MySQL for dead, and refuse
 * everybody for as long as they come again.
 *
 * **Writes leave reads their share** of the connections, and reads leave writes theirs: when all tables are
 * locked, every write waits, and pages go on.
 */
export function openDb({ url, connections, ...options }: DbOptions): Db {
  const { queryTimeoutMs = usualLimitMs, idleSeconds } = options
  const pool = createPool({
    uri: url,
    connectionLimit: connections,
    maxIdle: connections,
    connectTimeout: driverConnectsWithinMs,
    enableKeepAlive: true,
    timezone: 'Z',
    typeCast: (field, next) => (field.type === 'DATETIME' ? isoTime(field.string()) : next()),
    charset: 'utf8mb4',
    supportBigNumbers: true,
    stringifyObjects: true,
  })
  // A failure shows in the statement that follows.
  pool.pool.on('connection', (connection) =>
    connection.query(beginSession(queryTimeoutMs, lockSeconds, idleSeconds), () => {}),
  )
  const control = openControl(url)
  const breaker = openBreaker({ probe: control.ping, slowMs: Number.POSITIVE_INFINITY, restMs: 250 })
  const share = {
    atOnce: Math.ceil(connections * 0.75),
    waiting: 1_000,
    waitMs: waitWithinMs,
    retrySeconds: 2,
  }
  const bulkheads = { read: openBulkhead(share), write: openBulkhead(share) }
  const inTurn = openTurns({ ...share, atOnce: atOnceForRow })

  const on = (connection: PoolConnection, until: number): Sql => ({
    rows: (...statement) => send(connection, until, ...statement) as Promise<never>,
    write: (...statement) => send(connection, until, ...statement) as Promise<never>,
  })
  const withOne = <T>(
    kind: 'read' | 'write',
    use: (connection: PoolConnection, until: number) => Promise<T>,
  ) =>
    bulkheads[kind](() =>
      inTime(kind, (until) => heeding(breaker, () => withConnection(pool, until, (it) => use(it, until)))),
    )
  const inStores = (error: unknown) => {
    throw inTermsOfStores(error)
  }

  return {
    rows: <Row>(...statement: Statement) =>
      withOne('read', (connection, until) => on(connection, until).rows<Row>(...statement)).catch(inStores),
    write: (...statement) =>
      withOne('write', (connection, until) => on(connection, until).write(...statement)).catch(inStores),
    transaction: (work, rows = []) =>
      inTurn(rows, () =>
        retried(() => withOne('write', (connection, until) => transact(connection, until, work))),
      ).catch(inStores),
    load: () => ({
      used: bulkheads.read.load().running + bulkheads.write.load().running,
      waiting: bulkheads.read.load().waiting + bulkheads.write.load().waiting,
    }),
    roles: () => [],
    servers: async () => [],
    close,
  }

  async function send(
    connection: PoolConnection,
    until: number,
    ...[name, text, values = [], { withinMs = queryTimeoutMs, signal } = {}]: Statement
  ) {
    const leftMs = leftUntil(until)
    const trimmed = text.trim()
    const verb = trimmed.slice(0, trimmed.search(/\s/)).toUpperCase()
    options.seen?.(verb, name)
    const id = requestId()
    const limited = withinMs === queryTimeoutMs ? trimmed : within(trimmed, withinMs)
    // Sent as text, never prepared, so a comment that is another each time fills nobody's cache of
    // statements.
    const sql = id === undefined ? limited : `/* ${id} */ ${limited}`
    const sent = values.some(isLong) ? await Promise.all(values.map(escaped)) : values
    const startedAt = performance.now()
    try {
      const query = connection.query<RowDataPacket[] | ResultSetHeader>(sql, sent)
      const [result] = await control.answerOf(connection, query, {
        withinMs: Math.min(withinMs, leftMs),
        signal,
      })
      return result
    } finally {
      options.answered?.(verb, name, (performance.now() - startedAt) / 1_000)
    }
  }

  async function transact<T>(
    connection: PoolConnection,
    until: number,
    work: (sql: Sql) => Promise<T>,
  ): Promise<T> {
    const step = (sql: 'BEGIN' | 'COMMIT' | 'ROLLBACK', withinMs: number) =>
      control.answerOf(connection, connection.query(sql), { withinMs: Math.min(withinMs, queryTimeoutMs) })
    await step('BEGIN', leftUntil(until))
    try {
      const result = await work(on(connection, until))
      await step('COMMIT', leftUntil(until)).catch((cause) => {
        throw isLost(cause) ? new Unavailable('mysql', { cause, reason: mayBeDone }) : cause
      })
      return result
    } catch (error) {
      if (!isLost(error) && !isLost(causeOf(error))) await step('ROLLBACK', queryTimeoutMs)
      throw error
    }
  }

  async function close() {
    await withTimeout(pool.end(), closeWithinMs, () => undefined)
    control.close()
  }
}

/** Of a text, characters that are escaped at once. */
const escapedAtOnce = 64 * 1024

const isLong = (value: SqlValue): boolean =>
  Array.isArray(value) ? value.some(isLong) : typeof value === 'string' && value.length > escapedAtOnce

/**
 * A value as it stands in a statement. The driver takes half a second, in one turn, to escape 8 MB of line
 * breaks: a long text is escaped in portions.
 */
async function escaped(value: SqlValue): Promise<unknown> {
  if (!isLong(value)) return value
  if (Array.isArray(value)) return Promise.all(value.map(escaped))
  const text = String(value)
  const starts = Array.from({ length: Math.ceil(text.length / escapedAtOnce) }, (_, n) => n * escapedAtOnce)
  const parts = await inPortions(starts, (start) =>
    quoted(text.slice(start, start + escapedAtOnce)).slice(1, -1),
  )
  return { toSqlString: () => `'${parts.join('')}'` }
}

/** Whoever presses a button again sends its key again, and it is done once; who sends no key has to look. */
const mayBeDone = 'This may have been done already. Please look before you send it again.'

/** DATETIME as ISO 8601, so that a row is the same whether it comes from MySQL or as JSON from Redis. */
const isoTime = (text: string | null) => (text === null ? null : `${text.replace(' ', 'T')}Z`)

/**
 * Passes to `work` the moment until when it may wait, for a request that writes: what its statements take is
 * taken from what is left for the next.
 */
async function inTime<T>(kind: 'read' | 'write', work: (until: number) => Promise<T>): Promise<T> {
  const trace = currentTrace()
  const leftMs = kind === 'read' && trace?.isWritten ? undefined : trace?.leftMs
  if (trace === undefined || leftMs === undefined) return work(Number.POSITIVE_INFINITY)
  const startedAt = attendedMs()
  try {
    const result = await work(startedAt + leftMs)
    trace.isWritten ||= kind === 'write'
    return result
  } finally {
    trace.leftMs = leftMs - (attendedMs() - startedAt)
  }
}

/** In milliseconds. Throws when none is left. */
function leftUntil(until: number): number {
  const leftMs = until - attendedMs()
  if (leftMs <= 0) throw new Ended('STOPPED')
  return leftMs
}

async function withConnection<T>(
  pool: Pool,
  until: number,
  use: (connection: PoolConnection) => Promise<T>,
): Promise<T> {
  const connection = await acquired(pool, until)
  try {
    const result = await use(connection)
    connection.release()
    return result
  } catch (error) {
    if (isSpent(error) || isSpent(causeOf(error))) connection.destroy()
    else connection.release()
    throw error
  }
}

/** The driver waits without end for a free connection; a visitor doesn't. */
async function acquired(pool: Pool, until: number): Promise<PoolConnection> {
  const connection = pool.getConnection()
  const leftMs = until - attendedMs()
  const patienceMs = connectWithinMs + graceMs
  try {
    return await withinAttended(connection, Math.min(leftMs, patienceMs), () => {
      throw new Ended(leftMs < patienceMs ? 'STOPPED' : 'SILENT')
    })
  } catch (cause) {
    connection.then((tooLate) => tooLate.release()).catch(() => {})
    throw new Unavailable('mysql', { cause, reason: reasonOf(cause) })
  }
}

/** Only silence is learned from: whoever is refused, for whatever reason, was answered. */
async function heeding<T>(breaker: Breaker, work: () => Promise<T>): Promise<T> {
  const settled = () =>
    work().then(
      (value) => ({ value }),
      (error: unknown) => {
        if (isSilence(error) || isSilence(causeOf(error))) throw error
        return { error }
      },
    )
  const outcome = await breaker.run(settled).catch((error: unknown) => ({
    error: error instanceof LeftAlone ? new Ended('SILENT') : error,
  }))
  if ('value' in outcome) return outcome.value
  throw outcome.error
}

async function retried<T>(attempt: () => Promise<T>): Promise<T> {
  const startedAt = performance.now()
  for (let tries = 1; ; tries++) {
    try {
      return await attempt()
    } catch (error) {
      const isWorthIt =
        isDeadlock(error) || (isLockedOut(error) && performance.now() - startedAt < retryLocksWithinMs)
      if (tries >= deadlockTries || !isWorthIt) throw error
      await Bun.sleep(Math.random() * 20 * tries)
    }
  }
}

const causeOf = (error: unknown) => (error instanceof Error ? error.cause : undefined)
