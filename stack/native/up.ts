import { closeSync, existsSync, openSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { welcomeText } from '../cli/welcome.ts'
import { dataPaths, makeDataFolder, readState } from '../data-folder.ts'
import { UserError } from '../errors.ts'
import { isLocked } from '../lock.ts'
import { notApplied } from '../not-applied.ts'
import { newLines } from '../process/log-files.ts'
import { bunOf } from '../process/program.ts'
import { root } from '../root.ts'
import type { Print, UpOptions } from '../stack.ts'
import { noteVersion, versionOf } from '../version.ts'
import { hearReport, howToEnd, type Report } from './control.ts'
import { takeRelease } from './release.ts'
import { nativeStatus } from './status.ts'
import { takenCode } from './supervise.ts'

/** Longer than a supervisor takes to make its control socket anew. */
const silentForMs = 15_000
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Starts a native stack. Resolves when it is ready with `detach`, else when it was stopped. */
export async function nativeUp(options: UpOptions, print: Print): Promise<number> {
  if (await hearReport(options.data)) return alreadyUp(options, print)
  const outcome = await start(options, print)
  return outcome === 'taken' ? alreadyUp(options, print) : outcome
}

/**
 * The supervisor gets a session of its own and runs from a release. This shows what it says until all is
 * ready, and in the foreground until it ends, which the signals that come here ask it to.
 */
async function start(options: UpOptions, print: Print): Promise<number | 'taken'> {
  const { data, detach } = options
  makeDataFolder(data)
  const { supervisorLog } = dataPaths(data)
  const from = existsSync(supervisorLog) ? statSync(supervisorLog).size : 0
  const release = takeRelease(data, root)
  const supervisor = spawnSupervisor(release, options, supervisorLog)
  const interrupt = () => supervisor.kill('SIGTERM')
  for (const signal of signals) process.on(signal, interrupt)

  const over = new AbortController()
  const showing = show(newLines(supervisorLog, from, over.signal), print)
  try {
    const isReady = await readyOrGone(data, supervisor)
    if (isReady && detach) supervisor.unref()
    else if (isReady) {
      await welcome(data, false, print)
      await supervisor.exited
      return supervisor.exitCode ?? 1
    }
    if (!isReady) return notReady(supervisor.exitCode, release)
  } finally {
    over.abort()
    await showing
    for (const signal of signals) process.off(signal, interrupt)
  }
  return welcome(data, true, print)
}

function notReady(exitCode: number | null, release: string): number | 'taken' {
  if (exitCode === takenCode) {
    rmSync(release, { recursive: true, force: true })
    return 'taken'
  }
  // It printed why it failed. When it ended in order or by a signal, somebody stopped it.
  if (exitCode !== 1) console.error('Agora was stopped before it was ready.')
  return 1
}

function spawnSupervisor(release: string, options: UpOptions, logFile: string) {
  const log = openSync(logFile, 'a', 0o600)
  try {
    const entry = join(release, 'stack/native/supervise.ts')
    return Bun.spawn([bunOf(release), '--no-env-file', entry, JSON.stringify(options)], {
      stdin: 'ignore',
      stdout: log,
      stderr: log,
      detached: true,
      // Not where the command was typed: that folder could not be unmounted.
      cwd: release,
    })
  } finally {
    closeSync(log)
  }
}

async function show(lines: AsyncGenerator<string>, print: Print): Promise<void> {
  for await (const line of lines) print(line)
}

async function readyOrGone(data: string, supervisor: Bun.Subprocess): Promise<boolean> {
  while (supervisor.exitCode === null && supervisor.signalCode === null) {
    const report = await heard(data)
    if (report?.isReady && report.supervisor === supervisor.pid) return true
    await sleep(50)
  }
  return false
}

async function heard(data: string): Promise<Report | undefined> {
  const report = await hearReport(data)
  return report === 'silent' ? undefined : report
}

/** Somebody else's start may still be going on; then this waits for its end. */
async function alreadyUp(options: UpOptions, print: Print): Promise<number> {
  const { data } = options
  const first = await heard(data)
  const report = first?.isReady ? first : await startingReport(data, print)
  if (report?.isReady) {
    print(`Agora runs already at ${report.url} (data in ${data}).`)
    const difference = notApplied(options, report.applied ?? {})
    if (difference) print(difference)
    return 0
  }
  throw new UserError('Agora was stopped by somebody else before it was ready: try again.')
}

/**
 * Resolves to what the other supervisor reports when its start is over; undefined when it is gone. Throws a
 * UserError when it is there and does not answer.
 */
async function startingReport(data: string, print: Print): Promise<Report | undefined> {
  print('Agora is there already and does not say that it is ready, waiting for it.')
  let heardMs = performance.now()
  // Between taking the lock and answering questions it looks for programs and ports.
  while (isLocked(dataPaths(data).lock)) {
    const report = await heard(data)
    if (report?.isReady || report?.isStopping) return report
    const supervisor = readState(data)?.native?.supervisor
    // Before it is known it looks for programs and installs them.
    if (report || !supervisor) heardMs = performance.now()
    if (performance.now() - heardMs > silentForMs) {
      throw new UserError(`Its supervisor (pid ${supervisor?.pid}) does not answer. ${howToEnd}`)
    }
    await sleep(100)
  }
  return undefined
}

async function welcome(data: string, isDetached: boolean, print: Print): Promise<number> {
  print(noteVersion(data, versionOf(root)))
  print(welcomeText(await nativeStatus(data), data, isDetached))
  return 0
}
