/**
 * An amount of the market's currency, exact, with a dot: "2.99". It is never a floating number: arithmetic is done in
 * whole cents, whose largest sum (a hundred lines of a million pieces at a million) a number still holds exactly.
 */
export type Decimal = `${number}`

/** What the market can ask for a piece, in cents. */
export const highestCents = 100_000_000

/** Cents of a text such as "12", "12.5" or "12.50", or undefined when it is nothing of the kind. */
export function centsIn(text: string): number | undefined {
  const found = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(text)
  return found ? Number(found[1]) * 100 + Number((found[2] ?? '').padEnd(2, '0')) : undefined
}

export const decimal = (cents: number) =>
  `${Math.trunc(cents / 100)}.${String(cents % 100).padStart(2, '0')}` as Decimal

/** What so many pieces cost together. */
export const total = (lines: { quantity: number; price: Decimal }[]): Decimal =>
  decimal(lines.reduce((sum, { quantity, price }) => sum + quantity * (centsIn(price) ?? Number.NaN), 0))
