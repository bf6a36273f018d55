import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { type Db, isDuplicate, isTooLong, openDb } from '../../src/platform/db.ts'
import { Unavailable } from '../../src/platform/errors.ts'
import { closeAfterTests } from '../support/servers/cleanup.ts'
import { freshDatabase, type TestDatabase } from '../support/servers/database.ts'
import { type Service, startMysql } from '../support/servers/services.ts'
import { longestTurn } from '../support/turns.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

let server: Service
let database: TestDatabase
let db: Db
const seen: string[] = []

beforeAll(async () => {
  server = await startMysql()
  database = await freshDatabase(server)
  const options = {
    connections: 4,
    queryTimeoutMs: 1_000,
    seen: (verb: string, name: string) => seen.push(`${verb} ${name}`),
  }
  db = closeAfterTests(openDb({ url: database.url, ...options }), (it) => it.close())
})

const addItem = (name: string) =>
  db.write('addItem', 'INSERT INTO items (name, quantity, price) VALUES (?, 1, 2.50)', [name])

test('statements are reported by their verb and name', async () => {
  await db.rows('everyItem', 'SELECT name FROM items')

  expect(seen.at(-1)).toBe('SELECT everyItem')
})

test('times are UTC and leave as ISO 8601, money as text', async () => {
  await addItem('clock')
  const [row] = await db.rows<{ at: string; price: string }>(
    'itemNow',
    `SELECT CAST('2026-02-03 04:05:06.007' AS DATETIME(3)) AS at, price FROM items WHERE name = 'clock'`,
  )

  expect(row).toEqual({ at: '2026-02-03T04:05:06.007Z', price: '2.5000' })
})

test('a value can never become a piece of the statement', async () => {
  const hostile = `'; DROP TABLE items; -- "\\`
  await addItem(hostile)

  const rows = await db.rows<{ name: string }>('itemNamed', 'SELECT name FROM items WHERE name = ?', [
    hostile,
  ])

  expect(rows).toEqual([{ name: hostile }])
})

test('a list in one value is whole, however little the server would hold of it', async () => {
  await database.write('SET GLOBAL group_concat_max_len = 1024')
  const one = closeAfterTests(openDb({ url: database.url, connections: 1 }), (it) => it.close())

  const [row] = await one.rows<{ list: string }>(
    'list',
    `SELECT GROUP_CONCAT(a.n + 10 * b.n + 100 * c.n ORDER BY c.n, b.n, a.n) AS list
       FROM (SELECT 0 AS n UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4
             UNION SELECT 5 UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9) AS a,
            (SELECT 0 AS n UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4
             UNION SELECT 5 UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9) AS b,
            (SELECT 0 AS n UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4
             UNION SELECT 5 UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9) AS c`,
  )

  expect(row!.list.split(',').map(Number)).toEqual(Array.from({ length: 1_000 }, (_, n) => n))
})

test('a value that is too large for the server harms nobody else', async () => {
  const one = closeAfterTests(openDb({ url: database.url, connections: 1 }), (it) => it.close())
  const [row] = await one.rows<{ most: number }>('mostBytes', 'SELECT @@max_allowed_packet AS most')
  const tooLarge = ['x'.repeat(row!.most + 1_024)]
  const length = 'SELECT LENGTH(?) AS length'

  const alone = await one.rows('length', length, tooLarge).catch((error) => error)
  const next = await one.rows('one', 'SELECT 1 AS one')
  const inTransaction = await one
    .transaction((sql) => sql.rows('length', length, tooLarge))
    .catch((error) => error)
  const last = await one.rows('one', 'SELECT 1 AS one')

  expect([isTooLong(alone), isTooLong(inTransaction)]).toEqual([true, true])
  expect([next, last]).toEqual([[{ one: 1 }], [{ one: 1 }]])
})

test.each(['\n', "'", '\\', 'ع', '👋'])(
  'four million bytes of %j are written without holding up others',
  async (letter) => {
    const text = letter.repeat(4_000_000 / Buffer.byteLength(letter))
    let rows: { text: string }[] = []

    const turn = await longestTurn(async () => {
      rows = await db.rows<{ text: string }>('echo', 'SELECT ? AS text', [text])
    }, 100)

    expect(rows[0]?.text === text).toBe(true)
    expect(turn).toMatchObject({ isLong: false })
  },
)

test('a name that is there already is a duplicate', async () => {
  await addItem('twice')

  const again = await addItem('twice').catch((error) => error)

  expect(isDuplicate(again)).toBe(true)
})

test('a transaction that fails leaves nothing behind', async () => {
  const failed = db.transaction(async (sql) => {
    await sql.write('addItem', `INSERT INTO items (name, quantity, price) VALUES ('half', 1, 1)`)
    throw new Error('changed my mind')
  })

  await expect(failed).rejects.toThrow('changed my mind')
  expect(await db.rows('half', `SELECT id FROM items WHERE name = 'half'`)).toEqual([])
})

test('two transactions that lock each other out both get done', async () => {
  await Promise.all([addItem('left'), addItem('right')])
  const both = Promise.withResolvers<void>()
  let inside = 0
  const take = (first: string, second: string) =>
    db.transaction(async (sql) => {
      await sql.write('lockOne', 'UPDATE items SET quantity = quantity + 1 WHERE name = ?', [first])
      if (++inside === 2) both.resolve()
      await both.promise
      await sql.write('lockOther', 'UPDATE items SET quantity = quantity + 1 WHERE name = ?', [second])
    })

  await Promise.all([take('left', 'right'), take('right', 'left')])

  const rows = await database.rows<{ quantity: number }>(
    `SELECT quantity FROM items WHERE name IN ('left', 'right')`,
  )
  expect(rows).toEqual([{ quantity: 3 }, { quantity: 3 }])
})

test('a statement that takes too long says that a part of the site is away', async () => {
  // A SLEEP that MySQL ends is no error.
  const long = `WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 900)
                SELECT COUNT(*) FROM n a, n b, n c, n d`

  await expect(db.rows('counter', long)).rejects.toBeInstanceOf(Unavailable)
})

test('with the server gone a read fails by itself, and works again when it is back', async () => {
  await server.kill()
  const error = await db.rows('one', 'SELECT 1').catch((thrown) => thrown)
  await server.restart()

  const back = await until(() => db.rows<{ one: number }>('one', 'SELECT 1 AS one'))

  expect(error).toBeInstanceOf(Unavailable)
  expect(back).toEqual([{ one: 1 }])
})

test('a server that hangs does not hold its callers', async () => {
  server.pause()
  const error = await db.rows('one', 'SELECT 1').catch((thrown) => thrown)
  server.resume()

  expect(error).toBeInstanceOf(Unavailable)
  expect(await until(() => db.rows('one', 'SELECT 1 AS one'))).toEqual([{ one: 1 }])
})
