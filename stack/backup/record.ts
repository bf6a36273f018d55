import { dataPaths, readObject, writeWhole } from '../data-folder.ts'
import { sizeText } from '../status.ts'

/** What became of the last backup by itself, and of the last drill. */
export type BackupRecord = {
  backup?: { at: string; name: string; bytes: number }
  /** Why the last try failed, when it came after that. */
  failure?: { at: string; reason: string } | undefined
  drill?: { at: string; seconds: number; differences: number }
}

export const recordIn = (data: string): BackupRecord =>
  (readObject(dataPaths(data).backups) ?? {}) as BackupRecord

export function noteBackups(data: string, news: BackupRecord): void {
  writeWhole(dataPaths(data).backups, `${JSON.stringify({ ...recordIn(data), ...news })}\n`)
}

/** One made each day is late when it is older than this. */
const lateMs = 26 * 3_600_000

/**
 * Returns what `./agora status` says of backups; nothing where none are made by themselves and none was
 * drilled.
 */
export function recordText(
  { backup, failure, drill }: BackupRecord,
  isExpected: boolean,
  now = Date.now(),
): string[] {
  if (!backup && !failure && !drill && !isExpected) return []
  const proven = drill
    ? `${drill.at}, in ${drill.seconds.toFixed(0)} s, ${drill.differences || 'no'} differences`
    : 'none yet: ./agora drill'
  const isLate = isExpected && now - Date.parse(backup?.at ?? '1970-01-01') > lateMs
  const last = backup ? `${backup.at}, ${backup.name}, ${sizeText(backup.bytes)}` : 'none yet'
  return [
    `Last proven restore: ${proven}`,
    `Last backup: ${last}${isLate ? ' - LATE: it should be made each day' : ''}`,
    ...(failure ? [`The last try failed at ${failure.at}: ${failure.reason}`] : []),
  ]
}
