import { existsSync } from 'node:fs'
import { dataPaths, readState } from './data-folder.ts'
import { UserError } from './errors.ts'
import { isLocked } from './lock.ts'
import { canRunNatively, findPrograms, flavourOf } from './native/install-programs.ts'
import { poll } from './poll.ts'
import type { Print, Stack } from './stack.ts'
import type { Mode, Status } from './status.ts'

/** Longer than a supervisor takes to write anew what it remembers. */
const mendedWithinMs = 6_000

/** Only the kind that is used is loaded. */
const kinds: Record<Mode, (data: string, print: Print) => Promise<Stack>> = {
  native: async (data, print) => (await import('./native/index.ts')).nativeStack(data, print),
  docker: async (data, print) => (await import('./docker/index.ts')).dockerStack(data, print),
}

/** Returns the stack that is on a data folder, or was. */
export async function stackOn(data: string, print: Print): Promise<Stack> {
  await stateSettled(data)
  return kinds[readState(data)?.mode ?? traceOf(data)](data, print)
}

/**
 * Returns the stack that starts on a data folder: of the kind that was asked for, else as before, else what
 * this machine can.
 */
export async function stackFor(data: string, mode: Mode | undefined, print: Print): Promise<Stack> {
  await stateSettled(data)
  return kinds[mode ?? readState(data)?.mode ?? (await bestMode(data, print))](data, print)
}

/**
 * The two keep their databases apart, so one data folder can serve both, one after the other. Throws when the
 * other runs.
 */
export async function leaveOtherKind(data: string, mode: Mode, print: Print): Promise<void> {
  const other = readState(data)?.mode ?? mode
  if (other === mode) return
  if (isRunning(await (await kinds[other](data, print)).status())) {
    throw new UserError(
      `Agora runs in ${other} mode on ${data}: stop it first with ./agora down, or use another --data`,
    )
  }
  print(`What the stack kept in ${other} mode stays there, this one has its own database.`)
}

export const isRunning = ({ processes }: Status): boolean => processes.length > 0

/**
 * Resolves when what a data folder remembers can be read, or nobody is there who would write it: a supervisor
 * that runs writes it anew within seconds when it is gone or damaged.
 */
async function stateSettled(data: string): Promise<void> {
  const { lock } = dataPaths(data)
  const isLost = () => readState(data) === undefined && existsSync(lock)
  await poll(() => !isLost() || !isLocked(lock), { withinMs: mendedWithinMs, everyMs: 100 })
}

/** Where what is remembered was lost, a stack that never ran natively ran in containers. */
function traceOf(data: string): Mode {
  const { env, mysql } = dataPaths(data)
  return existsSync(env) && !existsSync(mysql) ? 'docker' : 'native'
}

/** Natively where the programs are there or can be installed, else in containers where an engine answers. */
async function bestMode(data: string, print: Print): Promise<Mode> {
  const flavour = flavourOf(dataPaths(data).mysql)
  if (canRunNatively(flavour)) return 'native'
  if (await (await import('./docker/engine.ts')).hasDocker()) return 'docker'
  // Throws an error that names the command which brings what is missing.
  await findPrograms(flavour, print)
  return 'native'
}
