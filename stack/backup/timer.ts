import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type Environment, environment } from '../../src/platform/config.ts'
import { root } from '../root.ts'
import type { Print } from '../stack.ts'
import { noteSchedule } from './record.ts'
import { timeOfDay } from './settings.ts'

const lookEveryMs = 10_000
const dayMs = 86_400_000
/** After one that failed. */
const retryMs = 900_000

/** Returns the next moment after `now`, in milliseconds, that is so many minutes past midnight, UTC. */
export function nextAfter(now: number, minutes: number): number {
  const today = Math.floor(now / dayMs) * dayMs + minutes * 60_000
  return today > now ? today : today + dayMs
}

type Parts = {
  data: string
  print: Print
  env?: Environment
  now?: () => number
  everyMs?: number
  /** Makes a backup. Resolves to what it says. */
  run?: (data: string) => Promise<string>
}

/**
 * Makes a backup each day at `BACKUP_AT`, one at a time, by the command that people type, and notes that it
 * does. Throws a ConfigError where a setting makes no sense.
 */
export function startBackupTimer({
  data,
  print,
  env = environment,
  now = Date.now,
  everyMs = lookEveryMs,
  run = runBackup,
}: Parts): { stop(): void } {
  const minutes = timeOfDay(env)
  const note = () => {
    try {
      noteSchedule(data, minutes !== undefined, new Date(now()))
    } catch {
      // A disk that is full: it is noted at the next look.
    }
  }
  note()
  if (minutes === undefined) return { stop: () => {} }
  let next = nextAfter(now(), minutes)
  let isRunning = false
  const timer = setInterval(() => {
    // Its file may have been lost.
    note()
    // A clock that was set back would wait for the day that it came from.
    next = Math.min(next, nextAfter(now(), minutes))
    if (isRunning || now() < next) return
    next = nextAfter(now(), minutes)
    isRunning = true
    run(data)
      .then(print, (error) => {
        print(error instanceof Error ? error.message : String(error))
        next = Math.min(next, now() + retryMs)
      })
      .finally(() => {
        isRunning = false
      })
  }, everyMs)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}

async function runBackup(data: string): Promise<string> {
  const command = [
    process.execPath,
    '--no-env-file',
    join(root, 'stack/cli/main.ts'),
    'backup',
    '--data',
    data,
  ]
  const child = Bun.spawn(command, { cwd: root, stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' })
  const [output, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), child.exited])
  const said = `${output}${errors}`.trim()
  if (code !== 0) throw new Error(said)
  return said
}
