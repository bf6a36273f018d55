import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { served } from '../support/served.ts'
import { openReplica, origin } from '../support/servers/replica.ts'
import { type Market, openMarket } from '../support/site/market.ts'
import { attributeIn, find, textsIn } from '../support/site/markup.ts'
import { versionIn } from '../support/site/page.ts'
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

const hx = { 'hx-request': 'true' }

describe('the form to add an item', () => {
  test('adds a new name and says so', async () => {
    const answer = await ana.post('/admin/items', { name: '  Cake ', quantity: '20', price: '12.5' })

    expect(answer.status).toBe(200)
    expect(await answer.text()).toContain('Cake is new in the market.')
    expect(await market.stock('Cake')).toMatchObject({ quantity: 20, price: '12.50' })
  })

  test('sets the quantity of a name that is there, keeps its price, and says so', async () => {
    await ana.post('/admin/items', { name: 'Muffins', quantity: '4', price: '2.99' })

    const answer = await ana.post('/admin/items', { name: 'Muffins', quantity: '9', price: '5' }, hx)

    expect(await answer.text()).toContain(
      'Muffins was there already: its quantity is 9 now, its price stays.',
    )
    expect(await market.stock('Muffins')).toMatchObject({ quantity: 9, price: '2.99' })
  })

  test('sets the same quantity again without adding anything', async () => {
    for (let times = 0; times < 2; times++) {
      await ana.post('/admin/items', { name: 'Nails', quantity: '100', price: '0.50' })
    }

    expect((await ana.get('/api/items?q=nails').then((it) => it.json())).length).toBe(1)
  })

  test('shows what is wrong at the field, keeps what was typed, and stores nothing', async () => {
    const answer = await ana.post('/admin/items', { name: '', quantity: '1.5', price: '<i>' }, hx)
    const text = await answer.text()

    expect(answer.status).toBe(422)
    expect(textsIn(text, '#new-name-error')[0]).toContain('An item needs a name.')
    expect(textsIn(text, '#new-quantity-error')[0]).toContain('A whole number from 0 to 1,000,000.')
    expect(textsIn(text, '#new-price-error')[0]).toContain('From 0.00 to 1,000,000, with a dot')
    expect(find(text, '[value="<i>"]')).toHaveLength(1)
  })

  test.each(['\u200b', '\u3164', '\u0301'])('takes no name that shows nothing: %j', async (name) => {
    const answer = await ana.post('/admin/items', { name, quantity: '1', price: '1' }, hx)

    expect(answer.status).toBe(422)
    expect(textsIn(await answer.text(), '#new-name-error')[0]).toContain('An item needs a name.')
  })

  test('is on the market page at the next read', async () => {
    await market.anyone().get('/market')

    await ana.post('/admin/items', { name: 'Just now', quantity: '1', price: '1' })

    expect(await (await market.anyone().get('/market')).text()).toContain('Just now')
  })
})

describe('changing an item in place', () => {
  test('gives the row as a form, and the row back with what was saved', async () => {
    const id = await market.addItem('Shake', 100, '2.50')

    const form = await (await ana.get(`/admin/items/${id}/edit`, hx)).text()
    const row = await ana.post(
      `/admin/items/${id}`,
      { name: 'Shake', quantity: '90', price: '3', was: '100' },
      hx,
    )

    expect(attributeIn(form, `tr#item-${id} input[name=price]`, 'value')).toBe('2.50')
    expect(await row.text()).toContain('€3.00')
    expect(await market.stock('Shake')).toMatchObject({ quantity: 90, price: '3.00' })
  })

  test('works as a plain form and leads back to the list', async () => {
    const id = await market.addItem('Tea', 5, '2.50')

    const form = await (await ana.get(`/admin/items/${id}/edit`)).text()
    const saved = await ana.post(`/admin/items/${id}`, {
      name: 'Tea',
      quantity: '6',
      price: '2.50',
      was: '5',
    })

    expect(find(form, `html form[action="/admin/items/${id}"]`)).toHaveLength(1)
    expect(saved.status).toBe(303)
    expect(saved.headers.get('location')).toBe(`/admin#item-${id}`)
  })

  test('does not put back pieces that were sold since the form was drawn', async () => {
    const id = await market.addItem('Soap', 10, '1.00')
    await market.replica.database.write('UPDATE items SET quantity = 7 WHERE id = ?', [id])

    const priced = await ana.post(
      `/admin/items/${id}`,
      { name: 'Soap', quantity: '10', price: '2', was: '10' },
      hx,
    )
    const counted = await ana.post(
      `/admin/items/${id}`,
      { name: 'Soap', quantity: '12', price: '9', was: '10' },
      hx,
    )

    expect(priced.status).toBe(200)
    expect(counted.status).toBe(422)
    expect(await counted.text()).toContain('There are 7 by now.')
    expect(await market.stock('Soap')).toMatchObject({ quantity: 7, price: '2.00' })
  })

  test('does not put back a name or a price that another tab has changed', async () => {
    const id = await market.addItem('Torch', 10, '1.00')
    const formOf = (html: string) =>
      Object.fromEntries(
        [...html.matchAll(/ name="(was|version|name|quantity|price)"[^>]*? value="([^"]*)"/g)].map(
          ([, name, value]) => [name!, value!],
        ),
      )
    const older = formOf(await (await ana.get(`/admin/items/${id}/edit`, hx)).text())
    const newer = { ...older, name: 'Bright torch', price: '7.00' }
    await ana.post(`/admin/items/${id}`, newer, hx)

    const overtaken = await ana.post(`/admin/items/${id}`, { ...older, quantity: '12' }, hx)
    const html = await overtaken.text()
    const kept = await market.stock('Bright torch')
    const again = await ana.post(`/admin/items/${id}`, { ...formOf(html), quantity: '12' }, hx)

    expect(overtaken.status).toBe(422)
    expect(html).toContain('This was changed meanwhile, perhaps in another tab.')
    expect(html).toContain('Bright torch · 7.00')
    expect(kept).toMatchObject({ quantity: 10, price: '7.00' })
    expect(again.status).toBe(200)
    expect(await market.stock('Torch')).toMatchObject({ quantity: 12, price: '1.00' })
  })

  test('does not take what was never shown for seen, when something else was wrong first', async () => {
    const id = await market.addItem('Rope', 10, '1.00')
    const form = await (await ana.get(`/admin/items/${id}/edit`, hx)).text()
    const version = versionIn(form)
    await market.replica.database.write('UPDATE items SET quantity = 7, price = 3 WHERE id = ?', [id])

    const answer = await ana.post(
      `/admin/items/${id}`,
      { name: 'Rope', quantity: '10', price: 'x', was: '10', version },
      hx,
    )

    const html = await answer.text()
    expect(answer.status).toBe(422)
    expect(attributeIn(html, 'input[name=was]', 'value')).toBe('10')
    expect(versionIn(html)).toBe(version)
  })

  test("refuses another item's name", async () => {
    const id = await market.addItem('Left', 1, '1.00')
    await market.addItem('Right', 1, '1.00')

    const answer = await ana.post(
      `/admin/items/${id}`,
      { name: 'Right', quantity: '1', price: '1', was: '1' },
      hx,
    )

    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('Another item has this name.')
  })

  test('are removed on a page of its own without htmx, which leads on to the stock', async () => {
    const id = await market.addItem('Soon away', 1, '1.00')
    const path = `/admin/items/${id}/remove`
    const removed = await ana.post(path)

    const above = (await ana.get(path)).headers.get('location') ?? ''
    const onwards = await ana.get(above)

    expect(removed.status).toBe(200)
    expect([onwards.status, onwards.headers.get('location')]).toEqual([303, '/admin'])
    expect((await ana.get(`/admin/items/${id}`, hx)).status).toBe(404)
  })

  test('removes an item', async () => {
    const id = await market.addItem('Old bread', 1, '1.00')

    const answer = await ana.post(`/admin/items/${id}/remove`, {}, hx)

    expect(await answer.text()).toContain('Old bread is no longer sold.')
    expect(await market.stock('Old bread')).toBeUndefined()
    expect((await ana.post(`/admin/items/${id}/remove`)).status).toBe(404)
  })
})

describe('the API for items', () => {
  const post = (body: unknown, visitor = ana) => market.json(visitor, 'POST', '/api/items', body)

  test('answers 201 for a new item and 200 for a quantity that was set', async () => {
    const added = await post({ name: 'Lamp', quantity: 3, price: 19.9 })
    const set = await post({ name: 'Lamp', quantity: '5', price: '19.90' })

    expect(added.status).toBe(201)
    expect(added.headers.get('location')).toMatch(/^\/api\/items\/\d+$/)
    expect(await added.json()).toMatchObject({ name: 'Lamp', quantity: 3, price: '19.90', currency: 'EUR' })
    expect(set.status).toBe(200)
    expect(await set.json()).toMatchObject({ quantity: 5 })
  })

  test('sets a quantity once for each Idempotency-Key, so what was sold since does not come back', async () => {
    const key = { 'idempotency-key': crypto.randomUUID() }
    const ask = (quantity: number) =>
      market.json(ana, 'POST', '/api/items', { name: 'Kettle', quantity, price: '5.00' }, key)
    const first = await ask(10)
    await market.replica.database.write("UPDATE items SET quantity = 7 WHERE name = 'Kettle'")

    const again = await ask(10)
    const mistaken = await ask(11)

    expect([first.status, again.status, mistaken.status]).toEqual([201, 201, 422])
    expect(await again.json()).toMatchObject({ name: 'Kettle', quantity: 7 })
  })

  test('repeats what it answered of an item that has another name by now', async () => {
    const ask = (key: string, name: string) =>
      market.json(ana, 'POST', '/api/items', { name, quantity: 3, price: '5.00' }, { 'idempotency-key': key })
    const [asNew, asSet] = [crypto.randomUUID(), crypto.randomUUID()]
    const { id } = await (await ask(asNew, 'Sieve')).json()
    await ask(asSet, 'Sieve')
    await market.json(ana, 'PATCH', `/api/items/${id}`, { name: 'Colander' })

    const again = [await ask(asNew, 'Sieve'), await ask(asSet, 'Sieve')]
    const answers = await Promise.all(again.map((answer) => answer.json()))
    await market.json(ana, 'DELETE', `/api/items/${id}`)
    const gone = await ask(asNew, 'Sieve')

    expect(again.map(({ status }) => status)).toEqual([201, 200])
    expect(answers).toMatchObject([
      { id, name: 'Colander' },
      { id, name: 'Colander' },
    ])
    expect(gone.status).toBe(410)
  })

  test('repeats what the release before has stored of it, which is no id', async () => {
    const key = { 'idempotency-key': crypto.randomUUID() }
    const ask = () =>
      market.json(ana, 'POST', '/api/items', { name: 'Ladle', quantity: 3, price: '5.00' }, key)
    await ask()
    await market.replica.database.write(
      'UPDATE kept_answers SET answer = ? ORDER BY created_at DESC LIMIT 1',
      [JSON.stringify('new')],
    )

    const again = await ask()

    expect(again.status).toBe(201)
    expect(await again.json()).toMatchObject({ name: 'Ladle' })
  })

  test('has no field called like something every object has', async () => {
    const id = await market.addItem('Fork', 1, '1.00')
    const bodies = ['{"__proto__":1}', '{"price":"2.00","__proto__":{"quantity":9}}', '{"constructor":1}']

    const answers = await Promise.all(
      bodies.map((body) => market.json(ana, 'PATCH', `/api/items/${id}`, JSON.parse(body))),
    )

    expect(answers.map(({ status }) => status)).toEqual([422, 422, 422])
    expect(await market.stock('Fork')).toMatchObject({ quantity: 1, price: '1.00' })
  })

  test('adds a name once, however many ask at the same time', async () => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        served(() => post({ name: 'Twelve times', quantity: index, price: 1 })),
      ),
    )

    const statuses = answers.map(({ status }) => status).sort()
    expect(statuses).toEqual([...Array(11).fill(200), 201])
  })

  test.each([
    ['name', { name: '   ' }],
    ['name', { name: 'x'.repeat(61) }],
    ['name', { name: 'two\nlines' }],
    ['name', { name: 'null\u0000' }],
    ['name', { name: 'half \ud800' }],
    ['name', { name: { $gt: '' } }],
    ['quantity', { quantity: -1 }],
    ['quantity', { quantity: 1_000_001 }],
    ['quantity', { quantity: 1.5 }],
    ['quantity', { quantity: '1e3' }],
    ['quantity', { quantity: true }],
    ['price', { price: -0.01 }],
    ['price', { price: '1000000.01' }],
    ['price', { price: '1.999' }],
    ['price', { price: '1,50' }],
    ['price', { price: 'NaN' }],
    ['price', { price: 1e-7 }],
  ])('refuses a wrong %s and stores nothing: %j', async (field, wrong) => {
    const before = await market.replica.database.rows('SELECT * FROM items')

    const answer = await post({ name: 'Wrong', quantity: 1, price: 1, ...wrong })

    expect(answer.status).toBe(422)
    expect(Object.keys((await answer.json()).errors)).toEqual([field])
    expect(await market.replica.database.rows('SELECT * FROM items')).toEqual(before)
  })

  test.each([
    { name: 'x'.repeat(60), quantity: 0, price: '0.00' },
    { name: '👩‍👩‍👧'.repeat(12), quantity: 1_000_000, price: '1000000.00' },
    { name: "'; DROP TABLE items; --", quantity: 1, price: '0.01' },
  ])('takes what is just right: %j', async (item) => {
    const answer = await post(item)

    expect(answer.status).toBe(201)
    expect(await answer.json()).toMatchObject(item)
  })

  test('changes only what is named, and refuses what is wrong or nothing', async () => {
    const id = await market.addItem('Chair', 4, '49.00')
    const patch = (body: unknown) => market.json(ana, 'PATCH', `/api/items/${id}`, body)

    const priced = await patch({ price: '45' })
    const wrong = await patch({ quantity: -1 })
    const nothing = await patch({})

    expect(await priced.json()).toMatchObject({ name: 'Chair', quantity: 4, price: '45.00' })
    expect([wrong.status, nothing.status]).toEqual([422, 422])
  })

  /** That let go of an item, until now. */
  const statements = async () => {
    const path = '/logs?filter=letGoOfItem'
    const log = await (await market.anyone().get(path, { accept: 'application/json' })).json()
    return (log as { db_accesses: string[][] }).db_accesses.length
  }

  test('removes an item that stands in more orders than change at once, and these keep its name', async () => {
    const { database } = market.replica
    const id = await market.addItem('Bestseller', 4, '1.00')
    const orders = Array.from({ length: 2_500 }, (_, n) => [`k${n}`, 'h', n < 2_499 ? 'completed' : 'open'])
    const { insertId } = await database.write(
      'INSERT INTO orders (request_key, request_hash, state) VALUES ?',
      [orders],
    )
    await database.write(
      `INSERT INTO order_lines (order_id, line, item_id, name, quantity, price)
       SELECT id, 1, ?, 'Bestseller', 1, 1 FROM orders WHERE id >= ?`,
      [id, insertId],
    )

    const stale = await market.json(ana, 'DELETE', `/api/items/${id}`, undefined, { 'if-match': '"x"' })
    const [untouched] = await database.rows('SELECT COUNT(*) AS n FROM order_lines WHERE item_id = ?', [id])
    const before = await statements()
    const removed = await market.json(ana, 'DELETE', `/api/items/${id}`)
    const after = await statements()
    const [lines] = await database.rows(
      'SELECT COUNT(*) AS n, COUNT(item_id) AS linked FROM order_lines WHERE name = ?',
      ['Bestseller'],
    )

    expect([stale.status, removed.status]).toEqual([412, 204])
    expect(untouched).toEqual({ n: 2_500 })
    expect(await market.stock('Bestseller')).toBeUndefined()
    expect(lines).toEqual({ n: 2_500, linked: 0 })
    expect(after - before).toBe(3)
  })

  test('removes an item once', async () => {
    const id = await market.addItem('Gone soon', 4, '1.00')
    const remove = () => market.json(ana, 'DELETE', `/api/items/${id}`)

    const answers = [await remove(), await remove()]

    expect(answers.map(({ status }) => status)).toEqual([204, 404])
  })
})

describe('who is no admin', () => {
  test('is led to the form to sign in by pages, and gets a 401 from the API', async () => {
    const anyone = market.anyone()

    const question = await anyone.get('/admin')
    const written = await market.json(anyone, 'POST', '/api/items', { name: 'x', quantity: 1, price: 1 })

    expect([question.status, question.headers.get('location')]).toEqual([303, '/login?next=/admin'])
    expect(written.status).toBe(401)
    expect(written.headers.get('content-type')).toContain('application/problem+json')
  })

  test.each(['/admin/orders?state=closed&before=9', '/admin/members?q=a%26b+c'])(
    'comes back to %s after signing in',
    async (path) => {
      const to = (await market.anyone().get(path)).headers.get('location') ?? ''

      expect(new URL(to, origin).searchParams.get('next')).toBe(path)
    },
  )

  test('is refused as a member', async () => {
    const answers = await Promise.all([
      bo.get('/admin'),
      bo.post('/admin/items', { name: 'x', quantity: '1', price: '1' }),
      market.json(bo, 'POST', '/api/items', { name: 'x', quantity: 1, price: 1 }),
      market.json(bo, 'DELETE', '/api/items/1'),
    ])

    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403])
    expect(await market.stock('x')).toBeUndefined()
  })

  test('sees no link to the admin pages', async () => {
    expect(find(await (await bo.get('/market')).text(), 'a[href="/admin/overview"]')).toEqual([])
    expect(find(await (await ana.get('/market')).text(), 'a[href="/admin/overview"]')).not.toEqual([])
  })
})
