import { withoutPiles } from '../src/text/seen.ts'

export { withoutPiles }

/** Marks that set a direction for what follows, and those that begin and end a piece of its own direction. */
const turning = /[\u061c\u200e\u200f\u202a-\u202e]/g
const isolates = /[\u2066-\u2069]/g
const end = '\u2069'

/**
 * What somebody wrote, for a place where no element keeps it apart from what stands beside it: it turns
 * nothing around there, and its marks paint over nothing.
 */
export function calm(text: string): string {
  let open = 0
  const kept = withoutPiles(text)
    .replaceAll(turning, '')
    .replaceAll(isolates, (mark) => {
      if (mark === end && open === 0) return ''
      open += mark === end ? -1 : 1
      return mark
    })
  return kept + end.repeat(open)
}
