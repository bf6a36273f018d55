import { amountIn, type Decimal, decimal } from '../market/money.ts'

/** A transfer in euros, as a bank's app is to fill it in. */
export type Transfer = {
  /** Empty: the app finds it by the IBAN, which it can within the European Economic Area. */
  bic: string
  name: string
  iban: string
  amount: Decimal
  /** A code of ISO 20022, such as GDDS for goods. */
  purpose: string
  /** What stands on both statements of account. */
  remittance: string
  /** What is shown to who pays, and goes nowhere. */
  information: string
}

const longest = { name: 70, remittance: 140, information: 70 } as const
const leastCents = 1n
const mostCents = 99_999_999_999n
/** Version 13 of a QR code holds so many, with the error correction that the guidelines ask for. */
const mostBytes = 331

/**
 * Returns the text of a QR code for a transfer, by the European Payments Council's "Quick Response Code:
 * Guidelines to Enable the Data Capture for the Initiation of a SEPA Credit Transfer", EPC069-12, version
 * 002: a line for each element, and none behind the last that says something. Undefined where the guidelines
 * have no room for it: the amount is below a cent, has parts of one or is a billion or more, or a text is
 * empty that must not be, too long, or of several lines.
 */
export function epcText(transfer: Transfer): string | undefined {
  const { bic, name, iban, purpose, remittance, information } = transfer
  const amount = epcAmount(transfer.amount)
  const isInBounds =
    [...name].length <= longest.name &&
    [...remittance].length <= longest.remittance &&
    [...information].length <= longest.information
  const characterSet = '1'
  const structured = ''
  const lines = [
    ...['BCD', '002', characterSet, 'SCT', bic, name, iban, amount ?? '', purpose],
    ...[structured, remittance, information],
  ]
  if (amount === undefined || name === '' || iban === '' || !isInBounds) return undefined
  if (lines.some((line) => /[\r\n]/.test(line))) return undefined
  const text = lines.join('\n').trimEnd()
  return new TextEncoder().encode(text).length <= mostBytes ? text : undefined
}

/** Whole euros stand without cents, as in the guidelines' example. */
function epcAmount(amount: Decimal): string | undefined {
  const exact = amountIn(amount, 2)
  if (exact === undefined) return undefined
  const cents = exact / 100n
  if (cents < leastCents || cents > mostCents) return undefined
  const isWhole = cents % 100n === 0n
  return 'EUR'.concat(decimal(exact, isWhole ? 0 : 2))
}
