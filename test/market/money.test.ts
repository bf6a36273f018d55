import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import fc from 'fast-check'
import { amountIn, type Decimal, decimal, digitsOf, priceIn, total } from '../../src/market/money.ts'
import { openReplica } from '../support/servers/replica.ts'
import { openMarket } from '../support/site/market.ts'
import { attributeIn, textsIn } from '../support/site/markup.ts'

setDefaultTimeout(60_000)

describe('an amount', () => {
  test.each([
    ['2.99', 2, '2.99'],
    ['2.9', 2, '2.90'],
    ['2.9900', 2, '2.99'],
    ['300', 0, '300'],
    ['300.00', 0, '300'],
    ['1.255', 3, '1.255'],
    ['0', 4, '0.0000'],
  ])('%s with %d decimals is %s', (text, digits, written) => {
    expect(decimal(amountIn(text, digits)!, digits)).toBe(written as Decimal)
  })

  test.each([
    ['2.999', 2],
    ['2.5', 0],
    ['1.2555', 3],
    ['-1', 2],
    ['1e3', 2],
    ['1,50', 2],
    ['.5', 2],
    ['5.', 2],
    ['', 2],
  ])('%s with at most %d decimals is none', (text, digits) => {
    expect(amountIn(text, digits)).toBeUndefined()
  })

  test('has the decimals of its currency, and keeps more when it has more', () => {
    expect(['EUR', 'JPY', 'KWD', 'JOD', 'TND', 'CLF'].map(digitsOf)).toEqual([2, 0, 3, 3, 3, 4])
    expect(priceIn('2.9900', 'JPY')).toBe('2.99')
    expect(priceIn('2.0000', 'JPY')).toBe('2')
  })

  test('is summed to the last decimal, whatever the size', () => {
    const line = fc.record({
      quantity: fc.integer({ min: 1, max: 1_000_000 }),
      units: fc.bigInt(0n, 10n ** 10n),
    })

    fc.assert(
      fc.property(fc.array(line, { maxLength: 100 }), (lines) => {
        const sum = lines.reduce((so, { quantity, units }) => so + BigInt(quantity) * units, 0n)
        const priced = lines.map(({ quantity, units }) => ({ quantity, price: decimal(units, 2) }))
        const [whole, decimals = ''] = total(priced, 'EUR').split('.')
        expect(BigInt(whole + decimals.padEnd(4, '0'))).toBe(sum)
      }),
    )
  })
})

describe.each([
  ['JPY', '300', '600', '¥300', '12.5', 'A whole number from 0 to 1,000,000.'],
  ['KWD', '1.255', '2.510', 'KWD\u00a01.255', '1.2555', 'From 0.000 to 1,000,000, with a dot'],
])('a market in %s', (currency, price, twice, shown, tooFine, says) => {
  test('takes, shows, sells and exports prices with the decimals of the currency', async () => {
    const market = await openMarket(await openReplica({ currency }))
    const ana = await market.signedIn('ana', 'admin')

    const added = await market.json(ana, 'POST', '/api/items', { name: 'Tea', quantity: 4, price })
    const item = await added.json()
    const refused = await market.json(ana, 'PATCH', `/api/items/${item.id}`, { price: tooFine })
    const ordered = await market.json(ana, 'POST', '/api/orders', { item: item.id, quantity: 2, price })

    expect(item).toMatchObject({ price, currency })
    expect(refused.status).toBe(422)
    expect(await refused.text()).toContain(says)
    expect(await ordered.json()).toMatchObject({ total: twice, lines: [{ price }] })
    expect(textsIn(await (await ana.get('/market')).text(), '.money')).toContain(shown)
    const form = await (await ana.get(`/admin/items/${item.id}/edit`)).text()
    expect(attributeIn(form, `#item-${item.id} input[name=price]`, 'value')).toBe(price)
    expect(await (await ana.get('/admin/items.csv')).text()).toContain(`Tea,2,${price},2`)
  })
})
