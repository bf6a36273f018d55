import { cached } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { allSettings } from './queries.ts'

/** What an admin may set while the board runs, by the variable that gives it its first value, if one does. */
export type SettingName = 'SIGN_UP' | 'SIGN_UP_QUESTION'

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
