import { amountIn, type Decimal, decimal, digitsOf } from '../market/money.ts'
import type { Seller } from '../settings/seller.ts'

/**
 * All that stands on an invoice or a receipt, in no language. As JSON in `invoices` it is kept for years:
 * fields are only added, and what is read has those that its time knew.
 */
export type Content = {
  seller: Seller
  /** null: the account was gone already. */
  buyer: string | null
  order: number
  orderedAt: string
  /** In which its days are written. */
  timeZone: string
  currency: string
  lines: { name: string; quantity: number; price: Decimal }[]
  total: Decimal
}

/** What is printed: `number` as people write it, such as "2026-0007"; a receipt has none. */
export type Paper = Content & {
  kind: 'invoice' | 'credit' | 'receipt'
  number: string | undefined
  /** Of an invoice: when it was made. Of a receipt: when the money was noted. */
  issuedAt: string
  /** Of what cancels an invoice: the number of that. */
  cancels?: string
}

export const shownNumber = ({ year, number }: { year: number; number: number }) =>
  `${year}-${String(number).padStart(4, '0')}`

/** Returns how much of an amount is tax of so many percent, rounded as the currency is paid. */
export function taxIn(amount: Decimal, rate: string, currency: string): Decimal {
  const hundredths = (amountIn(rate as Decimal) ?? 0n) / 100n
  const digits = digitsOf(currency)
  const step = 10n ** BigInt(Math.max(0, 4 - digits))
  const whole = 10_000n + hundredths
  const tax = (amountIn(amount) ?? 0n) * hundredths
  const steps = (2n * tax + whole * step) / (2n * whole * step)
  return decimal(steps * step, digits)
}
