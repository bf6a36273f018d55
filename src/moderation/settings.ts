import type { Viewer } from '../accounts/queries.ts'
import { invalidatedBy } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { noteAdmin } from '../removal/queries.ts'
import { putSetting } from '../settings/queries.ts'
import type { SettingName } from '../settings/service.ts'
import { stayAdmin } from './members.ts'

/** Sets something of the board, for every replica at once. Other admins read who did it. */
export async function changeSetting(
  context: Context,
  request: Request,
  admin: Viewer,
  name: SettingName,
  value: string,
): Promise<void> {
  await context.db.transaction(async (sql) => {
    await stayAdmin(sql, request, admin)
    await putSetting(sql, name, value, admin.id)
    await noteAdmin(sql, 'setting', { subject: name, detail: value, by: admin.id })
  })
  await context.cache.invalidate(invalidatedBy.settingsChanged())
}
