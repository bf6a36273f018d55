import { closeSync, existsSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { environment } from '../../../src/platform/config.ts'
import { atTheEnd, root, temporaryFolder } from './reaper.ts'

/**
 * A program that a test runs. It leads a process group of its own, which is gone at the latest with the test
 * run.
 */
export type Running = {
  pid: number
  /** Its exit code, or the number of the signal that ended it and 128, as a shell counts. */
  exited: Promise<number>
  isRunning(): boolean
  /** What it wrote so far to its standard output. */
  printed(): string
  /** The same, followed by what it wrote to its standard error. */
  output(): string
  send(signal: NodeJS.Signals): void
  /** SIGTERM, and 10 s later SIGKILL. Resolves when it is gone. */
  stop(): Promise<void>
  /** SIGKILL. Resolves when it is gone. */
  kill(): Promise<void>
  /** Freezes it. It does nothing more once this returns. */
  pause(): void
  resume(): void
}

export type ProcessOptions = { cwd?: string; env?: Record<string, string | undefined> }

/** Starts a program with the environment of the test run, changed by `env`. */
export function startProcess(command: string[], { cwd = root, env = {} }: ProcessOptions = {}): Running {
  const folder = temporaryFolder()
  const [stdout, stderr] = [openSync(join(folder, 'stdout'), 'a'), openSync(join(folder, 'stderr'), 'a')]
  const text = (name: string) => readFileSync(join(folder, name), 'utf8')
  const child = Bun.spawn(command, {
    cwd,
    env: { ...environment, ...env },
    stdin: 'ignore',
    stdout,
    stderr,
    detached: true,
  })
  closeSync(stdout)
  closeSync(stderr)
  atTheEnd('group', child.pid)
  void child.exited.then(() => atTheEnd('ended', child.pid))

  const isRunning = () => child.exitCode === null && child.signalCode === null
  const send = (signal: NodeJS.Signals) => {
    if (isRunning()) process.kill(-child.pid, signal)
  }
  const kill = async () => {
    send('SIGKILL')
    await child.exited
  }
  return {
    pid: child.pid,
    exited: child.exited,
    isRunning,
    printed: () => text('stdout'),
    output: () => text('stdout') + text('stderr'),
    send,
    stop: async () => {
      send('SIGTERM')
      const killer = setTimeout(kill, 10_000)
      await child.exited
      clearTimeout(killer)
    },
    kill,
    pause: () => {
      send('SIGSTOP')
      while (isRunning() && !isStopped(child.pid)) Bun.sleepSync(1)
    },
    resume: () => send('SIGCONT'),
  }
}

/** proc(5): a signal is taken by each thread when its turn comes; until then it may answer once more. */
function isStopped(pid: number): boolean {
  const threads = `/proc/${pid}/task`
  if (!existsSync(threads)) return true
  return readdirSync(threads).every((thread) => {
    const stat = readFileSync(join(threads, thread, 'stat'), 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('T')
  })
}

/** Runs a program to its end. */
export async function run(command: string[], options: ProcessOptions = {}) {
  const running = startProcess(command, options)
  const code = await running.exited
  return { code, printed: running.printed(), output: running.output() }
}
