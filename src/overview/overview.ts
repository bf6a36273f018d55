import type { Db } from '../platform/db.ts'
import { isWithin, type Period, pointsOf } from './period.ts'
import {
  activeDays,
  activeWeeks,
  counters,
  countsOf,
  type DayCount,
  type Kind,
  keptCounts,
  kinds,
} from './queries.ts'

/** What came of a kind on each day of a period, or in each of its weeks. */
export type Series = { kind: Kind; points: DayCount[]; total: number }

/**
 * Counts what came in a period: what was counted when it came, and the little that came since, all as of one
 * moment. Of members who were here a sum over days would count them again and again, so it has no total.
 */
export async function countsBetween(db: Db, period: Period): Promise<Series[]> {
  const counted = await db.transaction(async (sql) => {
    const kept = await keptCounts(sql, period.from, period.until)
    const found = new Map<Kind, DayCount[]>()
    for (const { what, countedTo } of await counters(sql))
      if (what !== 'active')
        found.set(what, [
          ...kept.filter((each) => each.what === what),
          ...(await countsOf(sql, what, countedTo)),
        ])
    const recent = period.by === 'day' ? await activeDays(sql) : await activeWeeks(sql)
    const recentDays = new Set(recent.map(({ day }) => day))
    const before = kept.filter(
      ({ what, day }) => what === (period.by === 'day' ? 'active' : 'weekly') && !recentDays.has(day),
    )
    found.set('active', [...before, ...recent])
    return found
  })
  return kinds.map((kind) => {
    const within = (counted.get(kind) ?? []).filter(({ day }) => isWithin(period, day))
    const points = pointsOf(period, within)
    return { kind, points, total: points.reduce((sum, { count }) => sum + count, 0) }
  })
}
