import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import type { Paper } from '../../src/invoices/content.ts'
import { taxIn } from '../../src/invoices/content.ts'
import type { Drawing } from '../../src/invoices/draw-paper.ts'
import type { Language } from '../../texts/languages.ts'
import { readPdf } from '../support/pdf.ts'

setDefaultTimeout(60_000)

const paper: Paper = {
  seller: {
    ...{ name: 'Dorfladen Söhne e.V.', iban: 'DE89370400440532013000', bic: 'BPOTBEB1' },
    ...{ address: 'Hauptstraße 1\n12345 Dorf', taxNote: 'Steuernummer 12/345', taxRate: '19' },
  },
  kind: 'invoice',
  number: '2026-0007',
  issuedAt: '2026-11-30T23:30:00.000Z',
  buyer: 'Łucja',
  order: 12,
  orderedAt: '2026-11-29T15:00:00.000Z',
  timeZone: 'Europe/Berlin',
  currency: 'EUR',
  lines: [
    { name: 'Jam, red', quantity: 2, price: '2.50' },
    { name: 'خبز أسمر (كبير)', quantity: 1_200, price: '3.99' },
    { name: 'Київ ελιές', quantity: 1, price: '0.00' },
  ],
  total: '4793.00',
}

async function draw(changed: Partial<Paper>, language: Language): Promise<Uint8Array> {
  const drawing: Drawing = { paper: { ...paper, ...changed }, language, site: 'Agora' }
  const child = Bun.spawn(
    [process.execPath, '--no-env-file', join(import.meta.dir, '../../src/invoices/draw-paper.ts'), '60000'],
    { stdin: new TextEncoder().encode(JSON.stringify(drawing)), stdout: 'pipe', stderr: 'inherit', env: {} },
  )
  const pdf = new Uint8Array(await new Response(child.stdout).arrayBuffer())
  expect(await child.exited).toBe(0)
  return pdf
}

describe('an invoice', () => {
  test('is read back in English, with the same in every line', async () => {
    const text = await readPdf(await draw({}, 'en'))

    for (const line of [
      ...[
        'Dorfladen Söhne e.V.',
        'Hauptstraße 1',
        'Invoice 2026-0007',
        'Date: December 1, 2026',
        'For: Łucja',
      ],
      ...['Order 12 of November 29, 2026', 'Item Quantity Price Sum', 'Jam, red 2 €2.50 €5.00'],
      ...['Київ ελιές 1 €0.00 €0.00', 'Total €4,793.00', 'Tax of 19% in it €765.27', 'BIC: BPOTBEB1'],
      ...['Steuernummer 12/345', 'IBAN: DE89 3704 0044 0532 0130 00', '1,200 €3.99 €4,788.00', 'خبز أسمر'],
    ])
      expect(text).toContain(line)
  })

  test('is read back in German', async () => {
    const text = await readPdf(await draw({}, 'de'))

    for (const line of [
      ...['Rechnung 2026-0007', 'Datum: 1. Dezember 2026', 'Bestellung 12 vom 29. November 2026'],
      ...['Jam, red 2 2,50 € 5,00 €', 'Summe 4.793,00 €', 'Darin 19 % Steuer 765,27 €'],
    ])
      expect(text).toContain(line)
  })

  test('is read back in Arabic, from right to left, with every letter', async () => {
    const text = await readPdf(await draw({}, 'ar'))

    for (const word of [
      'فاتورة',
      'التاريخ',
      'ديسمبر',
      'الطلب',
      'السعر',
      'الكمية',
      'المجموع',
      'منه ضريبة',
      'خبز أسمر',
    ])
      expect(text).toContain(word)
    for (const word of [
      '2026-0007',
      'Jam, red',
      'Łucja',
      'DE89 3704 0044 0532 0130 00',
      '4,793.00',
      '765.27',
    ])
      expect(text).toContain(word)
  })

  test('is the same file each time', async () => {
    expect(Buffer.compare(await draw({}, 'en'), await draw({}, 'en'))).toBe(0)
  })

  test('of a hundred long names goes over pages, and has every one', async () => {
    const lines = Array.from({ length: 100 }, (_, n) => ({
      ...{ name: `${n} ${'Wide name '.repeat(5)}`.trim(), quantity: 1, price: '1' as const },
    }))

    const text = await readPdf(await draw({ lines, total: '100' }, 'en'))

    for (const { name } of lines) expect(text).toContain(name.slice(0, 25))
    expect(text).toMatch(/Invoice 2026-0007, page (\d) of \1/)
  })

  test('has as many decimals as its currency', async () => {
    const of = async (currency: string, price: Paper['total']) =>
      readPdf(await draw({ currency, total: price, lines: [{ name: 'Jam', quantity: 1, price }] }, 'en'))

    expect(await of('JPY', '300')).toContain('Total ¥300')
    expect(await of('KWD', '1.250')).toContain('Total KWD 1.250')
  })
})

describe('a paper', () => {
  test('that cancels an invoice names it, and its sums are below nothing', async () => {
    const text = await readPdf(
      await draw({ kind: 'credit', number: '2026-0008', cancels: '2026-0007' }, 'en'),
    )

    expect(text).toContain('Credit note 2026-0008')
    expect(text).toContain('It cancels invoice 2026-0007.')
    expect(text).toContain('Total -€4,793.00')
    expect(text).not.toContain('IBAN')
  })

  test('that says that money came has the day of it, and a deleted account has no name', async () => {
    const text = await readPdf(await draw({ kind: 'receipt', number: undefined, buyer: null }, 'en'))

    expect(text).toContain('Receipt')
    expect(text).toContain('The money came: it was noted on December 1, 2026.')
    expect(text).toContain('For: a deleted account')
  })
})

test('a tax is rounded to what the currency is paid in', () => {
  expect(taxIn('119.00', '19', 'EUR')).toBe('19.00')
  expect(taxIn('4793.00', '19', 'EUR')).toBe('765.27')
  expect(taxIn('10.00', '5.5', 'EUR')).toBe('0.52')
  expect(taxIn('110', '10', 'JPY')).toBe('10')
  expect(taxIn('115', '10', 'JPY')).toBe('10')
  expect(taxIn('1.100', '10', 'KWD')).toBe('0.100')
  expect(taxIn('5.00', '0', 'EUR')).toBe('0.00')
})
