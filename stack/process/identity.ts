import { readFileSync } from 'node:fs'
import { poll } from '../poll.ts'

/**
 * A process as it is remembered across restarts of the supervisor. A pid alone is not enough: the system
 * gives it to somebody else later. The pid together with the moment it began belongs to one process only.
 */
export type Identity = { pid: number; began: string }

/** What to send a process, and how long to wait for it to be gone, in milliseconds. */
export type StopStep = { signal: NodeJS.Signals; forMs: number }

/** The identity of a running process, or undefined when there is none (a zombie counts as none). */
export function identify(pid: number): Identity | undefined {
  const began = process.platform === 'linux' ? beganOnLinux(pid) : beganByPs(pid)
  return began === undefined ? undefined : { pid, began }
}

export function isAlive({ pid, began }: Identity): boolean {
  return identify(pid)?.began === began
}

/**
 * Takes the steps one by one until the process is gone; after the last one kills it. Never touches a recycled
 * pid.
 */
export async function endProcess(identity: Identity, steps: StopStep[]): Promise<void> {
  for (const { signal, forMs } of [...steps, { signal: 'SIGKILL', forMs: 5_000 } as const]) {
    send(identity, signal)
    if (await isGoneWithin(identity, forMs)) return
  }
  throw new Error(`process ${identity.pid} outlives SIGKILL`)
}

export function send(identity: Identity, signal: NodeJS.Signals): void {
  if (!isAlive(identity)) return
  try {
    process.kill(identity.pid, signal)
  } catch (error) {
    // It ended between the look and the signal.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

export async function isGoneWithin(identity: Identity, withinMs: number): Promise<boolean> {
  return (await poll(() => !isAlive(identity), { withinMs, everyMs: 20 })) === true
}

/**
 * proc(5): field 22 of `stat` is the start in clock ticks since boot, field 3 the state. The name may hold
 * spaces.
 */
function beganOnLinux(pid: number): string | undefined {
  const stat = textOf(`/proc/${pid}/stat`)
  const [state, ...fields] = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? []
  if (state === undefined || state === 'Z' || state === 'X') return undefined
  return `${bootId()}:${fields[18]}`
}

function bootId(): string {
  return textOf('/proc/sys/kernel/random/boot_id')?.trim() ?? ''
}

function beganByPs(pid: number): string | undefined {
  const { stdout } = Bun.spawnSync(['ps', '-o', 'state=,lstart=', '-p', String(pid)], { stderr: 'ignore' })
  const [state, ...began] = stdout.toString().trim().split(/\s+/)
  return state && !state.startsWith('Z') ? began.join(' ') : undefined
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
