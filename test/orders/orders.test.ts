import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { served } from '../support/served.ts'
import { openReplica } from '../support/servers/replica.ts'
import { type Market, openMarket } from '../support/site/market.ts'
import type { Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(180_000)

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

describe('an order', () => {
  test('takes its pieces and keeps the price that was paid', async () => {
    const cake = await market.addItem('Cake', 20, '12.50')
    const nails = await market.addItem('Nails', 100, '0.10')

    const answer = await order(bo, [
      { item: cake, quantity: 2 },
      { item: nails, quantity: 3 },
    ])
    await market.json(ana, 'PATCH', `/api/items/${cake}`, { price: '99' })
    const stored = await (await bo.get(answer.headers.get('location')!)).json()

    expect(answer.status).toBe(201)
    expect(stored).toMatchObject({
      state: 'open',
      buyer: 'bo',
      total: '25.30',
      currency: 'EUR',
      lines: [
        { item: cake, name: 'Cake', quantity: 2, price: '12.50' },
        { item: nails, name: 'Nails', quantity: 3, price: '0.10' },
      ],
    })
    expect(await market.stock('Cake')).toMatchObject({ quantity: 18 })
    expect(await market.stock('Nails')).toMatchObject({ quantity: 97 })
  })

  test('shows on the market at the next read', async () => {
    const item = await market.addItem('Read me', 8, '1.00')
    await market.anyone().get('/api/items')

    await order(bo, [{ item, quantity: 7 }])

    expect(await (await market.anyone().get('/market?q=read')).text()).toContain('Only 1 left')
  })

  test('takes all of its items or none', async () => {
    const many = await market.addItem('Many', 10, '1.00')
    const few = await market.addItem('Few', 1, '1.00')

    const answer = await order(bo, [
      { item: many, quantity: 5 },
      { item: few, quantity: 2 },
    ])

    expect(answer.status).toBe(409)
    expect((await answer.json()).detail).toBe('Only 1 of Few left. Nothing was ordered.')
    expect(await market.stock('Many')).toMatchObject({ quantity: 10 })
  })

  test('counts an item that is named twice as one line', async () => {
    const item = await market.addItem('Twice', 3, '1.00')

    const tooMany = await order(bo, [
      { item, quantity: 2 },
      { item, quantity: 2 },
    ])
    const right = await order(bo, [
      { item, quantity: 1 },
      { item, quantity: 2 },
    ])

    expect(tooMany.status).toBe(409)
    expect((await right.json()).lines).toMatchObject([{ quantity: 3 }])
  })

  test('is refused when the price is not the one that was seen', async () => {
    const item = await market.addItem('Dearer now', 3, '2.00')

    const answer = await order(bo, [{ item, quantity: 1, price: '1.50' }])

    expect(answer.status).toBe(409)
    expect((await answer.json()).detail).toContain('The price of Dearer now has changed.')
    expect(await market.stock('Dearer now')).toMatchObject({ quantity: 3 })
  })

  test.each([
    ['the first', { price: '1.50' }, {}],
    ['the last', {}, { price: '1.50' }],
    ['each', { price: '1.50' }, { price: '1.5' }],
  ])(
    'of one item in two lines is refused when the price that %s saw is not its own',
    async (_, first, last) => {
      const item = await market.addItem(`In two lines ${crypto.randomUUID()}`, 3, '2.00')

      const answer = await order(bo, [
        { item, quantity: 1, ...first },
        { item, quantity: 1, ...last },
      ])

      expect(answer.status).toBe(409)
      expect((await answer.json()).detail).toContain('has changed.')
    },
  )

  test.each([
    [
      {
        items: [
          { item: 1, quantity: 1, price: '2.00' },
          { item: 1, quantity: 1, price: '1.50' },
        ],
      },
    ],
    [
      {
        items: [
          { item: 1, quantity: 1_000_000 },
          { item: 1, quantity: 1 },
        ],
      },
    ],
    [{ items: [] }],
    [{}],
    [{ items: [{ item: 'x', quantity: 1 }] }],
    [{ items: [null] }],
    [{ items: [{ item: 1, quantity: 0 }] }],
    [{ items: [{ item: 1, quantity: -1 }] }],
    [{ items: [{ item: 1, quantity: 1.5 }] }],
    [{ items: [{ item: 1, quantity: 1_000_001 }] }],
    [{ items: [{ item: 1, quantity: 1, price: '1e3' }] }],
    [{ items: Array.from({ length: 101 }, () => ({ item: 1, quantity: 1 })) }],
  ])('of nonsense is refused with 422 (%#)', async (body) => {
    expect((await market.json(bo, 'POST', '/api/orders', body)).status).toBe(422)
  })

  test('needs somebody who is signed in', async () => {
    const item = await market.addItem('For members', 3, '2.00')

    const answers = await Promise.all([
      order(market.anyone(), [{ item, quantity: 1 }]),
      market.anyone().get('/api/orders'),
      market.anyone().post('/market/orders', { item: `${item}`, quantity: '1' }),
    ])

    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401])
  })

  test('of an item that is no longer sold keeps its name and price', async () => {
    const item = await market.addItem('Last of its kind', 2, '7.00')
    const { id } = await (await order(bo, [{ item, quantity: 2 }])).json()

    await market.json(ana, 'DELETE', `/api/items/${item}`)
    const stored = await (await bo.get(`/api/orders/${id}`)).json()

    expect(stored.lines).toEqual([
      { line: 1, item: null, name: 'Last of its kind', quantity: 2, price: '7.00' },
    ])
    expect((await order(bo, [{ item, quantity: 1 }])).status).toBe(409)
  })
})

/**
 * Orders, and as long as the site says that it is too busy, sends it again: whoever was refused so counts
 * once at most.
 */
function orderInTheEnd(buyer: Visitor, items: Line[]): Promise<Response> {
  const key = { 'idempotency-key': crypto.randomUUID() }
  return served(() => order(buyer, items, key))
}

/** 200 when the order had been made before the site said that it is too busy. */
const isSold = ({ status }: Response) => status === 201 || status === 200

describe('200 buyers at once', () => {
  test('of 50 pieces make exactly 50 orders', async () => {
    const item = await market.addItem('Concert ticket', 50, '30.00')

    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, index) => orderInTheEnd(index % 2 ? bo : cem, [{ item, quantity: 1 }])),
    )

    const sold = answers.filter(isSold)
    const refused = answers.filter(({ status }) => status === 409)
    const [counted] = await market.replica.database.rows<{ pieces: string; orders: number }>(
      'SELECT SUM(quantity) AS pieces, COUNT(DISTINCT order_id) AS orders FROM order_lines WHERE item_id = ?',
      [item],
    )
    expect([sold.length, refused.length]).toEqual([50, 150])
    expect(counted).toEqual({ pieces: '50', orders: 50 })
    expect(await market.stock('Concert ticket')).toMatchObject({ quantity: 0 })
  })

  test('with baskets in different orders neither hang nor sell too much', async () => {
    const items = await Promise.all(['red', 'green', 'blue'].map((name) => market.addItem(name, 30, '1.00')))

    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) => {
        const basket = items.map((_, of) => ({ item: items[(index + of) % 3]!, quantity: 1 }))
        return orderInTheEnd(index % 2 ? bo : cem, basket)
      }),
    )

    expect(answers.filter(isSold)).toHaveLength(30)
    expect(await market.stock('blue')).toMatchObject({ quantity: 0 })
  })
})

describe('an order that is sent again with its Idempotency-Key', () => {
  test('is the same order, even when it comes ten times at once', async () => {
    const item = await market.addItem('Once only', 10, '1.00')
    const key = { 'idempotency-key': 'order-1' }

    const answers = await Promise.all(
      Array.from({ length: 10 }, () => served(() => order(bo, [{ item, quantity: 1 }], key))),
    )

    const ids = await Promise.all(answers.map(async (answer) => (await answer.json()).id))
    expect(new Set(ids).size).toBe(1)
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(9).fill(200), 201])
    expect(await market.stock('Once only')).toMatchObject({ quantity: 9 })
  })

  test('may be tried again after it was refused', async () => {
    const item = await market.addItem('Soon back', 0, '1.00')
    const key = { 'idempotency-key': 'order-2' }

    const refused = await order(bo, [{ item, quantity: 1 }], key)
    await market.json(ana, 'PATCH', `/api/items/${item}`, { quantity: 5 })

    expect(refused.status).toBe(409)
    expect((await order(bo, [{ item, quantity: 1 }], key)).status).toBe(201)
  })

  test('but asks for something else is refused', async () => {
    const item = await market.addItem('Something else', 10, '1.00')
    const key = { 'idempotency-key': 'order-3' }
    await order(bo, [{ item, quantity: 1 }], key)

    const other = await order(bo, [{ item, quantity: 2 }], key)
    const somebodyElse = await order(cem, [{ item, quantity: 2 }], key)

    expect([other.status, somebodyElse.status]).toEqual([422, 201])
    expect(await market.stock('Something else')).toMatchObject({ quantity: 7 })
  })
})

describe('cancelling', () => {
  const patch = (visitor: Visitor, id: number, state: string) =>
    market.json(visitor, 'PATCH', `/api/orders/${id}`, { state })

  test('puts the pieces back once, however often it is pressed', async () => {
    const item = await market.addItem('Come back', 10, '1.00')
    const { id } = await (await order(bo, [{ item, quantity: 4 }])).json()

    const answers = await Promise.all(
      Array.from({ length: 5 }, () => served(() => patch(bo, id, 'cancelled'))),
    )

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    expect(await market.stock('Come back')).toMatchObject({ quantity: 10 })
  })

  test("is for one's own orders, and completing for admins", async () => {
    const item = await market.addItem('Mine', 10, '1.00')
    const { id } = await (await order(bo, [{ item, quantity: 4 }])).json()

    expect((await patch(cem, id, 'cancelled')).status).toBe(404)
    expect((await cem.get(`/api/orders/${id}`)).status).toBe(404)
    expect((await patch(bo, id, 'completed')).status).toBe(403)
    expect((await patch(bo, id, 'open')).status).toBe(422)
    expect(await market.stock('Mine')).toMatchObject({ quantity: 6 })
  })

  test('comes too late when the order was completed', async () => {
    const item = await market.addItem('Handed over', 10, '1.00')
    const { id } = await (await order(bo, [{ item, quantity: 4 }])).json()

    const completed = await patch(ana, id, 'completed')
    const late = await patch(bo, id, 'cancelled')

    expect(await completed.json()).toMatchObject({ state: 'completed', closedAt: expect.any(String) })
    expect(late.status).toBe(409)
    expect(await market.stock('Handed over')).toMatchObject({ quantity: 6 })
  })
})
