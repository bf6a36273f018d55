import { rmSync } from 'node:fs'
import type { UpOptions } from './arguments.ts'
import { serveControl } from './control.ts'
import { dataPaths, makeDataFolder, readState, writeState } from './data-folder.ts'
import { takeLockWithin } from './lock.ts'
import { turnLogs } from './log-files.ts'
import { NativeStack, type Say } from './native-stack.ts'
import { type Site, stopOrder, stopSteps } from './plan.ts'
import { endProcess, isAlive } from './processes.ts'
import { planSite } from './site.ts'

/**
 * Runs a whole stack until it is told to stop, by a signal or over its control socket. Resolves with `stopped` when
 * nothing of it is left, with `taken` when another supervisor has the data folder.
 *
 * Truth about what runs is kept in three places. The lock is the kernel's and says whether a supervisor lives.
 * `state.json` is written at each change and names every process, so that a supervisor that follows one killed by
 * `kill -9` finds the orphans. The children's own objects know the rest.
 */
export async function supervise(
  options: UpOptions,
  say: Say,
  ready: () => void,
): Promise<'stopped' | 'taken'> {
  makeDataFolder(options.data)
  // Somebody may just be looking whether the lock is free.
  const lock = await takeLockWithin(dataPaths(options.data).lock, 500)
  if (!lock) return 'taken'
  try {
    await endOrphans(options.data, say)
    await run(await planSite(options, say), say, ready)
    return 'stopped'
  } finally {
    lock.release()
  }
}

/** Ends what a killed supervisor left behind. To be called under the lock. Says nothing when there is nothing. */
export async function endOrphans(data: string, say: Say): Promise<void> {
  const state = readState(data)
  if (!state?.native) return
  const { processes, runtime } = state.native
  const alive = processes.filter(isAlive)
  if (alive.length > 0) say(`ending ${alive.map(({ name }) => name).join(', ')}: their supervisor is gone`)
  for (const roles of stopOrder) {
    const next = alive.filter(({ role }) => roles.includes(role))
    await Promise.all(next.map((each) => endProcess(each, stopSteps[each.role])))
  }
  rmSync(runtime, { recursive: true, force: true })
  writeState(data, { mode: state.mode, port: state.port })
}

async function run(site: Site, say: Say, ready: () => void): Promise<void> {
  const stopping = Promise.withResolvers<void>()
  const stop = () => stopping.resolve()
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, stop)
  const stack = new NativeStack(site, say)
  const control = serveControl(site.runtime, {
    report: () => stack.report,
    stop,
    scale: (replicas, isByHand) => stack.scale(replicas, isByHand),
    replace: (name, isGentle) => stack.replace(name, isGentle),
    answers: (name) => stack.answers(name),
    deploy: (from, tell) => stack.deploy(from, tell),
  })
  const turning = setInterval(() => turnLogs(dataPaths(site.data).logs), 5_000)
  try {
    const started = stack.start()
    await Promise.race([started, stopping.promise])
    if (stack.report.isReady) ready()
    await stopping.promise
  } finally {
    await stack.stop()
    clearInterval(turning)
    await control.stop(true)
    rmSync(site.runtime, { recursive: true, force: true })
    writeState(site.data, { mode: 'native', port: site.port })
    for (const signal of signals) process.off(signal, stop)
  }
}
