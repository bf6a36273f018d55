import { createPool, type PoolConnection, type RowDataPacket } from 'mysql2/promise'
import { afterAttended, attendedMs, withinAttended } from './attention.ts'
import { Ended } from './db-errors.ts'
import { busyConnections, killConnection } from './queries.ts'

/** `withinMs`: the server's limit of the statement. `signal`: whoever asked has given up. */
type Patience = { withinMs: number; signal?: AbortSignal | undefined }

/** Looks after statements from outside, over a connection of its own. */
export type DbControl = {
  /**
   * The answer to what was asked by a connection. When it is lost, later than its limit or not wanted any
   * more, the connection is ended on both sides, and `Ended` is thrown.
   */
  answerOf<T>(connection: PoolConnection, answer: Promise<T>, patience: Patience): Promise<T>
  /** Rejects when the server doesn't answer. */
  ping(): Promise<unknown>
  close(): void
}

/** A statement that got no answer for so long is asked after. */
const silentMs = 700
/** How long an answer may be on its way, and how much later than the server we end a statement. */
export const graceMs = 250

/** A server that has nothing else to do answers within milliseconds; one that is overrun, within this. */
const answerWithinMs = 600
const pollEveryMs = 200
/** The driver's own limit, by a clock that goes on while this process is stalled: ours comes first. */
export const driverConnectsWithinMs = 3_000

/** Opens no connection before it is needed, and none but one at a time. */
export function openControl(url: string): DbControl {
  const { ask, close: closeAsker } = openAsker(url)
  let looking: Promise<Set<number> | undefined> | undefined

  let isClosed = false
  return { answerOf, ping: busyThreads, close }

  function close() {
    isClosed = true
    closeAsker()
  }

  async function answerOf<T>(connection: PoolConnection, answer: Promise<T>, { withinMs, signal }: Patience) {
    const end = Promise.withResolvers<never>()
    const stopAt = attendedMs() + withinMs + graceMs
    const giveUp = () => end.reject(new Ended('STOPPED'))
    let callOff = afterAttended(Math.min(silentMs, withinMs + graceMs), checkOn)
    let isOver = false
    signal?.addEventListener('abort', giveUp, { once: true })
    try {
      if (signal?.aborted) giveUp()
      return await Promise.race([answer, end.promise])
    } catch (error) {
      if (error instanceof Ended) error.over = endBoth(connection, answer)
      throw error
    } finally {
      isOver = true
      callOff()
      signal?.removeEventListener('abort', giveUp)
    }

    async function checkOn() {
      const isThere = await isAtWork(connection.threadId)
      if (isOver) return
      const leftMs = stopAt - attendedMs()
      if (!isThere) callOff = afterAttended(graceMs, () => end.reject(new Ended('SILENT')))
      else if (leftMs <= 0) giveUp()
      else callOff = afterAttended(Math.min(silentMs, leftMs), checkOn)
    }
  }

  /** Not when the server is silent; nor does it work for a connection whose statement or answer was lost. */
  function isAtWork(id: number): Promise<boolean> {
    return busyThreads().then(
      (busy) => busy?.has(id) ?? true,
      () => false,
    )
  }

  /** Resolves when the server has ended it, too, or cannot be asked. */
  async function endBoth(connection: PoolConnection, answer: Promise<unknown>): Promise<void> {
    answer.catch(() => {})
    connection.destroy()
    // With the server out of reach nothing can be killed; it ends what has no client by itself.
    await ask(killConnection(connection.threadId)).catch(() => {})
    while (!isClosed && (await isAtWork(connection.threadId))) await Bun.sleep(pollEveryMs)
  }

  /**
   * Resolves to the threads at work, read once for all callers. Undefined: the server refuses to say.
   */
  function busyThreads() {
    looking ??= ask(busyConnections)
      .then((rows) => new Set((rows as { id: number }[]).map(({ id }) => Number(id))))
      .catch(unlessRefused)
      .finally(() => {
        looking = undefined
      })
    return looking
  }
}

export type Asker = {
  /** Returns the rows of a short statement. Rejects when they don't come within 600 ms. */
  ask(statement: string): Promise<RowDataPacket[]>
  close(): void
}

/** A connection for questions about the server itself, opened when it is needed. */
export function openAsker(url: string): Asker {
  const pool = createPool({ uri: url, connectionLimit: 1, connectTimeout: driverConnectsWithinMs })

  return { ask, close: () => pool.pool.end(() => {}) }

  async function ask(statement: string): Promise<RowDataPacket[]> {
    let connection: PoolConnection | undefined
    const answer = pool.getConnection().then((opened) => {
      connection = opened
      return opened.query<RowDataPacket[]>(statement)
    })
    try {
      const [rows] = await withinAttended(answer, answerWithinMs, () => {
        throw new Error('MySQL is silent')
      })
      connection?.release()
      return rows
    } catch (error) {
      connection?.destroy()
      // It may come only now.
      answer.catch(() => {}).then(() => connection?.destroy())
      throw error
    }
  }
}

/** An answer with a number of the server's own, such as "too many connections", is an answer. */
function unlessRefused(error: unknown): undefined {
  const isAnswer = error instanceof Error && 'errno' in error && Number(error.errno) >= 1_000
  if (!isAnswer) throw error
}
