import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { openReplica } from '../support/servers/replica.ts'
import { type Market, openMarket } from '../support/site/market.ts'
import { textsIn } from '../support/site/markup.ts'
import type { Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(60_000)

let market: Market
let ana: Visitor
let bo: Visitor

beforeAll(async () => {
  market = await openMarket(await openReplica())
  ana = await market.signedIn('ana', 'admin')
  bo = await market.signedIn('bo')
})

const waits = () => market.replica.database.rows('SELECT item_id AS item, user_id AS user FROM stock_waits')
const buttons = async (visitor: Visitor, item: number) =>
  textsIn(await (await visitor.get(`/market/${item}`)).text(), 'form[action$="/wait"] button')

test('who waits for an item that is sold out says so on its page, and takes it back there', async () => {
  const item = await market.addItem('Jam', 0, '1.00')

  const before = await buttons(bo, item)
  const asked = await bo.post(`/market/${item}/wait`, { wanted: 'yes' })
  await bo.post(`/market/${item}/wait`, { wanted: 'yes' })
  const after = await buttons(bo, item)
  const waiting = await waits()
  await bo.post(`/market/${item}/wait`, { wanted: 'no' })

  expect(before).toEqual(['Tell me when Jam is in stock again'])
  expect([asked.status, asked.headers.get('location')]).toEqual([303, `/market/${item}#item-${item}`])
  expect(after).toEqual(['Do not tell me when Jam is in stock again'])
  expect(waiting).toHaveLength(1)
  expect(await waits()).toEqual([])
})

test('nobody waits for what is in stock or is not there, nor as a stranger', async () => {
  const item = await market.addItem('Wax', 3, '1.00')

  const inStock = await market.json(bo, 'PUT', `/api/items/${item}/wait`)
  const gone = await market.json(bo, 'PUT', '/api/items/99999/wait')
  const stranger = await market.json(market.anyone(), 'PUT', `/api/items/${item}/wait`)

  expect([inStock.status, gone.status, stranger.status]).toEqual([409, 404, 401])
  expect((await inStock.json()).detail).toBe('This item is in stock.')
  expect(await buttons(bo, item)).toEqual([])
  expect(await buttons(market.anyone(), await market.addItem('Soap', 0, '1.00'))).toEqual([])
})

test('a variant that is sold out is waited for on the page of its item, and over the API', async () => {
  const item = await market.addItem('Tea', 3, '1.00')
  const body = { name: 'Tea, fine', quantity: 0, price: '2.00', variantOf: item }
  const { id: fine } = await (await market.json(ana, 'POST', '/api/items', body)).json()

  const asked = await market.json(bo, 'PUT', `/api/items/${fine}/wait`)
  const shown = await buttons(bo, item)
  const form = await bo.post(`/market/${fine}/wait`, { wanted: 'no' })
  await market.json(bo, 'DELETE', `/api/items/${fine}/wait`)

  expect(asked.status).toBe(204)
  expect(shown).toEqual(['Do not tell me when Tea, fine is in stock again'])
  expect(form.headers.get('location')).toBe(`/market/${item}#item-${fine}`)
  expect(await waits()).toEqual([])
})

test('when an item is low is set with what it is, in a file, too, and is a whole number or nothing', async () => {
  const item = await market.addItem('Nuts', 30, '1.00')
  const lowAt = async () => (await (await ana.get(`/api/items/${item}`)).json()).lowAt
  const wrong = await ana.post(`/admin/items/${item}/details`, { lowAt: 'few' })

  await ana.post(`/admin/items/${item}/details`, { lowAt: '4' })
  const set = await lowAt()
  const csv = await (await ana.get('/admin/items.csv')).text()
  await market.json(ana, 'PATCH', `/api/items/${item}`, { lowAt: null })

  expect(wrong.status).toBe(422)
  expect(await wrong.text()).toContain('A whole number from 0 to 1,000,000, or nothing.')
  expect([set, await lowAt()]).toEqual([4, null])
  expect(csv).toContain('low at')
  expect(csv).toMatch(/Nuts,30,1\.00,30,,,,,,4\r\n/)
})
