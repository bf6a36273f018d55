import type { Viewer } from '../accounts/queries.ts'
import { invalidatedBy } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { noteAdmin } from '../removal/queries.ts'
import { type Look, lookFields, lookIn, settingOf } from '../settings/look.ts'
import { lockedSettings, putSetting } from '../settings/queries.ts'
import { settingsIn } from '../settings/service.ts'
import { stayAdmin } from './members.ts'

/**
 * Sets the look, for every replica at once. Other admins read who changed what. Throws what `expected` throws
 * of the look as it is when nobody else changes it any more.
 */
export async function changeLook(
  context: Context,
  request: Request,
  admin: Viewer,
  look: Look,
  expected: (now: Look) => void,
): Promise<void> {
  await context.db.transaction(async (sql) => {
    await stayAdmin(sql, request, admin)
    const now = lookIn(context, settingsIn(await lockedSettings(sql)))
    expected(now)
    for (const field of lookFields) {
      if (look[field] === now[field]) continue
      await putSetting(sql, settingOf[field], look[field], admin.id)
      await noteAdmin(sql, 'setting', { subject: settingOf[field], detail: look[field], by: admin.id })
    }
  })
  await context.cache.invalidate(invalidatedBy.settingsChanged())
}
