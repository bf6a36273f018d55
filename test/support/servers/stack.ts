import { join } from 'node:path'
import type { Mode, ProcessStatus, Status } from '../../../stack/status.ts'
import { closeAfterTests } from './cleanup.ts'
import { run } from './processes.ts'
import { agora, atTheEnd, PATH, root, temporaryFolder } from './reaper.ts'
import { freePort, once } from './services.ts'

/** A whole stack, started by the command that people type. */
export type Stack = {
  /** HAProxy's address, without a slash at the end. */
  url: string
  port: number
  data: string
  status(): Promise<Status>
  /** One process by its name, as in `web-1`. */
  process(name: string): Promise<ProcessStatus>
  /** The cells of the first row that `./agora sql` prints for a statement. */
  sql(statement: string): Promise<string[]>
  down(): Promise<void>
}

export type StackOptions = {
  mode?: Mode
  replicas?: number
  /** The scaler changes the number of web replicas. Not by default: tests count on theirs. */
  isScaled?: boolean
  env?: Record<string, string>
  port?: number
  data?: string
}

/** `./agora up --detach` on a free port, with new data or that in the folder `data`; `env` holds settings. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const { mode = 'native', replicas = 2, isScaled = false } = options
  // Tests come from one address, and in containers not from this machine's own.
  const env = { RATE_LIMITS: 'off', ...options.env }
  const { port = await freePort(), data = join(temporaryFolder(), 'data') } = options
  atTheEnd('stack', data)
  const up = ['up', `--${mode}`, '--detach', '--data', data, '--port', `${port}`, '--replicas', `${replicas}`]
  await expectSuccess(isScaled ? up : [...up, '--no-autoscale'], env)

  const status = async () => JSON.parse(await expectSuccess(['status', '--json', '--data', data])) as Status
  const stack: Stack = {
    url: `http://127.0.0.1:${port}`,
    port,
    data,
    status,
    process: async (name) => {
      const found = (await status()).processes.find((each) => each.name === name)
      if (!found) throw new Error(`the stack has no process ${name}`)
      return found
    },
    sql: async (statement) => {
      const [, row = ''] = (await expectSuccess(['sql', statement, '--data', data])).split('\n')
      return row.split('\t')
    },
    down: async () => void (await expectSuccess(['down', '--data', data])),
  }
  return closeAfterTests(stack, (it) => it.down())
}

/** One stack for all test files of this run that don't harm it. Likes reach MySQL within two seconds. */
export const sharedStack = once(() => startStack({ env: { FLUSH_SECONDS: '2' } }))

/** Runs `./agora` as typed in a shell, with the Bun that runs this test in its PATH. */
export function runAgora(args: string[], env: Record<string, string | undefined> = {}, cwd = root) {
  return run([agora, ...args], { cwd, env: { PATH, ...env } })
}

async function expectSuccess(args: string[], env?: Record<string, string>): Promise<string> {
  const { code, printed, output } = await runAgora(args, env)
  if (code !== 0) throw new Error(`./agora ${args.join(' ')} ended with ${code}:\n${output}`)
  return printed
}
