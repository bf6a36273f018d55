import { beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { served } from '../support/served.ts'
import { openReplica } from '../support/servers/replica.ts'
import { type Market, openMarket } from '../support/site/market.ts'
import { attributeIn, find, textsIn } from '../support/site/markup.ts'
import type { Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(180_000)

let market: Market
let ana: Visitor
let bo: Visitor
let cem: Visitor
let item: number
let items = 0

beforeAll(async () => {
  market = await openMarket(await openReplica())
  ana = await market.signedIn('ana', 'admin')
  bo = await market.signedIn('bo')
  cem = await market.signedIn('cem')
})

beforeEach(async () => {
  const { write } = market.replica.database
  await write('DELETE FROM window_orders')
  await write('DELETE FROM order_windows')
  await write(`UPDATE settings SET value = '' WHERE name = 'ORDER_WINDOWS'`)
  await market.replica.context.cache.invalidate(['settings'])
  item = await market.addItem(nameOf(++items), 50, '2.00')
})

const nameOf = (number: number) => `Jam ${number}`
const stock = async () => (await market.stock(nameOf(items)))!.quantity

const hour = 3_600_000
const inZone = (ms: number) => new Date(Date.now() + ms).toISOString().slice(0, 16)

/** The fields of the form for a window: it opens and closes so many hours from now. */
const fields = (opens: number, closes: number, places = ['Barn']) => ({
  ...{ name: 'Spring', timeZone: 'UTC', opens: inZone(opens * hour), closes: inZone(closes * hour) },
  ...Object.fromEntries(
    places.flatMap((place, n) => [
      [`place-${n}`, place],
      [`starts-${n}`, inZone((closes + 24) * hour)],
      [`ends-${n}`, inZone((closes + 25) * hour)],
    ]),
  ),
})

type Listed = {
  id: number
  name: string
  opensAt: string
  closesAt: string
  pickups: { id: number; endsAt: string }[]
}
const windows = async (): Promise<Listed[]> => (await bo.get('/api/orders/windows')).json()

async function open(opens = -1, closes = 1, places = ['Barn']): Promise<Listed> {
  const answer = await ana.post('/admin/windows', fields(opens, closes, places))
  expect(answer.status, await answer.text()).toBe(303)
  return (await windows())[0]!
}

const csv = (content: string) => new File([content], 'windows.csv', { type: 'text/csv' })
const order = (buyer: Visitor, quantity: number, more = {}) =>
  market.json(buyer, 'POST', '/api/orders', { items: [{ item, quantity }], ...more })
const change = (buyer: Visitor, id: number, body: object) =>
  market.json(buyer, 'PATCH', `/api/orders/${id}`, body)
const detail = async (answer: Response) => (await answer.json()).detail as string
const closeIt = ({ id }: Listed) => ana.post(`/admin/windows/${id}/close`)

describe('ordering', () => {
  test('is as always on a board without windows', async () => {
    const placed = await order(bo, 2)
    const { id, pickup } = await placed.json()

    expect(placed.status).toBe(201)
    expect(pickup).toBeNull()
    expect(await detail(await change(bo, id, { lines: [{ line: 1, quantity: 3 }] }))).toBe(
      'This order can only be cancelled.',
    )
    expect(await (await bo.get('/market')).text()).not.toContain('name="pickup"')
    expect(await (await order(bo, 1, { pickup: 5 })).json()).toMatchObject({ status: 409 })
    expect(await stock()).toBe(48)
  })

  test('waits for the next window, which the market tells', async () => {
    await open(1, 2)
    const [{ n: before }] = (await market.replica.database.rows<{ n: number }>(
      'SELECT COUNT(*) AS n FROM orders',
    )) as [{ n: number }]

    const refused = await order(bo, 1)
    const page = await (await bo.get('/market')).text()
    const stranger = await (await market.anyone().get('/market')).text()
    const [{ n: after }] = (await market.replica.database.rows<{ n: number }>(
      'SELECT COUNT(*) AS n FROM orders',
    )) as [{ n: number }]

    expect(refused.status).toBe(409)
    expect(await detail(refused)).toMatch(/^Nobody can order at the moment: the next window opens on .+\.$/)
    expect(page).toContain('Nobody can order at the moment: the next window opens on')
    expect(stranger).toContain('Nobody can order at the moment: the next window opens on')
    expect(page).not.toContain('action="/market/orders"')
    expect(after).toBe(before)
    expect(await stock()).toBe(50)
  })

  test('says so where no further window is planned', async () => {
    const window = await open()
    await closeIt(window)

    expect(await detail(await order(bo, 1))).toBe(
      'Nobody can order at the moment: no further window is planned yet.',
    )
    expect(await stock()).toBe(50)
  })

  test('needs a choice where there are several pick-ups, and remembers the last', async () => {
    const { pickups } = await open(-1, 1, ['Barn', 'School'])
    const [, school] = pickups

    const unsaid = await order(bo, 1)
    const elsewhere = await order(bo, 1, { pickup: 99_999 })
    const placed = await (await order(bo, 1, { pickup: school!.id })).json()
    const page = await (await bo.get('/market')).text()
    const form = await market.form(cem, '/market/orders', {
      ...{ item: `${item}`, quantity: '2', pickup: `${school!.id}` },
    })

    expect([unsaid.status, elsewhere.status, form.status]).toEqual([422, 409, 200])
    expect(placed.pickup).toMatchObject({ id: school!.id, place: 'School', window: { name: 'Spring' } })
    expect(find(page, `option[value="${school!.id}"][selected]`).length).toBeGreaterThan(0)
    expect(await stock()).toBe(47)
  })

  test('with the same key gives the same order, also when the window has closed meanwhile', async () => {
    const window = await open()
    const key = { key: crypto.randomUUID() }
    const first = await (await order(bo, 1, key)).json()
    await closeIt(window)

    const again = await order(bo, 1, key)

    expect([again.status, (await again.json()).id]).toEqual([200, first.id])
    expect(await stock()).toBe(49)
  })
})

describe('an order in a window that is open', () => {
  test('is changed: pieces move, a line of none goes, it is picked up elsewhere', async () => {
    const { pickups } = await open(-1, 1, ['Barn', 'School'])
    const other = await market.addItem(`Second ${items}`, 9, '1.50')
    const body = {
      items: [
        { item, quantity: 2 },
        { item: other, quantity: 4 },
      ],
      pickup: pickups[0]!.id,
    }
    const placed = await (await market.json(bo, 'POST', '/api/orders', body)).json()

    const more = await change(bo, placed.id, { lines: [{ line: 1, quantity: 5 }], pickup: pickups[1]!.id })
    const less = await change(bo, placed.id, { lines: [{ line: 2, quantity: 0 }] })
    const none = await change(bo, placed.id, { lines: [{ line: 1, quantity: 0 }] })
    const tooMany = await change(bo, placed.id, { lines: [{ line: 1, quantity: 51 }] })

    expect(await more.json()).toMatchObject({ total: '16.00', pickup: { place: 'School' } })
    expect((await less.json()).lines).toMatchObject([{ line: 1, quantity: 5 }])
    expect([none.status, tooMany.status]).toEqual([422, 409])
    expect(await detail(tooMany)).toBe(`Only 45 of ${nameOf(items)} left. Nothing was changed.`)
    expect(await stock()).toBe(45)
    expect(await market.stock(`Second ${items}`)).toMatchObject({ quantity: 9 })
  })

  test('is not changed by lines that it does not have, or that are named twice', async () => {
    await open()
    const { id } = await (await order(bo, 2)).json()

    const unknown = await change(bo, id, { lines: [{ line: 7, quantity: 1 }] })
    const twice = await change(bo, id, {
      lines: [
        { line: 1, quantity: 1 },
        { line: 1, quantity: 3 },
      ],
    })

    expect([unknown.status, twice.status]).toEqual([422, 422])
    expect(await detail(twice)).toBe('These are not lines of this order, each once.')
    expect(await stock()).toBe(48)
  })

  test('takes no more pieces at a price that has changed since, but gives some back', async () => {
    await open()
    const { id } = await (await order(bo, 2)).json()
    await market.json(ana, 'PATCH', `/api/items/${item}`, { price: '3' })

    const more = await change(bo, id, { lines: [{ line: 1, quantity: 3 }] })
    const less = await change(bo, id, { lines: [{ line: 1, quantity: 1 }] })

    expect(await detail(more)).toBe(`The price of ${nameOf(items)} has changed. Nothing was changed.`)
    expect(await less.json()).toMatchObject({ lines: [{ quantity: 1, price: '2.00' }] })
    expect(await stock()).toBe(49)
  })

  test('is changed by a plain form, and a form that was overtaken is refused', async () => {
    await open()
    const { id } = await (await order(bo, 2)).json()
    const page = await (await bo.get('/market/orders')).text()
    const version = page.match(/name="version" value="([^"]*)"/)![1]!
    const form = { version, 'quantity-1': '4' }

    const saved = await bo.post(`/market/orders/${id}`, form)
    const overtaken = await bo.post(`/market/orders/${id}`, { version, 'quantity-1': '9' })
    const others = await cem.post(`/market/orders/${id}`, { 'quantity-1': '9' })

    expect([saved.status, saved.headers.get('location')]).toEqual([303, `/market/orders#order-${id}`])
    expect(overtaken.status).toBe(409)
    expect(await overtaken.text()).toContain('This was changed meanwhile')
    expect(others.status).toBe(404)
    expect(await stock()).toBe(46)
  })

  test('that is changed twice at once from one form is changed once', async () => {
    await open()
    const { id } = await (await order(bo, 2)).json()
    const page = await (await bo.get('/market/orders')).text()
    const version = page.match(/name="version" value="([^"]*)"/)![1]!

    const answers = await Promise.all(
      [3, 4, 5, 6].map((n) => bo.post(`/market/orders/${id}`, { version, 'quantity-1': `${n}` })),
    )
    const { lines } = await (await bo.get(`/api/orders/${id}`)).json()

    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409, 409, 409])
    expect((await stock()) + lines[0].quantity).toBe(50)
  })

  test('that is changed and cancelled at once leaves the stock exact', async () => {
    await open()
    const placed = await Promise.all(Array.from({ length: 6 }, async () => (await order(bo, 3)).json()))

    await Promise.all(
      placed.flatMap(({ id }, n) => [
        served(() => change(bo, id, { lines: [{ line: 1, quantity: n + 1 }] })),
        served(() => change(bo, id, { state: 'cancelled' })),
      ]),
    )
    const orders = await Promise.all(placed.map(async ({ id }) => (await bo.get(`/api/orders/${id}`)).json()))

    expect(orders.every(({ state }) => state === 'cancelled')).toBe(true)
    expect(await stock()).toBe(50)
  })
})

describe('an order whose window has closed', () => {
  test('stays as it is for its buyer; an admin may still cancel it', async () => {
    const window = await open()
    const { id } = await (await order(bo, 2)).json()
    const stays = 'Its window has closed: this order stays as it is. Ask who runs the market.'
    await closeIt(window)

    const changed = await change(bo, id, { lines: [{ line: 1, quantity: 1 }] })
    const cancelled = await change(bo, id, { state: 'cancelled' })
    const form = await bo.post(`/market/orders/${id}/cancel`)
    const page = await (await bo.get('/market/orders')).text()
    const left = await stock()
    const byAdmin = await change(ana, id, { state: 'cancelled' })

    expect([await detail(changed), await detail(cancelled)]).toEqual([stays, stays])
    expect([changed.status, cancelled.status, form.status]).toEqual([409, 409, 409])
    expect(page).not.toContain(`/market/orders/${id}/cancel`)
    expect([left, byAdmin.status, await stock()]).toEqual([48, 200, 50])
  })

  test('is no other than those that whoever closed it found, however many order meanwhile', async () => {
    const window = await open()
    const { database } = market.replica
    const count = async () =>
      (await database.rows<{ n: number }>('SELECT COUNT(*) AS n FROM window_orders'))[0]!.n

    const pressing = Array.from({ length: 40 }, () => order(cem, 1))
    await Promise.race(pressing)
    await closeIt(window)
    const found = await count()
    const answers = await Promise.all(pressing)
    const placed = answers.filter(({ status }) => status === 201).length

    expect(answers.filter(({ status }) => ![201, 409, 503].includes(status))).toEqual([])
    expect([await count(), placed]).toEqual([found, found])
    expect((await stock()) + placed).toBe(50)
  })
})

describe('an admin', () => {
  test('writes times as a clock shows them in the time zone of the window', async () => {
    const form = { ...fields(-1, 1), timeZone: 'Europe/Berlin' }
    const winter = { opens: '2031-01-10T18:00', closes: '2031-01-11T18:00' }
    const pickup = { 'starts-0': '2031-07-01T18:00', 'ends-0': '2031-07-01T19:00' }

    await ana.post('/admin/windows', { ...form, ...winter, ...pickup })
    const [window] = await windows()
    const page = await (await ana.get(`/admin/windows/${window!.id}`)).text()

    expect(window).toMatchObject({
      opensAt: '2031-01-10T17:00:00.000Z',
      pickups: [{ startsAt: '2031-07-01T16:00:00.000Z' }],
    })
    expect(page).toContain('value="2031-01-10T18:00"')
    expect(page).toContain('value="2031-07-01T18:00"')
  })

  test.each([
    [{ name: '' }, 'One line of at most 60 characters.'],
    [{ timeZone: 'Mars/Base' }, 'There is no such time zone.'],
    [{ opens: 'soon' }, 'Give a day and a time.'],
    [{ opens: '2026-02-30T10:00' }, 'Give a day and a time.'],
    [{ closes: '2020-01-01T00:00' }, 'This ends before it begins.'],
    [{ 'place-0': '', 'starts-0': '', 'ends-0': '' }, 'A window needs a pick-up.'],
    [{ 'starts-0': '2020-01-01T00:00' }, 'A pick-up begins when the window has closed.'],
    [{ 'ends-0': '' }, 'Give a day and a time.'],
    [
      fields(
        1,
        2,
        Array.from({ length: 21 }, (_, n) => `Barn ${n}`),
      ),
      'A window has at most 20 pick-ups.',
    ],
  ])('is told what is wrong with a window (%#), and keeps what was typed', async (wrong, says) => {
    const answer = await ana.post('/admin/windows', { ...fields(1, 2, ['Old mill']), ...wrong })
    const page = await answer.text()

    expect(answer.status).toBe(422)
    expect(page).toContain(says)
    expect(await windows()).toEqual([])
  })

  test('has one window at a time', async () => {
    await open(-1, 2)

    const over = await ana.post('/admin/windows', fields(1, 3))
    const behind = await ana.post('/admin/windows', fields(2, 3))

    expect([over.status, behind.status]).toEqual([409, 303])
    expect(await over.text()).toContain('Spring is open for some of this time')
  })

  test('who adds two at once adds one', async () => {
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => ana.post('/admin/windows', fields(-1, 2))),
    )

    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409, 409, 409])
  })

  test('changes a window, but neither takes a pick-up from who chose it nor overtakes another', async () => {
    const { id, pickups } = await open(-1, 1, ['Barn', 'School'])
    await order(bo, 1, { pickup: pickups[0]!.id })
    const version = (await (await ana.get(`/admin/windows/${id}`)).text()).match(
      /name="version" value="([^"]*)"/,
    )![1]!
    const kept = (n: number) => ({ [`pickup-${n}`]: `${pickups[n]!.id}` })
    const form = { ...fields(-1, 2, ['Barn', 'School']), version }

    const without = await ana.post(`/admin/windows/${id}`, {
      ...{ ...fields(-1, 2, ['School']), version, 'pickup-0': `${pickups[1]!.id}` },
    })
    const changed = await ana.post(`/admin/windows/${id}`, { ...form, ...kept(0), name: 'Late spring' })
    const overtaken = await ana.post(`/admin/windows/${id}`, { ...form, ...kept(0), name: 'Early' })
    const removed = await ana.post(`/admin/windows/${id}/remove`)

    expect([without.status, changed.status, overtaken.status]).toEqual([409, 303, 409])
    expect(await without.text()).toContain('Somebody picks up at Barn')
    expect([removed.status, await removed.text()]).toEqual([
      409,
      expect.stringContaining('Somebody has ordered in this window, so it stays.'),
    ])
    expect(await windows()).toMatchObject([{ name: 'Late spring', pickups: [{ id: pickups[0]!.id }, {}] }])
  })

  test('who saves a form as it was shown moves nothing, not even by seconds', async () => {
    const window = await open()
    await closeIt(window)
    await market.replica.database.write(
      `UPDATE order_windows SET closes_at = '2027-10-31 01:30:59.5', time_zone = 'Europe/Berlin',
              opens_at = '2027-10-30 12:00:07.25' WHERE id = ?`,
      [window.id],
    )
    await market.replica.database.write(
      `UPDATE pickups SET starts_at = '2027-11-01 10:00:30', ends_at = '2027-11-01 11:00:30'`,
    )
    const before = (await windows())[0]!
    const page = await (await ana.get(`/admin/windows/${window.id}`)).text()
    const shown = Object.fromEntries(
      ['opens', 'closes', 'pickup-0', 'place-0', 'starts-0', 'ends-0', 'version'].map((name) => [
        name,
        attributeIn(page, `form [name="${name}"]`, 'value'),
      ]),
    )

    const more = { name: 'Another', timeZone: 'Europe/Berlin' }
    const saved = await ana.post(`/admin/windows/${window.id}`, { ...shown, ...more })

    expect([saved.status, shown.closes]).toEqual([303, '2027-10-31T02:30'])
    expect((await windows())[0]).toEqual({ ...before, ...more })
  })

  test('has windows as a file, which comes back in as it is, and changes and adds what it says', async () => {
    await ana.post('/admin/windows', {
      ...{
        name: '=Spring',
        timeZone: 'Europe/Berlin',
        opens: '2031-01-10T18:00',
        closes: '2031-01-11T18:00',
      },
      ...{ 'place-0': 'Barn, old', 'starts-0': '2031-07-01T18:00', 'ends-0': '2031-07-01T19:00' },
    })
    const before = await windows()
    const send = async (content: string, partial = '') =>
      textsIn(await (await ana.post('/admin/windows/import', { file: csv(content), partial })).text(), 'td')

    const file = await (await ana.get('/admin/windows.csv')).text()
    const row = file.split('\r\n')[1] ?? ''
    const again = await send(file)
    const after = await windows()
    const wrong = await send(
      `${file}=Spring,2031-01-10 18:00,2031-01-11 18:00,UTC,School,2031-07-02 18:00,2031-07-02 19:00\n` +
        'Late,2031-01-11 10:00,2031-01-12 18:00,Europe/Berlin,Barn,2031-01-12 10:00,soon\n',
    )
    const unchanged = await windows()
    const changed = await send(
      `${file.replace('19:00', '20:00')}${row.replace('"Barn, old"', 'School')}\n` +
        'Late,2031-01-11 10:00,2031-01-12 18:00,Europe/Berlin,Barn,2031-02-12 10:00,2031-02-12 11:00\n' +
        'May,2031-05-11 10:00,2031-05-12 18:00,UTC,Barn,2031-05-13 10:00,2031-05-13 11:00\n',
      'yes',
    )

    expect(file).toBe(
      'window,opens,closes,time zone,place,from,until\r\n' +
        `'=Spring,2031-01-10 18:00,2031-01-11 18:00,Europe/Berlin,"Barn, old",2031-07-01 18:00,2031-07-01 19:00\r\n`,
    )
    expect(again).toEqual(['2', '=Spring · Barn, old', 'Was so already.'])
    expect([after, unchanged]).toEqual([before, before])
    expect(wrong.filter((_, n) => n % 3 === 2)).toEqual([
      'Line 2 says otherwise of this window.',
      'from: A pick-up begins when the window has closed. until: Give a day and a time.',
    ])
    expect(changed.filter((_, n) => n % 3 === 2)).toEqual([
      ...[
        'Changed.',
        'Added.',
        '=Spring is open for some of this time: there is one window at a time.',
        'Added.',
      ],
    ])
    expect((await windows()).map(({ name, pickups }) => [name, pickups.map(({ endsAt }) => endsAt)])).toEqual(
      [
        ['May', ['2031-05-13T11:00:00.000Z']],
        ['=Spring', ['2031-07-01T18:00:00.000Z', '2031-07-01T17:00:00.000Z']],
      ],
    )
  })

  test.each([
    ['', 'Choose a file.'],
    ['window,opens\nSpring,2031-01-10 18:00\n', 'missing: closes, time zone, place, from, until.'],
    ['window,opens,closes,time zone,place,from,until\n', 'This file has no rows.'],
    [
      `window,opens,closes,time zone,place,from,until\n${'a,b,c,d,e,f,g\n'.repeat(501)}`,
      'A file of windows has at most 500 rows.',
    ],
  ])('is told what is wrong with a file of windows as a whole (%#)', async (content, says) => {
    const answer = await ana.post('/admin/windows/import', { file: csv(content) })

    expect(answer.status).toBe(422)
    expect(textsIn(await answer.text(), '#file-error').join()).toContain(says)
  })

  test('who removes the last window has a board without windows again', async () => {
    const { id } = await open(1, 2)
    await ana.post(`/admin/windows/${id}/remove`)

    expect((await order(bo, 1)).status).toBe(201)
    expect((await bo.get('/admin/windows')).status).toBe(403)
  })
})

describe('a limit for each member', () => {
  test('counts the orders of one window, and holds when one of them is changed', async () => {
    await market.json(ana, 'PATCH', `/api/items/${item}`, { mostEach: 3 })
    const first = await open()
    const placed = await order(bo, 2)
    const { id } = await placed.json()
    const tooMany = await order(bo, 2)
    const grown = await change(bo, id, { lines: [{ line: 1, quantity: 4 }] })
    const fits = await change(bo, id, { lines: [{ line: 1, quantity: 3 }] })
    await market.json(ana, 'PATCH', `/api/orders/${id}`, { state: 'completed' })
    const handedOver = await order(bo, 1)
    await closeIt(first)
    await market.replica.database.write(
      `UPDATE order_windows
          SET opens_at = opens_at - INTERVAL 1 DAY, closes_at = closes_at - INTERVAL 1 DAY`,
    )
    await open()
    const next = await order(bo, 3)

    expect([placed, tooMany, grown, fits, handedOver, next].map(({ status }) => status)).toEqual([
      201, 409, 409, 200, 409, 201,
    ])
    expect(await detail(grown)).toBe(
      `Each member may have 3 of ${nameOf(items)} at a time, and with this you would have 4. Nothing was changed.`,
    )
  })
})

describe('a program of an admin', () => {
  const draft = () => ({
    ...{ name: 'Autumn', timeZone: 'UTC', opensAt: moment(-1), closesAt: moment(1) },
    pickups: [{ place: 'Barn', startsAt: moment(3), endsAt: moment(4) }],
  })
  const moment = (hours: number) => new Date(Date.now() + hours * hour).toISOString()
  const send = (method: string, path: string, body?: unknown, headers = {}, by = ana) =>
    market.json(by, method, `/api/orders/windows${path}`, body, headers)

  test('adds a window, changes it as long as it is what it read, closes and removes it', async () => {
    const added = await send('POST', '', draft())
    const { id, pickups } = await added.json()
    const etag = (await send('GET', `/${id}`)).headers.get('etag')!
    const places = [
      { ...pickups[0], place: 'Old barn' },
      { ...draft().pickups[0], place: 'School' },
    ]

    const changed = await send('PATCH', `/${id}`, { pickups: places }, { 'if-match': etag })
    const stale = await send('PATCH', `/${id}`, { name: 'Late' }, { 'if-match': etag })
    const placed = await order(bo, 1, { pickup: pickups[0].id })
    await send('PATCH', `/${id}`, { closesAt: moment(0) })
    const late = await order(bo, 1, { pickup: pickups[0].id })
    const kept = await send('DELETE', `/${id}`)
    const leaving = await send('PATCH', `/${id}`, { pickups: places.slice(1) })

    expect([added.status, added.headers.get('location')]).toEqual([201, `/api/orders/windows/${id}`])
    expect(await changed.json()).toMatchObject({
      ...{ id, name: 'Autumn' },
      pickups: [{ id: pickups[0].id, place: 'Old barn' }, { place: 'School' }],
    })
    expect([stale.status, placed.status, late.status, kept.status]).toEqual([412, 201, 409, 409])
    expect([leaving.status, (await send('GET', '/99999')).status]).toEqual([409, 404])
  })

  test('changes a part of it, and takes back nothing that others change at that moment', async () => {
    const { id } = await (await send('POST', '', draft())).json()
    const changes = [{ name: 'Late autumn' }, { timeZone: 'Europe/Berlin' }, { closesAt: moment(2) }]

    for (let round = 0; round < 3; round++) {
      await send('PATCH', `/${id}`, { name: 'Autumn', timeZone: 'UTC', closesAt: moment(1) })
      await Promise.all(changes.map((fields) => send('PATCH', `/${id}`, fields)))
      expect(await (await send('GET', `/${id}`)).json()).toMatchObject(Object.assign({}, ...changes))
    }
  })

  test('is told what is wrong, and removes what nobody ordered in', async () => {
    const wrong = await send('POST', '', { ...draft(), closesAt: moment(-2), timeZone: 'Mars/Base' })
    const { id } = await (await send('POST', '', draft())).json()
    const over = await send('POST', '', draft())
    const member = await send('DELETE', `/${id}`, undefined, {}, bo)
    const removed = await send('DELETE', `/${id}`)

    expect([wrong.status, over.status, member.status, removed.status]).toEqual([422, 409, 403, 204])
    expect((await wrong.json()).errors).toBeDefined()
    expect(await windows()).toEqual([])
  })
})
