import { dataPaths, deleteDataFolder, isDataFolder, readState } from '../data-folder.ts'
import { UserError } from '../errors.ts'
import { type Lock, takeLockWithin } from '../lock.ts'
import { type Identity, isAlive, isGoneWithin, send } from '../process/identity.ts'
import type { Print, Stopped } from '../stack.ts'
import { askStop, hearReport } from './control.ts'
import { lettingEnd } from './start.ts'
import { endOrphans } from './supervisor.ts'

/** Longer than all deadlines of an orderly stop together, but for the time of those who are sending. */
const stopWithinMs = 90_000
/** An orderly stop that waits for nobody is over by then, nearly always. */
const quietForMs = 2_500

/** Stops a native stack. Resolves when nothing is left of it, however it was running or was killed. */
export async function nativeDown(
  data: string,
  { volumes }: { volumes: boolean },
  print: Print,
): Promise<Stopped> {
  const supervisor = readState(data)?.native?.supervisor
  if (supervisor && isAlive(supervisor)) {
    await endSupervisor(data, supervisor, print)
  }
  const wasRunning = supervisor !== undefined
  if (!isDataFolder(data)) return { wasRunning, isDeleted: false }
  const lock = await lockSoon(data)
  try {
    await endOrphans(data, print)
    if (volumes) deleteDataFolder(data)
  } finally {
    lock.release()
  }
  return { wasRunning, isDeleted: volumes }
}

async function endSupervisor(data: string, supervisor: Identity, print: Print): Promise<void> {
  const stopping = await askStop(data)
  if (!stopping) {
    send(supervisor, 'SIGTERM')
    // One that somebody stopped hears nothing before it goes on.
    send(supervisor, 'SIGCONT')
  }
  const graceSeconds = stopping?.graceSeconds ?? 0
  if (await isGoneWithin(supervisor, quietForMs)) return
  if (await isHaproxyStopping(data)) print(`Agora stops: ${lettingEnd(graceSeconds)}.`)
  if (!(await isGoneWithin(supervisor, stopWithinMs + graceSeconds * 1_000))) send(supervisor, 'SIGKILL')
}

async function isHaproxyStopping(data: string): Promise<boolean> {
  const report = await hearReport(data)
  if (!report || report === 'silent') return false
  return report.processes.some(({ role, state }) => role === 'haproxy' && state === 'stopping')
}

/** The supervisor's lock is free once it is gone; another `up` may be quicker. */
async function lockSoon(data: string): Promise<Lock> {
  const lock = await takeLockWithin(dataPaths(data).lock, 5_000)
  if (!lock) throw new UserError('Agora is being started by somebody else at this moment: try again.')
  return lock
}
