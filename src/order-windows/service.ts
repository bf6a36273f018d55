import { say } from '../../texts/say.ts'
import { shownMoment } from '../../views/moments.tsx'
import type { Viewer } from '../accounts/queries.ts'
import { invalidatedBy } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { versionOf } from '../http/form-version.ts'
import type { Sql } from '../platform/db.ts'
import { Refusal } from '../platform/errors.ts'
import { putSetting } from '../settings/queries.ts'
import { settingsOf } from '../settings/service.ts'
import {
  closeWindow,
  comingWindow,
  deletePickup,
  deleteWindow,
  followMarket,
  hasWindows,
  heldPickupsOf,
  holdOrdering,
  holdWindowOf,
  insertPickup,
  insertWindow,
  insertWindowOrder,
  lastPickupOf,
  type OrderWindow,
  type Pickup,
  pickupsOf,
  setPickupOfOrder,
  updatePickup,
  updateWindow,
  type WholeWindow,
  windowBetween,
  windowById,
  windowsBefore,
} from './queries.ts'
import type { WindowDraft } from './read-window.ts'

/**
 * **No order is placed or changed after its window has closed.** Every transaction that does so holds the row
 * of the window, and of the setting that says that there are windows, with a shared lock from before it looks
 * at the clock until it is over; whoever opens, moves or closes a window takes the setting's row for
 * themselves first. So one of both is first, and whoever looks at a window that has closed, having waited for
 * its row (`settled`), sees all of its orders. The clock is the database's, looked at when the row is held.
 */

export const isOpen = ({ opensAt, closesAt }: OrderWindow, now = new Date().toISOString()) =>
  opensAt <= now && now < closesAt

/**
 * How one orders now, on a board with windows: in the one that is open, with where the viewer picks up what
 * they ordered last; or why nobody does.
 */
export type Ordering = {
  window?: WholeWindow
  chosen?: number | undefined
  whyClosed?: string
}

/** Undefined where the board has no windows, and one orders whenever one likes. */
export async function orderingOf(context: Context, viewer?: Viewer): Promise<Ordering | undefined> {
  const { ORDER_WINDOWS } = await settingsOf(context)
  if (!ORDER_WINDOWS) return undefined
  const coming = await comingWindow(context.db)
  if (!coming || !isOpen(coming)) return { whyClosed: whyClosed(coming) }
  const pickups = viewer ? await pickupsOf(context.db, [coming.id]) : []
  const chosen = viewer && pickups.length > 1 ? await lastPickupOf(context.db, viewer.id) : undefined
  return { window: { ...coming, pickups }, chosen }
}

/**
 * Puts an order that was just stored into the window that is open, in its transaction. Does nothing on a
 * board without windows. Throws a 409 where none is open, or nothing is picked up there and then; a 422 where
 * there are several pick-ups and none was chosen.
 */
export async function joinWindow(
  sql: Sql,
  { id: order, buyer }: { id: number; buyer: number },
  wanted: number | undefined,
): Promise<void> {
  const held = await holdOrdering(sql)
  if (!held) {
    if (wanted !== undefined) throw noSuchPickup()
    return
  }
  const { now } = held
  const window = windowIn(held)
  if (!window || !isOpen(window, now)) throw new Refusal(409, whyClosed(window))
  const pickup = chosenOf(await heldPickupsOf(sql, window.id), wanted)
  await insertWindowOrder(sql, order, window.id, pickup.id)
  await followMarket(sql, buyer)
}

function windowIn(held: NonNullable<Awaited<ReturnType<typeof holdOrdering>>>): OrderWindow | undefined {
  const { id, name, opensAt, closesAt, timeZone } = held
  return id && name && opensAt && closesAt && timeZone ? { id, name, opensAt, closesAt, timeZone } : undefined
}

/** Says from when one orders again. */
function whyClosed(next: OrderWindow | undefined): string {
  if (!next) return say('Nobody can order at the moment: no further window is planned yet.')
  const when = shownMoment(next.opensAt, next.timeZone)
  return say('Nobody can order at the moment: the next window opens on {when}.', { when })
}

function chosenOf(pickups: Pickup[], wanted: number | undefined): Pickup {
  const [only, ...others] = pickups
  if (wanted === undefined && others.length > 0) {
    const says = 'Choose where and when you pick it up.'
    throw new Refusal(422, says, { pickup: says })
  }
  const pickup = wanted === undefined ? only : pickups.find(({ id }) => id === wanted)
  if (!pickup) throw noSuchPickup()
  return pickup
}

const noSuchPickup = () => new Refusal(409, 'Nothing is picked up there any more. Please choose again.')

/**
 * Holds the window of an order in the transaction that changes it. Throws a 409 when it has closed. Returns
 * whether there is one: an order of a board without windows is in none.
 */
export async function keepWindowOpen(sql: Sql, order: number): Promise<boolean> {
  const held = await holdWindowOf(sql, order)
  if (held && !isOpen(held, held.now))
    throw new Refusal(409, 'Its window has closed: this order stays as it is. Ask who runs the market.')
  return held !== undefined
}

/** Has an order picked up elsewhere. Throws as `joinWindow`. */
export async function movePickup(sql: Sql, order: number, wanted: number): Promise<void> {
  const held = await holdWindowOf(sql, order)
  if (!held) throw noSuchPickup()
  const pickup = chosenOf(await heldPickupsOf(sql, held.id), wanted)
  await setPickupOfOrder(sql, order, pickup.id)
}

export async function windowOrRefuse(sql: Sql, id: number): Promise<WholeWindow> {
  const found = await windowById(sql, id)
  if (!found) throw noSuchWindow()
  return { ...found, pickups: await pickupsOf(sql, [id]) }
}

const noSuchWindow = () => new Refusal(404, 'There is no such window.')

/** Those that closed before a moment, the last first. */
export async function windowsOf(sql: Sql, before: Date, limit: number): Promise<WholeWindow[]> {
  const windows = await windowsBefore(sql, before, limit)
  if (windows.length === 0) return []
  const pickups = Map.groupBy(
    await pickupsOf(
      sql,
      windows.map(({ id }) => id),
    ),
    ({ windowId }) => windowId,
  )
  return windows.map((each) => ({ ...each, pickups: pickups.get(each.id) ?? [] }))
}

/** Stands in a form for the window that it was filled with. */
export const versionOfWindow = ({ name, opensAt, closesAt, timeZone, pickups }: WholeWindow) =>
  versionOf(
    ...[name, opensAt, closesAt, timeZone],
    ...pickups.map(({ id, place, startsAt, endsAt }) => `${id} ${place} ${startsAt} ${endsAt}`),
  )

/** Adds a window. Throws a 409 where another is open for some of its time. */
export const addWindow = (context: Context, admin: Viewer, draft: WindowDraft) =>
  changing(context, admin, async (sql) => {
    await refuseOverlap(sql, draft, 0)
    const id = await insertWindow(sql, draft)
    for (const each of draft.pickups) await insertPickup(sql, id, each)
    return windowOrRefuse(sql, id)
  })

/**
 * Makes a window and its pick-ups what `draftOf` makes of the window as it is when nobody else changes it any
 * more: pick-ups that are left out are gone, unless an order names them, which is a 409.
 */
export const changeWindow = (
  context: Context,
  admin: Viewer,
  id: number,
  draftOf: (now: WholeWindow) => WindowDraft,
) =>
  changing(context, admin, async (sql) => {
    const now = await windowOrRefuse(sql, id)
    const draft = draftOf(now)
    await refuseOverlap(sql, draft, id)
    await updateWindow(sql, id, draft)
    const kept = new Set(draft.pickups.map((each) => each.id))
    for (const each of now.pickups) {
      if (kept.has(each.id) || (await deletePickup(sql, each.id))) continue
      const says = say('Somebody picks up at {place}: it can be changed, but not left out.', each)
      throw new Refusal(409, says, { pickups: says })
    }
    for (const each of draft.pickups) {
      const isThere = now.pickups.some((other) => other.id === each.id)
      if (each.id !== undefined && isThere) await updatePickup(sql, each.id, each)
      else await insertPickup(sql, id, each)
    }
    return windowOrRefuse(sql, id)
  })

async function refuseOverlap(sql: Sql, draft: WindowDraft, but: number): Promise<void> {
  const says = await overlapWith(sql, draft, but)
  if (says !== undefined) throw new Refusal(409, says, { opens: says })
}

/** Says which other window is open for some of the time of one, if one is. */
export async function overlapWith(
  sql: Sql,
  { opensAt, closesAt }: WindowDraft,
  but: number,
): Promise<string | undefined> {
  const other = await windowBetween(sql, opensAt, closesAt, but)
  return other && say('{name} is open for some of this time: there is one window at a time.', other)
}

/** Closes a window that is open, now. Throws a 409 for one that is not. */
export const closeNow = (context: Context, admin: Viewer, id: number) =>
  changing(context, admin, async (sql) => {
    await windowOrRefuse(sql, id)
    if (!(await closeWindow(sql, id))) throw new Refusal(409, 'This window is not open.')
  })

/** Removes a window that nobody ordered in. Throws a 409 for another. */
export const removeWindow = (
  context: Context,
  admin: Viewer,
  id: number,
  expected?: (now: WholeWindow) => void,
) =>
  changing(context, admin, async (sql) => {
    const now = await windowOrRefuse(sql, id)
    expected?.(now)
    if (!(await deleteWindow(sql, id)))
      throw new Refusal(409, 'Somebody has ordered in this window, so it stays.')
  })

/** Nobody places or changes an order, or changes a window, until this is over. */
export async function changing<T>(
  context: Context,
  admin: Viewer,
  change: (sql: Sql) => Promise<T>,
): Promise<T> {
  const result = await context.db.transaction(async (sql) => {
    await putSetting(sql, 'ORDER_WINDOWS', 'yes', admin.id)
    const changed = await change(sql)
    if (!(await hasWindows(sql))) await putSetting(sql, 'ORDER_WINDOWS', '', admin.id)
    return changed
  })
  await context.cache.invalidate(invalidatedBy.settingsChanged())
  return result
}
