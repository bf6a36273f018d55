import { folded } from '../text/fold.ts'
import { isSeen } from '../text/seen.ts'

/** In characters, as the table has it. */
const longestKey = 80

/** The start of a place, in the letters by which it is looked for. */
export const placeKeyOf = (place: string) =>
  isSeen(place) ? [...folded(place).trim()].slice(0, longestKey).join('') : ''
