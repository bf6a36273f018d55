import { chmodSync, copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from '../test/support/servers/reaper.ts'

/** The wall clock of programs that were started with `env`, which sets it for all of Bun's. */
export type SteppedClock = {
  folder: string
  env: Record<string, string>
  /** Sets it this far from the machine's own. */
  set(offsetMs: number): void
}

/** `seenAt`: where the programs find the clock's folder, when not where it is. */
export function openClock(seenAt?: string): SteppedClock {
  const folder = temporaryFolder()
  const program = 'stepping-clock.ts'
  copyFileSync(join(import.meta.dir, program), join(folder, program))
  // Programs run as users of their own.
  chmodSync(folder, 0o755)
  const offset = join(folder, 'offset')
  const text = (offsetMs: number) => `${Math.round(offsetMs)}`.padEnd(20)
  writeFileSync(offset, text(0))
  // In its place and of one length: who reads meanwhile finds a number.
  const set = (offsetMs: number) => writeFileSync(offset, text(offsetMs), { flag: 'r+' })
  return { folder, set, env: { BUN_OPTIONS: `--preload=${join(seenAt ?? folder, program)}` } }
}

const longestStepMs = 26 * 3_600_000

/** How far off a clock is set: seconds or hours, forward or back. */
export function stepOf(roll: () => number): number {
  const size = roll() < 0.5 ? 60_000 : longestStepMs
  return Math.round((roll() * 2 - 1) * size)
}
