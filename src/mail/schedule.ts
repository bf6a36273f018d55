/** How often a member gets by mail what they are told of. */
export const paces = ['soon', 'daily', 'weekly', 'never'] as const
export type Pace = (typeof paces)[number]

export { isTimeZone } from '../platform/known-names.ts'

/** Whoever is on the site reads a notice there meanwhile. */
const soonMs = 5 * 60_000
const morning = '08:00'

/**
 * When a mail is due next, behind a moment: in some minutes; at eight in the morning, where the member is, on
 * the next day, or on the next Monday; null is never.
 */
export function nextMail(pace: Pace, timeZone: string, after: Date): Date | null {
  if (pace === 'never') return null
  if (pace === 'soon') return new Date(after.getTime() + soonMs)
  const now = Temporal.Instant.fromEpochMilliseconds(after.getTime()).toZonedDateTimeISO(timeZone)
  const morningIn = (days: number) =>
    now.toPlainDate().add({ days }).toZonedDateTime({ timeZone, plainTime: morning })
  const daysToMonday = (8 - now.dayOfWeek) % 7
  const [first, between] = pace === 'daily' ? [0, 1] : [daysToMonday, 7]
  const next = morningIn(first)
  const isAhead = Temporal.ZonedDateTime.compare(next, now) > 0
  return new Date((isAhead ? next : morningIn(first + between)).epochMilliseconds)
}
