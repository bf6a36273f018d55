import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { openReplica } from '../support/servers/replica.ts'
import { type Market, openMarket } from '../support/site/market.ts'
import { attributeIn, find, textsIn } from '../support/site/markup.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

let market: Market

beforeAll(async () => {
  market = await openMarket(await openReplica())
  await market.addItem('Muffins', 4, '2.99')
  await market.addItem('Cake', 20, '12.50')
  await market.addItem('Crème brûlée', 0, '1000000.00')
  await market.addItem('<b>Nails</b> & "screws"', 1_000_000, '0.50')
})

const nails = '<b>Nails</b> & "screws"'

const page = async (path: string) => (await market.anyone().get(path)).text()

/** The names on the shelf, from the top. */
const shelf = (text: string) => textsIn(text, '[id^="item-"] > h2 > bdi')

describe('the shop front', () => {
  test('shows name, stock and price to the cent', async () => {
    const text = await page('/market')

    expect(shelf(text)).toContain('Muffins')
    expect(textsIn(text, '[id^="item-"] .price .money')[shelf(text).indexOf('Muffins')]).toBe('€2.99')
    expect(text).toContain('Only 4 left')
    expect(text).toContain('1,000,000 in stock')
    expect(text).toContain('€1,000,000.00')
  })

  test('shows prices in the one configured currency', async () => {
    const { app } = await market.replica.as('web', { currency: 'USD' })

    const text = await (await app.handle(new Request('http://localhost/market'))).text()

    expect(text).toContain('$2.99')
    expect(text).not.toContain('€')
  })

  test('shows a name that looks like markup as text', async () => {
    const text = await page('/market')

    expect(textsIn(text, 'h2 > bdi')).toContain('<b>Nails</b> & "screws"')
  })

  test('puts what is sold out last and says so', async () => {
    const text = await page('/market?sort=dearest')

    expect(shelf(text).at(-1)).toBe('Crème brûlée')
    expect(text).toContain('Sold out')
  })

  test.each([
    ['name', [nails, 'Cake', 'Muffins', 'Crème brûlée']],
    ['cheapest', [nails, 'Muffins', 'Cake', 'Crème brûlée']],
    ['dearest', ['Cake', 'Muffins', nails, 'Crème brûlée']],
    ['newest', [nails, 'Cake', 'Muffins', 'Crème brûlée']],
  ])('sorts by %s', async (sort, names) => {
    expect(shelf(await page(`/market?sort=${sort}`))).toEqual(names)
  })

  test.each([
    ['q=creme', ['Crème brûlée']],
    ['q=MUFF', ['Muffins']],
    ['q=screws%20nails', [nails]],
    ['q=creme&stock=in', []],
    ['q=%25', []],
    ['sort=nonsense&page=-1&q=cake', ['Cake']],
  ])('finds %s', async (query, names) => {
    expect(shelf(await page(`/market?${query}`))).toEqual(names)
  })

  test('keeps a hostile search as text in its field', async () => {
    const text = await page(`/market?q=${encodeURIComponent('"><script>alert(1)</script>')}`)

    expect(attributeIn(text, 'main input[name=q]', 'value')).toBe('"><script>alert(1)</script>')
    expect(text).toContain('0 items found')
    expect(text).toContain('Nothing in the market fits this.')
  })

  test('has pages when there is more than fits one', async () => {
    const full = await openMarket(await openReplica())
    const rows = Array.from({ length: 50 }, (_, index) => [`Item ${index + 1}`, 1, '1.00'])
    await full.replica.database.write('INSERT INTO items (name, quantity, price) VALUES ?', [rows])

    const [first, second] = await Promise.all(
      ['/market', '/market?page=2'].map(async (path) => shelf(await (await full.anyone().get(path)).text())),
    )

    expect(first).toHaveLength(48)
    expect(first![1]).toBe('Item 2')
    expect(second).toEqual(['Item 49', 'Item 50'])
  })

  test('offers nothing to order to somebody who is not signed in', async () => {
    expect(find(await page('/market'), '[action="/market/orders"]')).toEqual([])
  })
})

describe('the list of items', () => {
  test('is JSON with exact prices', async () => {
    const items = await (await market.anyone().get('/api/items?q=muffins')).json()

    expect(items).toEqual([
      {
        ...{ id: expect.any(Number), name: 'Muffins', quantity: 4, price: '2.99', currency: 'EUR' },
        ...{ category: '', unit: '', mostEach: null, variantOf: null, picture: null },
      },
    ])
  })

  test('gives one item by its id, and 404 for none', async () => {
    const { id } = (await market.stock('Cake'))!

    expect(await (await market.anyone().get(`/api/items/${id}`)).json()).toMatchObject({ name: 'Cake' })
    expect((await market.anyone().get('/api/items/999999')).status).toBe(404)
    expect((await market.anyone().get('/api/items/x')).status).toBe(404)
  })

  test('is 304 for whoever has the item as it is, and says what both pools allow', async () => {
    const { id } = (await market.stock('Cake'))!
    const read = (headers?: Record<string, string>) =>
      market.json(market.anyone(), 'GET', `/api/items/${id}`, undefined, headers)
    const etag = (await read()).headers.get('etag')!
    const allowed = await Promise.all(
      ['/api/items', `/api/items/${id}`, '/api/orders', '/api/orders/1', '/market'].map(async (path) => {
        const answer = await market.json(market.anyone(), 'PUT', path)
        return `${answer.status} ${answer.headers.get('allow')}`
      }),
    )

    expect((await read({ 'if-none-match': etag })).status).toBe(304)
    expect((await read({ 'if-none-match': '"another"' })).status).toBe(200)
    expect(allowed.map((each) => each.split(/,? /).sort().join(' '))).toEqual([
      '405 GET HEAD OPTIONS POST',
      '405 DELETE GET HEAD OPTIONS PATCH',
      '405 GET HEAD OPTIONS POST',
      '405 GET HEAD OPTIONS PATCH',
      '405 GET HEAD OPTIONS',
    ])
  })

  test('comes from Redis, and from MySQL where Redis has none', async () => {
    await market.replica.context.cache.invalidate(['items'])

    const source = async () => (await market.anyone().get('/api/items')).headers.get('x-source')

    expect(await source()).toBe('mysql')
    await until(async () => (await source()) === 'redis')
  })

  test('is in no cache that orders cannot reach', async () => {
    const answers = await Promise.all(['/market', '/api/items'].map((path) => market.anyone().get(path)))

    expect(answers.map(({ headers }) => headers.get('cache-control'))).toEqual(
      Array(2).fill('private, no-cache'),
    )
  })
})

test('a row that is no item is logged and left out', async () => {
  const replica = await openReplica()
  const logged: unknown[] = []
  replica.context.log.error = (message, fields) => void logged.push([message, fields])
  const insert = 'INSERT INTO items (name, quantity, price) VALUES (?, ?, ?)'
  const { insertId } = await replica.database.write(insert, ['bell \u0007', 1, '1.00'])
  await replica.database.write(insert, ['Cake', 20, '12.50'])

  const answer = await (await replica.visitor().get('/api/items')).json()

  expect(answer).toMatchObject([{ name: 'Cake' }])
  expect(logged).toEqual([['a row was left out', { table: 'items', id: insertId, wrong: ['name'] }]])
})
