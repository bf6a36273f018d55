import { closeSync, mkdirSync, openSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { dataPaths, readObject, writeWhole } from '../data-folder.ts'
import { poll } from '../poll.ts'
import { freePort } from '../process/free-port.ts'
import { endProcess, type Identity, identify, isAlive, type StopStep } from '../process/identity.ts'
import { logPath } from '../process/log-files.ts'
import { root } from '../root.ts'
import { scalerSteps } from '../scaler/plan.ts'
import type { ScalerStart } from '../scaler/settings.ts'
import type { UpOptions } from '../stack.ts'
import type { ProcessState, ProcessStatus } from '../status.ts'

/**
 * What the scaler's watchdog (stack/docker/scaler-watchdog.ts) writes into the data folder whenever it
 * changes.
 */
export type ScalerState = { watchdog?: Identity; scaler?: Identity; port: number; state: ProcessState }

const readyWithinMs = 20_000
/** It ends the scaler first. */
const watchdogSteps: StopStep[] = [{ signal: 'SIGTERM', forMs: 10_000 }]

/**
 * Starts the scaler beside the containers, with a watchdog that starts it again whenever it ends. Both
 * outlive this process. False when it is not ready in time: the watchdog goes on trying.
 */
export async function startScaler({
  data,
  replicas,
  autoscale,
}: Omit<UpOptions, 'detach' | 'typed'>): Promise<boolean> {
  const { logs } = dataPaths(data)
  mkdirSync(logs, { recursive: true, mode: 0o700 })
  const port = await freePort()
  const start: ScalerStart = { mode: 'docker', data, port, webReplicas: replicas, autoscale }
  const log = openSync(logPath(logs, 'scaler'), 'a', 0o600)
  try {
    const entry = join(root, 'stack/docker/scaler-watchdog.ts')
    const child = Bun.spawn([process.execPath, '--no-env-file', entry, JSON.stringify(start)], {
      stdin: 'ignore',
      stdout: log,
      stderr: log,
      detached: true,
      cwd: root,
    })
    // It says so itself a moment later. Whoever stops this stack before then has to know of it, too.
    remember(data, { watchdog: identify(child.pid), port, state: 'starting' })
    child.unref()
  } finally {
    closeSync(log)
  }
  const isReady = await poll(() => storedState(data)?.state === 'ready', { withinMs: readyWithinMs })
  return isReady === true
}

const remember = (data: string, state: ScalerState) =>
  writeWhole(dataPaths(data).scaler, JSON.stringify(state))

/** Resolves when there is none. What was asked for by hand is forgotten with it. */
export async function stopScaler(data: string): Promise<void> {
  const { watchdog, scaler } = storedState(data) ?? {}
  if (watchdog && isAlive(watchdog)) await endProcess(watchdog, watchdogSteps)
  if (scaler && isAlive(scaler)) await endProcess(scaler, scalerSteps)
  for (const file of [dataPaths(data).scaler, dataPaths(data).scale]) rmSync(file, { force: true })
}

/** Returns what `status` says of the scaler; undefined when none was started. */
export function scalerStatus(data: string): ProcessStatus | undefined {
  const stored = storedState(data)
  if (!stored) return undefined
  const { scaler, port } = stored
  return { name: 'scaler', role: 'scaler', ...(scaler && { pid: scaler.pid }), port, state: stateOf(stored) }
}

function stateOf({ watchdog, scaler, state }: ScalerState): ProcessState {
  const isThere = scaler !== undefined && isAlive(scaler)
  if (watchdog && isAlive(watchdog)) return state === 'ready' && !isThere ? 'restarting' : state
  return isThere ? 'ready' : 'stopped'
}

/**
 * In 0.1.0 the watchdog was called keeper; before there was one, this was the identity of the scaler itself.
 */
type OlderState = ScalerState & Partial<Identity> & { keeper?: Identity }

/** Undefined when the file is gone or damaged: a watchdog that runs writes it anew within seconds. */
function storedState(data: string): ScalerState | undefined {
  const found = readObject(dataPaths(data).scaler) as OlderState | undefined
  if (found === undefined) return undefined
  const { pid, began, keeper, ...rest } = found
  const stored = { ...rest, ...(keeper && { watchdog: keeper }) }
  return pid === undefined ? stored : { ...stored, scaler: { pid, began: began ?? '' }, state: 'ready' }
}
