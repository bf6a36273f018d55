import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { openReplica } from '../support/servers/replica.ts'
import { type Market, openMarket } from '../support/site/market.ts'
import { textsIn } from '../support/site/markup.ts'
import type { Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(60_000)

let market: Market
let bo: Visitor
let pickup: number

beforeAll(async () => {
  market = await openMarket(await openReplica())
  bo = await market.signedIn('bo')
})

/** Opens a window for all that comes after. */
async function open(): Promise<void> {
  const { write } = market.replica.database
  await write(`INSERT INTO settings (name, value) VALUES ('ORDER_WINDOWS', 'yes')`)
  const { insertId: window } = await write(
    `INSERT INTO order_windows (name, opens_at, closes_at, time_zone)
     VALUES ('Spring', NOW(3), NOW(3) + INTERVAL 1 DAY, 'UTC')`,
  )
  const { insertId } = await write(
    `INSERT INTO pickups (window_id, place, starts_at, ends_at) VALUES (?, 'Barn', '2031-01-01', '2031-01-02')`,
    [window],
  )
  pickup = insertId
  await market.replica.context.cache.invalidate(['settings'])
}

const button = async () =>
  textsIn(await (await bo.get('/market/orders')).text(), 'form[action="/market/windows"] button')
const level = async () => (await (await bo.get('/api/orders/windows/follow')).json()).level

test('whoever orders in a window is told of the next ones, until they say no', async () => {
  const without = await button()
  await open()
  const before = [await level(), ...(await button())]
  const item = await market.addItem('Jam', 9, '1.00')
  const order = () => market.json(bo, 'POST', '/api/orders', { item, quantity: 1, pickup })

  await order()
  const ordered = [await level(), ...(await button())]
  await bo.post('/market/windows', { level: 'mute' })
  await order()
  const muted = await level()
  const again = await market.json(bo, 'PUT', '/api/orders/windows/follow', { level: 'all' })

  expect(without).toEqual([])
  expect(before).toEqual(['none', 'Tell me when one can order'])
  expect(ordered).toEqual(['all', 'Do not tell me when one can order'])
  expect([muted, again.status, await level()]).toEqual(['mute', 200, 'all'])
})

test('what the market told of stands among the notices, and leads there', async () => {
  const { write, rows } = market.replica.database
  const [{ id: member } = { id: 0 }] = await rows<{ id: number }>(`SELECT id FROM users WHERE name = 'bo'`)
  const item = await market.addItem('<b>Wax', 9, '1.00')
  const [{ id: window } = { id: 0 }] = await rows<{ id: number }>('SELECT id FROM order_windows')
  const kinds = ['low', 'back'].map((kind) => [member, kind, kind, item, null])
  const stages = ['opens', 'closes', 'packing', 'ready'].map((kind) => [member, kind, kind, null, window])
  await write('INSERT INTO notices (user_id, cause, kind, item_id, window_id) VALUES ?', [
    [...kinds, ...stages],
  ])

  const page = await (await bo.get('/notices')).text()
  const told = (await (await bo.get('/api/notices')).json()) as { kind: string; path: string }[]

  expect(textsIn(page, '.card h2')).toEqual(['Spring', '<b>Wax'])
  expect(page).toContain('One can order now')
  expect(page).toContain('It is in stock again')
  expect(page).not.toContain('<b>Wax')
  expect(told.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
    'ready /market/orders',
    `packing /admin/windows/${window}/packing`,
    'closes /market/orders',
    'opens /market',
    `back /market/${item}`,
    `low /admin/items/${item}`,
  ])
})
