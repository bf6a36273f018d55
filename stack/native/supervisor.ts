import { rmSync } from 'node:fs'
import { startBackupTimer } from '../backup/timer.ts'
import { clearDrafts, dataPaths, makeDataFolder, readState, writeState } from '../data-folder.ts'
import { type Lock, takeLock, takeLockWithin } from '../lock.ts'
import { endProcess, isAlive } from '../process/identity.ts'
import { failuresOf } from '../process/mend-files.ts'
import { root } from '../root.ts'
import type { Print, UpOptions } from '../stack.ts'
import type { Mode } from '../status.ts'
import { type Controls, isServed, serveControl } from './control.ts'
import { findOrphans } from './orphans.ts'
import { planSite } from './plan-site.ts'
import { forgetReleases } from './release.ts'
import { touch } from './runtime-folder.ts'
import type { Site } from './site.ts'
import { RunningStack } from './start.ts'
import { stopOrder, stopSteps } from './stop-order.ts'

/**
 * Runs a whole stack until it is stopped, by a signal or over its control socket. Resolves with
 * `stopped` when nothing of it is left, with `taken` when another supervisor has the data folder.
 *
 * Truth about what runs stands in three places. The lock is the kernel's and says whether a supervisor
 * lives. `state.json` is written at each change and names every process, so that a supervisor that follows
 * one killed by `kill -9` finds the orphans; where it could not be written, by the marks in their
 * environment. The children's own objects know the rest. No file's loss ends this: what it can it writes
 * anew.
 */
export async function supervise(options: UpOptions, print: Print): Promise<'stopped' | 'taken'> {
  const { data } = options
  makeDataFolder(data)
  // Somebody may just be looking whether the lock is free.
  const lock = await takeLockWithin(dataPaths(data).lock, 500)
  if (!lock) return 'taken'
  try {
    // The lock's file may be another one than its supervisor holds.
    const other = readState(data)?.native?.supervisor
    if (other && other.pid !== process.pid && isAlive(other)) return 'taken'
    clearDrafts(data)
    await endOrphans(data, print)
    const site = await planSite(options, print)
    forgetReleases(data, [root])
    await run(site, lock, print)
    return 'stopped'
  } finally {
    lock.release()
  }
}

/**
 * Ends what a killed supervisor left behind. To be called under the lock. Says nothing when there is nothing.
 */
export async function endOrphans(data: string, print: Print): Promise<void> {
  const state = readState(data)
  const { orphans, runtimes } = findOrphans(data)
  const known = (state?.native?.processes ?? []).filter(isAlive)
  const alive = [...new Map([...orphans, ...known].map((each) => [each.pid, each])).values()]
  if (alive.length > 0) print(`ending ${alive.map(({ name }) => name).join(', ')}: their supervisor is gone`)
  for (const roles of stopOrder) {
    const next = alive.filter(({ role }) => roles.includes(role))
    await Promise.all(next.map((each) => endProcess(each, stopSteps[each.role])))
  }
  for (const runtime of [...runtimes, ...(state?.native ? [state.native.runtime] : [])]) {
    rmSync(runtime, { recursive: true, force: true })
  }
  if (state?.native) forget(data, state.mode, state.port, print)
}

/** Notes that nothing runs. A note that cannot be written is no reason to leave what was ended unfinished. */
function forget(data: string, mode: Mode, port: number, print: Print): void {
  const [failure] = failuresOf(() => writeState(data, { mode, port }))
  if (failure) print(`that it is stopped could not be written: ${failure}`)
}

async function run(site: Site, lock: Lock, print: Print): Promise<void> {
  const stopping = Promise.withResolvers<void>()
  let isStopping = false
  const stop = () => {
    if (isStopping) stack.hurry()
    isStopping = true
    stopping.resolve()
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, stop)
  const stack = new RunningStack(site, print)
  const controls: Controls = {
    report: () => stack.report,
    stop,
    scale: (replicas, isByHand) => stack.scale(replicas, isByHand),
    replace: (name, isGentle) => stack.replace(name, isGentle),
    answers: (name) => stack.answers(name),
    deploy: (request, report) => stack.deploy(request, report),
  }
  const mending = mendRegularly(stack, controls, lock)
  const code = () => site.replicas.find(({ role }) => role === 'web')?.code ?? root
  const backups = startBackupTimer({ data: site.data, print, code })
  try {
    const started = stack.start()
    await Promise.race([started, stopping.promise])
    await stopping.promise
  } finally {
    const noDrill = backups.stop()
    await stack.stop()
    await noDrill
    await mending.end()
    rmSync(site.runtime, { recursive: true, force: true })
    forget(site.data, 'native', site.port, print)
    for (const signal of signals) process.off(signal, stop)
  }
}

const mendEveryMs = 1_000
const touchEveryMs = 3_600_000

/**
 * Serves the control socket, and sees to it that whatever file of the stack's goes or is damaged meanwhile,
 * this socket's and the lock's among them, is there again a moment later.
 */
function mendRegularly(stack: RunningStack, controls: Controls, taken: Lock) {
  const { data, runtime, users } = stack.site
  let control = serveControl(runtime, controls, users?.scaler)
  let lock: Lock | undefined = taken
  const mendControl = () => {
    if (isServed(runtime)) return
    void control.stop()
    control = serveControl(runtime, controls, users?.scaler)
  }
  const mendLock = () => {
    if (!lock?.isInPlace()) lock = takeLock(dataPaths(data).lock)
  }
  const mending = setInterval(() => {
    stack.mend()
    for (const work of [mendControl, mendLock, () => stack.mendHaproxy()]) failuresOf(work)
    stack.turnLogs()
  }, mendEveryMs)
  const touching = setInterval(() => touch(runtime), touchEveryMs)
  return {
    async end(): Promise<void> {
      clearInterval(mending)
      clearInterval(touching)
      await control.stop(true)
      if (lock !== taken) lock?.release()
    },
  }
}
