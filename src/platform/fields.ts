import type { FieldErrors } from './errors.ts'

/** The outcome of reading a form or body: a draft, or what is wrong, field by field. */
export type Read<Draft> = { errors: FieldErrors; draft?: undefined } | { errors?: undefined; draft: Draft }

/** A form or JSON object as a record; anything else has no fields. */
export function asFields(body: unknown): Record<string, unknown> {
  return typeof body === 'object' && body !== null && !Array.isArray(body) ? { ...body } : {}
}

/** A field's text; what is absent or not text is empty. */
export const textOf = (field: unknown): string => (typeof field === 'string' ? field : '')

/**
 * Returns a text as it is stored: composed, as most keyboards send it, and with line breaks of one kind.
 */
export const writtenIn = (field: unknown): string => composed(textOf(field).replaceAll('\r\n', '\n')).trim()

/**
 * A text in its composed form, NFC, or as it is where that would take long: it takes the square of the marks
 * in a row, of which https://www.unicode.org/reports/tr15/#Stream_Safe_Text_Format has 30 at most, and what
 * is far longer than any text is refused for its length.
 */
export const composed = (text: string) => (isComposable(text) ? text.normalize('NFC') : text)

/** `longest`: a number of UTF-16 units. */
export const isComposable = (text: string, longest = 100_000) =>
  text.length <= longest && !/\p{M}{31}/u.test(text)

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
export const hasControlCharacters = (text: string) => /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(text)

/**
 * The one rule for ids: whole numbers above 0 that JavaScript, JSON, SQLite and MySQL all hold exactly. The
 * acts API has its own, by its contract.
 */
export const isIdNumber = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) > 0

/** An id as addresses have it: in digits, without a sign, a space or zeros before it. */
export const isId = (text: string) => /^[1-9]\d{0,15}$/.test(text) && isIdNumber(Number(text))
