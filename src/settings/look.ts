import { setTimeout as sleep } from 'node:timers/promises'
import { keepTimeZone } from '../../texts/time-zone.ts'
import type { Context } from '../context.ts'
import { versionOf } from '../http/form-version.ts'
import { type Config, type SiteFont, type SiteFront, siteFonts, siteFronts } from '../platform/config.ts'
import type { Sql } from '../platform/db.ts'
import { Refusal } from '../platform/errors.ts'
import { type Pin, pinsIn } from './pins.ts'
import { heldCurrency } from './queries.ts'
import { type Settings, settingsOf } from './service.ts'
import { themeAt } from './theme.ts'

/** What an admin says the board looks like; what is empty is not said. */
export type Look = {
  name: string
  accent: string
  font: SiteFont
  front: SiteFront
  welcome: string
  imprint: string
  contact: string
  /** In which days and times are written; of the IANA's data base. */
  timeZone: string
  /** The market's one, by its ISO 4217 code. */
  currency: string
  /** Its file, below `/logos`, without an ending; so the others. */
  logo: string
  logoDark: string
  logoAlt: string
  icon: string
}

/** With the address of its stylesheet, and what moderators have pinned. */
export type BoardLook = Look & { theme: string | undefined; pins: Pin[] }

export const settingOf = {
  name: 'SITE_NAME',
  accent: 'SITE_ACCENT',
  font: 'SITE_FONT',
  front: 'SITE_FRONT',
  welcome: 'SITE_WELCOME',
  imprint: 'SITE_IMPRINT',
  contact: 'SITE_CONTACT',
  timeZone: 'TIME_ZONE',
  currency: 'CURRENCY',
  logo: 'SITE_LOGO',
  logoDark: 'SITE_LOGO_DARK',
  logoAlt: 'SITE_LOGO_ALT',
  icon: 'SITE_ICON',
} as const
export const lookFields = Object.keys(settingOf) as (keyof Look)[]

export function lookIn({ config }: Context, settings: Settings): BoardLook {
  const look: Look = {
    name: settings.SITE_NAME || config.siteName,
    accent: settings.SITE_ACCENT ?? '',
    font: siteFonts.find((each) => each === settings.SITE_FONT) ?? config.siteFont,
    front: siteFronts.find((each) => each === settings.SITE_FRONT) ?? config.siteFront,
    welcome: settings.SITE_WELCOME ?? '',
    imprint: settings.SITE_IMPRINT ?? '',
    contact: settings.SITE_CONTACT ?? '',
    timeZone: settings.TIME_ZONE ?? config.timeZone,
    currency: settings.CURRENCY ?? config.currency,
    logo: settings.SITE_LOGO ?? '',
    logoDark: settings.SITE_LOGO_DARK ?? '',
    logoAlt: settings.SITE_LOGO_ALT ?? '',
    icon: settings.SITE_ICON ?? '',
  }
  return { ...look, theme: themeAt(look), pins: pinsIn(settings.PINS) }
}

/** The look that each board had last, and each set of settings makes: always the same object. */
const last = new WeakMap<Config, BoardLook>()
const made = new WeakMap<Settings, BoardLook>()

/** How long a page waits for a store before it is drawn with the look that was known last. */
const waitMs = 300

/** Returns what the board looks like: what admins set, at the next read of every replica. */
export async function lookOf(context: Context): Promise<BoardLook> {
  const isOver = new AbortController()
  const reading = settingsOf(context).then((settings) => {
    const look = made.get(settings) ?? lookIn(context, settings)
    made.set(settings, look)
    last.set(context.config, look)
    keepTimeZone(look.timeZone)
    return look
  })
  const waiting = sleep(waitMs, undefined, { signal: isOver.signal }).then(() => lastLook(context))
  // The one that comes second may fail, and nobody asks for it any more.
  waiting.catch(() => {})
  return Promise.race([reading.catch(() => lastLook(context)), waiting]).finally(() => isOver.abort())
}

/** Returns what is known without asking anybody. */
export function lastLook(context: Context): BoardLook {
  const known = last.get(context.config) ?? lookIn(context, {})
  last.set(context.config, known)
  return known
}

/** The market's currency, without asking anybody: whoever answers has read the look for that. */
export const currencyOf = ({ config }: Pick<Context, 'config'>): string =>
  last.get(config)?.currency ?? config.currency

/**
 * Keeps the market's currency until the transaction is over, which stores a price that was read in
 * `currency`. Throws a 409 where it is another one by now.
 */
export async function keepCurrency(
  { config }: Pick<Context, 'config'>,
  sql: Sql,
  currency: string,
): Promise<void> {
  if (((await heldCurrency(sql)) ?? config.currency) === currency) return
  const says = 'The market has another currency by now. Look again before you go on.'
  throw new Refusal(409, says, { price: says })
}

/** Stands in the form for the look that it was filled with. */
export const versionOfLook = (look: Look) => versionOf(...lookFields.map((field) => look[field]))
