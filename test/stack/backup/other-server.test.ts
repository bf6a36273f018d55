import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import { backUp } from '../../../stack/backup/backup.ts'
import { restore } from '../../../stack/backup/restore.ts'
import { noteMigrations, sourceOn, targetOn } from '../../support/servers/backups.ts'
import { closeAfterTests } from '../../support/servers/cleanup.ts'
import { freshDatabase, type TestDatabase } from '../../support/servers/database.ts'
import { temporaryFolder } from '../../support/servers/reaper.ts'
import { describeSchema } from '../../support/servers/schema.ts'
import { type Service, startMysql } from '../../support/servers/services.ts'
import { addWholeBoard } from '../../support/site/whole-board.ts'

setDefaultTimeout(60_000)

let server: Service
let board: TestDatabase
beforeAll(async () => {
  server = closeAfterTests(await startMysql(), (it) => it.kill())
  board = await freshDatabase(server)
  await addWholeBoard(board)
  await noteMigrations(board)
})

/** As where the other kind of server is: that of the tests stands in for it. */
const other = async () => {
  const target = await targetOn(server)
  return { flavour: 'mysql' as const, open: (work: (it: typeof target) => Promise<void>) => work(target) }
}

async function backedUp(): Promise<string> {
  const file = join(temporaryFolder(), 'board.agora')
  await backUp(await sourceOn(board), file)
  return file
}

test('a backup from the other kind of server comes row by row, with its tables and their next numbers', async () => {
  await board.write(`INSERT INTO users (id, name, name_key) VALUES (5000, 'gone', UNHEX(SHA2('gone', 256)))`)
  await board.write('DELETE FROM users WHERE id = 5000')
  await board.write(
    String.raw`UPDATE posts SET body = 'one\ntwo\r\n\'three\' \\ \Z \0 INSERT INTO \`x\` VALUES (1);\n);' WHERE id = 2`,
  )

  await restore(await other(), await backedUp(), join(temporaryFolder(), 'data'))

  const tables = (await tablesOf('agora')).map(([name]) => name ?? '')
  expect(await tablesOf('agora')).toEqual(await tablesOf(board.name))
  expect(tables.length).toBeGreaterThan(80)
  for (const table of tables)
    expect([table, await rowsOf('agora', table)]).toEqual([table, await rowsOf(board.name, table)])
  expect(await describeSchema(ask, 'agora')).toEqual(await describeSchema(ask, board.name))
  await ask(`INSERT INTO agora.users (name, name_key) VALUES ('new', UNHEX(SHA2('new', 256)))`)
  expect(await ask(`SELECT id, name_start FROM agora.users WHERE name = 'new'`)).toEqual([['5001', 'new']])
})

test.each([
  ["UPDATE schema_migrations SET sha256 = SHA2('x', 256) WHERE number = 1", 'of another version'],
  ['UPDATE schema_migrations SET begun = 1, applied_at = NULL WHERE number = 1', 'stopped in the middle'],
  [
    `INSERT INTO schema_migrations (number, name, contract, sha256, applied_at)
     VALUES (9999, 'later', 0, SHA2('later', 256), CURRENT_TIMESTAMP(3))`,
    'of another version',
  ],
])(
  'one whose tables cannot be made here is refused before anything is touched: %s',
  async (change, words) => {
    await board.write(change)
    const file = await backedUp()
    await board.write('DELETE FROM schema_migrations')
    await noteMigrations(board)
    const opened: unknown[] = []

    const into = { flavour: 'mysql' as const, open: async (work: unknown) => void opened.push(work) }
    await expect(restore(into, file, join(temporaryFolder(), 'data'))).rejects.toThrow(words)

    expect(opened).toEqual([])
  },
)

const ask = async (statement: string): Promise<string[][]> => {
  const connection = await createConnection({ uri: server.url, rowsAsArray: true, dateStrings: true })
  const [rows] = await connection.query<RowDataPacket[][]>(statement)
  await connection.end()
  return Array.isArray(rows) ? rows.map((row) => row.map(String)) : []
}

const tablesOf = (database: string) =>
  ask(`SELECT table_name
         FROM information_schema.tables
        WHERE table_schema = '${database}'
        ORDER BY table_name`)

const rowsOf = async (database: string, table: string) =>
  (await ask(`SELECT * FROM ${database}.${table}`)).map((row) => row.join('|')).toSorted()
