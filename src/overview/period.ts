import type { FieldErrors } from '../platform/errors.ts'
import type { DayCount } from './queries.ts'

const dayMs = 86_400_000
const usualDays = 30
const mostPoints = 400

/** Days from one to another, both included, as `YYYY-MM-DD`, each drawn by itself or by its week. */
export type Period = { from: string; until: string; by: 'day' | 'week' }

/** As somebody asked for it. */
export type Asked = { from: string; until: string; by: string }

/** The last days. */
export const usualPeriod = (today: Date): Period => ({
  from: dayOf(today.getTime() - (usualDays - 1) * dayMs),
  until: dayOf(today.getTime()),
  by: 'day',
})

/**
 * Reads a period; what is empty is as usual. One by weeks begins on a Monday and ends on a Sunday. Returns
 * what is wrong where it can't be drawn.
 */
export function readPeriod(
  { from, until, by }: Asked,
  today: Date,
): { errors: FieldErrors } | { period: Period } {
  const usual = usualPeriod(today)
  const asked = { from: from || usual.from, until: until || usual.until }
  const errors: FieldErrors = {}
  if (!isDay(asked.from)) errors.from = 'This is no day. Please write it as in 2026-11-30.'
  if (!isDay(asked.until)) errors.until = 'This is no day. Please write it as in 2026-11-30.'
  if (by !== '' && by !== 'day' && by !== 'week') errors.by = 'Plots are by day or by week.'
  if (Object.keys(errors).length > 0) return { errors }

  if (asked.from > asked.until) return { errors: { from: 'The first day is after the last one.' } }
  if (by !== 'week')
    return numberOf(asked.until) - numberOf(asked.from) < mostPoints
      ? { period: { ...asked, by: 'day' } }
      : { errors: { from: 'These are more than 400 days. Please choose fewer, or plots by week.' } }
  const weeks = { from: mondayOf(asked.from), until: dayAt(numberOf(mondayOf(asked.until)) + 6) }
  return numberOf(weeks.until) - numberOf(weeks.from) < mostPoints * 7
    ? { period: { ...weeks, by: 'week' } }
    : { errors: { from: 'These are more than 400 weeks. Please choose fewer.' } }
}

/** Every day of a period, or the Monday of every week, with what came then. */
export function pointsOf({ from, until, by }: Period, counts: DayCount[]): DayCount[] {
  const byStart = new Map<string, number>()
  for (const { day, count } of counts) {
    const start = by === 'week' ? mondayOf(day) : day
    byStart.set(start, (byStart.get(start) ?? 0) + count)
  }
  const step = by === 'week' ? 7 : 1
  const points = Math.floor((numberOf(until) - numberOf(from)) / step) + 1
  return Array.from({ length: points }, (_, at) => dayAt(numberOf(from) + at * step)).map((day) => ({
    day,
    count: byStart.get(day) ?? 0,
  }))
}

/** Whether a day is in a period. */
export const isWithin = ({ from, until }: Period, day: string) => day >= from && day <= until

/** ISO 8601: weeks begin on Monday. The first day of 1970 was a Thursday. */
const mondayOf = (day: string) => dayAt(Math.floor((numberOf(day) + 3) / 7) * 7 - 3)

const isDay = (text: string) => /^(?:19|20|21)\d\d-\d\d-\d\d$/.test(text) && dayOf(Date.parse(text)) === text

/** Days since 1970. */
const numberOf = (day: string) => Date.parse(day) / dayMs
const dayAt = (number: number) => dayOf(number * dayMs)

function dayOf(ms: number): string {
  return Number.isNaN(ms) ? '' : new Date(ms).toISOString().slice(0, 10)
}
