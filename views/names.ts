/**
 * Names may have any length: `/api/v1` takes what it is given. Lists show so much of one; the whole stands on a page of
 * its own.
 */
export const longestListed = 100

/** Categories that a menu and a form list. */
export const categoriesListed = 50

/** Whether a name that was listed is longer than it came. */
export const isCut = (name: string) =>
  name.length > longestListed && [...name.slice(0, 2 * longestListed + 2)].length > longestListed

/** As much of a name as a list comes with: what is listed, and a character that tells that there is more. */
export const startOf = (name: string) =>
  isCut(name) ? [...name.slice(0, 2 * longestListed + 2)].slice(0, longestListed + 1).join('') : name

/**
 * A name as a segment of an address, percent-encoded. Only `.` and `..` cannot stand there: browsers and HAProxy take them
 * for steps up the path, encoded or not. They get a tilde before them, and what looks like that already one more.
 */
export const segmentOf = (name: string) => encodeURIComponent(/^~*\.{1,2}$/.test(name) ? `~${name}` : name)

/** The name that a segment of an address stands for, once it is decoded. */
export const nameInPath = (segment: string) => (/^~+\.{1,2}$/.test(segment) ? segment.slice(1) : segment)

/** Where a member has their page; by number when the name is too long to stand in an address. */
export const memberAt = (name: string, id: number | null | undefined) =>
  isCut(name) && id ? `/user/${id}` : `/users/${segmentOf(name)}`

/** The same of a category. */
export const categoryAt = (name: string, id: number) =>
  isCut(name) ? `/categories/${id}` : `/c/${segmentOf(name)}`
