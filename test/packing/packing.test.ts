import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { startCourier } from '../support/servers/courier.ts'
import { startMailSink } from '../support/servers/mail-sink.ts'
import { openReplica } from '../support/servers/replica.ts'
import { type Market, openMarket } from '../support/site/market.ts'
import { find, textsIn } from '../support/site/markup.ts'
import type { Visitor } from '../support/site/visitor.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(120_000)

let market: Market
let ana: Visitor
let bo: Visitor
let cem: Visitor
let window: number
let orders: Record<'bo' | 'boAgain' | 'cem' | 'cancelled', number>

beforeAll(async () => {
  market = await openMarket(await openReplica())
  ana = await market.signedIn('ana', 'admin')
  bo = await market.signedIn('bo')
  cem = await market.signedIn('cem')
  const { write, rows } = market.replica.database
  await write(`INSERT INTO settings (name, value) VALUES ('ORDER_WINDOWS', 'yes')`)
  const { insertId } = await write(
    `INSERT INTO order_windows (name, opens_at, closes_at, time_zone)
     VALUES ('Spring', NOW(3) - INTERVAL 1 DAY, NOW(3) + INTERVAL 1 DAY, 'Europe/Berlin')`,
  )
  window = insertId
  await write(
    `INSERT INTO pickups (window_id, place, starts_at, ends_at)
     VALUES (?, 'Barn', '2031-01-02 17:00', '2031-01-02 18:00'),
            (?, 'School', '2031-01-03 17:00', '2031-01-03 18:00')`,
    [window, window],
  )
  const [barn, school] = (await rows<{ id: number }>('SELECT id FROM pickups ORDER BY id')).map(
    ({ id }) => id,
  )
  const jam = await market.addItem('=Jam', 50, '2.00')
  const bread = await market.addItem('Bread, dark', 50, '3.50')
  const order = async (buyer: Visitor, pickup: number | undefined, items: object[]) =>
    (await (await market.json(buyer, 'POST', '/api/orders', { items, pickup })).json()).id as number
  orders = {
    bo: await order(bo, barn, [{ item: jam, quantity: 2 }]),
    boAgain: await order(bo, barn, [{ item: bread, quantity: 1 }]),
    cem: await order(cem, school, [
      { item: jam, quantity: 3 },
      { item: bread, quantity: 4 },
    ]),
    cancelled: await order(cem, school, [{ item: jam, quantity: 9 }]),
  }
  await market.json(cem, 'PATCH', `/api/orders/${orders.cancelled}`, { state: 'cancelled' })
  await ana.post(`/admin/windows/${window}/close`)
})

const page = async (path: string) => (await ana.get(`/admin/windows/${window}/${path}`)).text()

describe('the packing list', () => {
  test('sums up by item, and tells by place and person what is in each parcel', async () => {
    const text = await page('packing')
    const parcels = textsIn(text, '.parcel')

    expect(textsIn(text, '.grid tbody th')).toEqual(['=Jam', 'Bread, dark'])
    expect(textsIn(text, '.grid tbody .number')).toEqual(['5', '5'])
    expect(parcels).toHaveLength(2)
    expect(parcels[0]).toContain('€7.50')
    expect(parcels[0]).toContain(`Order ${orders.bo}`)
    expect(parcels[0]).toContain(`Order ${orders.boAgain}`)
    expect(parcels[1]).toContain('€20.00')
    expect(text).not.toContain(`Order ${orders.cancelled}<`)
  })

  test('shows the hours of pick-up in the time zone of the window', async () => {
    expect(await page('packing')).toContain('18:00 – 19:00')
  })

  test.each(['packing', 'hand-over', 'supplier', 'supplier.csv'])('is for admins: %s', async (path) => {
    expect((await bo.get(`/admin/windows/${window}/${path}`)).status).toBe(403)
    expect((await ana.get(`/admin/windows/99999/${path}`)).status).toBe(404)
  })
})

describe('the list for the supplier', () => {
  test('is a file in which no name is a formula', async () => {
    const answer = await ana.get(`/admin/windows/${window}/supplier.csv`)

    expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="supplier-${window}.csv"`)
    expect(await answer.text()).toBe(`name,quantity\r\n'=Jam,5\r\n"Bread, dark",5\r\n`)
  })

  test('goes by mail to an address, with the file', async () => {
    const sink = await startMailSink()
    await startCourier(market.replica.database, sink.url)

    const wrong = await ana.post(`/admin/windows/${window}/supplier`, { address: 'farm' })
    const sent = await ana.post(`/admin/windows/${window}/supplier`, { address: 'farm@board.example' })
    await until(() => sink.received.length > 0)
    const mail = sink.received[0]!
    const file = mail.text.split('filename=order.csv')[1]?.split('\r\n\r\n')[1] ?? ''

    expect([wrong.status, sent.status]).toEqual([422, 303])
    expect(await wrong.text()).toContain('This is no address for mail.')
    expect(mail.to).toBe('farm@board.example')
    expect(mail.text.replaceAll('=\r\n', '')).toContain('Bread, dark=E2=81=A9=E2=80=9D\r\n')
    expect(Buffer.from(file, 'base64').toString()).toContain('"Bread, dark",5')
  })
})

test('that all is packed is told once, and not while the window is open', async () => {
  const { write, rows } = market.replica.database
  const { insertId: open } = await write(
    `INSERT INTO order_windows (name, opens_at, closes_at, time_zone)
     VALUES ('Open', NOW(3), NOW(3) + INTERVAL 1 DAY, 'UTC')`,
  )
  const early = await ana.post(`/admin/windows/${open}/ready`)
  const before = textsIn(await page('packing'), 'form[action$="/ready"] button')

  const ready = await ana.post(`/admin/windows/${window}/ready`)
  await ana.post(`/admin/windows/${window}/ready`)

  expect([early.status, ready.status]).toEqual([409, 303])
  expect(before).toEqual(['All is packed: tell everybody who ordered'])
  expect(await page('packing')).toContain('Everybody who ordered is told that it can be picked up.')
  expect(await rows(`SELECT window_id AS id FROM window_tellings WHERE stage = 'ready'`)).toEqual([
    { id: window },
  ])
  await write('DELETE FROM order_windows WHERE id = ?', [open])
})

describe('handing over', () => {
  test('ticks an order off, which then can neither be cancelled nor handed over to somebody else', async () => {
    const path = `/admin/windows/${window}/hand-over`
    const before = find(await page('hand-over'), 'button').length

    const done = await ana.post(`${path}/${orders.bo}`)
    const again = await ana.post(`${path}/${orders.bo}`)
    const cancelled = await market.json(ana, 'PATCH', `/api/orders/${orders.bo}`, { state: 'cancelled' })
    const elsewhere = await ana.post(`/admin/windows/99999/hand-over/${orders.boAgain}`)
    const text = await page('hand-over')

    expect([done.status, done.headers.get('location')]).toEqual([303, `${path}#order-${orders.bo}`])
    expect([again.status, cancelled.status, elsewhere.status]).toEqual([303, 409, 404])
    expect((await cancelled.json()).detail).toBe('This order is completed already.')
    expect(find(text, `#order-${orders.bo} .done`)).toHaveLength(1)
    expect(find(text, `#order-${orders.bo} .box`)).toHaveLength(0)
    expect(find(text, `#order-${orders.boAgain} .box`).length).toBeGreaterThan(0)
    expect(find(text, 'button').length).toBe(before - 1)
  })

  test('says who has paid and who has not', async () => {
    await ana.post(`/admin/orders/${orders.boAgain}/paid`)
    const text = await page('hand-over')

    expect(textsIn(text, `#order-${orders.boAgain} .state`)).toEqual(['Paid'])
    expect(textsIn(text, `#order-${orders.cem} .state`)).toEqual(['Not paid'])
  })

  test('swaps the card in place, and tells of an order that is cancelled', async () => {
    const card = await (await market.form(ana, `/admin/windows/${window}/hand-over/${orders.cem}`)).text()
    const gone = await ana.post(`/admin/windows/${window}/hand-over/${orders.cancelled}`)

    expect(find(card, `article#order-${orders.cem}`)).toHaveLength(1)
    expect(card).toContain('Handed over')
    expect(gone.status).toBe(409)
    expect(await gone.text()).toContain('This order is cancelled already.')
  })
})

describe('the calendar', () => {
  test('has when and where an order is picked up, for who ordered it', async () => {
    const answer = await bo.get(`/market/orders/${orders.boAgain}/pickup.ics`)
    const text = await answer.text()

    expect(answer.headers.get('content-type')).toBe('text/calendar;charset=utf-8')
    expect(text).toContain('DTSTART:20310102T170000Z\r\n')
    expect(text).toContain('LOCATION:Barn\r\n')
    expect(text).toContain('DESCRIPTION:1 × Bread\\, dark\r\n')
    expect(text.endsWith('END:VCALENDAR\r\n')).toBe(true)
    expect((await cem.get(`/market/orders/${orders.boAgain}/pickup.ics`)).status).toBe(404)
    expect(await (await bo.get('/market/orders')).text()).toContain(
      `/market/orders/${orders.boAgain}/pickup.ics`,
    )
  })
})
