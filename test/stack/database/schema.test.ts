import { expect, setDefaultTimeout, test } from 'bun:test'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import { runPending } from '../../../stack/database/migrate.ts'
import { createMigrationsTable } from '../../../stack/database/queries.ts'
import { type Ask, describeSchema } from '../../support/servers/schema.ts'
import { type Service, startMysql } from '../../support/servers/services.ts'

setDefaultTimeout(60_000)

test('a database brought up by all migrations is the one that schema.sql makes', async () => {
  const mysql = await startMysql()
  await run(mysql, 'CREATE DATABASE agora; CREATE DATABASE made')
  await run(mysql, await Bun.file('sql/schema.sql').text(), 'made')
  const server = await createConnection({ uri: `${mysql.url}/agora` })
  await createMigrationsTable(server)

  await runPending(server, 'all')

  const ask = asking(mysql)
  expect(await describeSchema(ask, 'agora')).toEqual(await describeSchema(ask, 'made'))
  await server.end()
})

test('the comparison finds a missing index, another default, a lost check and another rule of a foreign key', async () => {
  const mysql = await startMysql()
  const schema = await Bun.file('sql/schema.sql').text()
  await run(mysql, 'CREATE DATABASE agora; CREATE DATABASE made')
  await run(mysql, schema, 'made')
  const changed = schema
    .replace('  KEY posts_by_image (image_hash),\n', '')
    .replace("image_alt   VARCHAR(300) NOT NULL DEFAULT ''", "image_alt   VARCHAR(300) NOT NULL DEFAULT '-'")
    .replace('CHECK (width > 0)', '')
    .replace('REFERENCES users (id) ON DELETE SET NULL', 'REFERENCES users (id)')
  await run(mysql, changed, 'agora')

  const [one, other] = [
    await describeSchema(asking(mysql), 'agora'),
    await describeSchema(asking(mysql), 'made'),
  ]

  const different = Object.keys(one).filter((what) => !Bun.deepEquals(one[what], other[what]))
  expect(different).toEqual(['columns', 'indexes', 'foreignKeys', 'checks'])
})

/**
 * Of a chain of four tables MySQL 9.7, which follows such keys in its SQL layer, deletes only what hangs
 * below the first row of the second. A category has no posts any more when it is deleted.
 */
test('no row takes others along over three tables', async () => {
  const mysql = await startMysql()
  await run(mysql, 'CREATE DATABASE made')
  await run(mysql, await Bun.file('sql/schema.sql').text(), 'made')
  const keys = await asking(mysql)(
    `SELECT referenced_table_name, table_name
       FROM information_schema.referential_constraints
      WHERE constraint_schema = 'made' AND delete_rule = 'CASCADE'`,
  )
  const below = Map.groupBy(keys, ([table = '']) => table)
  const chainsFrom = (chain: string[]): string[] =>
    (below.get(chain.at(-1) ?? '') ?? []).flatMap(([, table = '']) =>
      chain.includes(table)
        ? []
        : [...(chain.length > 2 ? [[...chain, table].join(' > ')] : []), ...chainsFrom([...chain, table])],
    )

  expect(keys.length).toBeGreaterThan(50)
  expect(
    [...below.keys()].filter((table) => table !== 'categories').flatMap((table) => chainsFrom([table])),
  ).toEqual([])
})

async function run(mysql: Service, script: string, database = ''): Promise<void> {
  const server = await createConnection({ uri: `${mysql.url}/${database}`, multipleStatements: true })
  await server.query(script)
  await server.end()
}

const asking =
  (mysql: Service): Ask =>
  async (statement) => {
    const server = await createConnection({ uri: mysql.url })
    const [rows] = await server.query<RowDataPacket[][]>({ sql: statement, rowsAsArray: true })
    await server.end()
    return rows.map((row) => row.map(String))
  }
