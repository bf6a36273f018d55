const longestTimeZone = 64

/** Whether this is a zone of the IANA's data base, such as Europe/Berlin. */
export function isTimeZone(text: string): boolean {
  if (text.length > longestTimeZone || !/^[a-z]/i.test(text)) return false
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: text }))
  } catch {
    return false
  }
}

/** Whether this is the code of a currency by ISO 4217, such as EUR. */
export const isCurrency = (text: string) => currencies.has(text)

const currencies = new Set(Intl.supportedValuesOf('currency'))

const digitsKnown = new Map<string, number>()

/** Digits that a currency has after the dot: 2 for EUR, 0 for JPY, 3 for KWD. */
export function digitsOf(currency: string): number {
  const digits =
    digitsKnown.get(currency) ??
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ??
    2
  digitsKnown.set(currency, digits)
  return digits
}
