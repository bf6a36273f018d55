import { type Connection, createConnection, type ResultSetHeader, type RowDataPacket } from 'mysql2/promise'
import { withinAttended } from './attention.ts'
import { primaryAt } from './database.ts'
import type { Sql, SqlValue } from './db.ts'
import { driverConnectsWithinMs } from './db-control.ts'
import { Unavailable } from './errors.ts'
import { beginSessionAlone } from './queries.ts'

export type Statement = [text: string, values: SqlValue[]]

/** One connection to the server that takes changes. What fails once fails for good. */
export type Session = Sql & {
  /** Sends statements that change rows, in one round trip. Resolves to how many rows each matched. */
  writeAll(statements: Statement[]): Promise<number[]>
  close(): void
}

const connectWithinMs = 1_000

/**
 * Opens a session that waits for rows for a second. Whatever gets no answer within `answerWithinMs` ends it.
 * Throws `Unavailable` when no server takes changes.
 */
export async function openSession(url: string, answerWithinMs: number): Promise<Session> {
  const primary = await primaryAt(url)
  if (!primary) throw new Unavailable('mysql')
  const connection = await connected(primary)
  let isClosed = false
  // What is asked next fails.
  connection.on('error', () => {})
  const session: Session = {
    rows: <Row>(_: string, text: string, values: SqlValue[] = []) => ask(text, values) as Promise<Row[]>,
    write: (_, text, values = []) => ask(text, values) as Promise<ResultSetHeader>,
    async writeAll(statements) {
      const texts = statements.map(([text]) => text).join(';\n')
      const values = statements.flatMap(([, list]) => list)
      const results = await ask(texts, values)
      return [results].flat().map((each) => (each as ResultSetHeader).affectedRows)
    },
    close,
  }
  await session.write('begin', beginSessionAlone).catch((error) => {
    close()
    throw error
  })
  return session

  async function ask(text: string, values: SqlValue[]): Promise<unknown> {
    if (isClosed) throw new Unavailable('mysql')
    const answer = connection.query<RowDataPacket[] | ResultSetHeader>(text, values)
    try {
      const [result] = await withinAttended(answer, answerWithinMs, () => {
        throw new Error(`MySQL did not answer within ${answerWithinMs} ms`)
      })
      return result
    } catch (error) {
      answer.catch(() => {})
      close()
      throw error
    }
  }

  function close() {
    isClosed = true
    connection.destroy()
  }
}

async function connected(uri: string): Promise<Connection> {
  const connecting = createConnection({
    uri,
    connectTimeout: driverConnectsWithinMs,
    multipleStatements: true,
    charset: 'utf8mb4',
    supportBigNumbers: true,
    stringifyObjects: true,
  })
  try {
    return await withinAttended(connecting, connectWithinMs, () => {
      throw new Unavailable('mysql')
    })
  } catch (error) {
    connecting.then((tooLate) => tooLate.destroy()).catch(() => {})
    throw error
  }
}
