import type { Decimal } from '../src/market/money.ts'
import { locale } from '../texts/say.ts'
import { Html } from './html.ts'

/**
 * An amount in the market's currency, with its decimals, and with more where the amount has more. Intl takes
 * the decimal text as it is, so nothing is rounded.
 */
export const Money = ({ amount, currency }: { amount: Decimal; currency: string }) => (
  <span class="money" safe>
    {formatOf(currency).format(amount)}
  </span>
)

const formats = new Map<string, Intl.NumberFormat>()

function formatOf(currency: string): Intl.NumberFormat {
  const name = `${locale()} ${currency}`
  const known = formats.get(name)
  if (known) return known
  const format = new Intl.NumberFormat(locale(), { style: 'currency', currency, maximumFractionDigits: 4 })
  formats.set(name, format)
  return format
}

/** An amount as it is typed into a field: with a dot and as many decimals as the currency has. */
export const typedAmount = (amount: Decimal, currency: string): string => {
  const { minimumFractionDigits } = formatOf(currency).resolvedOptions()
  const plain = { minimumFractionDigits, maximumFractionDigits: 4, useGrouping: false }
  return new Intl.NumberFormat('en', plain).format(amount)
}
