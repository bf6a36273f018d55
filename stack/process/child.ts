import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { pause, withTimeout } from '../../src/platform/async.ts'
import { UserError } from '../errors.ts'
import { type Clock, systemClock } from '../poll.ts'
import { root } from '../root.ts'
import type { ProcessRole, ProcessState, ProcessStatus } from '../status.ts'
import { appendAgain, beginAtEnd } from './append.ts'
import { endProcess, type Identity, identify, type StopStep, send } from './identity.ts'
import { lastLines } from './log-files.ts'
import { failuresOf } from './mend-files.ts'
import { asUser, type User } from './user.ts'

/** How to run one process of the stack. */
export type ChildPlan = {
  name: string
  role: ProcessRole
  command: [string, ...string[]]
  env: Record<string, string>
  /**
   * Where it is started, when not in the project's folder, from which Bun takes tsconfig.json and how to read
   * JSX.
   */
  cwd?: string
  /** As whom it runs, when not as who started the stack. */
  user?: User
  /** The same for life, so a restarted process is found where it was. */
  port: number
  /** True once it does its work. False and a throw both mean: not yet. */
  isReady: () => Promise<boolean>
  /** The first start fails after this long without becoming ready. */
  readyWithinMs: number
  stop: StopStep[]
}

/** None of these may end the work: what they throw is passed over. */
export type ChildHooks = {
  logFile: string
  /** Makes what the process needs to start, before each start. */
  prepare?: () => void
  /** Something a person should read happened. */
  print: (line: string) => void
  /** The pid or the state changed. Called before anything else can happen to a new process. */
  changed: () => void
  pace?: Pace
  now?: Clock['now']
}

export type Pace = {
  firstDelayMs: number
  longestDelayMs: number
  /** A process that lived this long starts again with the first delay. */
  healthyMs: number
  /** This many deaths before it was ever ready, and it is given up. */
  hopelessAfter: number
}

const usualPace: Pace = { firstDelayMs: 100, longestDelayMs: 5_000, healthyMs: 30_000, hopelessAfter: 4 }

/** A process could not be brought up; the message ends with the last lines it wrote. */
export class ChildFailed extends UserError {
  override name = 'ChildFailed'
}

/**
 * A process that is started again whenever it ends, until it is stopped. The pause before a restart
 * doubles from 100 ms to 5 s. Each has its own session: Ctrl-C in the terminal reaches the supervisor alone,
 * which stops all in order.
 */
export class Child {
  #state: ProcessState = 'stopped'
  #identity: Identity | undefined
  #running: Promise<void> = Promise.resolve()
  #firstReady = Promise.withResolvers<void>()
  #wasReady = false
  #log: number | undefined
  readonly #stopping = new AbortController()
  readonly #pace: Pace
  readonly #now: Clock['now']

  constructor(
    readonly plan: ChildPlan,
    readonly hooks: ChildHooks,
  ) {
    this.#pace = hooks.pace ?? usualPace
    this.#now = hooks.now ?? systemClock.now
    // Whoever awaits start() hears of a failure; without this one that comes later would end the supervisor.
    this.#firstReady.promise.catch(() => undefined)
  }

  get status(): ProcessStatus {
    const { name, role, port } = this.plan
    return { name, role, ...(this.#identity && { pid: this.#identity.pid }), port, state: this.#state }
  }

  get identity(): Identity | undefined {
    return this.#identity
  }

  /** Resolves when the process is ready for the first time; throws a ChildFailed when it is hopeless. */
  async start(): Promise<void> {
    this.#running = this.#keepRunning()
    const { readyWithinMs } = this.plan
    await withTimeout(this.#firstReady.promise, readyWithinMs, async () => {
      throw await this.#failure(`was not ready after ${readyWithinMs / 1_000} s`)
    })
  }

  /** Resolves when the process is gone: asked as its plan says, in the end killed. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#firstReady.reject(new ChildFailed(`${this.plan.name} was stopped before it was ready`))
    if (this.#identity) {
      this.#change('stopping')
      await endProcess(this.#identity, this.plan.stop)
    }
    await this.#running
    this.#identity = undefined
    this.#change('stopped')
  }

  /** Ends the process by a signal; it is started again on its port. */
  end(signal: 'SIGTERM' | 'SIGKILL'): void {
    if (this.#identity) send(this.#identity, signal)
  }

  /** Sees to it that the process adds to its log. To be called before a log is emptied. */
  appendAgain(): void {
    if (this.#log !== undefined) appendAgain(this.#log)
  }

  async #keepRunning(): Promise<void> {
    let delayMs = this.#pace.firstDelayMs
    for (let deaths = 1; !this.#stopping.signal.aborted; deaths++) {
      const beganMs = this.#now()
      const reason = await this.#runOnce()
      if (this.#stopping.signal.aborted) return
      if (!this.#wasReady && deaths >= this.#pace.hopelessAfter) return this.#giveUp(reason)

      if (this.#now() - beganMs >= this.#pace.healthyMs) delayMs = this.#pace.firstDelayMs
      this.#change('restarting')
      this.#say(`${this.plan.name} ${reason}, starts again in ${delayMs} ms`)
      await pause(delayMs, this.#stopping.signal)
      delayMs = Math.min(delayMs * 2, this.#pace.longestDelayMs)
    }
  }

  /** Resolves, when the process has ended, with how. */
  async #runOnce(): Promise<string> {
    const { command, env, cwd = root, user } = this.plan
    failuresOf(() => this.hooks.prepare?.())
    const log = openLog(this.hooks.logFile)
    this.#log = log
    try {
      const child = Bun.spawn(asUser(user, command), {
        env,
        cwd,
        stdin: 'ignore',
        stdout: log ?? 'ignore',
        stderr: log ?? 'ignore',
        detached: true,
      })
      this.#identity = identify(child.pid)
      this.#change('starting')
      const ended = new AbortController()
      void this.#watch(ended.signal)
      await child.exited
      ended.abort()
      return child.signalCode ? `was ended by ${child.signalCode}` : `ended with code ${child.exitCode}`
    } catch (error) {
      return `did not start (${error instanceof Error ? error.message : error})`
    } finally {
      this.#identity = undefined
      this.#log = undefined
      if (log !== undefined) closeSync(log)
    }
  }

  async #watch(ended: AbortSignal): Promise<void> {
    while (!(await this.plan.isReady().catch(() => false))) {
      if (ended.aborted) return
      await pause(50, ended)
    }
    if (ended.aborted || this.#stopping.signal.aborted) return
    if (this.#wasReady) this.#say(`${this.plan.name} is ready again`)
    this.#wasReady = true
    this.#change('ready')
    this.#firstReady.resolve()
  }

  async #giveUp(reason: string): Promise<void> {
    this.#change('stopped')
    this.#firstReady.reject(await this.#failure(`${reason}, ${this.#pace.hopelessAfter} times in a row`))
  }

  async #failure(reason: string): Promise<ChildFailed> {
    const tail = await lastLines(this.hooks.logFile, 15).catch(() => [])
    const ending =
      tail.length > 0
        ? `Its last words (${this.hooks.logFile}):`
        : `It left no word in ${this.hooks.logFile}.`
    return new ChildFailed(
      [`${this.plan.name} ${reason}. ${ending}`, ...tail.map((line) => `  ${line}`)].join('\n'),
    )
  }

  #change(state: ProcessState): void {
    this.#state = state
    failuresOf(() => this.hooks.changed())
  }

  #say(line: string): void {
    failuresOf(() => this.hooks.print(line))
  }
}

/**
 * Undefined where it cannot be opened, as on a disk without room for one file more: what runs goes before
 * what it says.
 */
function openLog(path: string): number | undefined {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    const file = openSync(path, 'a', 0o600)
    beginAtEnd(file)
    return file
  } catch {
    return undefined
  }
}
