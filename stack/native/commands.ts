import { closeSync, existsSync, openSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { UpOptions } from '../cli/arguments.ts'
import { welcomeText } from '../cli/welcome.ts'
import { dataPaths, deleteDataFolder, isDataFolder, makeDataFolder, readState } from '../data-folder.ts'
import { UserError } from '../errors.ts'
import { type Lock, takeLock, takeLockWithin } from '../lock.ts'
import { notApplied } from '../not-applied.ts'
import { type Identity, isAlive, isGoneWithin, send } from '../process/identity.ts'
import { newLines } from '../process/log-files.ts'
import { bunOf } from '../process/program.ts'
import { root } from '../root.ts'
import type { Status } from '../status.ts'
import { askReport, askStop, type Report } from './control.ts'
import { takeRelease } from './release.ts'
import { lettingEnd } from './start.ts'
import { takenCode } from './supervise.ts'
import { endOrphans } from './supervisor.ts'

const say = (line: string) => console.log(line)

/** Longer than all deadlines of an orderly stop together, but for the time of those who are sending. */
const stopWithinMs = 90_000
/** An orderly stop that waits for nobody is over by then, nearly always. */
const quietForMs = 2_500
/** Longer than a supervisor takes to make its control socket anew. */
const silentForMs = 15_000
/** And to write what it remembers. */
const mendedWithinMs = 6_000
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** `up` natively. In the foreground it resolves when the stack was stopped, else when it is ready. */
export async function nativeUp(options: UpOptions): Promise<number> {
  if (await askReport(options.data)) return alreadyUp(options)
  const outcome = await start(options)
  return outcome === 'taken' ? alreadyUp(options) : outcome
}

/** `down` natively. Resolves when nothing is left, however the stack was running or was killed. */
export async function nativeDown(data: string, volumes: boolean): Promise<number> {
  const supervisor = readState(data)?.native?.supervisor
  if (supervisor && isAlive(supervisor)) {
    await endSupervisor(data, supervisor)
  }
  if (!isDataFolder(data)) return told('Agora is not running.')
  const lock = await lockSoon(data)
  try {
    await endOrphans(data, say)
    if (volumes) deleteDataFolder(data)
  } finally {
    lock.release()
  }
  const stopped = supervisor ? 'Agora is stopped' : 'Agora is not running'
  return told(volumes ? `${stopped}, what it kept is deleted.` : `${stopped}.`)
}

async function endSupervisor(data: string, supervisor: Identity): Promise<void> {
  const stopping = await askStop(data)
  if (!stopping) send(supervisor, 'SIGTERM')
  const graceSeconds = stopping?.graceSeconds ?? 0
  if (await isGoneWithin(supervisor, quietForMs)) return
  if (await isDoorClosing(data)) say(`Agora stops: ${lettingEnd(graceSeconds)}.`)
  if (!(await isGoneWithin(supervisor, stopWithinMs + graceSeconds * 1_000))) send(supervisor, 'SIGKILL')
}

async function isDoorClosing(data: string): Promise<boolean> {
  const report = await askReport(data)
  return report?.processes.some(({ role, state }) => role === 'haproxy' && state === 'stopping') ?? false
}

/** What runs natively on a data folder; no processes when nothing does. */
export async function nativeStatus(data: string): Promise<Status> {
  const report = await askReport(data)
  if (!report) return { mode: 'native', url: null, statsUrl: null, processes: [] }
  const { mode, url, statsUrl, processes } = report
  return { mode, url, statsUrl, processes }
}

/**
 * The supervisor gets a session of its own and runs from a release. This shows what it says until all is ready, and in the
 * foreground until it ends, which the signals that come here ask it to.
 */
async function start(options: UpOptions): Promise<number | 'taken'> {
  const { data, detach } = options
  makeDataFolder(data)
  const { supervisorLog } = dataPaths(data)
  const from = existsSync(supervisorLog) ? statSync(supervisorLog).size : 0
  const release = takeRelease(data, root)
  const supervisor = spawnSupervisor(release, options, supervisorLog)
  const interrupt = () => supervisor.kill('SIGTERM')
  for (const signal of signals) process.on(signal, interrupt)

  const settled = new AbortController()
  const showing = show(newLines(supervisorLog, from, settled.signal))
  try {
    const isReady = await readyOrGone(data, supervisor)
    if (isReady && detach) supervisor.unref()
    else if (isReady) {
      await welcome(data, false)
      await supervisor.exited
      return supervisor.exitCode ?? 1
    }
    if (!isReady) return notReady(supervisor.exitCode, release)
  } finally {
    settled.abort()
    await showing
    for (const signal of signals) process.off(signal, interrupt)
  }
  return welcome(data, true)
}

function notReady(exitCode: number | null, release: string): number | 'taken' {
  if (exitCode === takenCode) {
    rmSync(release, { recursive: true, force: true })
    return 'taken'
  }
  // It told why it failed. When it ended in order or by a signal, somebody stopped it.
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

async function show(lines: AsyncGenerator<string>): Promise<void> {
  for await (const line of lines) say(line)
}

async function readyOrGone(data: string, supervisor: Bun.Subprocess): Promise<boolean> {
  while (supervisor.exitCode === null && supervisor.signalCode === null) {
    const report = await askReport(data)
    if (report?.isReady && report.supervisor === supervisor.pid) return true
    await sleep(50)
  }
  return false
}

/** Somebody else's start may still be going on; then this waits for its end. */
async function alreadyUp(options: UpOptions): Promise<number> {
  const { data } = options
  const first = await askReport(data)
  const report = first?.isReady ? first : await startingReport(data)
  if (report?.isReady) {
    say(`Agora runs already at ${report.url} (data in ${data}).`)
    const difference = notApplied(options, report.applied ?? {})
    return difference ? told(difference) : 0
  }
  throw new UserError('Agora was stopped by somebody else before it was ready: try again.')
}

/**
 * What the other supervisor reports when its start is over; undefined when it is gone. Throws a UserError when it is there and
 * does not answer.
 */
async function startingReport(data: string): Promise<Report | undefined> {
  say('Agora is being started by another process already, waiting for it.')
  let heardMs = performance.now()
  while (isHeld(data)) {
    const report = await askReport(data)
    if (report?.isReady || report?.isStopping) return report
    const supervisor = readState(data)?.native?.supervisor
    // Before it is known it looks for programs and installs them.
    if (report || !supervisor) heardMs = performance.now()
    if (performance.now() - heardMs > silentForMs) {
      throw new UserError(`Its supervisor (pid ${supervisor?.pid}) does not answer. ./agora down ends it.`)
    }
    await sleep(100)
  }
  return undefined
}

/**
 * Resolves when what a data folder remembers can be read, or nobody is there who would write it: a supervisor that runs
 * writes it anew within seconds when it is gone or damaged.
 */
export async function stateSettled(data: string): Promise<void> {
  const deadline = performance.now() + mendedWithinMs
  const isLost = () => readState(data) === undefined && existsSync(dataPaths(data).lock)
  while (isLost() && isHeld(data) && performance.now() < deadline) await sleep(100)
}

/** Between taking the lock and answering questions a supervisor looks for programs and ports. */
function isHeld(data: string): boolean {
  const lock = takeLock(dataPaths(data).lock)
  lock?.release()
  return lock === undefined
}

async function welcome(data: string, isDetached: boolean): Promise<number> {
  return told(welcomeText(await nativeStatus(data), data, isDetached))
}

/** The supervisor's lock is free once it is gone; another `up` may be quicker. */
async function lockSoon(data: string): Promise<Lock> {
  const lock = await takeLockWithin(dataPaths(data).lock, 5_000)
  if (!lock) throw new UserError('Agora is being started by somebody else at this moment: try again.')
  return lock
}

function told(text: string): number {
  say(text)
  return 0
}
