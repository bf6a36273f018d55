import { afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { createConnection } from 'mysql2/promise'
import { openDatabase } from '../../src/platform/database.ts'
import type { Db, Sql } from '../../src/platform/db.ts'
import { Unavailable } from '../../src/platform/errors.ts'
import { closeAfterTests } from '../support/servers/cleanup.ts'
import { type Service, startMysql } from '../support/servers/services.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

let servers: [Service, Service, Service]
let url: string

beforeAll(async () => {
  servers = await Promise.all([startMysql(), startMysql(), startMysql()])
  await Promise.all(
    servers.map((server) =>
      onServer(
        server,
        'CREATE DATABASE agora',
        'CREATE TABLE agora.notes (text VARCHAR(40) NOT NULL PRIMARY KEY)',
        "CREATE USER 'member'@'%' IDENTIFIED BY 'member'",
        "GRANT SELECT, INSERT ON agora.* TO 'member'@'%'",
      ),
    ),
  )
  url = `mysql://member:member@${servers.map(({ port }) => `127.0.0.1:${port}`).join(',')}/agora`
})

afterEach(async () => {
  for (const server of servers) server.resume()
  await Promise.all(servers.map((server) => until(() => onServer(server, 'SELECT 1'))))
})

async function onServer({ url }: Service, ...statements: string[]): Promise<unknown> {
  const connection = await createConnection({ uri: url, connectTimeout: 1_000 })
  try {
    let last: unknown
    for (const statement of statements) [last] = await connection.query(statement)
    return last
  } finally {
    await connection.end().catch(() => connection.destroy())
  }
}

/** From now on this one takes changes, and no other that answers. */
async function promote(one: Service): Promise<void> {
  const others = servers.filter((server) => server !== one)
  await Promise.all(others.map((server) => onServer(server, 'SET GLOBAL read_only = 1').catch(() => {})))
  await onServer(one, 'SET GLOBAL read_only = 0')
}

const opened = (): Db => closeAfterTests(openDatabase({ url, connections: 4 }), (it) => it.close())
const put = (sql: Pick<Sql, 'write'>, text: string) =>
  sql.write('putNote', 'INSERT INTO notes (text) VALUES (?)', [text])
const portOf = async (db: Db) => (await db.rows<{ port: number }>('port', 'SELECT @@port AS port'))[0]!.port
const has = async (server: Service, text: string) =>
  ((await onServer(server, `SELECT text FROM agora.notes WHERE text = '${text}'`)) as unknown[]).length
const failure = (work: Promise<unknown>) => work.then(String, (error: unknown) => error)

describe('of several servers', () => {
  test('the one that takes changes is written to and read, whichever it is', async () => {
    const [a, , c] = servers
    await promote(c)
    const db = opened()

    await put(db, 'first')

    expect(await portOf(db)).toBe(c.port)
    expect([await has(a, 'first'), await has(c, 'first')]).toEqual([0, 1])
  })

  test('a row is free again when who holds it in a transaction says nothing any more', async () => {
    await promote(servers[0])
    const [hung, other] = [opened(), opened()]
    const { promise: isHeld, resolve: hold } = Promise.withResolvers<void>()
    const { promise: isOver, resolve: end } = Promise.withResolvers<void>()
    const holding = hung
      .transaction(async (sql) => {
        await put(sql, 'held')
        hold()
        await isOver
      })
      .catch((error: unknown) => error)
    await isHeld

    await until(
      () =>
        put(other, 'held').then(
          () => true,
          () => false,
        ),
      { withinMs: 30_000 },
    )
    end()

    expect(await holding).toBeInstanceOf(Unavailable)
  })

  test('each is told of with its role, and one that is silent as away', async () => {
    const [a, b, c] = servers
    await promote(b)
    c.pause()
    const db = opened()
    await put(db, 'told')

    await until(() => db.roles().includes('away'))

    expect(db.roles()).toEqual(['secondary', 'primary', 'away'])
    expect(await db.servers()).toEqual([
      { host: `127.0.0.1:${a.port}`, role: 'secondary', group: undefined, waiting: null },
      { host: `127.0.0.1:${b.port}`, role: 'primary', group: undefined, waiting: null },
      { host: `127.0.0.1:${c.port}`, role: 'away', group: undefined, waiting: null },
    ])
  })

  test('one that is silent holds up nobody who looks for the one that takes changes', async () => {
    const [a, b, c] = servers
    c.pause()

    // The first write waits for the silent one, 600 ms: where that was too short, it is tried again.
    const both = await until(async () => {
      await Promise.all([a, b].map((server) => onServer(server, 'SET GLOBAL read_only = 1')))
      const db = opened()
      const early = put(db, crypto.randomUUID())
      early.catch(() => {})
      await until(() => db.roles()[0] === 'secondary')
      await onServer(a, 'SET GLOBAL read_only = 0')
      return Promise.all([put(db, crypto.randomUUID()), early])
    })

    expect(both.map(({ affectedRows }) => affectedRows)).toEqual([1, 1])
  })

  test('another one is written to as soon as it is the one, and nothing is refused or done twice', async () => {
    const [a, b] = servers
    await promote(a)
    const db = opened()
    await put(db, 'before')
    await promote(b)

    await put(db, 'alone')
    await promote(a)
    await db.transaction(async (sql) => {
      await sql.rows('notes', 'SELECT text FROM notes')
      await put(sql, 'together')
    })

    expect([await has(a, 'alone'), await has(b, 'alone')]).toEqual([0, 1])
    expect([await has(a, 'together'), await has(b, 'together')]).toEqual([1, 0])
  })

  test.each([
    ['was killed', (server: Service) => server.kill()],
    ['hangs', (server: Service) => server.pause()],
  ])('the others are read while the one %s, and are written to once one of them is it', async (_, end) => {
    const [a, b, c] = servers
    await promote(a)
    const db = opened()
    await portOf(db)
    await end(a)

    const read = await portOf(db)
    const refused = await failure(put(db, 'too early'))
    await promote(b)
    const after = `after ${_}`
    await until(() => put(db, after))

    expect([b.port, c.port]).toContain(read)
    expect(refused).toBeInstanceOf(Unavailable)
    expect(await portOf(db)).toBe(b.port)
    expect(await has(b, after)).toBe(1)
    a.resume()
    await a.restart()
    await promote(a)
  })

  test('a silent one does not hold up who begins', async () => {
    const [a, b] = servers
    await promote(b)
    a.pause()

    expect(await portOf(opened())).toBe(b.port)
  })

  test('none is written to while all say that they take no changes', async () => {
    await promote(servers[0])
    await onServer(servers[0], 'SET GLOBAL read_only = 1')
    const db = opened()

    const refused = await failure(put(db, 'nowhere'))

    expect(`${refused}`).toContain('only read')
    expect(servers.map(({ port }) => port)).toContain(await portOf(db))
  })

  test('all may be away and come back', async () => {
    const [a, b, c] = servers
    await promote(a)
    const db = opened()
    await put(db, 'with all')
    await Promise.all([a.stop(), b.stop(), c.stop()])

    const refused = await failure(portOf(db))
    await Promise.all([a.restart(), b.restart(), c.restart()])
    await promote(c)

    expect(refused).toBeInstanceOf(Unavailable)
    expect(await until(async () => (await portOf(db)) === c.port)).toBe(true)
  })
})
