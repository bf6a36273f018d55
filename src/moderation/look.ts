import type { Viewer } from '../accounts/queries.ts'
import { invalidatedBy } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import type { NamedFile } from '../pictures/decoder-process.ts'
import { noteAdmin } from '../removal/queries.ts'
import { filesOf } from '../settings/logos.ts'
import { type Look, lookFields, lookIn, settingOf } from '../settings/look.ts'
import { deleteOldLogos, insertLogos, lockedSettings, putSetting } from '../settings/queries.ts'
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
  look: Partial<Look>,
  files: NamedFile[],
  expected: (now: Look) => void,
): Promise<void> {
  await context.db.transaction(async (sql) => {
    await stayAdmin(sql, request, admin)
    const now = lookIn(context, settingsIn(await lockedSettings(sql)))
    expected(now)
    if (files.length > 0) await insertLogos(sql, files)
    for (const field of lookFields) {
      const value = look[field]
      if (value === undefined || value === now[field]) continue
      await putSetting(sql, settingOf[field], value, admin.id)
      await noteAdmin(sql, 'setting', { subject: settingOf[field], detail: value, by: admin.id })
    }
    if (files.length > 0) await deleteOldLogos(sql, filesOf({ ...now, ...look }))
  })
  await context.cache.invalidate(invalidatedBy.settingsChanged())
}
