import { Html } from '@elysiajs/html'
import type { Decimal } from '../src/market/money.ts'
import { locale, sayNumber } from '../texts/say.ts'

/** An amount in the market's currency, to the cent. Intl takes the decimal text as it is, so nothing is rounded. */
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
  const digits = { minimumFractionDigits: 2, maximumFractionDigits: 2 }
  const format = new Intl.NumberFormat(locale(), { style: 'currency', currency, ...digits })
  formats.set(name, format)
  return format
}

/** A whole number as people read it. It holds nothing that would have to be escaped. */
export const count = (number: number) => sayNumber(number) as 'safe'
