import { say, translated } from '../../texts/say.ts'
import type { Viewer } from '../accounts/queries.ts'
import type { Context } from '../context.ts'
import type { Sql } from '../platform/db.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { unhurried } from '../platform/trace.ts'
import { type ImportReport, type NamedRow, type RowReport, readRows } from '../text/csv.ts'
import {
  insertPickup,
  insertWindow,
  updatePickup,
  updateWindow,
  type WholeWindow,
  windowAt,
} from './queries.ts'
import { errorsOf, readWindow, type WindowDraft } from './read-window.ts'
import { changing, overlapWith, windowOrRefuse } from './service.ts'

/** Of a file of windows, of which each row is a pick-up. */
export const windowColumns = ['window', 'opens', 'closes', 'time zone', 'place', 'from', 'until'] as const
type Row = NamedRow<(typeof windowColumns)[number]>

const mostRows = 500

/** A window as rows of the file have it, with its pick-ups in the order of the rows. */
type FileWindow = { rows: Row[]; draft: WindowDraft }

/**
 * Stores a file of windows: one of this name and beginning that is there is changed, and what is picked up
 * elsewhere stays; others are added. All in one transaction, and nothing when a row is wrong, unless
 * `isPartial` asks for the windows that are right.
 */
export async function importWindows(
  context: Context,
  admin: Viewer,
  bytes: Uint8Array,
  isPartial: boolean,
): Promise<ImportReport> {
  const rows = await readRows(bytes, windowColumns)
  if (rows.length > mostRows) {
    const says = say('A file of windows has at most {most} rows.', { most: mostRows })
    throw new Refusal(422, says, { file: says })
  }
  const reports: RowReport[] = []
  const windows = [...Map.groupBy(rows, keyOf).values()].flatMap((own) => windowOf(own, reports))
  const store = async (sql: Sql) => {
    const stored = reports.slice()
    for (const each of windows) stored.push(...(await storeWindow(sql, each)))
    const wrong = stored.filter(({ outcome }) => outcome === 'wrong')
    if (wrong.length === stored.length || (wrong.length > 0 && !isPartial)) throw new NotStored(wrong)
    return { rows: inOrder(stored), isStored: true }
  }
  try {
    return await unhurried(() => changing(context, admin, store))
  } catch (error) {
    if (!(error instanceof NotStored)) throw error
    return { rows: inOrder(error.reports), isStored: false }
  }
}

/** Undoes what was stored so far. */
class NotStored extends Error {
  constructor(readonly reports: RowReport[]) {
    super('rows of the file are wrong')
  }
}

const inOrder = (reports: RowReport[]) => reports.toSorted((a, b) => a.line - b.line)

const keyOf = ({ cells }: Row) => `${cells.window}\n${cells.opens}`

const reportOf = ({ line, cells }: Row, outcome: RowReport['outcome'], says: string): RowReport => ({
  ...{ line, name: `${cells.window} · ${cells.place}`, outcome, says },
})

/** Reads rows of one window; where one is wrong there is none, and `reports` has why. */
function windowOf(rows: Row[], reports: RowReport[]): FileWindow[] {
  const [first] = rows
  if (!first) return []
  const { draft, errors } = readWindow({
    ...{ name: first.cells.window, timeZone: first.cells['time zone'] },
    ...{ opens: typed(first.cells.opens), closes: typed(first.cells.closes) },
    ...Object.assign(
      {},
      ...rows.map(({ cells }, n) => ({
        // One without a place is wrong, and has its number in the form all the same.
        [`place-${n}`]: cells.place,
        [`starts-${n}`]: typed(cells.from) || '-',
        [`ends-${n}`]: typed(cells.until),
      })),
    ),
  })
  const ofWindow = Object.entries(errors).filter(([field]) => !/-\d+$/.test(field))
  const wrong = rows.flatMap((row, n) => {
    const own = Object.entries(errors).filter(([field]) => field.endsWith(`-${n}`))
    const found = [...Object.entries({ ...row.errors, ...otherwise(row, first, rows) }), ...ofWindow, ...own]
    return found.length === 0 ? [] : [reportOf(row, 'wrong', found.map(sentence).join(' '))]
  })
  reports.push(...wrong)
  return draft && wrong.length === 0 ? [{ rows, draft }] : []
}

/** As `<input type="datetime-local">` has it. */
const typed = (text: string) => text.replace(' ', 'T')

function otherwise(row: Row, first: Row, rows: Row[]): FieldErrors {
  const { cells } = row
  const isSame = (['closes', 'time zone'] as const).every((each) => cells[each] === first.cells[each])
  if (!isSame) return { row: say('Line {line} says otherwise of this window.', { line: first.line }) }
  const twin = rows.find((each) => each.cells.place === cells.place && each.cells.from === cells.from)
  return twin && twin !== row ? { row: say('Line {line} has this pick-up too.', { line: twin.line }) } : {}
}

const names: Record<string, string> = {
  ...{ name: 'window', timeZone: 'time zone', starts: 'from', ends: 'until' },
}

function sentence([field, error]: [string, string]): string {
  const name = field.replace(/-\d+$/, '')
  return name === 'row' ? translated(error) : `${names[name] ?? name}: ${translated(error)}`
}

/** Adds a window, or changes the one that is there. Returns what came of each row. */
async function storeWindow(sql: Sql, { rows, draft }: FileWindow): Promise<RowReport[]> {
  const id = await windowAt(sql, draft.name, draft.opensAt)
  const now = id === undefined ? undefined : await windowOrRefuse(sql, id)
  const merged = now ? mergedWith(now, draft) : draft
  const errors = Object.values(errorsOf(merged))
  const wrong = errors.length > 0 ? errors.map(translated).join(' ') : await overlapWith(sql, merged, id ?? 0)
  if (wrong !== undefined) return rows.map((row) => reportOf(row, 'wrong', wrong))
  const stored = id ?? (await insertWindow(sql, merged))
  if (id !== undefined) await updateWindow(sql, id, merged)
  const isWindowChanged = now !== undefined && !isSameWindow(now, merged)
  for (const each of merged.pickups) {
    if (each.id === undefined) await insertPickup(sql, stored, each)
    else await updatePickup(sql, each.id, each)
  }
  return rows.map((row, n) => {
    const pickup = draft.pickups[n]
    const before = now?.pickups.find((each) => pickup && isSamePickup(each, pickup))
    if (!before || !pickup) return reportOf(row, 'added', say('Added.'))
    return isWindowChanged || !isSameMinute(before.endsAt, pickup.endsAt)
      ? reportOf(row, 'changed', say('Changed.'))
      : reportOf(row, 'unchanged', say('Was so already.'))
  })
}

/** What a file says to the minute stays as exact as it is. */
function mergedWith(now: WholeWindow, draft: WindowDraft): WindowDraft {
  const exact = (stored: string, moment: Date) => (isSameMinute(stored, moment) ? new Date(stored) : moment)
  const kept = now.pickups.map(({ id, place, startsAt, endsAt }) => {
    const said = draft.pickups.find((each) => isSamePickup({ place, startsAt }, each))
    return {
      id,
      place,
      startsAt: new Date(startsAt),
      endsAt: said ? exact(endsAt, said.endsAt) : new Date(endsAt),
    }
  })
  const added = draft.pickups.filter((each) => !now.pickups.some((stored) => isSamePickup(stored, each)))
  return {
    ...{ name: now.name, opensAt: new Date(now.opensAt), closesAt: exact(now.closesAt, draft.closesAt) },
    ...{ timeZone: draft.timeZone, pickups: [...kept, ...added] },
  }
}

const isSamePickup = (stored: { place: string; startsAt: string }, said: { place: string; startsAt: Date }) =>
  stored.place === said.place && isSameMinute(stored.startsAt, said.startsAt)

const isSameWindow = (now: WholeWindow, { closesAt, timeZone }: WindowDraft) =>
  isSameMinute(now.closesAt, closesAt) && now.timeZone === timeZone

const minuteMs = 60_000

const isSameMinute = (stored: string, said: Date) =>
  Math.floor(Date.parse(stored) / minuteMs) === Math.floor(said.getTime() / minuteMs)
