import { locale } from '../texts/say.ts'
import { Html } from './html.ts'

const shape = {
  ...({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' } as const),
  ...({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const),
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** There are as many as the board's windows have time zones. */
function formatIn(timeZone: string): Intl.DateTimeFormat {
  const name = `${locale()} ${timeZone}`
  const known = formats.get(name)
  if (known) return known
  const format = new Intl.DateTimeFormat(locale(), { ...shape, timeZone })
  formats.set(name, format)
  return format
}

/** A moment, given as ISO 8601, as a clock shows it there: with the day of the week. */
export const shownMoment = (at: string, timeZone: string) => formatIn(timeZone).format(new Date(at))

/** From when until when, on one day or on several. */
export const shownSpan = (from: string, until: string, timeZone: string) =>
  formatIn(timeZone).formatRange(new Date(from), new Date(until))

export const MomentIn = ({ at, zone }: { at: string; zone: string }) => (
  <time datetime={at} title={zone} safe>
    {shownMoment(at, zone)}
  </time>
)
