import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { renderSVG } from 'uqr'
import { makeInvoice } from '../../src/payments/service.ts'
import { transfer } from '../../src/payments/ways.ts'
import { readPdf } from '../support/pdf.ts'
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
let jam: number
const year = new Date().getUTCFullYear()
const iban = 'DE89370400440532013000'
const seller = {
  ...{ name: 'Village Shop', iban: 'de89 3704 0044 0532 0130 00', bic: '', address: 'Hill 1\n12345 Village' },
  ...{ taxRate: '7', taxNote: 'Tax number 1/2' },
}

beforeAll(async () => {
  market = await openMarket(await openReplica())
  ana = await market.signedIn('ana', 'admin')
  bo = await market.signedIn('bo')
  cem = await market.signedIn('cem')
  jam = await market.addItem('Jam', 1_000, '2.50')
})

const order = async (buyer: Visitor, quantity = 2): Promise<number> =>
  (await (await market.json(buyer, 'POST', '/api/orders', { item: jam, quantity })).json()).id
const text = async (visitor: Visitor, path: string) => (await visitor.get(path)).text()
const setSeller = (changed: Partial<typeof seller> = {}) =>
  ana.post('/admin/payment', { ...seller, ...changed })
const clearSeller = () =>
  ana.post('/admin/payment', { name: '', iban: '', bic: '', address: '', taxRate: '', taxNote: '' })
const invoiceOf = async (visitor: Visitor, id: number) =>
  (await market.json(visitor, 'GET', `/api/orders/${id}/invoice`)).json()

describe('who is paid', () => {
  test('is checked field by field, and kept only when all of it is right', async () => {
    await clearSeller()
    const wrong = await setSeller({ iban: 'DE88 3704 0044 0532 0130 00', bic: 'X', taxRate: '1,234' })
    const page = await wrong.text()

    expect(wrong.status).toBe(422)
    expect(page).toContain('This is no IBAN: its check digits or its length are wrong.')
    expect(page).toContain('A BIC has 8 or 11 letters and digits')
    expect(page).toContain('A rate is a number from 0 to 99.99')
    expect(page).toContain('value="DE88 3704 0044 0532 0130 00"')
    expect(await text(ana, '/admin/payment')).not.toContain('Village Shop')
    const unnamed = await setSeller({ name: '' })
    expect([unnamed.status, await unnamed.text()]).toEqual([422, expect.stringContaining('Say who is paid')])
    const long = await setSeller({ name: 'x'.repeat(71) })
    expect([long.status, await long.text()]).toEqual([422, expect.stringContaining('at most 70 characters')])
  })

  test('is shown as it is kept, and noted for the other admins', async () => {
    const saved = await setSeller()
    const page = await text(ana, '/admin/payment')

    expect(saved.headers.get('location')).toBe('/admin/payment?saved')
    expect(page).toContain(`value="${iban}"`)
    const [note] = await market.replica.database.rows<{ detail: string }>(
      `SELECT detail FROM admin_notes WHERE subject = 'SELLER' ORDER BY id DESC LIMIT 1`,
    )
    expect(note?.detail).toBe(`Village Shop ${iban}`)
  })

  test('is not overwritten by a form that is older', async () => {
    await setSeller()
    const [version = ''] = /(?<=name="version" value=")[^"]*/.exec(await text(ana, '/admin/payment')) ?? []
    await setSeller({ taxNote: 'Another' })

    const overtaken = await ana.post('/admin/payment', { ...seller, taxNote: 'Third', version })

    expect(overtaken.status).toBe(409)
    expect(await text(ana, '/admin/payment')).toContain('Another')
    await setSeller()
  })
})

describe('on the page of an order', () => {
  test('its buyer is told to pay when they pick up, where nobody is paid by transfer', async () => {
    await clearSeller()
    const id = await order(bo)
    const page = await text(bo, `/market/orders/${id}`)
    await setSeller()

    expect(page).toContain('It is paid as agreed')
    expect(find(page, '.qr')).toHaveLength(0)
  })

  test('its buyer finds the transfer, and a code of it that a bank’s app reads', async () => {
    const id = await order(bo)
    const page = await text(bo, `/market/orders/${id}`)
    const site = market.replica.context.config.siteName

    expect(textsIn(page, '#transfer bdi')).toEqual([
      'Village Shop',
      'DE89 3704 0044 0532 0130 00',
      `Order ${id}`,
    ])
    const epc = ['BCD', '002', '1', 'SCT', '', 'Village Shop', iban, 'EUR5', 'GDDS', '', `Order ${id}`, site]
    expect(page).toContain(renderSVG(epc.join('\n'), { ecc: 'M', border: 4 }))
  })

  test('nobody else finds anything, and a stranger is asked to sign in', async () => {
    const id = await order(bo)
    await ana.post(`/admin/orders/${id}/paid`)

    for (const path of ['', '/invoice.pdf', '/receipt.pdf', '/credit-note.pdf'])
      expect((await cem.get(`/market/orders/${id}${path}`)).status).toBe(404)
    expect((await market.json(cem, 'GET', `/api/orders/${id}/invoice`)).status).toBe(404)
    expect((await market.anyone().get(`/market/orders/${id}`)).status).toBe(303)
    expect((await market.anyone().get(`/market/orders/${id}/invoice.pdf`)).status).toBe(401)
    expect((await cem.post(`/admin/orders/${id}/paid`)).status).toBe(403)
    expect((await bo.get('/market/orders/x')).status).toBe(404)
  })
})

test('a transfer in another currency has no code, and of nothing there is none', () => {
  const paid = { ...seller, iban }
  const of = (amount: `${number}`, currency: string) =>
    transfer.ask({ order: 1, amount, currency, site: 'Agora' }, paid)

  expect(of('300', 'JPY')).toMatchObject({ amount: '300', currency: 'JPY', epc: undefined })
  expect(of('1.250', 'KWD')).toMatchObject({ epc: undefined })
  expect(of('5.00', 'EUR')?.epc).toContain('\nEUR5\n')
  expect(of('0.00', 'EUR')).toBeUndefined()
  expect(
    transfer.ask({ order: 1, amount: '1', currency: 'EUR', site: '' }, { ...paid, iban: '' }),
  ).toBeUndefined()
})

describe('an order that an admin notes as paid', () => {
  test('says so to its buyer, has an invoice, and is noted once', async () => {
    const id = await order(bo)

    const answer = await ana.post(`/admin/orders/${id}/paid`)
    await ana.post(`/admin/orders/${id}/paid`)
    const page = await text(bo, `/market/orders/${id}`)

    expect(answer.headers.get('location')).toBe(`/admin/orders/${id}`)
    expect(page).toContain('It is paid: that was noted')
    expect(page).toContain('Receipt')
    expect(await text(bo, '/market/orders')).toContain('Paid')
    expect((await invoiceOf(bo, id)).number).toMatch(new RegExp(`^${year}-\\d{4}$`))
    const { rows } = market.replica.database
    expect(await rows('SELECT is_paid, noted_by FROM payment_notes WHERE order_id = ?', [id])).toHaveLength(1)
    expect(
      await rows(`SELECT id FROM admin_notes WHERE what = 'paid' AND subject = ?`, [`order ${id}`]),
    ).toHaveLength(1)
  })

  test('is found among those that are paid, and the others among those that are not', async () => {
    const [paid, owed] = [await order(bo), await order(bo)]
    await ana.post(`/admin/orders/${paid}/paid`)
    const listed = async (query: string) => textsIn(await text(ana, `/admin/orders${query}`), 'article h2')

    expect(await listed('?paid=yes')).toContain(`Order ${paid}`)
    expect(await listed('?paid=yes')).not.toContain(`Order ${owed}`)
    expect(await listed('?paid=no')).toContain(`Order ${owed}`)
    expect(await listed('?paid=no')).not.toContain(`Order ${paid}`)
    for (const id of [paid, owed]) await ana.post(`/admin/orders/${id}/complete`)
    expect(await listed('?state=closed&paid=no')).toContain(`Order ${owed}`)
    expect(await listed('?state=closed&paid=yes')).toContain(`Order ${paid}`)
  })

  test('is not paid any more when an admin says why, and keeps its invoice', async () => {
    const id = await order(bo)
    await ana.post(`/admin/orders/${id}/paid`)
    const { number } = await invoiceOf(bo, id)

    const unsaid = await ana.post(`/admin/orders/${id}/unpaid`, { reason: ' ' })
    const undone = await ana.post(`/admin/orders/${id}/unpaid`, { reason: 'It was <b>another</b> order.' })
    const again = await ana.post(`/admin/orders/${id}/unpaid`, { reason: 'Again' })
    const page = await text(ana, `/admin/orders/${id}`)

    expect([unsaid.status, undone.status, again.status]).toEqual([422, 303, 409])
    expect(await unsaid.text()).toContain('Say why, in a sentence.')
    expect(textsIn(page, 'li bdi')).toContain('It was <b>another</b> order.')
    expect(page).not.toContain('<b>another</b>')
    expect(await text(bo, `/market/orders/${id}`)).toContain('Please transfer it')
    expect((await bo.get(`/market/orders/${id}/receipt.pdf`)).status).toBe(404)
    await ana.post(`/admin/orders/${id}/paid`)
    expect((await invoiceOf(bo, id)).number).toBe(number)
    expect(await text(ana, '/admin/posts')).toContain('It is not paid after all')
  })

  test('is not changed any more, and cancelling it makes a credit note with the next number', async () => {
    const id = await order(bo)
    await ana.post(`/admin/orders/${id}/paid`)
    const { number } = await invoiceOf(bo, id)
    const before = (await market.stock('Jam'))!.quantity

    const changed = await market.json(bo, 'PATCH', `/api/orders/${id}`, { lines: [{ line: 1, quantity: 1 }] })
    await bo.post(`/market/orders/${id}/cancel`)
    const cancelled = await invoiceOf(bo, id)
    const credit = await readPdf(
      new Uint8Array(await (await bo.get(`/market/orders/${id}/credit-note.pdf`)).arrayBuffer()),
    )

    expect([changed.status, (await changed.json()).detail ?? '']).toEqual([
      ...[409, expect.stringContaining('can only be cancelled')],
    ])
    expect((await market.stock('Jam'))!.quantity).toBe(before + 2)
    expect(cancelled.number).toBe(number)
    expect(cancelled.cancelledBy.number).toBe(
      `${year}-${String(Number(number.slice(5)) + 1).padStart(4, '0')}`,
    )
    expect(credit).toContain(`It cancels invoice ${number}.`)
    expect(credit).toContain('-€5.00')
    expect(await text(ana, `/admin/orders/${id}`)).toContain('please pay it back')
    expect((await ana.post(`/admin/orders/${id}/unpaid`, { reason: 'Paid back' })).status).toBe(303)
    expect((await ana.post(`/admin/orders/${id}/paid`)).status).toBe(409)
    expect((await ana.post(`/admin/orders/${id}/invoice`)).status).toBe(303)
  })
})

describe('an invoice', () => {
  test('says the same after prices, the seller and the member changed, and is an admin’s to read', async () => {
    const leaver = await market.signedIn('leaver')
    const id = await order(leaver, 3)
    await ana.post(`/admin/orders/${id}/invoice`)
    const pdf = async (visitor: Visitor) =>
      Buffer.from(await (await visitor.get(`/market/orders/${id}/invoice.pdf`)).arrayBuffer())
    const [json, paper] = [await invoiceOf(leaver, id), await pdf(leaver)]

    await market.replica.database.write('UPDATE items SET price = 9, name = ? WHERE id = ?', ['Jelly', jam])
    await setSeller({ name: 'Somebody else' })
    const left = await leaver.post('/account/delete', {
      ...{ confirm: 'correct horse battery', sure: 'on', posts: 'keep' },
    })
    await market.replica.database.write('UPDATE items SET price = 2.5, name = ? WHERE id = ?', ['Jam', jam])

    expect(left.status).toBe(303)
    expect(await invoiceOf(ana, id)).toEqual(json)
    expect(json).toMatchObject({ buyer: 'leaver', total: '7.50', seller: { name: 'Village Shop', iban } })
    expect(Buffer.compare(await pdf(ana), paper)).toBe(0)
    expect(await readPdf(paper)).toContain('For: leaver')
    await setSeller()
  })

  test('is not there before somebody is paid, and not of an order that is cancelled', async () => {
    const [open, cancelled] = [await order(bo), await order(bo)]
    await bo.post(`/market/orders/${cancelled}/cancel`)

    const late = await ana.post(`/admin/orders/${cancelled}/invoice`)
    await clearSeller()
    const nobody = await ana.post(`/admin/orders/${open}/invoice`)
    await ana.post(`/admin/orders/${open}/paid`)
    const missing = await market.json(bo, 'GET', `/api/orders/${open}/invoice`)
    await setSeller()

    expect([late.status, nobody.status, missing.status]).toEqual([409, 409, 404])
    expect((await ana.post('/admin/orders/999999/invoice')).status).toBe(404)
  })

  test('is in the language of who reads it', async () => {
    const id = await order(bo)
    await ana.post(`/admin/orders/${id}/paid`)
    const read = async (language: string, file: string) => {
      const answer = await bo.get(`/market/orders/${id}/${file}`, { 'accept-language': language })
      expect(answer.headers.get('content-type')).toBe('application/pdf')
      expect(answer.headers.get('cache-control')).toBe('no-store')
      return readPdf(new Uint8Array(await answer.arrayBuffer()))
    }

    expect(await read('de', 'invoice.pdf')).toContain('Rechnung')
    expect(await read('ar', 'invoice.pdf')).toContain('فاتورة')
    expect(await read('en', 'receipt.pdf')).toContain('The money came')
  })
})

describe('papers', () => {
  beforeAll(async () => void (await setSeller()))

  test('are drawn once, and keep neither pictures nor other members waiting', async () => {
    const [own, another] = [await order(bo), await order(cem)]
    for (const id of [own, another]) await ana.post(`/admin/orders/${id}/paid`)
    const paper = (who: Visitor, id: number, language = 'en') =>
      who.get(`/market/orders/${id}/invoice.pdf`, { 'accept-language': language })
    const { pictures, papers } = market.replica.context.bulkheads

    const statuses: number[] = []
    const asked = Array.from({ length: 20 }, async (_, n) => {
      statuses.push((await paper(bo, own, n % 2 ? 'de' : 'en')).status)
    })
    await until(() => statuses.includes(503))
    const load = [pictures.load(), papers.load()]
    const theirs = await paper(cem, another)
    await Promise.all(asked)

    expect(load).toEqual([
      { running: 0, waiting: 0 },
      { running: 1, waiting: 0 },
    ])
    expect([theirs.status, new Set(statuses)]).toEqual([200, new Set([503, 200])])
    const again = await Promise.all(Array.from({ length: 20 }, () => paper(bo, own)))
    expect(new Set(again.map(({ status }) => status))).toEqual(new Set([200]))
  })

  test('are in the currency that was set, whatever a replica knew last', async () => {
    const { write } = market.replica.database
    const id = await order(bo)
    await write(
      `REPLACE INTO settings (name, value) VALUES ('CURRENCY', 'KWD'), ('TIME_ZONE', 'Asia/Kuwait')`,
    )
    const admin = await market.replica.as('admin')

    await makeInvoice(admin.context, id)

    await write(`DELETE FROM settings WHERE name IN ('CURRENCY', 'TIME_ZONE')`)
    expect(await invoiceOf(bo, id)).toMatchObject({
      currency: 'KWD',
      timeZone: 'Asia/Kuwait',
      total: '5.000',
    })
  })
})

test('the file of all orders says which are paid, and their invoices', async () => {
  const [paid, owed] = [await order(bo), await order(bo)]
  await ana.post(`/admin/orders/${paid}/paid`)
  const { number } = await invoiceOf(bo, paid)
  const { paidAt } = await (await market.json(bo, 'GET', `/api/orders/${paid}`)).json()

  const lines = (await text(ana, '/admin/orders.csv')).split('\r\n')

  expect(lines[0]).toEndWith(',paid at,invoice')
  expect(lines.find((line) => line.startsWith(`${paid},`))).toEndWith(`,EUR,${paidAt},${number}`)
  expect(lines.find((line) => line.startsWith(`${owed},`))).toEndWith(',EUR,,')
})

describe('a program of an admin’s', () => {
  test('notes that an order is paid and takes it back, and makes an invoice', async () => {
    const id = await order(bo)
    const put = (visitor: Visitor, body: object) =>
      market.json(visitor, 'PUT', `/api/orders/${id}/payment`, body)

    expect((await put(bo, { isPaid: true })).status).toBe(403)
    expect(await (await market.json(ana, 'POST', `/api/orders/${id}/invoice`)).json()).toEqual({
      ...{ paidAt: null, isInvoiced: true },
    })
    const paid = await (await put(ana, { isPaid: true })).json()
    expect(paid).toEqual({ paidAt: expect.any(String), isInvoiced: true })
    expect((await (await market.json(bo, 'GET', `/api/orders/${id}`)).json()).paidAt).toBe(paid.paidAt)
    expect((await put(ana, { isPaid: false })).status).toBe(422)
    expect(await (await put(ana, { isPaid: false, reason: 'A mistake' })).json()).toMatchObject({
      paidAt: null,
    })
    expect((await put(ana, { isPaid: 'yes' })).status).toBe(422)
    expect((await market.json(ana, 'PUT', '/api/orders/999999/payment', { isPaid: true })).status).toBe(404)
  })
})
