import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { openReplica } from '../support/servers/replica.ts'
import { type Market, openMarket } from '../support/site/market.ts'
import { find, textsIn } from '../support/site/markup.ts'
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

type Line = { item: number; quantity: unknown; price?: string }
const order = (buyer: Visitor, items: Line[], headers = {}) =>
  market.json(buyer, 'POST', '/api/orders', { items }, headers)

describe('on the pages', () => {
  test('a plain form orders, and one that is sent twice counts once', async () => {
    const item = await market.addItem('Plain bread', 10, '3.00')
    const text = await (await bo.get('/market?q=plain')).text()
    const field = (name: string) => text.match(new RegExp(`name="${name}" value="([^"]*)"`))![1]!
    const fields = { item: field('item'), price: field('price'), key: field('key'), quantity: '2' }

    const first = await bo.post('/market/orders', fields)
    await bo.post('/market/orders', fields)
    const page = await (await bo.get('/market/orders')).text()

    expect([first.status, first.headers.get('location')]).toEqual([303, '/market/orders'])
    expect(page).toContain('Plain bread')
    expect(page).toContain('€6.00')
    expect(await market.stock('Plain bread')).toMatchObject({ id: item, quantity: 8 })
  })

  test('htmx gets the card back with what is left, or with why not', async () => {
    const item = await market.addItem('Swapped in place', 3, '3.00')
    const send = (quantity: string) =>
      bo.post('/market/orders', { item: `${item}`, price: '3.00', quantity }, { 'hx-request': 'true' })

    const ordered = await (await send('2')).text()
    const refused = await send('2')

    expect(find(ordered, `li#item-${item}`)).toHaveLength(1)
    expect(ordered).toContain('Ordered: 2 × Swapped in place.')
    expect(ordered).toContain('Only 1 left')
    expect(refused.status).toBe(409)
    expect(await refused.text()).toContain('Only 1 of Swapped in place left. Nothing was ordered.')
  })

  test('a plain form that cannot be done says why above the market', async () => {
    const item = await market.addItem('None left', 0, '3.00')

    const answer = await bo.post('/market/orders', { item: `${item}`, quantity: '1' })

    expect(answer.status).toBe(409)
    expect(await answer.text()).toContain('None left is sold out. Nothing was ordered.')
  })

  test("a member's orders are on their own page only", async () => {
    const item = await market.addItem('Private matter', 5, '3.00')
    await order(bo, [{ item, quantity: 1 }])

    expect(await (await bo.get('/market/orders')).text()).toContain('Private matter')
    expect(await (await cem.get('/market/orders')).text()).not.toContain('Private matter')
    expect((await market.anyone().get('/market/orders')).headers.get('location')).toBe(
      '/login?next=/market/orders',
    )
  })

  test('who signs in to read on comes back to the page of orders that they asked for', async () => {
    const answer = await market.anyone().get('/market/orders?before=9')

    expect(answer.headers.get('location')).toBe('/login?next=/market/orders%3Fbefore%3D9')
  })

  test('an admin sees open orders, completes one and finds it among the closed', async () => {
    const item = await market.addItem('To hand over', 5, '3.00')
    const { id } = await (await order(cem, [{ item, quantity: 1 }])).json()

    const open = await (await ana.get('/admin/orders')).text()
    const done = await ana.post(`/admin/orders/${id}/complete`)
    const closed = await (await ana.get('/admin/orders?state=closed')).text()

    expect(find(open, `#order-${id}`)).toHaveLength(1)
    expect(done.headers.get('location')).toBe('/admin/orders')
    expect(find(closed, `#order-${id}`)).toHaveLength(1)
    expect((await cem.get('/admin/orders')).status).toBe(403)
  })

  test('an admin finds orders by number, member, item and state, also of what is no longer sold', async () => {
    const honey = await market.addItem('Hönig 500 g', 50, '3.00')
    const dan = await market.signedIn('dan')
    const placed = async (who: Visitor, item: number) =>
      (await (await order(who, [{ item, quantity: 1 }])).json()).id as number
    const [byDan, byCem, done] = [
      await placed(dan, honey),
      await placed(cem, honey),
      await placed(dan, honey),
    ]
    await ana.post(`/admin/orders/${done}/complete`)
    const found = async (query: string) =>
      textsIn(await (await ana.get(`/admin/orders?${query}`)).text(), 'article h2').map((text) =>
        Number(text.replace('Order ', '')),
      )

    expect(await found(`q=${done}`)).toEqual([done])
    expect(await found('q=dan')).toEqual([byDan])
    expect(await found('q=DA&state=any')).toEqual([done, byDan])
    expect(await found('q=HONIG+500')).toEqual([byCem, byDan])
    expect(await found('q=honig&state=completed')).toEqual([done])
    expect(await found('q=honig&state=cancelled')).toEqual([])
    expect(await found(`q=honig&before=${byCem}`)).toEqual([byDan])
    expect(await found('q=honig&paid=yes')).toEqual([])
    await ana.post(`/admin/items/${honey}/remove`)
    expect(await found('q=honig+500&state=any')).toEqual([done, byCem, byDan])
    expect(await found('q=nobody+and+nothing')).toEqual([])
  })

  test('where very many are called so an admin is asked for more of the name', async () => {
    const { database } = market.replica
    const many = Array.from({ length: 101 }, (_, n) => [`Jar ${n}`, 1, 1])
    await database.write('INSERT INTO items (name, quantity, price) VALUES ?', [many])
    await market.replica.context.cache.invalidate(['items'])

    const wide = await (await ana.get('/admin/orders?q=jar')).text()
    const narrow = await (await ana.get('/admin/orders?q=jar+77')).text()

    expect(wide).toContain('Please type more of the name.')
    expect(narrow).not.toContain('Please type more of the name.')
    await database.write(`DELETE FROM items WHERE name LIKE 'Jar %'`)
    await market.replica.context.cache.invalidate(['items'])
  })
})
