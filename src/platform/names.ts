import { longestListed } from '../../views/names.ts'

/** In a statement: as much of a name as a list shows, and one character that tells that there is more. */
export const listed = (column: string) => `LEFT(${column}, ${longestListed + 1})`
