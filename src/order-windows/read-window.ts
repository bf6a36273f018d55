import { say } from '../../texts/say.ts'
import { isTimeZone } from '../mail/schedule.ts'
import type { FieldErrors } from '../platform/errors.ts'
import { asFields, isId, textOf, writtenIn } from '../platform/fields.ts'
import { lineFault } from '../text/seen.ts'
import type { WholeWindow } from './queries.ts'

const longestName = 60
const longestPlace = 120
const mostPickups = 20

/** A window as it is stored. A pick-up without an id is a new one. */
export type WindowDraft = {
  name: string
  opensAt: Date
  closesAt: Date
  timeZone: string
  pickups: { id: number | undefined; place: string; startsAt: Date; endsAt: Date }[]
}

/** A window as it was typed: moments as `<input type="datetime-local">` has them, or empty. */
export type TypedWindow = {
  name: string
  opens: string
  closes: string
  timeZone: string
  pickups: TypedPickup[]
}
export type TypedPickup = { id: string; place: string; starts: string; ends: string }

/** Reads a form: the fields of a pick-up end in its place in the form, and one without any is none. */
export function readWindow(body: unknown): { typed: TypedWindow; errors: FieldErrors; draft?: WindowDraft } {
  const fields = asFields(body)
  const pickups = Array.from({ length: mostPickups + 1 }, (_, n) => ({
    id: textOf(fields[`pickup-${n}`]),
    place: writtenIn(fields[`place-${n}`]),
    starts: textOf(fields[`starts-${n}`]),
    ends: textOf(fields[`ends-${n}`]),
  })).filter(({ place, starts, ends }) => place !== '' || starts !== '' || ends !== '')
  const typed: TypedWindow = {
    name: writtenIn(fields.name),
    opens: textOf(fields.opens),
    closes: textOf(fields.closes),
    timeZone: textOf(fields.timeZone),
    pickups,
  }
  const zone = isTimeZone(typed.timeZone) ? typed.timeZone : undefined
  const momentOf = (text: string) => momentIn(text, zone ?? 'UTC')
  const draft: WindowDraft = {
    name: typed.name,
    opensAt: momentOf(typed.opens),
    closesAt: momentOf(typed.closes),
    timeZone: typed.timeZone,
    pickups: pickups.map(({ id, place, starts, ends }) => ({
      id: isId(id) ? Number(id) : undefined,
      place,
      startsAt: momentOf(starts),
      endsAt: momentOf(ends),
    })),
  }
  const errors = errorsOf(draft)
  return Object.keys(errors).length > 0 ? { typed, errors } : { typed, errors, draft }
}

/** Returns a moment of a time zone; an invalid one for what is none, or lies far from now. */
function momentIn(text: string, timeZone: string): Date {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(text)) return new Date(Number.NaN)
  try {
    const moment = Temporal.PlainDateTime.from(text).toZonedDateTime(timeZone)
    return new Date(moment.epochMilliseconds)
  } catch {
    return new Date(Number.NaN)
  }
}

/** Returns what is wrong with a window, by field: `starts-0` is when its first pick-up starts. */
export function errorsOf({ name, opensAt, closesAt, timeZone, pickups }: WindowDraft): FieldErrors {
  return {
    ...faultOf('name', lineError(name, longestName)),
    ...faultOf('timeZone', isTimeZone(timeZone) ? undefined : 'There is no such time zone.'),
    ...faultOf('opens', momentError(opensAt)),
    ...faultOf('closes', momentError(closesAt) ?? laterError(opensAt, closesAt)),
    ...faultOf('place-0', pickups.length === 0 ? 'A window needs a pick-up.' : undefined),
    ...(pickups.length > mostPickups
      ? { pickups: say('A window has at most {most} pick-ups.', { most: mostPickups }) }
      : {}),
    ...Object.assign(
      {},
      ...pickups.map(({ place, startsAt, endsAt }, n) => ({
        ...faultOf(`place-${n}`, lineError(place, longestPlace)),
        ...faultOf(`starts-${n}`, momentError(startsAt) ?? earlyError(closesAt, startsAt)),
        ...faultOf(`ends-${n}`, momentError(endsAt) ?? laterError(startsAt, endsAt)),
      })),
    ),
  }
}

const faultOf = (field: string, says: string | undefined): FieldErrors =>
  says === undefined ? {} : { [field]: says }

const lineError = (text: string, longest: number) =>
  lineFault(text, longest) === undefined
    ? undefined
    : say('One line of at most {longest} characters.', { longest })

const earliest = Date.UTC(2000)
const latest = Date.UTC(2100)

/** Whether a moment may be one of a window. */
export const isWithinReach = (moment: Date) => moment.getTime() >= earliest && moment.getTime() < latest

const momentError = (moment: Date) => (isWithinReach(moment) ? undefined : 'Give a day and a time.')

const laterError = (start: Date, end: Date) => (end <= start ? 'This ends before it begins.' : undefined)

const earlyError = (closesAt: Date, startsAt: Date) =>
  startsAt < closesAt ? 'A pick-up begins when the window has closed.' : undefined

const typedMoment = (at: string, timeZone: string) =>
  Temporal.Instant.from(at)
    .toZonedDateTimeISO(timeZone)
    .toPlainDateTime()
    .toString({ smallestUnit: 'minute' })

/**
 * Returns a draft from a form with the moments of the window as it is where the form shows the same: it has
 * no seconds, and does not tell the two hours apart that are one on the clock.
 */
export function withMomentsOf(now: WholeWindow, draft: WindowDraft): WindowDraft {
  const { timeZone } = draft
  if (timeZone !== now.timeZone) return draft
  const kept = (typed: Date, at: string | undefined) =>
    at !== undefined && typedMoment(at, timeZone) === typedMoment(typed.toISOString(), timeZone)
      ? new Date(at)
      : typed
  return {
    ...draft,
    opensAt: kept(draft.opensAt, now.opensAt),
    closesAt: kept(draft.closesAt, now.closesAt),
    pickups: draft.pickups.map((each) => {
      const was = now.pickups.find(({ id }) => id === each.id)
      return {
        ...each,
        startsAt: kept(each.startsAt, was?.startsAt),
        endsAt: kept(each.endsAt, was?.endsAt),
      }
    }),
  }
}

/** Returns a window that is stored as a form shows it, in its own time zone. */
export function typedOf({ name, opensAt, closesAt, timeZone, pickups }: WholeWindow): TypedWindow {
  return {
    ...{ name, timeZone, opens: typedMoment(opensAt, timeZone), closes: typedMoment(closesAt, timeZone) },
    pickups: pickups.map(({ id, place, startsAt, endsAt }) => ({
      id: `${id}`,
      place,
      starts: typedMoment(startsAt, timeZone),
      ends: typedMoment(endsAt, timeZone),
    })),
  }
}
