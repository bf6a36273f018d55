import type { Viewer } from '../accounts/queries.ts'
import { cached, invalidatedBy } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { stayAdmin } from '../moderation/members.ts'
import { noteAdmin } from '../removal/queries.ts'
import { allSettings, putSetting } from './queries.ts'

/** What an admin may set while the board runs, by the variable that gives it its first value. */
export type SettingName = 'SIGN_UP'

/** What admins have set; whatever is not in it is as the environment says. */
export type Settings = { [Name in SettingName]?: string }

/**
 * Returns what admins have set. Every replica follows a change with its next read: Redis tells it whether
 * what it knows is still true, together with whatever else a page asks of Redis in that moment.
 */
export async function settingsOf({ cache, db }: Context): Promise<Settings> {
  const { key, seconds } = cached.settings
  const { value } = await cache.getOrLoad(key(), seconds, () => allSettings(db))
  return Object.fromEntries(value.map((each) => [each.name, each.value]))
}

/** Sets one, for every replica at once. Other admins read who did it. */
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
