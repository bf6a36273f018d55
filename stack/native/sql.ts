import { createConnection, type FieldPacket, type RowDataPacket } from 'mysql2/promise'
import { readState } from '../data-folder.ts'
import { UserError } from '../errors.ts'
import { readSecrets } from '../secrets.ts'
import { columns } from '../status.ts'
import { databaseUrl } from './site.ts'

/** What a statement brought: rows as text, or, when it was no question, how many rows it changed. */
export type Answer = { header: string[]; rows: string[][] } | { changed: number }

/** Runs one statement on a native stack as the database's administrator. Throws a UserError with the server's own words. */
export async function nativeSql(data: string, statement: string): Promise<Answer> {
  const native = readState(data)?.native
  const password = readSecrets(data)?.mysqlRoot
  if (!native || !password) throw new UserError('Agora is not running. Start it with: ./agora up')
  return ask(`${databaseUrl('root', password, native.mysqlPort)}/agora`, statement)
}

/** The answer for a terminal as a table, for a pipe with tabs. */
export function answerText(answer: Answer, isTerminal: boolean): string {
  if ('changed' in answer) return `${answer.changed} ${answer.changed === 1 ? 'row' : 'rows'} changed`
  const lines = [answer.header, ...answer.rows].map((row) => row.map(oneLine))
  return (isTerminal ? columns(lines) : lines.map((row) => row.join('\t'))).join('\n')
}

async function ask(uri: string, sql: string): Promise<Answer> {
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

function answerOf(result: unknown, fields: FieldPacket[] | undefined): Answer {
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

/** As the servers' own client writes them. */
function oneLine(cell: string): string {
  return cell.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\t', '\\t')
}
