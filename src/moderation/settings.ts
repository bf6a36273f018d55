import type { Viewer } from '../accounts/queries.ts'
import { invalidatedBy } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { noteAdmin } from '../removal/queries.ts'
import { lockedSettings, putSetting } from '../settings/queries.ts'
import { type SettingName, type Settings, settingsIn } from '../settings/service.ts'
import { stayAdmin } from './members.ts'

/**
 * Sets something of the board, for every replica at once: what `change` makes of the settings as they are
 * when nobody else changes them any more. Other admins read who did it. Throws what `change` throws.
 */
export async function changeSettings(
  context: Context,
  request: Request,
  admin: Viewer,
  change: (now: Settings) => Settings,
): Promise<void> {
  await context.db.transaction(async (sql) => {
    await stayAdmin(sql, request, admin)
    const now = settingsIn(await lockedSettings(sql))
    for (const [name, value] of Object.entries(change(now)) as [SettingName, string][]) {
      await putSetting(sql, name, value, admin.id)
      await noteAdmin(sql, 'setting', { subject: name, detail: value, by: admin.id })
    }
  })
  await context.cache.invalidate(invalidatedBy.settingsChanged())
}
