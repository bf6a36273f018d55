import { join } from 'node:path'
import { authorized } from '../src/likes/protocol.ts'
import { environment } from '../src/platform/config.ts'
import { stackOn } from '../stack/choose-stack.ts'
import { NotAnswering } from '../stack/native/control.ts'
import type { Ways } from '../stack/native/site.ts'
import { readSecrets } from '../stack/secrets.ts'
import type { UpOptions } from '../stack/stack.ts'
import type { Mode, ProcessStatus } from '../stack/status.ts'
import { run } from '../test/support/servers/processes.ts'
import { atTheEnd, temporaryFolder } from '../test/support/servers/reaper.ts'
import { freePort } from '../test/support/servers/services.ts'
import { runAgora } from '../test/support/servers/stack.ts'

/** What a load can be put on, and the programs whose processor time that takes. */
export type Site = {
  url: string
  processes(): Promise<{ role: string; pid?: number | undefined }[]>
}

/**
 * A stack of the benchmark's own: nobody else uses it, and it is gone afterwards, whatever ends the
 * benchmark.
 */
export type PrivateStack = {
  mode: Mode
  url: string
  data: string
  processes(): Promise<ProcessStatus[]>
  /** The rows of an answer, as text. */
  sql(statement: string): Promise<string[][]>
  down(): Promise<void>
}

export type PrivateOptions = {
  mode?: Mode
  /** Replicas have the routes of bench/replica.ts, too. Natively only. */
  comparisons?: boolean
  /** Replicas come and go with the load. Otherwise their number stays. */
  autoscale?: boolean
  /** Web replicas; 2 by default. */
  replicas?: number
  /** Its data folder; a new one by default. */
  data?: string
  /** Ports by which programs reach the stores. Natively only. */
  ways?: Ways
  /** What starts it on a port, in place of `./agora up`. */
  up?: (port: number) => Promise<void>
  /** Settings, as in a shell before `./agora up`. */
  env?: Record<string, string>
}

export async function startPrivateStack(options: PrivateOptions = {}): Promise<PrivateStack> {
  const { mode = 'native', comparisons = false, autoscale = false, replicas = 2 } = options
  // What is measured comes from one address.
  const env = { RATE_LIMITS: 'off', ...options.env }
  const port = await freePort()
  const { data = join(temporaryFolder(), 'data'), ways, up } = options
  atTheEnd('stack', data)

  const where = ['--data', data]
  if (up) await up(port)
  else if (comparisons || ways) {
    const webEntry = comparisons ? { webEntry: join(import.meta.dir, 'replica.ts') } : {}
    const usual = { data, port, replicas, detach: true, autoscale: false, typed: [] }
    await upWith({ ...usual, ...webEntry, ...(ways && { ways }) }, env)
  } else {
    const size = [...(autoscale ? [] : ['--no-autoscale']), '--replicas', `${replicas}`]
    await agora(['up', `--${mode}`, '--detach', ...size, '--port', `${port}`, ...where], env)
  }

  return {
    mode,
    url: `http://127.0.0.1:${port}`,
    data,
    processes: () => processesOf(data),
    sql: async (statement) => {
      const [, ...rows] = (await agora(['sql', statement, ...where])).trimEnd().split('\n')
      return rows.map((row) => row.split('\t'))
    },
    down: async () => void (await agora(['down', '--volumes', ...where])),
  }
}

/** None while the supervisor does not answer, as while the nemesis has it stand still. */
async function processesOf(data: string): Promise<ProcessStatus[]> {
  try {
    return (await (await stackOn(data, console.log)).status()).processes
  } catch (error) {
    if (error instanceof NotAnswering) return []
    throw error
  }
}

async function agora(args: string[], env?: Record<string, string>): Promise<string> {
  const { code, printed, output } = await runAgora(args, env)
  if (code !== 0) throw new Error(`./agora ${args[0]} ended with ${code}:\n${output}`)
  return printed
}

async function upWith(options: UpOptions, env: Record<string, string>): Promise<void> {
  const entry = join(import.meta.dir, 'up.ts')
  const command = [process.execPath, '--no-env-file', entry, JSON.stringify(options)]
  const { code, output } = await run(command, { env: { ...environment, ...env } })
  if (code !== 0) throw new Error(`the stack did not start:\n${output}`)
}

/** What a batcher says of itself, as far as it is used here. */
export type BatcherStats = {
  answered: number
  waiting: number
  waitingPosts: number
  totalsInRedis: boolean
  memoryBytes: number
  journalBytes: number
}

/** The batcher of a native stack, asked directly. */
export async function batcherOf(stack: PrivateStack) {
  const batcher = (await stack.processes()).find(({ role }) => role === 'batcher')
  const url = `http://127.0.0.1:${batcher?.port}`
  const headers = authorized(readSecrets(stack.data)?.likes)
  const flush = async () => {
    const { flushed } = (await (await fetch(`${url}/flush`, { method: 'POST', headers })).json()) as {
      flushed: boolean
    }
    return flushed
  }
  return {
    url,
    headers,
    stats: async () => (await (await fetch(`${url}/stats`, { headers })).json()) as BatcherStats,
    /** Resolves when MySQL has all that waited. */
    flush: async () => {
      while (!(await flush())) {}
    },
  }
}
