import { afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { type Db, openDb } from '../../src/platform/db.ts'
import { Ended } from '../../src/platform/db-errors.ts'
import { Unavailable } from '../../src/platform/errors.ts'
import { beginTrace, unhurried } from '../../src/platform/trace.ts'
import { closeAfterTests } from '../support/servers/cleanup.ts'
import { freshDatabase, type TestDatabase } from '../support/servers/database.ts'
import { type Service, startMysql } from '../support/servers/services.ts'
import { type SlowProxy, startSlowProxy } from '../support/servers/slow-proxy.ts'
import { stall } from '../support/turns.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

let server: Service
let database: TestDatabase
let way: SlowProxy

beforeAll(async () => {
  server = await startMysql()
  database = await freshDatabase(server)
  way = await startSlowProxy(server.port)
})

afterEach(async () => {
  server.resume()
  await until(() => database.rows('SELECT 1'))
})

/** As a replica does it: with the rights of its account. */
function opened(connections = 4): Db {
  const url = new URL(database.urls.web)
  url.port = `${way.port}`
  return closeAfterTests(openDb({ url: url.href, connections }), (it) => it.close())
}

const one = (db: Db) => db.rows<{ one: number }>('one', 'SELECT 1 AS one')
const addCategory = (name: string) => (sql: Pick<Db, 'write'>) =>
  sql.write('addCategory', 'INSERT INTO categories (name, name_key) VALUES (?, UNHEX(SHA2(?, 256)))', [
    name,
    name,
  ])
const categories = async () =>
  (await database.rows<{ name: string }>('SELECT name FROM categories')).map(({ name }) => name)

async function refused(work: Promise<unknown>): Promise<Unavailable> {
  const outcome = await Promise.race([work.catch((error: unknown) => error), Bun.sleep(20_000)])
  expect(outcome).toBeInstanceOf(Unavailable)
  return outcome as Unavailable
}

/** Statements that the server is at work for, by a piece of their text. */
const running = async (piece: string) =>
  (
    await database.rows<{ id: number }>(
      'SELECT id FROM information_schema.processlist WHERE info LIKE ? AND id <> CONNECTION_ID()',
      [`%${piece}%`],
    )
  ).length

describe('a server that hangs holds nobody', () => {
  test.each<[string, (db: Db) => Promise<unknown>]>([
    ['reads', one],
    ['writes', addCategory('hung')],
    ['begins', (db) => db.transaction(async () => {})],
    [
      'commits',
      (db) =>
        db.transaction(async (sql) => {
          await addCategory('unsure')(sql)
          server.pause()
        }),
    ],
    [
      'rolls back',
      (db) =>
        db.transaction(async (sql) => {
          await addCategory('never')(sql)
          server.pause()
          throw new Error('changed my mind')
        }),
    ],
    ['connects', (db) => Promise.all([one(db), one(db), one(db)])],
  ])('who %s', async (what, work) => {
    const db = opened()
    if (what !== 'connects') await one(db)
    if (['reads', 'writes', 'begins', 'connects'].includes(what)) server.pause()

    const error = await refused(work(db))
    server.resume()

    // Found out by asking, long before the limit of a statement.
    expect(error.cause).toMatchObject({ code: 'SILENT' })
    expect(await until(() => one(db))).toEqual([{ one: 1 }])
  })

  test('and after a moment nobody waits for it at all', async () => {
    const db = opened(2)
    await one(db)
    server.pause()
    await Promise.all([refused(one(db)), refused(one(db))])

    const errors = await Promise.all(Array.from({ length: 40 }, () => refused(addCategory('late')(db))))
    server.resume()

    expect(errors.map(({ cause }) => cause)).toEqual(errors.map(() => new Ended('SILENT')))
    expect(await until(() => one(db))).toEqual([{ one: 1 }])
    expect(await categories()).not.toContain('late')
  })
})

test('an answer that this process has no time to read is not taken for silence', async () => {
  const db = opened()
  let isOver = false
  const asked = db.rows('sleeper', 'SELECT SLEEP(2.5) AS woken').finally(() => {
    isOver = true
  })

  while (!isOver) {
    stall(350)
    await new Promise((resolve) => setTimeout(resolve))
  }

  expect(await asked).toEqual([{ woken: 0 }])
})

describe('a connection that was lost on the way is thrown away', () => {
  test('and the next statement takes another one', async () => {
    const db = opened(1)
    await one(db)
    expect(way.loseAll()).toBeGreaterThan(0)

    const error = await refused(addCategory('lost')(db))

    expect(error.cause).toMatchObject({ code: 'SILENT' })
    expect(await one(db)).toEqual([{ one: 1 }])
    expect(await categories()).not.toContain('lost')
  })

  test('and who cannot know whether it was done reads so', async () => {
    const db = opened(1)
    await one(db)
    way.loseAnswerTo('COMMIT')

    const error = await refused(db.transaction(addCategory('perhaps')))

    expect(error.message).toContain('may have been done')
    expect(await categories()).toContain('perhaps')
    expect(await one(db)).toEqual([{ one: 1 }])
  })
})

describe('a statement that nobody waits for ends in the server', () => {
  const sleepy =
    'SELECT COUNT(*) FROM information_schema.columns AS a, information_schema.columns AS b, information_schema.columns AS c'

  test('when it passes its limit', async () => {
    const db = opened()

    const error = await refused(db.rows('sleepy', sleepy, [], { withinMs: 300 }))

    expect(error.message).toContain('took too long')
    await until(async () => (await running('information_schema.columns AS b')) === 0)
  })

  test('when it is a write that passes its limit', async () => {
    const db = opened()
    const write = `UPDATE categories SET posts = posts WHERE posts >= 0 AND (${sleepy}) >= 0`
    await addCategory('slow')(db)

    const error = await refused(db.write('slowly', write, [], { withinMs: 300 }))

    expect(error.message).toContain('took too long')
    await until(async () => (await running('UPDATE categories')) === 0)
  })

  test('when whoever asked has gone', async () => {
    const db = opened(1)
    const visitor = new AbortController()
    const results = db.rows('sleepy', sleepy, [], { withinMs: 60_000, signal: visitor.signal })
    await until(async () => (await running('information_schema.columns AS b')) > 0)

    visitor.abort()

    const { over } = await refused(results)
    await over
    expect(await running('information_schema.columns AS b')).toBe(0)
    expect(await one(db)).toEqual([{ one: 1 }])
  })

  test('while one that the server is at work for may take its time', async () => {
    const db = opened(1)

    expect(await db.rows('sleeper', 'SELECT SLEEP(2) AS woken')).toEqual([{ woken: 0 }])
  })
})

describe('a request that writes', () => {
  /** In a request of its own. */
  const inRequest = <T>(work: () => Promise<T>, isWrite = true) =>
    new Promise<T>((resolve, reject) =>
      setImmediate(() => {
        beginTrace(null, { isWrite })
        work().then(resolve, reject)
      }),
    )
  const sleep = (sql: Pick<Db, 'rows'>, seconds: number) =>
    sql.rows('sleeper', 'SELECT SLEEP(?) AS woken', [seconds])

  test('waits for two seconds at most, however many statements it has, and nothing of it is done', async () => {
    const db = opened()

    const error = await refused(
      inRequest(() =>
        db.transaction(async (sql) => {
          await addCategory('slow by slow')(sql)
          for (let n = 0; n < 30; n++) await sleep(sql, 0.1)
        }),
      ),
    )

    expect(error.message).toContain('took too long')
    expect(await categories()).not.toContain('slow by slow')
  })

  test('counts what was read before, and sends no COMMIT when its time is over', async () => {
    const db = opened()

    const error = await refused(
      inRequest(async () => {
        for (let n = 0; n < 15; n++) await sleep(db, 0.1)
        await db.transaction(async (sql) => {
          await addCategory('too late')(sql)
          await Bun.sleep(300)
        })
      }),
    )

    expect(error.message).toContain('took too long')
    expect(await categories()).not.toContain('too late')
  })

  test('does not count how long others kept it from its turn', async () => {
    const db = opened(1)

    // Asked again when a busy machine kept it for too long; with its turn counted it would never be done.
    const read = await until(async () => {
      const other = db.transaction((sql) => sleep(sql, 0.8))
      await until(() => db.load().used === 1)
      const [answer] = await Promise.all([inRequest(() => db.transaction((sql) => sleep(sql, 1.2))), other])
      return answer
    })

    expect(read).toEqual([{ woken: 0 }])
  })

  test('that has written is answered, however slow what it reads then', async () => {
    const db = opened()

    const read = await inRequest(async () => {
      await db.transaction(addCategory('done'))
      return sleep(db, 2.1)
    })

    expect(read).toEqual([{ woken: 0 }])
    expect(await categories()).toContain('done')
  })

  test.each<[string, boolean, <T>(work: () => T) => T]>([
    ['only reads', false, (work) => work()],
    ['is known to take long', true, unhurried],
  ])('is not what one is that %s', async (_, isWrite, as) => {
    const db = opened()

    const read = await inRequest(() => as(() => db.transaction((sql) => sleep(sql, 2.1))), isWrite)

    expect(read).toEqual([{ woken: 0 }])
  })
})
