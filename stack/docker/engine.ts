import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { type Environment, environment } from '../../src/platform/config.ts'
import { UserError } from '../errors.ts'
import { root } from '../root.ts'

type Captured = { code: number; output: string; errors: string }

/** An engine answers and Compose v2 is there. */
export async function hasDocker(): Promise<boolean> {
  return (await missingCommand()) === undefined
}

/** Throws a UserError that names the command to type when there is no engine, or no Compose. */
export async function needDocker(): Promise<void> {
  const missing = await missingCommand()
  if (missing) throw new UserError(missing)
}

/** Returns what is missing and the command that brings it; undefined when all is there. */
async function missingCommand(): Promise<string | undefined> {
  if (!Bun.which('docker')) return `Docker is not installed. Run: ${installDocker()}`
  const engine = await capture(['docker', 'info', '--format', '{{.ServerVersion}}'])
  if (engine.code !== 0 || /permission denied/i.test(engine.errors)) return noEngine(engine.errors)
  if ((await capture(['docker', 'compose', 'version'])).code !== 0) {
    return `Docker Compose is not installed. Run: ${installCompose()}`
  }
  return undefined
}

const isMac = process.platform === 'darwin'
const sudo = process.getuid?.() === 0 ? '' : 'sudo '

function installDocker(): string {
  return isMac
    ? 'brew install --cask docker && open -a Docker'
    : `curl -fsSL https://get.docker.com | ${sudo}sh`
}

function installCompose(): string {
  return isMac ? 'brew install docker-compose' : `${sudo}apt-get install docker-compose-plugin`
}

function noEngine(errors: string): string {
  if (/permission denied/i.test(errors)) {
    return 'This account may not use Docker. Run: sudo usermod -aG docker "$USER", then sign in again'
  }
  return `Docker's engine does not answer. Run: ${isMac ? 'open -a Docker' : `${sudo}systemctl start docker`}`
}

/** Compose's name for the stack on a data folder: two folders, two stacks. */
export function projectOf(data: string): string {
  return `agora-${createHash('sha256').update(data).digest('hex').slice(0, 10)}`
}

export type Compose = ReturnType<typeof compose>

/**
 * Compose on one project. `envFile` holds what it needs to start things; its names in our environment are
 * overruled.
 */
export function compose(project: string, envFile?: { path: string; names: string[] }) {
  const begin = [
    ...['docker', 'compose', '--project-name', project, '--project-directory', root],
    ...['--file', join(root, 'docker-compose.yml')],
    // What starts things says which profiles are on. What stops or shows them is about all that there may be:
    // else the courier would run on.
    ...(envFile ? ['--env-file', envFile.path] : ['--profile', 'mail']),
  ]
  const env = Object.fromEntries(
    Object.entries(environment).filter(([name]) => !envFile?.names.includes(name) && !steersCompose(name)),
  )
  const command = (args: string[]) => [...begin, ...args]
  return {
    command,
    env,
    /** Runs to the end. Returns what it printed. */
    capture: (args: string[], options: CaptureOptions = {}) => capture(command(args), { env, ...options }),
  }
}

/** COMPOSE_FILE, COMPOSE_PROFILES and the like would change what our file means. */
const steersCompose = (name: string) => name.startsWith('COMPOSE_')

type CaptureOptions = { env?: Environment; input?: string; signal?: AbortSignal }

/** Runs a program to its end, with `input` as its standard input. `signal` interrupts it. */
export async function capture(
  command: string[],
  { env = environment, input = '', signal }: CaptureOptions = {},
): Promise<Captured> {
  const stdio = { stdin: Buffer.from(input), stdout: 'pipe', stderr: 'pipe' } as const
  const child = Bun.spawn(command, { ...stdio, env, cwd: root, signal, killSignal: 'SIGINT' })
  const [output, errors, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  return { code, output: output.trimEnd(), errors: errors.trim() }
}

/** Runs a program on our terminal. Returns its exit code. */
export async function inheritStdio(command: string[]): Promise<number> {
  // Ctrl-C reaches it too; this waits for it.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
  const child = Bun.spawn(command, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
  return await child.exited
}
