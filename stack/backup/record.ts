import type { Backups } from '../../src/health/site-status.ts'
import { dataPaths, readObject, writeWhole } from '../data-folder.ts'
import { sizeText } from '../status.ts'
import type { Drills } from './settings.ts'

/** What became of backups that are made by themselves, and of drills. */
export type BackupRecord = {
  /** Since when one is made each day. Undefined: by hand alone. */
  dailySince?: string | undefined
  /** How drills come about then. Undefined in records of earlier releases: by hand. */
  drills?: Drills | undefined
  backup?: { at: string; name: string; bytes: number }
  /** Why the last try failed, when it came after that. */
  failure?: Failure | undefined
  /** The last one; with differences only in records of earlier releases. */
  drill?: { at: string; seconds: number; differences: number }
  /** Why the last one proved nothing, when it came after that. */
  drillFailure?: Failure | undefined
  /** Why the last one was not made, or not to its end, which says nothing of the backup. */
  drillMissed?: Failure | undefined
}

type Failure = { at: string; reason: string }

export const recordIn = (data: string): BackupRecord =>
  (readObject(dataPaths(data).backups) ?? {}) as BackupRecord

/** The scaler, which has a user of its own where root started the stack, reads it too: it has no secrets. */
export function noteBackups(data: string, news: BackupRecord): void {
  writeWhole(dataPaths(data).backups, `${JSON.stringify({ ...recordIn(data), ...news })}\n`, 0o644)
}

/** Notes, at the start of a stack, how drills come about; undefined: no backup is made each day. */
export function noteSchedule(data: string, drills: Drills | undefined, now = new Date()): void {
  const { dailySince, drills: before } = recordIn(data)
  const isDaily = drills !== undefined
  if ((dailySince !== undefined) === isDaily && before === drills) return
  noteBackups(data, { dailySince: isDaily ? (dailySince ?? now.toISOString()) : undefined, drills })
}

/** Notes what a drill found. `problem`: why it proved nothing; undefined where it did. */
export function noteDrill(data: string, at: string, seconds: number, problem: string | undefined): void {
  const drillMissed = undefined
  if (problem === undefined)
    noteBackups(data, { drill: { at, seconds, differences: 0 }, drillFailure: undefined, drillMissed })
  else noteBackups(data, { drillFailure: { at, reason: problem }, drillMissed })
}

/** Notes why a drill was not made, or not to its end. */
export const noteMissed = (data: string, at: Date, reason: string) =>
  noteBackups(data, { drillMissed: { at: at.toISOString(), reason } })

/** One made each day is late when it is older than this. */
const lateMs = 26 * 3_600_000
/** One a week, and a day for whoever does it. */
const drillLateMs = 8 * 24 * 3_600_000
/** Of a week: one that took long, or was put off, moves none after it to the next day. */
const drillEveryMs = 6.5 * 24 * 3_600_000

/**
 * Whether a backup that was just made is to be drilled. A drill that failed is made again after the next one.
 */
export function isDrillDue(record: BackupRecord, drills: Drills, now: number): boolean {
  if (drills !== 'daily' && drills !== 'weekly') return false
  const [drill, failure] = drillsIn(record)
  if (drills === 'daily' || !drill || failure) return true
  const age = now - Date.parse(drill.at)
  // One from the future says that the clock was wrong.
  return age < 0 || age >= drillEveryMs
}

/** Returns what of it `/status` and alerts tell. */
export function standingOf(record: BackupRecord, now = Date.now()): Backups {
  const { dailySince, drills, backup, failure } = record
  const [drill, drillFailure] = drillsIn(record)
  const isLate = (last: string | undefined, withinMs: number) =>
    dailySince !== undefined &&
    now - Math.max(Date.parse(last ?? dailySince), Date.parse(dailySince)) > withinMs
  return {
    last: backup ? { at: backup.at, bytes: backup.bytes } : null,
    failedAt: failure?.at ?? null,
    provenAt: drill?.at ?? null,
    drillFailedAt: drillFailure?.at ?? null,
    isDaily: dailySince !== undefined,
    isLate: isLate(backup?.at, lateMs),
    isDrillLate: drills !== 'never' && isLate(drill?.at, drillLateMs),
  }
}

/** The last one that proved something, and the last one since that did not. */
function drillsIn({
  drill,
  drillFailure,
}: BackupRecord): [drill: BackupRecord['drill'], failure: Failure | undefined] {
  if (!drill || drill.differences === 0) return [drill, drillFailure]
  return [undefined, drillFailure ?? { at: drill.at, reason: differencesText(drill.differences) }]
}

export const differencesText = (count: number) =>
  count === 1 ? '1 difference' : `${count || 'no'} differences`

/**
 * Returns what `./agora status` says of backups; nothing where none are made by themselves and none was
 * drilled.
 */
export function recordText(record: BackupRecord, now = Date.now()): string[] {
  const { backup, failure, dailySince, drills, drillMissed } = record
  const [drill, drillFailure] = drillsIn(record)
  if (!backup && !failure && !drill && !drillFailure && !dailySince) return []
  const { isLate, isDrillLate } = standingOf(record, now)
  const proven = drill
    ? `${drill.at}, in ${drill.seconds.toFixed(0)} s, ${differencesText(0)}`
    : `none yet${ways[drills ?? 'never']}`
  const last = backup ? `${backup.at}, ${backup.name}, ${sizeText(backup.bytes)}` : 'none yet'
  return [
    `Last proven restore: ${proven}${isDrillLate ? ' - LATE: it should be made each week' : ''}`,
    ...(drillFailure ? [`The last drill failed at ${drillFailure.at}: ${drillFailure.reason}`] : []),
    ...(drillMissed ? [`A drill was not made at ${drillMissed.at}: ${drillMissed.reason}`] : []),
    ...(drills === 'by hand' ? [drillsByHand] : []),
    `Last backup: ${last}${isLate ? ' - LATE: it should be made each day' : ''}`,
    ...(failure ? [`The last try failed at ${failure.at}: ${failure.reason}`] : []),
  ]
}

/** What is to be typed, where none comes by itself. */
const ways: Record<Drills, string> = {
  daily: '',
  weekly: '',
  'by hand': ': ./agora drill --identity FILE',
  never: ': ./agora drill',
}

export const drillsByHand =
  'No drill is made by itself: backups are encrypted, and BACKUP_IDENTITY names no file with the secret key.'
