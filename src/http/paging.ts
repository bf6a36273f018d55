import { Type as t } from '@sinclair/typebox'

export const usualLimit = 20
export const largestLimit = 100

/** Lists are read from here downwards: no id is larger. */
export const maxId = '18446744073709551615'

/** Returns how many rows a page of a list has, or undefined when `text` is no such number. */
export function limitIn(text: string | undefined): number | undefined {
  const limit = text === undefined ? usualLimit : /^\d{1,3}$/.test(text) ? Number(text) : 0
  return limit >= 1 && limit <= largestLimit ? limit : undefined
}

/**
 * Returns a page of `size` rows of which one more was read, where there was one. `last` is the row that the
 * next page begins after, undefined on the last page.
 */
export function pageOf<Row>(rows: Row[], size: number): { rows: Row[]; last: Row | undefined } {
  const page = rows.slice(0, size)
  return { rows: page, last: rows.length > size ? page.at(-1) : undefined }
}

const cursor = '^(0|[1-9]\\d{0,15})$'

/** The parameters of a list in the order of ids. `description` says what it has. */
export const pageParams = (limit: { description: string; default?: number }) => ({
  after: t.Optional(t.String({ pattern: cursor, description: 'From the Link header of the page before.' })),
  limit: t.Integer({ minimum: 1, maximum: largestLimit, default: usualLimit, ...limit }),
})
