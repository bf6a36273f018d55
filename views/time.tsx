import { eachLanguage, language } from '../texts/say.ts'
import { Html } from './html.ts'

/** With the month's name in every language: numbers alone are read in different orders. */
const day = { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' } as const
const days = eachLanguage((locale) => new Intl.DateTimeFormat(locale, day))
const moments = eachLanguage(
  (locale) => new Intl.DateTimeFormat(locale, { ...day, hour: 'numeric', minute: '2-digit' }),
)
const exact = (at: string) => `${moments[language()].format(new Date(at))} UTC`

/** A moment, given as ISO 8601, by its day; the exact time is in the title. */
export const When = ({ at }: { at: string }) => (
  <time datetime={at} title={exact(at)} safe>
    {days[language()].format(new Date(at))}
  </time>
)

/** A moment to the minute. */
export const Moment = ({ at }: { at: string }) => (
  <time datetime={at} safe>
    {exact(at)}
  </time>
)
