import type { Context } from '../context.ts'
import { lookOf } from '../settings/look.ts'
import { isOfBoard, keptError, nameError } from './look.ts'

/**
 * Returns what keeps somebody from choosing a name, if anything does: as in `nameError`, or that it reads as
 * the board's own, as `lindenhof_team` on a board called Lindenhof.
 */
export async function chosenNameError(context: Context, name: string) {
  return nameError(name) ?? (isOfBoard(name, (await lookOf(context)).name) ? keptError : undefined)
}
