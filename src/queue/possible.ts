import type { Kind } from '../action-log/queries.ts'
import type { Context } from '../context.ts'
import { isPinned, pinsIn } from '../settings/pins.ts'
import { settingsOf } from '../settings/service.ts'
import { doable, type ModeratorAct } from './act.ts'
import { type Sanction, stateOfPost, type Thing } from './queries.ts'

type Standing = { isReported: boolean; sanctions: { kind: Sanction }[] }

/**
 * Returns what can be done to a thing as it stands: nothing twice, and what undoes something only where that
 * was done.
 */
export async function possibleActs(
  context: Context,
  kind: Kind,
  thing: Thing,
  { isReported, sanctions }: Standing,
): Promise<ModeratorAct[]> {
  const { isLocked, isMerged, pinned } = await stateOf(context, kind, thing.id)
  const isUnder = (sanction: Sanction) => sanctions.some((each) => each.kind === sanction)
  const isHidden = thing.isHidden === 1
  const isPossible: Record<ModeratorAct, boolean> = {
    dismiss: isReported,
    warn: thing.authorId !== null,
    hide: !isHidden,
    show: isHidden && !isMerged,
    lock: !isLocked && !isHidden,
    unlock: isLocked,
    move: !isHidden,
    merge: !isHidden,
    split: isMerged,
    pin: !isHidden,
    unpin: pinned,
    silence: !isUnder('silence'),
    unsilence: isUnder('silence'),
    suspend: !isUnder('suspend'),
    unsuspend: isUnder('suspend'),
  }
  return doable[kind].filter((act) => isPossible[act])
}

async function stateOf(context: Context, kind: Kind, id: number) {
  if (kind !== 'post') return { isLocked: false, isMerged: false, pinned: false }
  const [state, { PINS }] = await Promise.all([stateOfPost(context.db, id), settingsOf(context)])
  const pinned = pinsIn(PINS).some((pin) => pin.post === id && isPinned(pin))
  return { isLocked: state?.isLocked === 1, isMerged: state?.isMerged === 1, pinned }
}
