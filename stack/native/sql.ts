import { createConnection, type FieldPacket, type RowDataPacket } from 'mysql2/promise'
import { readState } from '../data-folder.ts'
import { UserError } from '../errors.ts'
import { readSecrets } from '../secrets.ts'
import type { SqlAnswer } from '../stack.ts'
import { databaseUrl } from './site.ts'

/**
 * Runs one statement on a native stack as the database's administrator. Throws a UserError with the server's
 * own words.
 */
export async function nativeSql(data: string, statement: string): Promise<SqlAnswer> {
  const native = readState(data)?.native
  const password = readSecrets(data)?.mysqlRoot
  if (!native || !password) throw new UserError('Agora is not running. Start it with: ./agora up')
  return ask(`${databaseUrl('root', password, native.mysqlPort)}/agora`, statement)
}

async function ask(uri: string, sql: string): Promise<SqlAnswer> {
  try {
    const server = await createConnection({ uri, connectTimeout: 3_000, timezone: 'Z', ...asText })
    try {
      const [result, fields] = await server.query<RowDataPacket[][]>({ sql, rowsAsArray: true })
      return answerOf(result, fields)
    } finally {
      await server.end()
    }
  } catch (error) {
    throw new UserError(`The database says: ${error instanceof Error ? error.message : error}`)
  }
}

const asText = { dateStrings: true, supportBigNumbers: true, bigNumberStrings: true, jsonStrings: true }

function answerOf(result: unknown, fields: FieldPacket[] | undefined): SqlAnswer {
  if (Array.isArray(result) && fields) {
    return { header: fields.map(({ name }) => name), rows: result.map((row: unknown[]) => row.map(cellText)) }
  }
  const changed = result && typeof result === 'object' && 'affectedRows' in result ? result.affectedRows : 0
  return { changed: Number(changed) }
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return 'NULL'
  return Buffer.isBuffer(value) ? `0x${value.toString('hex')}` : String(value)
}
