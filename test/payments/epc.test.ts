import { describe, expect, test } from 'bun:test'
import { epcText, type Transfer } from '../../src/payments/epc.ts'

const redCross: Transfer = {
  bic: 'BPOTBEB1',
  name: 'Red Cross of Belgium',
  iban: 'BE72000000001616',
  amount: '1.00',
  purpose: 'CHAR',
  remittance: 'Urgency fund',
  information: 'Sample EPC QR Code',
}

/**
 * The example of the European Payments Council's EPC069-12, as https://en.wikipedia.org/wiki/EPC_QR_code has
 * it. It is of version 001, in which a BIC had to be there; version 002 differs in nothing else.
 */
const example = [
  ...['BCD', '001', '1', 'SCT', 'BPOTBEB1', 'Red Cross of Belgium', 'BE72000000001616', 'EUR1', 'CHAR', ''],
  ...['Urgency fund', 'Sample EPC QR Code'],
].join('\n')

describe('the text of a QR code for a transfer', () => {
  test('is the one of the standard’s own example, in version 002', () => {
    expect(epcText(redCross)).toBe(example.replace('\n001\n', '\n002\n'))
  })

  test('ends with the last element that says something, without a line end', () => {
    const without = epcText({ ...redCross, bic: '', purpose: '', information: '' })

    expect(without).toBe('BCD\n002\n1\nSCT\n\nRed Cross of Belgium\nBE72000000001616\nEUR1\n\n\nUrgency fund')
  })

  test('has cents where there are some', () => {
    const amountOf = (amount: Transfer['amount']) => epcText({ ...redCross, amount })?.split('\n')[7]

    expect(amountOf('12.5')).toBe('EUR12.50')
    expect(amountOf('12.34')).toBe('EUR12.34')
    expect(amountOf('100')).toBe('EUR100')
  })

  test('is there from one cent to a cent below a billion, and for no part of a cent', () => {
    const isThere = (amount: string) =>
      epcText({ ...redCross, amount: amount as Transfer['amount'] }) !== undefined

    expect(['0.01', '999999999.99'].map(isThere)).toEqual([true, true])
    expect(['0', '0.00', '0.005', '1.001', '1000000000', '-1', '1e3', ''].map(isThere)).toEqual([
      ...Array(8).fill(false),
    ])
  })

  test('has 70 characters of a name, 140 of a remittance and 70 of an information, and no more', () => {
    const isThere = (changed: Partial<Transfer>) => epcText({ ...redCross, ...changed }) !== undefined

    expect(isThere({ name: 'é'.repeat(70) })).toBe(true)
    expect(isThere({ name: 'x'.repeat(71) })).toBe(false)
    expect(isThere({ remittance: 'x'.repeat(140) })).toBe(true)
    expect(isThere({ remittance: 'x'.repeat(141) })).toBe(false)
    expect(isThere({ information: 'x'.repeat(70) })).toBe(true)
    expect(isThere({ information: 'x'.repeat(71) })).toBe(false)
    expect(isThere({ name: '' })).toBe(false)
    expect(isThere({ iban: '' })).toBe(false)
  })

  test('is never longer than a QR code of version 13 holds', () => {
    const long = epcText({ ...redCross, name: '本'.repeat(70), remittance: 'x'.repeat(30) })

    expect(new TextEncoder().encode(long).length).toBeLessThanOrEqual(331)
    expect(epcText({ ...redCross, name: '本'.repeat(70), remittance: 'x'.repeat(100) })).toBeUndefined()
  })

  test('takes no text that would begin an element of its own', () => {
    expect(epcText({ ...redCross, name: 'Red\nBE1' })).toBeUndefined()
    expect(epcText({ ...redCross, remittance: 'a\rb' })).toBeUndefined()
  })
})
