import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { parse } from 'csv-parse/sync'
import { openReplica } from '../support/servers/replica.ts'
import { type Market, openMarket } from '../support/site/market.ts'
import { textsIn } from '../support/site/markup.ts'
import type { Visitor } from '../support/site/visitor.ts'
import { longestTurn } from '../support/turns.ts'

setDefaultTimeout(60_000)

let market: Market
let ana: Visitor
let bo: Visitor

beforeAll(async () => {
  market = await openMarket(await openReplica())
  ana = await market.signedIn('ana', 'admin')
  bo = await market.signedIn('bo')
})

async function fileOf(path: string) {
  const answer = await ana.get(path)
  const text = await answer.text()
  return { text, answer, rows: parse(text, { bom: true, columns: true }) as Record<string, string>[] }
}

test('all orders are a file with a row for each line, the newest first, however many there are', async () => {
  const jam = await market.addItem('=Jam, "red"', 90, '2.50')
  const wax = await market.addItem('Wax', 9, '1.00')
  const items = [
    { item: jam, quantity: 2 },
    { item: wax, quantity: 1 },
  ]
  const first = await (await market.json(bo, 'POST', '/api/orders', { items })).json()
  const { write } = market.replica.database
  await write('INSERT INTO orders (user_id, request_key, request_hash) VALUES ?', [
    Array.from({ length: 1_100 }, (_, n) => [null, `${n}`, 'x']),
  ])
  await write(
    `INSERT INTO order_lines (order_id, line, item_id, name, quantity, price)
     SELECT id, 1, ?, 'Wax', 3, 1 FROM orders WHERE user_id IS NULL`,
    [wax],
  )

  const { rows, text, answer } = await fileOf('/admin/orders.csv')

  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="orders.csv"')
  expect(rows).toHaveLength(1_102)
  expect(new Set(rows.map(({ order }) => order)).size).toBe(1_101)
  expect(rows[0]).toMatchObject({ member: '', item: 'Wax', quantity: '3' })
  expect(rows.slice(-2)).toMatchObject([
    { order: `${first.id}`, state: 'open', member: 'bo', item: 'Wax', quantity: '1', price: '1.00' },
    { order: `${first.id}`, item: `'=Jam, "red"`, quantity: '2', price: '2.50', currency: 'EUR' },
  ])
  expect(text).toContain('\r\n')
  expect((await bo.get('/admin/orders.csv')).status).toBe(403)
})

test('what members offer is a file for admins', async () => {
  const { write } = market.replica.database
  await write(`INSERT INTO categories (id, name, name_key) VALUES (1, 'Books', 'x')`)
  await write(`INSERT INTO posts (id, category_id, author_id, title, body) VALUES (1, 1, 2, '@Bike', 'x')`)
  await write(`INSERT INTO offers (post_id, kind, price, place) VALUES (1, 'sale', 35, 'Hill Street')`)

  const { rows } = await fileOf('/admin/offers.csv')

  expect(rows).toMatchObject([
    { offer: '1', kind: 'sale', state: 'open', title: `'@Bike`, price: '35.00', place: 'Hill Street' },
  ])
  expect((await bo.get('/admin/offers.csv')).status).toBe(403)
})

describe('of orders of a hundred lines each', () => {
  beforeAll(async () => {
    const { write } = market.replica.database
    const hundred = Array.from({ length: 100 }, (_, n) => n + 1)
    await write('DELETE FROM orders')
    await write(`INSERT INTO order_windows (id, name, opens_at, closes_at, time_zone)
                 VALUES (1, 'Spring', NOW() - INTERVAL 1 DAY, NOW() + INTERVAL 1 DAY, 'UTC')`)
    await write(`INSERT INTO pickups (id, window_id, place, starts_at, ends_at)
                 VALUES (1, 1, 'Barn', NOW() + INTERVAL 2 DAY, NOW() + INTERVAL 3 DAY)`)
    await write('INSERT INTO orders (user_id, request_key, request_hash) VALUES ?', [
      Array.from({ length: 200 }, (_, n) => [2, `${n}`, 'x']),
    ])
    await write(
      `INSERT INTO order_lines (order_id, line, name, quantity, price)
       SELECT orders.id, numbers.n, 'A jar of jam out of the cellar', 3, 2.5
         FROM orders
         JOIN JSON_TABLE(?, '$[*]' COLUMNS (n INT PATH '$')) AS numbers`,
      [JSON.stringify(hundred)],
    )
    await write('INSERT INTO window_orders (order_id, window_id, pickup_id) SELECT id, 1, 1 FROM orders')
  })

  const asked =
    (path: string, who = ana) =>
    async () =>
      (await who.get(path)).text()

  test.each(['/admin/orders.csv', '/admin/windows/1/packing', '/admin/windows/1/hand-over', '/admin/orders'])(
    '%s holds up nobody',
    async (path) => {
      expect(await longestTurn(asked(path), 50)).toMatchObject({ isLong: false })
    },
  )

  test('a member’s own list holds up nobody, and goes on where a page ends', async () => {
    expect(await longestTurn(asked('/market/orders', bo), 50)).toMatchObject({ isLong: false })
    const seen = new Set<string>()
    let pages = 0
    for (let path = '/api/orders'; path; pages++) {
      const answer = await bo.get(path)
      for (const { id } of (await answer.json()) as { id: string }[]) seen.add(id)
      path = /<([^>]+)>/.exec(answer.headers.get('link') ?? '')?.[1] ?? ''
    }
    expect([seen.size, pages]).toEqual([200, 34])
  })

  test('a packing list shows each once, page by page', async () => {
    const seen: string[] = []
    for (let path = 'packing'; path; ) {
      const page = await (await ana.get(`/admin/windows/1/${path}`)).text()
      seen.push(...textsIn(page, '.parcel .hint'))
      path = /packing\?after=\d+/.exec(page)?.[0] ?? ''
    }
    expect([seen.length, new Set(seen).size]).toEqual([200, 200])
  })
})
