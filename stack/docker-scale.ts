import { closeSync, mkdirSync, openSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { UpOptions } from './arguments.ts'
import { dataPaths, readIfThere, writeWhole } from './data-folder.ts'
import { compose, projectOf } from './docker-engine.ts'
import { readEnvFile } from './docker-settings.ts'
import { takeLockWithin } from './lock.ts'
import { logPath } from './log-files.ts'
import { stopSteps } from './plan.ts'
import { freePorts } from './ports.ts'
import { endProcess, type Identity, identify, isAlive } from './processes.ts'
import type { ScalerStart } from './scaler/settings.ts'
import type { ProcessStatus } from './status.ts'
import { Trouble } from './trouble.ts'

const othersTakeMs = 5 * 60_000

/** `./agora scale N`: the number now, and the least from now on. */
export async function dockerScale({ data, replicas }: { data: string; replicas: number }): Promise<void> {
  if (readEnvFile(data).path === undefined)
    throw new Trouble('Agora is not running. Start it with: ./agora up')
  writeWhole(dataPaths(data).scale, JSON.stringify({ floor: replicas }))
  await scaleWeb(data, replicas)
}

/** Brings the web containers to a number. Those there are stay as they are; of a surplus the newest go. */
export function scaleWeb(data: string, replicas: number): Promise<void> {
  return alone(data, () => bring(data, 'web', replicas))
}

/** The same for any kind of replica, for somebody who holds the lock. */
export async function bring(data: string, service: string, replicas: number): Promise<void> {
  const keep = ['--no-build', '--no-recreate', '--no-deps']
  const args = ['up', '--detach', ...keep, '--scale', `${service}=${replicas}`, service]
  const { code, output, errors } = await composeOf(data).quietly(args)
  if (code !== 0) throw new Trouble(`docker compose up failed: ${(errors || output).split('\n').at(-1)}`)
}

/** Compose on the stack of a data folder, with the settings of its last start. */
export function composeOf(data: string) {
  const { path, values } = readEnvFile(data)
  return compose(projectOf(data), path === undefined ? undefined : { path, names: Object.keys(values) })
}

/** One at a time changes which containers there are. */
export async function alone<T>(data: string, work: () => Promise<T>): Promise<T> {
  const lock = await takeLockWithin(dataPaths(data).scaleLock, othersTakeMs)
  if (!lock) throw new Trouble('Somebody else has been changing the containers for minutes: try again.')
  try {
    return await work()
  } finally {
    lock.release()
  }
}

type Kept = Identity & { port: number }

/** Starts the scaler beside the containers, in a session of its own. It outlives this process. */
export async function startScaler({ data, replicas, autoscale }: UpOptions): Promise<void> {
  const { logs, scaler } = dataPaths(data)
  mkdirSync(logs, { recursive: true, mode: 0o700 })
  const [port = 0] = await freePorts(1)
  const start: ScalerStart = { mode: 'docker', data, port, webReplicas: replicas, autoscale }
  const log = openSync(logPath(logs, 'scaler'), 'a', 0o600)
  try {
    const entry = join(import.meta.dir, 'scaler/main.ts')
    const child = Bun.spawn([process.execPath, '--no-env-file', entry, JSON.stringify(start)], {
      stdin: 'ignore',
      stdout: log,
      stderr: log,
      detached: true,
      cwd: join(import.meta.dir, '..'),
    })
    child.unref()
    const identity = identify(child.pid)
    if (identity) writeWhole(scaler, JSON.stringify({ ...identity, port }))
  } finally {
    closeSync(log)
  }
}

/** Resolves when there is none. What was asked for by hand is forgotten with it. */
export async function stopScaler(data: string): Promise<void> {
  const kept = keptScaler(data)
  if (kept && isAlive(kept)) await endProcess(kept, stopSteps.scaler)
  for (const file of [dataPaths(data).scaler, dataPaths(data).scale]) rmSync(file, { force: true })
}

/** What `status` says of the scaler; undefined when none was started. */
export function scalerStatus(data: string): ProcessStatus | undefined {
  const kept = keptScaler(data)
  if (!kept) return undefined
  const { pid, port } = kept
  return { name: 'scaler', role: 'scaler', pid, port, state: isAlive(kept) ? 'ready' : 'stopped' }
}

function keptScaler(data: string): Kept | undefined {
  const text = readIfThere(dataPaths(data).scaler)
  return text === undefined ? undefined : JSON.parse(text)
}
