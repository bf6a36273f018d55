import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { openReplica } from '../support/servers/replica.ts'
import { type Market, openMarket } from '../support/site/market.ts'
import type { Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(60_000)

let market: Market
let ana: Visitor
let bo: Visitor
let cem: Visitor

beforeAll(async () => {
  market = await openMarket(await openReplica())
  ana = await market.signedIn('ana', 'admin')
  bo = await market.signedIn('bo')
  cem = await market.signedIn('cem')
})

const order = (buyer: Visitor, item: number, quantity: number, headers = {}) =>
  market.json(buyer, 'POST', '/api/orders', { items: [{ item, quantity }] }, headers)

async function limited(name: string, mostEach: number) {
  const item = await market.addItem(name, 50, '1.00')
  await market.json(ana, 'PATCH', `/api/items/${item}`, { mostEach })
  return item
}

async function variantOf(variantOf: number, name: string) {
  const body = { name, quantity: 50, price: '2.00', variantOf }
  return (await (await market.json(ana, 'POST', '/api/items', body)).json()).id as number
}

const statuses = (answers: Response[]) => answers.map(({ status }) => status).sort()

test('a member has no more pieces in open orders than an item allows, and reads why', async () => {
  const item = await limited('Honey', 3)

  const first = await order(bo, item, 2)
  const second = await order(bo, item, 2)
  const fitting = await order(bo, item, 1)

  expect([first.status, second.status, fitting.status]).toEqual([201, 409, 201])
  expect((await second.json()).detail).toBe(
    'Each member may have 3 of Honey at a time, and with this you would have 4. Nothing was ordered.',
  )
  expect(await market.stock('Honey')).toMatchObject({ quantity: 47 })
  expect((await order(cem, item, 3)).status).toBe(201)
})

test('what was cancelled or handed over counts no more', async () => {
  const item = await limited('Wax', 1)
  const cancelled = await (await order(bo, item, 1)).json()
  await market.json(bo, 'PATCH', `/api/orders/${cancelled.id}`, { state: 'cancelled' })
  const completed = await (await order(bo, item, 1)).json()
  await market.json(ana, 'PATCH', `/api/orders/${completed.id}`, { state: 'completed' })

  expect((await order(bo, item, 1)).status).toBe(201)
  expect((await order(bo, item, 1)).status).toBe(409)
})

test('many orders of one member at once pass no limit, on one item or on its variants', async () => {
  const item = await limited('Jam', 3)
  const small = await variantOf(item, 'Jam, small')
  const large = await variantOf(item, 'Jam, large')

  const answers = await Promise.all(
    [item, small, large, item, small, large, item, small, large].map((each) => order(bo, each, 1)),
  )

  expect(statuses(answers)).toEqual([...Array(3).fill(201), ...Array(6).fill(409)])
  const left = await Promise.all(['Jam', 'Jam, small', 'Jam, large'].map((name) => market.stock(name)))
  expect(left.reduce((sum, each) => sum + each!.quantity, 0)).toBe(147)
})

test('a variant may have a limit of its own, below that of all', async () => {
  const item = await limited('Tea', 3)
  const fine = await variantOf(item, 'Tea, fine')
  await market.json(ana, 'PATCH', `/api/items/${fine}`, { mostEach: 1 })

  expect(statuses([await order(bo, fine, 1), await order(bo, fine, 1)])).toEqual([201, 409])
  expect(statuses([await order(bo, item, 2), await order(bo, item, 1)])).toEqual([201, 409])
})

test('an order that is sent again is the same one, though its member may have no more', async () => {
  const item = await limited('Soap', 1)
  const key = { 'idempotency-key': crypto.randomUUID() }

  const answers = [await order(bo, item, 1, key), await order(bo, item, 1, key)]

  expect(answers.map(({ status }) => status)).toEqual([201, 200])
})

test('a limit is told on the shelf, and is a whole number or nothing', async () => {
  const item = await limited('Told', 2)
  const text = await (await bo.get('/market?q=told')).text()
  const wrong = await ana.post(`/admin/items/${item}/details`, { mostEach: '0' })
  await ana.post(`/admin/items/${item}/details`, { mostEach: '' })

  expect(text).toContain('At most 2 for each member')
  expect(text).toContain('max="2"')
  expect(wrong.status).toBe(422)
  expect(await wrong.text()).toContain('A whole number from 1 to 1,000,000, or nothing.')
  expect(await (await bo.get(`/api/items/${item}`)).json()).toMatchObject({ mostEach: null })
})
