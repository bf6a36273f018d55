import type { Keep } from './settings.ts'

/** Returns the name of a backup that was made then. */
export const backupName = (at: Date, isEncrypted: boolean) =>
  `agora-${at.toISOString().slice(0, 19).replaceAll(':', '-')}Z.agora${isEncrypted ? '.age' : ''}`

/** Returns when a backup of this name was made; undefined for what is none of ours. */
export function timeOf(name: string): Date | undefined {
  const [, day, hours, minutes, seconds] =
    name.match(/^agora-(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)Z\.agora(?:\.age)?$/) ?? []
  if (!day) return undefined
  const at = new Date(`${day}T${hours}:${minutes}:${seconds}Z`)
  return Number.isNaN(at.getTime()) ? undefined : at
}

/** The newest first; of those that were made at one moment it doesn't matter which. */
export const newestFirst = (names: string[]) =>
  names
    .filter((name) => timeOf(name))
    .sort((a, b) => (timeOf(b)?.getTime() ?? 0) - (timeOf(a)?.getTime() ?? 0))

/**
 * Returns which backups are not kept: of each of the last days, weeks and months that have any the newest
 * stays, and so does the newest of all. What is none of ours is not touched.
 */
export function surplus(names: string[], { days, weeks, months }: Keep): string[] {
  const ordered = newestFirst(names)
  const kept = new Set(ordered.slice(0, 1))
  const periods: [number, (at: Date) => string][] = [
    [days, (at) => at.toISOString().slice(0, 10)],
    [weeks, (at) => String(Math.floor((at.getTime() / 86_400_000 + 3) / 7))],
    [months, (at) => at.toISOString().slice(0, 7)],
  ]
  for (const [count, periodOf] of periods) {
    const newestOf = new Map<string, string>()
    for (const name of ordered) {
      const period = periodOf(timeOf(name) as Date)
      if (!newestOf.has(period)) newestOf.set(period, name)
    }
    for (const name of [...newestOf.values()].slice(0, count)) kept.add(name)
  }
  return ordered.filter((name) => !kept.has(name))
}
