import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { createConnection, type ResultSetHeader, type RowDataPacket } from 'mysql2/promise'
import { untilWaiting } from '../support/servers/locks.ts'
import { openReplica } from '../support/servers/replica.ts'
import { type Market, openMarket } from '../support/site/market.ts'
import type { Visitor } from '../support/site/visitor.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(120_000)

let market: Market
let ana: Visitor
const year = new Date().getUTCFullYear()

beforeAll(async () => {
  market = await openMarket(await openReplica())
  ana = await market.signedIn('ana', 'admin')
  const saved = await ana.post('/admin/payment', { name: 'Village Shop', iban: '', bic: '' })
  expect(saved.status).toBe(303)
})

/** Orders of nobody, of a piece each. */
async function orders(many: number): Promise<number[]> {
  const { write } = market.replica.database
  const ids: number[] = []
  for (let each = 0; each < many; each++) {
    const key = crypto.randomUUID().replaceAll('-', '')
    const { insertId } = await write('INSERT INTO orders (request_key, request_hash) VALUES (?, ?)', [
      key,
      key,
    ])
    await write(
      `INSERT INTO order_lines (order_id, line, name, quantity, price) VALUES (?, 1, 'Jam', 1, 2.5)`,
      [insertId],
    )
    ids.push(insertId)
  }
  return ids
}

type Numbered = { number: number; orderId: number; kind: string }
const numbered = () =>
  market.replica.database.rows<Numbered>(
    'SELECT number, order_id AS orderId, kind FROM invoices WHERE year = ? ORDER BY number',
    [year],
  )
const lastNumber = async () => (await numbered()).at(-1)?.number ?? 0

const invoiced = (id: number) => ana.post(`/admin/orders/${id}/invoice`)

/** Connects as somebody who may do everything, until the work is over. */
async function connected<T>(work: (connection: Awaited<ReturnType<typeof createConnection>>) => Promise<T>) {
  const connection = await createConnection({ uri: market.replica.database.url })
  try {
    return await work(connection)
  } finally {
    connection.destroy()
  }
}

/** Ends the connections of this database that are at a statement like this one. */
async function killAt(statement: string): Promise<number> {
  return connected(async (connection) => {
    const [found] = await connection.query<RowDataPacket[]>(
      'SELECT id FROM information_schema.processlist WHERE db = ? AND info LIKE ? AND id <> CONNECTION_ID()',
      [market.replica.database.name, statement],
    )
    for (const { id } of found) await connection.query(`KILL ${Number(id)}`).catch(() => {})
    return found.length
  })
}

/** Every number from the first to the last, each once, and each invoice cancelled once at most. */
async function expectNoGap(): Promise<void> {
  const rows = await numbered()
  const [counter] = await market.replica.database.rows<{ last: number }>(
    'SELECT last FROM invoice_years WHERE year = ?',
    [year],
  )
  expect(rows.map(({ number }) => number)).toEqual(rows.map((_, index) => index + 1))
  expect(counter?.last).toBe(rows.length)
  expect(new Set(rows.map(({ orderId, kind }) => `${orderId} ${kind}`)).size).toBe(rows.length)
}

test('a connection that is lost between a number and its COMMIT gives the number back', async () => {
  const [first = 0, second = 0, third = 0] = await orders(3)
  await invoiced(first)
  const next = (await lastNumber()) + 1

  await connected(async (blocker) => {
    await blocker.beginTransaction()
    await blocker.query<ResultSetHeader>(
      `INSERT INTO invoices (year, number, order_id, kind, content) VALUES (?, ?, ?, 'invoice', '{}')`,
      [year, next, third],
    )
    const answer = invoiced(second)
    await untilWaiting(market.replica.database, () => 1)
    await until(async () => (await killAt('INSERT INTO invoices%')) > 0)
    await blocker.rollback()
    expect((await answer).status).toBe(503)
  })
  await expectNoGap()

  expect((await invoiced(second)).status).toBe(303)
  expect((await numbered()).at(-1)).toMatchObject({ number: next, orderId: second })
  await expectNoGap()
})

test('the same invoice by many at once is made once', async () => {
  const [id = 0] = await orders(1)
  const before = (await numbered()).length

  const answers = await Promise.all(Array.from({ length: 8 }, () => invoiced(id)))

  expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(303))
  expect(await numbered()).toHaveLength(before + 1)
  await expectNoGap()
})

test('many at once, cancelled by others and with connections killed between, leave no gap', async () => {
  const ids = await orders(40)
  const before = (await numbered()).length
  let isOver = false
  const killing = (async () => {
    // So many that all of them get through between two.
    for (let killed = 0; !isOver && killed < 20; ) killed += await killAt('%invoice%')
  })()

  const again = async (act: () => Promise<Response>): Promise<void> => {
    await until(async () => (await act()).status === 303)
  }
  await Promise.all(
    ids.map(async (id, index) => {
      await again(() => invoiced(id))
      if (index % 2 === 0) await again(() => ana.post(`/admin/orders/${id}/cancel`))
    }),
  )
  isOver = true
  await killing

  expect(await numbered()).toHaveLength(before + 40 + 20)
  await expectNoGap()
})
