import { windowBetween } from '../../../../src/order-windows/queries.ts'
import type { Sql } from '../../../../src/platform/db.ts'
import type { Line } from '../../format.ts'
import { holdWindows, windowsOfPickups } from '../queries.ts'
import { at, type Bring, type Bringing, insertAll, mapOf, numberedRows } from './rows.ts'

/** Members order in windows from then on, where the board keeps numbers or one of them is not over. */
export const bringWindows: Bring<'windows'> = async (bringing, lines) => {
  const { sql, known } = bringing
  const now = new Date()
  await holdWindows(sql, known.keepsIds === 1)
  const come: Line<'windows'>[] = []
  for (const line of lines) {
    const other = known.keepsIds ? undefined : await windowMet(sql, line, now)
    // There is one window at a time.
    if (other === undefined) come.push(line)
    else if (hasOpened(line, now)) come.push({ ...line, closes: now.toISOString() })
  }
  if (come.some(({ closes }) => new Date(closes) > now)) await holdWindows(sql, true)
  const ids = await numberedRows(
    bringing,
    'windows',
    'order_windows',
    come.map(({ id, name, opens, closes, timeZone }) => ({
      ...{ id, name, opens_at: at(opens), closes_at: at(closes), time_zone: timeZone },
    })),
  )
  await insertAll(
    sql,
    'window_tellings',
    come.flatMap(({ id, told = [] }) =>
      told.map((stage) => ({ window_id: ids.get(id) ?? 0, stage, told_at: now })),
    ),
  )
  return come.length
}

/** Returns the window of this board that is open for some of the time that is left of another, if one is. */
export async function windowMet(sql: Sql, { opens, closes }: Line<'windows'>, now: Date) {
  const ends = new Date(closes)
  return ends <= now ? undefined : windowBetween(sql, new Date(opens), ends, 0)
}

export const hasOpened = ({ opens }: Line<'windows'>, now: Date) => new Date(opens) < now

export const bringPickups: Bring<'pickups'> = async (bringing, lines) => {
  const windows = await mapOf(
    bringing,
    'windows',
    lines.map(({ window }) => window),
  )
  const come = lines.filter(({ window }) => windows.has(window))
  await numberedRows(
    bringing,
    'pickups',
    'pickups',
    come.map(({ id, window, place, starts, ends }) => ({
      ...{ id, window_id: windows.get(window) ?? 0, place, starts_at: at(starts), ends_at: at(ends) },
    })),
  )
  return come.length
}

/** Those whose pick-up came are of its window. */
export async function putIntoWindows(bringing: Bringing, lines: Line<'orders'>[], ids: Map<number, number>) {
  const pickups = await mapOf(
    bringing,
    'pickups',
    lines.map(({ pickup }) => pickup),
  )
  if (pickups.size === 0) return
  const found = await windowsOfPickups(bringing.sql, [...new Set(pickups.values())])
  const windows = new Map(found.map(({ id, window }) => [id, window]))
  const rows = lines.flatMap(({ id, pickup = 0 }) => {
    const [pickup_id, order_id] = [pickups.get(pickup) ?? 0, ids.get(id) ?? 0]
    const window_id = windows.get(pickup_id)
    return window_id === undefined ? [] : [{ order_id, window_id, pickup_id }]
  })
  await insertAll(bringing.sql, 'window_orders', rows)
}
