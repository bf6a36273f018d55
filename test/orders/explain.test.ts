import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { newestOrdersIn, type OrderFilter } from '../../src/orders/queries.ts'
import { planOf } from '../support/plan.ts'
import { freshDatabase, type TestDatabase } from '../support/servers/database.ts'

setDefaultTimeout(60_000)

let database: TestDatabase

/** Enough rows that a server which may choose would feel the difference. */
beforeAll(async () => {
  database = await freshDatabase()
  const { write } = database
  const members = Array.from({ length: 500 }, (_, n) => [`m${n}`, Buffer.from(`${n}`.padStart(32))])
  await write('INSERT INTO users (name, name_key) VALUES ?', [members])
  await write(`INSERT INTO items (name, quantity, price) VALUES ('Jam', 1, 1)`)
  const orders = Array.from({ length: 6_000 }, (_, n) => [
    ...[1 + (n % 500), n % 4 ? 'completed' : 'open', Buffer.from(`${n}`.padStart(32)), ''],
  ])
  await write('INSERT INTO orders (user_id, state, request_key, request_hash) VALUES ?', [orders])
  await write(
    `INSERT INTO order_lines (order_id, line, item_id, name, quantity, price)
     SELECT id, 1, IF(id % 100, NULL, 1), CONCAT('Jar ', id % 300), 1, 1 FROM orders`,
  )
  await database.rows('ANALYZE TABLE orders, order_lines, users')
})

const nothing = { number: undefined, members: [], items: [], words: [] }
const all: OrderFilter['states'] = ['open', 'completed', 'cancelled']

const lists: [string, OrderFilter, string[]][] = [
  ['open orders', { states: ['open'] }, ['orders_by_state']],
  ['all orders', { states: all }, ['orders_by_state', 'orders_by_state', 'orders_by_state']],
  ['open orders that are not paid', { states: ['open'], paid: 'no' }, ['orders_by_payment']],
  ['the orders of members', { states: all, found: { ...nothing, members: [7, 8] } }, ['orders_by_user']],
]

test.each(lists)('of %s those of a page are found by an index', async (_, filter, keys) => {
  const plan = await planOf(database, (sql) => newestOrdersIn(sql, filter, '5000', 21))

  const walks = plan.filter(({ table, key }) => table === 'orders' && key !== 'PRIMARY')
  expect(walks.map(({ key }) => key)).toEqual(keys)
  expect(plan.map(({ table, type }) => [table, type])).not.toContainEqual(['orders', 'ALL'])
})

test.each([
  ['an item', { items: [1] }],
  ['what is no longer sold', { words: ['jar', '7'] }],
])('orders of %s are found by an index of their lines alone', async (_, more) => {
  const filter = { states: all, found: { ...nothing, ...more } }

  const plan = await planOf(database, (sql) => newestOrdersIn(sql, filter, '5000', 21))

  const walk = plan.find(({ table }) => table === 'order_lines')
  expect(walk?.key).toBe('order_lines_by_item_and_name')
  expect(walk?.Extra).toContain('Using index')
})
