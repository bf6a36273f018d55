import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { createConnection } from 'mysql2/promise'
import { type Db, openDb } from '../../src/platform/db.ts'
import { Unavailable } from '../../src/platform/errors.ts'
import { closeAfterTests } from '../support/servers/cleanup.ts'
import { freshDatabase, type TestDatabase } from '../support/servers/database.ts'
import { type Service, startMysql } from '../support/servers/services.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

let server: Service
let database: TestDatabase

beforeAll(async () => {
  server = await startMysql()
  database = await freshDatabase(server)
})

/** As a replica does it: with the rights of its account. */
const opened = (connections = 2): Db =>
  closeAfterTests(openDb({ url: database.urls.web, connections }), (it) => it.close())

const addCategory = (sql: Pick<Db, 'write'>, name: string) =>
  sql.write('addCategory', 'INSERT INTO categories (name, name_key) VALUES (?, UNHEX(SHA2(?, 256)))', [
    name,
    name,
  ])
const connectionOf = async (db: Db) =>
  (await db.rows<{ id: number }>('connection', 'SELECT CONNECTION_ID() AS id'))[0]!.id
const failure = (work: Promise<unknown>) => work.then(String, (error: unknown) => error)

describe('what a server cannot do now is said in a sentence, by its number', () => {
  test.each<[string, number[]]>([
    ['only read', [1290, 1792, 1836]],
    ['no room', [1021, 1026, 1114, 1180, 1197, 1534, 1598]],
    ['Very many', [1020, 1037, 1038, 1040, 1041, 1135, 1203, 1205, 1206, 1213, 1226, 1467, 3101, 3572]],
    ['too long', [1317, 1969, 3024]],
    [
      'restarting',
      [1053, 1077, 1079, 1129, 1152, 1158, 1159, 1160, 1161, 1184, 1927, 3032, 3100, 3168, 4031],
    ],
  ])('%s', async (words, numbers) => {
    const db = opened()
    for (const number of numbers) {
      const signal = `SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = ${number}, MESSAGE_TEXT = 'as asked'`

      const errors = await Promise.all([
        failure(db.write('signal', signal)),
        failure(db.transaction((sql) => sql.write('signal', signal))),
      ])

      for (const error of errors) {
        expect(error, `${number}`).toBeInstanceOf(Unavailable)
        expect((error as Unavailable).message, `${number}`).toContain(words)
      }
    }
  })

  test('and what is wrong with a statement is none of these', async () => {
    const db = opened()

    const errors = await Promise.all([
      failure(db.rows('nonsense', 'SELECT nothing FROM nowhere')),
      failure(addCategory(db, 'twice').then(() => addCategory(db, 'twice'))),
    ])

    for (const error of errors) expect(error).not.toBeInstanceOf(Unavailable)
  })
})

describe('a server that is', () => {
  test('made read-only says so, is read on, and is left for whichever is at its address next', async () => {
    const db = opened(1)
    const before = await connectionOf(db)
    await database.write('SET GLOBAL read_only = 1')

    const refused = await failure(db.transaction((sql) => addCategory(sql, 'never')))
    const read = await db.rows('names', "SELECT name FROM categories WHERE name = 'never'")
    const after = await connectionOf(db)
    await database.write('SET GLOBAL read_only = 0')

    expect(refused).toBeInstanceOf(Unavailable)
    expect((refused as Unavailable).message).toContain('only read')
    expect([read, after === before]).toEqual([[], false])
    await addCategory(db, 'again')
  })

  test('full says so', async () => {
    const db = closeAfterTests(openDb({ url: database.url, connections: 1 }), (it) => it.close())
    await db.write('little', 'SET max_heap_table_size = 16384')
    await db.write('table', 'CREATE TABLE full (text CHAR(255)) ENGINE = MEMORY')
    const fill = async () => {
      for (let n = 0; n < 1_000; n++) await db.write('fill', "INSERT INTO full VALUES (REPEAT('x', 255))")
    }

    const refused = await failure(fill())

    expect((refused as Unavailable).message).toContain('no room')
  })

  test('out of connections for this account says that it has much to do', async () => {
    await database.write("ALTER USER 'agora_accounts'@'%' WITH MAX_USER_CONNECTIONS 1")
    const open = () =>
      closeAfterTests(openDb({ url: database.urls.accounts, connections: 1 }), (it) => it.close())
    const [first, second] = [open(), open()]
    await connectionOf(first)

    const refused = await failure(connectionOf(second))
    await database.write("ALTER USER 'agora_accounts'@'%' WITH MAX_USER_CONNECTIONS 0")

    expect(refused).toBeInstanceOf(Unavailable)
    expect((refused as Unavailable).message).toContain('Very many')
    expect(await connectionOf(second)).toBeGreaterThan(0)
  })

  test('locked as a whole is read on under sixty writers, who get a 503', async () => {
    const db = opened(10)
    const blocker = await createConnection(database.url)
    await blocker.query('FLUSH TABLES WITH READ LOCK')
    const writers = Array.from({ length: 60 }, (_, index) =>
      failure(db.transaction((sql) => addCategory(sql, `writer ${index}`))),
    )
    await until(async () => {
      const [rows] = await blocker.query<never[]>(
        "SELECT id FROM information_schema.processlist WHERE info LIKE '%INSERT INTO categories%' AND info NOT LIKE '%processlist%'",
      )
      return rows.length > 1
    })

    const reads = await Promise.all(
      Array.from({ length: 30 }, () => db.rows('names', "SELECT name FROM categories WHERE name = 'again'")),
    )
    const errors = await Promise.all(writers)
    await blocker.query('UNLOCK TABLES')
    await blocker.end()

    expect(reads.flat()).toHaveLength(30)
    for (const error of errors) expect(String(error)).toContain('Very many')
    await addCategory(db, 'unlocked')
  })
})
