/**
 * Names may have any length: `/api/v1` takes what it is given. Lists show so much of one; the whole stands on a page of
 * its own.
 */
export const longestListed = 100

/** Categories that a menu and a form list. */
export const categoriesListed = 50

/** Whether a name that was listed is longer than it came. */
export const isCut = (name: string) => name.length > longestListed && [...name].length > longestListed

/** Where a member has their page; by number when the name is too long to stand in an address. */
export const memberAt = (name: string, id: number | null | undefined) =>
  isCut(name) && id ? `/user/${id}` : `/users/${encodeURIComponent(name)}`

/** The same of a category. */
export const categoryAt = (name: string, id: number) =>
  isCut(name) ? `/categories/${id}` : `/c/${encodeURIComponent(name)}`
