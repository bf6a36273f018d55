import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { environment } from '../../src/platform/config.ts'
import { clearUp, root, temporaryFolder } from '../support/servers/reaper.ts'
import { startForAll } from '../support/servers/services.ts'
import type { Suite, SuiteName } from './arguments.ts'
import { expectedTimings, slowestFiles, type Timings } from './long-files.ts'
import { readReport } from './report.ts'

/** `failures` has a line for each thing that failed. */
export type Result = {
  name: string
  passed: number
  failed: number
  failures: string[]
  seconds: number
}

/** The run was ended by a signal. */
export class Interrupted extends Error {
  override name = 'Interrupted'
}

const longestMs = 25 * 60_000

/**
 * Runs one suite with `bun test`, whose output goes straight to the terminal; the numbers come from its JUnit
 * report. A run that found no test, that crashed or that took 25 minutes has failed, whatever its report
 * says.
 */
export async function runSuite({ name, args }: Suite): Promise<Result> {
  const began = performance.now()
  console.log(`\n# ${name}`)
  const { code, report } =
    args.length > 0 ? await withServers({ name, args }) : { code: 1, report: undefined }
  const { passed, failed, failures } = readReport(report, { byName: args.some(isByName) })

  const isBroken = passed + failed === 0 || (code !== 0 && failed === 0)
  if (isBroken) failures.push(`${name}: ${passed + failed} tests were reported, exit code ${code}`)
  return { name, passed, failed: failures.length, failures, seconds: (performance.now() - began) / 1_000 }
}

const isByName = (arg: string) => arg === '-t' || arg.startsWith('--test-name-pattern')

/** How many files at a time. Many tests wait for servers or for the time to pass, of parts most of all. */
const filesAtOnce: Partial<Record<SuiteName, number>> = { unit: 4, system: 3, browser: 2, compose: 2 }

/** What a suite runs in: three nodes have networks of their own, and nothing of them leaves theirs. */
const through: Partial<Record<SuiteName, string[]>> = { cluster: ['unshare', '--net', '--mount'] }

/**
 * How Bun runs the files of a suite, and whether they share a MySQL. By itself or beside others each file
 * closes what it opened when it is over; else all of them together would have more connections than MySQL
 * takes. One file that somebody named starts what it needs.
 */
export function mannerOf({ name, args }: Suite): { options: string[]; isShared: boolean } {
  if (name === 'named') return isOneFile(args) ? alone : { options: ['--isolate'], isShared: true }
  const files = filesAtOnce[name]
  return {
    options: files === undefined ? [] : [`--parallel=${files}`],
    isShared: name === 'unit',
  }
}

const alone = { options: [], isShared: false }
const isFile = (arg: string) => /\.tsx?$/.test(arg)
const isOneFile = ([first = '', second = '-']: string[]) => isFile(first) && second.startsWith('-')

async function withServers({ name, args }: Suite) {
  const { options, isShared } = mannerOf({ name, args })
  try {
    return await bunTest([...options, ...args], isShared ? await startForAll() : {}, through[name])
  } finally {
    await clearUp()
  }
}

/**
 * Of a test that sets none of its own. Bun's 5 s are too short for arithmetic on a machine that does much
 * else.
 */
const usualLimitMs = 60_000

async function bunTest(args: string[], env: Record<string, string>, before: string[] = []) {
  const folder = temporaryFolder()
  const path = join(folder, 'report.xml')
  const timings = Bun.file(join(folder, 'timings.json'))
  try {
    await Bun.write(timings, JSON.stringify(expectedTimings(args.filter(isFile))))
    const report = ['--reporter=junit', `--reporter-outfile=${path}`]
    const timed = [`--timings=${timings.name}`, '--update-timings']
    const limit = `--timeout=${usualLimitMs}`
    const code = await runThrough(
      [...before, process.execPath, 'test', limit, ...report, ...timed, ...args],
      env,
    )
    const slowest = slowestFiles((await timings.json()) as Timings)
    if (slowest.length > 1) console.log(`\nlongest files:\n${slowest.join('\n')}`)
    const file = Bun.file(path)
    return { code, report: (await file.exists()) ? await file.text() : undefined }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * Runs a command to its end. A signal that asks this process to end goes to the command, then ends the whole
 * run.
 */
async function runThrough(command: string[], env: Record<string, string>): Promise<number> {
  const child = Bun.spawn(command, {
    cwd: root,
    env: { ...environment, ...env },
    stdin: 'ignore',
    stdout: 'inherit',
    stderr: 'inherit',
  })
  const tooLate = setTimeout(() => child.kill('SIGKILL'), longestMs)
  let interruptedBy: string | undefined
  const pass = (signal: NodeJS.Signals) => {
    interruptedBy = signal
    child.kill(signal)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, pass)
  const code = await child.exited
  clearTimeout(tooLate)
  if (interruptedBy) throw new Interrupted(`ended by ${interruptedBy}`)
  return code
}
