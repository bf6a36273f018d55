export const usualLimit = 20
export const largestLimit = 100

/** How many a page of a list has, or undefined when it was asked for wrongly. */
export function limitIn(text: string | undefined): number | undefined {
  const limit = text === undefined ? usualLimit : /^\d{1,3}$/.test(text) ? Number(text) : 0
  return limit >= 1 && limit <= largestLimit ? limit : undefined
}
