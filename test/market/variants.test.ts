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

const page = async (path: string) => (await bo.get(path)).text()
const add = (item: number, fields: Record<string, string>) =>
  ana.post(`/admin/items/${item}/variants`, fields)

/** An item without pieces of its own, in two variants. */
async function inTwo(name: string) {
  const item = await market.addItem(name, 0, '9.00')
  await add(item, { name: `${name}, 500 g`, quantity: '5', price: '4.50' })
  await add(item, { name: `${name}, 1 kg`, quantity: '2', price: '8.00' })
  return item
}

test('variants stand on the page of their item, and with it once on the shelf', async () => {
  const item = await inTwo('Honey')

  const shelf = await page('/market?q=500+g')
  const text = await page(`/market/${item}`)

  expect(textsIn(shelf, '.item h2 a')).toEqual(['Honey'])
  expect(textsIn(shelf, '.price')).toEqual(['from €4.50'])
  expect(shelf).toContain('7 in stock')
  expect(textsIn(shelf, '.item > a')).toEqual(['Choose a variant'])
  expect(textsIn(text, '.item h2 a')).toEqual(['Honey, 1 kg', 'Honey, 500 g'])
  expect(textsIn(text, '.item button')).toEqual(['Order', 'Order'])
})

test('a variant is ordered like an item, and its address leads to where it stands', async () => {
  const item = await inTwo('Rye')
  const { id } = (await market.stock('Rye, 1 kg'))!

  const ordered = await market.form(bo, '/market/orders', { item: `${id}`, quantity: '2', price: '8.00' })
  const leads = await bo.get(`/market/${id}`)

  expect(await ordered.text()).toContain('Ordered: 2 × Rye, 1 kg.')
  expect(await market.stock('Rye, 1 kg')).toMatchObject({ quantity: 0 })
  expect([leads.status, leads.headers.get('location')]).toEqual([303, `/market/${item}#item-${id}`])
})

test('a variant that is removed while it is ordered stays in the order; one whose item goes is an item', async () => {
  const item = await inTwo('Wheat')
  const [small, large] = [(await market.stock('Wheat, 500 g'))!.id, (await market.stock('Wheat, 1 kg'))!.id]
  const order = await (await market.json(bo, 'POST', '/api/orders', { item: small, quantity: 1 })).json()

  await ana.post(`/admin/items/${small}/remove`)
  await ana.post(`/admin/items/${item}/remove`)

  expect((await (await bo.get(`/api/orders/${order.id}`)).json()).lines).toMatchObject([
    { item: null, name: 'Wheat, 500 g', quantity: 1, price: '4.50' },
  ])
  expect(await (await bo.get(`/api/items/${large}`)).json()).toMatchObject({ variantOf: null })
  expect(textsIn(await page('/market?q=wheat'), '.item h2 a')).toEqual(['Wheat, 1 kg'])
})

test('no item is a variant of itself, of a variant or of none, and none that has variants is one', async () => {
  const item = await inTwo('Oats')
  const other = await market.addItem('Other oats', 3, '1.00')
  const { id: variant } = (await market.stock('Oats, 1 kg'))!
  const make = async (id: number, variantOf: number) => {
    const answer = await market.json(ana, 'PATCH', `/api/items/${id}`, { variantOf })
    return [answer.status, (await answer.json()).errors.variantOf]
  }

  expect(await make(other, other)).toEqual([422, 'There is no such item.'])
  expect(await make(other, 999_999)).toEqual([422, 'There is no such item.'])
  expect(await make(other, variant)).toEqual([422, 'A variant has no variants.'])
  expect(await make(item, other)).toEqual([422, 'An item with variants is no variant itself.'])
  expect((await add(variant, { name: 'Finer', quantity: '1', price: '1' })).status).toBe(422)
})

test('two items that become variants of one another at once are not both', async () => {
  const [one, two] = [await market.addItem('One', 1, '1.00'), await market.addItem('Two', 1, '1.00')]

  const answers = await Promise.all([
    market.json(ana, 'PATCH', `/api/items/${one}`, { variantOf: two }),
    market.json(ana, 'PATCH', `/api/items/${two}`, { variantOf: one }),
  ])

  expect(answers.map(({ status }) => status).sort()).toEqual([200, 422])
})

test('a variant with the name of an item or without a price is refused where it was typed', async () => {
  const item = await inTwo('Barley')

  const taken = await add(item, { name: 'Barley, 1 kg', quantity: '9', price: '1' })
  const free = await add(item, { name: 'Barley, 2 kg', quantity: '9', price: '' })

  expect([taken.status, free.status]).toEqual([422, 422])
  expect(textsIn(await taken.text(), '#variant-name-error')).toEqual(['Another item has this name.'])
  expect(textsIn(await free.text(), '#variant-price-error')).toHaveLength(1)
  expect(await market.stock('Barley, 1 kg')).toMatchObject({ quantity: 2 })
})
