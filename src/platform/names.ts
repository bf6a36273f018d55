import { longestInList } from '../../views/names.ts'

/** In a statement: as much of a name as a list shows, and one character that shows that there is more. */
export const nameStart = (column: string) => `LEFT(${column}, ${longestInList + 1})`
