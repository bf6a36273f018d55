import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type Environment, environment } from '../../src/platform/config.ts'
import { explain } from '../errors.ts'
import { bunOf } from '../process/program.ts'
import { root } from '../root.ts'
import type { Print } from '../stack.ts'
import { isDrillDue, noteMissed, noteSchedule, recordIn } from './record.ts'
import { shortageOfMemory } from './room.ts'
import { clearLeft, postponedCode } from './scratch.ts'
import { drillsOf, timeOfDay } from './settings.ts'

const lookEveryMs = 10_000
const dayMs = 86_400_000
/** After a backup that failed, and a drill that gave way to something else. */
const retryMs = 900_000

/** Returns the next moment after `now`, in milliseconds, that is so many minutes past midnight, UTC. */
export function nextAfter(now: number, minutes: number): number {
  const today = Math.floor(now / dayMs) * dayMs + minutes * 60_000
  return today > now ? today : today + dayMs
}

/** How a command ended, and what it said. The code is null where a signal ended it. */
type Ended = { code: number | null; said: string }

type Parts = {
  data: string
  print: Print
  env?: Environment
  now?: () => number
  everyMs?: number
  /** The folder of the code that the board runs: an older one reads no backup of it. */
  code?: () => string
  /** Runs a command that people type to its end; `signal` asks it to end. */
  run?: (command: 'backup' | 'drill', data: string, signal: AbortSignal) => Promise<Ended>
  /** Why no second stack should start now. */
  shortage?: () => string | undefined
  /** Clears away what drills that were killed have left. */
  clear?: () => Promise<void>
}

/**
 * Makes a backup each day at `BACKUP_AT`, and then, where `BACKUP_DRILL` has one due, a drill of it, by the
 * commands that people type; and notes that it does. Neither runs twice at once, and a backup that is due
 * ends a drill. `stop` ends a drill, and resolves when it is gone. Throws a ConfigError where a setting makes
 * no sense.
 */
export function startBackupTimer({
  data,
  print,
  env = environment,
  now = Date.now,
  everyMs = lookEveryMs,
  code = () => root,
  run = (command, of, signal) => runCommand(code(), command, of, signal),
  shortage = shortageOfMemory,
  clear = clearLeft,
}: Parts): { stop(): Promise<void> } {
  const minutes = timeOfDay(env)
  const drills = drillsOf(env)
  const note = () => {
    try {
      noteSchedule(data, minutes === undefined ? undefined : drills, new Date(now()))
    } catch {
      // A disk that is full: it is noted at the next look.
    }
  }
  note()
  if (minutes === undefined) return { stop: async () => {} }
  const stopping = new AbortController()
  let next = nextAfter(now(), minutes)
  let drillAt = Number.POSITIVE_INFINITY
  let isBackingUp = false
  let drilling: Promise<void> | undefined
  let clearing: Promise<void> | undefined

  const say = (said: string) => {
    if (said) print(said)
  }

  const backUp = async () => {
    next = nextAfter(now(), minutes)
    const { code: ended, said } = await run('backup', data, stopping.signal).catch(failed)
    say(said)
    if (ended !== 0) next = Math.min(next, now() + retryMs)
    else if (isDrillDue(recordIn(data), drills, now())) drillAt = now()
  }

  const drill = async () => {
    drillAt = Number.POSITIVE_INFINITY
    const short = shortage()
    const { code: ended, said } = short
      ? { code: null, said: short }
      : await run('drill', data, stopping.signal).catch(failed)
    say(said)
    if (stopping.signal.aborted) return
    if (ended === postponedCode) drillAt = now() + retryMs
    // The command notes how it ended, where it could.
    if (ended === null) noteMissed(data, new Date(now()), said.split('\n').at(-1) ?? '')
  }

  const timer = setInterval(() => {
    // Its file may have been lost.
    note()
    // A clock that was set back would wait for the day that it came from.
    next = Math.min(next, nextAfter(now(), minutes))
    if (drillAt !== Number.POSITIVE_INFINITY) drillAt = Math.min(drillAt, now() + retryMs)
    clearing ??= clear()
      .catch(() => undefined)
      .finally(() => {
        clearing = undefined
      })
    if (isBackingUp) return
    if (now() >= next) {
      isBackingUp = true
      void backUp().finally(() => {
        isBackingUp = false
      })
    } else if (!drilling && now() >= drillAt) {
      drilling = drill()
        .catch((error) => print(explain(error)))
        .finally(() => {
          drilling = undefined
        })
    }
  }, everyMs)
  timer.unref()
  return {
    async stop() {
      clearInterval(timer)
      stopping.abort()
      await drilling
      await clearing
    },
  }
}

const failed = (error: unknown): Ended => ({ code: null, said: explain(error) })

async function runCommand(
  code: string,
  command: 'backup' | 'drill',
  data: string,
  signal: AbortSignal,
): Promise<Ended> {
  const words = [bunOf(code), '--no-env-file', join(code, 'stack/cli/main.ts'), command, '--data', data]
  const child = Bun.spawn(words, { cwd: code, stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' })
  const end = () => child.kill('SIGTERM')
  if (command === 'drill') signal.addEventListener('abort', end)
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), child.exited])
  signal.removeEventListener('abort', end)
  const said = `${output}${errors}`.trim()
  const { exitCode, signalCode } = child
  return {
    code: exitCode,
    said: signalCode ? `${said}\nthe ${command} was ended by ${signalCode}`.trim() : said,
  }
}
