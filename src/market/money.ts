import { Type as t } from '@sinclair/typebox'
import { digitsOf } from '../platform/known-names.ts'

/**
 * An amount of the market's currency, exact, with a dot: "2.99". It is never a floating number: arithmetic is
 * done in whole ten-thousandths: no currency has more than four decimals (ISO 4217), and the tables keep
 * four.
 */
export type Decimal = `${number}`

const mostDigits = 4

/** An amount as the API has it. */
export const exactPrice = t.String({
  pattern: `^\\d+(\\.\\d{2,${mostDigits}})?$`,
  description: 'Exact, as text, with the decimals of the currency.',
})
export const currencyCode = t.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217.' })

/** The highest price of a piece. */
export const highestPrice = 1_000_000n * 10n ** BigInt(mostDigits)

export { digitsOf }

/**
 * Reads a text such as "12", "12.5" or "12.50". Zeros at the end change nothing, so "300.00" is an amount
 * without decimals.
 * @returns ten-thousandths, or undefined when the text is nothing of the kind or has more than `digits`
 * decimals
 */
export function amountIn(text: string, digits = mostDigits): bigint | undefined {
  const [, whole, decimals = ''] = /^(\d{1,9})(?:\.(\d{1,8}))?$/.exec(text) ?? []
  const exact = decimals.replace(/0+$/, '')
  if (whole === undefined || exact.length > digits) return undefined
  return BigInt(whole + exact.padEnd(mostDigits, '0'))
}

/** Writes ten-thousandths with `digits` decimals, or with more when the amount has more. */
export function decimal(amount: bigint, digits: number): Decimal {
  const text = String(amount).padStart(mostDigits + 1, '0')
  const decimals = text.slice(-mostDigits).replace(/0+$/, '').padEnd(digits, '0')
  return `${text.slice(0, -mostDigits)}${decimals && '.'}${decimals}` as Decimal
}

/**
 * Writes an amount, however many zeros it has behind the dot, as its currency does: "2.9900" is "2.99" in
 * euros.
 */
export const priceIn = (amount: Decimal, currency: string): Decimal =>
  decimal(amountIn(amount) ?? 0n, digitsOf(currency))

/** Returns the price of so many pieces. */
export const total = (lines: { quantity: number; price: Decimal }[], currency: string): Decimal =>
  decimal(
    lines.reduce((sum, { quantity, price }) => sum + BigInt(quantity) * (amountIn(price) ?? 0n), 0n),
    digitsOf(currency),
  )
