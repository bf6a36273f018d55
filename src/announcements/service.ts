import type { Viewer } from '../accounts/queries.ts'
import type { Context } from '../context.ts'
import { markCauseRead } from '../notices/queries.ts'
import { tellMembers } from '../notices/service.ts'
import { Refusal } from '../platform/errors.ts'
import { isToConfirm, pinsIn } from '../settings/pins.ts'
import { settingsOf } from '../settings/service.ts'
import { isAsked, putConfirmation } from './queries.ts'

/**
 * Whether a member has still to confirm that they read a post. Where that cannot be read now a page goes
 * without the button.
 */
export async function hasToConfirm({ db, log }: Context, viewer: Viewer | undefined, post: number) {
  if (!viewer) return false
  try {
    return await isAsked(db, viewer.id, post)
  } catch (error) {
    log.warn('whether a member is asked could not be read', { error })
    return false
  }
}

/** Whether the post is pinned now, and asks its readers. */
export async function isAnnounced(context: Context, post: number): Promise<boolean> {
  const { PINS } = await settingsOf(context)
  return isToConfirm(pinsIn(PINS), post)
}

/**
 * Notes that a member read it, and with it what asked them. Throws a 404 when they were not asked, or are not
 * any more.
 */
export async function confirmRead(context: Context, { id }: Viewer, post: number): Promise<void> {
  const isStanding = await isAnnounced(context, post)
  const isDone =
    isStanding &&
    (await context.db.transaction(async (sql) => {
      if (!(await putConfirmation(sql, id, post))) return false
      await markCauseRead(sql, id, `confirm ${post}`)
      return true
    }))
  if (!isDone) throw new Refusal(404, 'You are not asked to confirm this.')
  await tellMembers(context, [id])
}
