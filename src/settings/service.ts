import { cached } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { allSettings, type Setting } from './queries.ts'

/** What an admin may set while the board runs, by the variable that gives it its first value, if one does. */
export type SettingName =
  | 'SIGN_UP'
  | 'SIGN_UP_QUESTION'
  | 'SITE_NAME'
  | 'SITE_ACCENT'
  | 'SITE_FONT'
  | 'SITE_FRONT'
  | 'SITE_WELCOME'
  | 'SITE_IMPRINT'
  | 'SITE_CONTACT'
  | 'TIME_ZONE'
  | 'CURRENCY'
  | 'SITE_LOGO'
  | 'SITE_LOGO_DARK'
  | 'SITE_LOGO_ALT'
  | 'SITE_ICON'
  | 'PINS'
  | 'NEWCOMERS'
  | 'WORDS'
  | 'ORDER_WINDOWS'
  | 'SELLER'

/** What admins have set; whatever is not in it is as the environment says. */
export type Settings = { [Name in SettingName]?: string }

/**
 * Returns what admins have set. Every replica follows a change with its next read: Redis tells it whether
 * what it knows is still true, together with whatever else a page asks of Redis in that moment.
 */
export async function settingsOf({ cache, db }: Context): Promise<Settings> {
  const { key, seconds } = cached.settings
  const { value } = await cache.getOrLoad(key(), seconds, () => allSettings(db))
  const known = read.get(value)
  if (known) return known
  const settings = settingsIn(value)
  read.set(value, settings)
  return settings
}

/** What is cached stays the same object until it changes, and so do these. */
const read = new WeakMap<Setting[], Settings>()

export const settingsIn = (rows: Setting[]): Settings =>
  Object.fromEntries(rows.map(({ name, value }) => [name, value]))
