import { beforeEach, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import { givenLaws } from '../../../stack/database/config.ts'
import { migrate, type Phase } from '../../../stack/database/migrate.ts'
import { ownMigrations, readMigrations, statementsIn } from '../../../stack/database/migration-files.ts'
import { prepareDatabase } from '../../../stack/database/prepare.ts'
import { temporaryFolder } from '../../support/servers/reaper.ts'
import { once, startMysql } from '../../support/servers/services.ts'

setDefaultTimeout(60_000)

// The database has one name everywhere, so these tests have a server of their own.
const server = once(startMysql)
const own = await readMigrations()

let folder: string
beforeEach(async () => {
  folder = temporaryFolder()
  for (const { file } of own) await put(file, await Bun.file(new URL(file, ownMigrations)).text())
  await ask('DROP DATABASE IF EXISTS agora')
  await prepare()
})

test('a new database has every migration already', async () => {
  const rows = await ask('SELECT number, applied_at IS NOT NULL AS done FROM agora.schema_migrations')

  expect(rows).toEqual(own.map(({ number }) => ({ number, done: 1 })))
  expect(await run()).toEqual([])
})

test('a pending migration runs once, and gives the rights of its time', async () => {
  await put(
    '9001-add-nicknames.sql',
    `ALTER TABLE users ADD COLUMN nickname VARCHAR(60) NOT NULL DEFAULT 'x';`,
  )
  await ask(`REVOKE SELECT ON agora.items FROM 'agora_web'@'%'`)

  expect(await run()).toEqual(['9001-add-nicknames.sql'])
  expect(await run()).toEqual([])
  expect(await ask('SELECT DISTINCT nickname FROM agora.users')).toEqual([{ nickname: 'x' }])
  expect(await ask(`SHOW GRANTS FOR 'agora_web'@'%'`).then((rows) => JSON.stringify(rows))).toContain('items')
})

test('two who migrate at the same moment run nothing twice', async () => {
  await put('9001-once.sql', 'CREATE TABLE once (id INT PRIMARY KEY);\nINSERT INTO once VALUES (1);')

  const ran = await Promise.all([run(), run(), run()])

  expect(ran.flat()).toEqual(['9001-once.sql'])
})

test('a database from before there were migrations is adopted, with all that is in it', async () => {
  const [first, ...later] = own
  await ask(`DROP DATABASE agora; CREATE DATABASE agora; USE agora; ${first!.statements.join(';')}`)
  await ask(`INSERT INTO agora.items (name, quantity, price) VALUES ('Cake', 3, 1.5)`)

  const { isNew, migrated } = await prepare()

  expect({ isNew, migrated }).toEqual({ isNew: false, migrated: later.map(({ file }) => file) })
  expect(await ask('SELECT quantity FROM agora.items')).toEqual([{ quantity: 3 }])
})

test('a database from before that lacks tables is not taken for one that has them', async () => {
  await ask('DROP TABLE agora.schema_migrations; DROP TABLE agora.removed_posts')

  await expect(run()).rejects.toThrow(/lacks removed_posts/)
})

test('a file that ran may not be changed, its comments may', async () => {
  await put('9001-a.sql', 'CREATE TABLE a (id INT PRIMARY KEY);')
  await run()

  await put('9001-a.sql', '-- Why.\nCREATE TABLE a (id INT PRIMARY KEY) /* said better */;')
  expect(await run()).toEqual([])

  await put('9001-a.sql', 'CREATE TABLE a (id BIGINT PRIMARY KEY);')
  await expect(run()).rejects.toThrow(
    '9001-a.sql was changed after it ran on this database (as 9001-a): put back what it was and write a new migration',
  )
})

test('one that fails in the middle says where, and goes on from there when it is mended', async () => {
  await put(
    '9001-b.sql',
    'CREATE TABLE b (id INT PRIMARY KEY); INSERT INTO b VALUES (1); ALTER TABLE b DROP gone;',
  )
  await expect(run()).rejects.toThrow(/statement 3 of 3 of 9001-b\.sql failed.*\n.*the first 2 are done/)

  await put('9001-b.sql', 'CREATE TABLE b (id INT PRIMARY KEY); INSERT INTO b VALUES (2); SELECT 1;')
  await expect(run()).rejects.toThrow(/9001-b\.sql was changed after statements of it that ran/)

  await put(
    '9001-b.sql',
    'CREATE TABLE b (id INT PRIMARY KEY); INSERT INTO b VALUES (1); ALTER TABLE b ADD c INT;',
  )
  expect(await run()).toEqual(['9001-b.sql'])
  expect(await ask('SELECT id, c FROM agora.b')).toEqual([{ id: 1, c: null }])
})

test('a statement whose end was not noted is not done twice', async () => {
  await put('9001-c.sql', 'ALTER TABLE users ADD shoe INT; CREATE INDEX users_by_shoe ON users (shoe);')
  await run()
  // As after a kill between the server's commit and the note.
  await ask(
    `UPDATE agora.schema_migrations SET statements = 0, begun = 1, sha256 = SHA2('', 256), applied_at = NULL
     WHERE number = 9001; DROP INDEX users_by_shoe ON agora.users`,
  )

  expect(await run()).toEqual(['9001-c.sql'])
  expect(await ask(`SHOW INDEX FROM agora.users WHERE Key_name = 'users_by_shoe'`)).toHaveLength(1)
})

test('a column that somebody else made is a conflict, again and again', async () => {
  await ask('ALTER TABLE agora.users ADD shoe INT')
  await put('9001-c.sql', 'ALTER TABLE users ADD shoe INT;')

  await expect(run()).rejects.toThrow(/Duplicate column/)
  await expect(run()).rejects.toThrow(/Duplicate column/)
})

test('what takes something away waits until all replicas are new', async () => {
  await put('9001-add.sql', 'CREATE TABLE added (id INT PRIMARY KEY);')
  await put('9002-drop.contract.sql', 'ALTER TABLE items DROP COLUMN price;')
  await put('9003-add.sql', 'CREATE TABLE more (id INT PRIMARY KEY);')

  expect(await run('expand')).toEqual(['9001-add.sql', '9003-add.sql'])
  expect(await run('all')).toEqual(['9002-drop.contract.sql'])
})

test('an older program starts on what a newer one added, not on what it took away', async () => {
  await ask(
    `INSERT INTO agora.schema_migrations (number, name, contract, sha256) VALUES (9500, 'new', 0, '')`,
  )
  expect(await run()).toEqual([])

  await ask(
    `INSERT INTO agora.schema_migrations (number, name, contract, sha256) VALUES (9501, 'drop', 1, '')`,
  )
  await expect(run()).rejects.toThrow(/newer version of Agora \(9501-drop\)/)
})

test('a badly named file and a number used twice are reported', async () => {
  await put('9001-a.sql', 'SELECT 1;')
  await put('9001-b.sql', 'SELECT 1;')
  await expect(run()).rejects.toThrow('9001-a.sql and 9001-b.sql have the same number')

  await put('new.sql', 'SELECT 1;')
  await expect(run()).rejects.toThrow(/a migration is named as in/)
})

test('a comment that one kind of server executes stays in its statement', () => {
  const script = 'ALTER TABLE a ADD b INT /*!80016 , DROP CHECK c; */; /* gone */ SELECT 1'

  expect(statementsIn(script)).toEqual(['ALTER TABLE a ADD b INT /*!80016 , DROP CHECK c; */', 'SELECT 1'])
})

test('statements are split whatever their texts and comments hold', () => {
  const script = `-- one; two\nINSERT INTO a VALUES ('it''s; \\'so', "x;--", 1 - -1, 4/2); # end;\n/* a;\nb */ SET \`a;b\` = 1`

  expect(statementsIn(script)).toEqual([
    `INSERT INTO a VALUES ('it''s; \\'so', "x;--", 1 - -1, 4/2)`,
    'SET `a;b` = 1',
  ])
})

const put = (name: string, text: string) => Bun.write(join(folder, name), text)

const run = async (phase: Phase = 'all') =>
  migrate({ adminUrl: (await server()).url, phase, folder: pathToFileURL(`${folder}/`) })

const prepare = async () =>
  prepareDatabase({
    adminUrl: (await server()).url,
    passwords: { web: 'w', accounts: 'a', admin: 'm', batcher: 'b', courier: 'c', search: 's' },
    sample: false,
    adminName: 'admin',
    adminPassword: 'correct horse',
    laws: givenLaws({}),
  })

async function ask(statement: string): Promise<unknown[]> {
  const connection = await createConnection({ uri: (await server()).url, multipleStatements: true })
  try {
    const [rows] = await connection.query<RowDataPacket[]>(statement)
    return Array.isArray(rows) ? rows.map((row) => ({ ...row })) : []
  } finally {
    await connection.end()
  }
}
