import { cpSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { SiteStatus } from '../src/health/site-status.ts'
import type { ProcessStatus } from '../stack/status.ts'
import { run } from '../test/support/servers/processes.ts'
import { root, temporaryFolder } from '../test/support/servers/reaper.ts'
import { runAgora } from '../test/support/servers/stack.ts'
import { until } from '../test/support/until.ts'

/** The stack that things are done to, natively or in containers. */
export type Site = { url: string; data: string; processes(): Promise<ProcessStatus[]> }

const withinMs = 90_000

export async function scaleTo(site: Site, replicas: number): Promise<void> {
  await typed(['scale', String(replicas), '--data', site.data])
  await until(async () => (await webReady(site)).length === replicas, { withinMs, everyMs: 200 })
}

/** `kill -9`, and wait until it serves again in its place. Returns the moment. */
export async function kill(site: Site, name: string): Promise<number> {
  const before = await noted(site, name)
  const atMs = performance.now()
  if (before.pid !== undefined) process.kill(before.pid, 'SIGKILL')
  else await succeed(['docker', 'kill', before.id ?? ''])
  await untilBack(site, before)
  return atMs
}

/**
 * Makes it hang, and waits until it was replaced. Returns the moments of both and of the kill between them.
 */
export async function hang(site: Site, name: string) {
  const before = await noted(site, name)
  const hungMs = performance.now()
  if (before.pid !== undefined) process.kill(before.pid, 'SIGSTOP')
  else await succeed(['docker', 'pause', before.id ?? ''])
  await untilBack(site, before)
  const backMs = performance.now()
  return { hungMs, killMs: await killOf(site, name), backMs }
}

/** When the scaler had it killed. */
async function killOf(site: Site, name: string): Promise<number> {
  const { at } = await until(
    async () => {
      const { site: state } = (await (await fetch(`${site.url}/api/status`)).json()) as SiteStatus
      return state?.decisions.find(({ kind, what }) => kind === 'replaced' && what === name)
    },
    { withinMs: 5_000 },
  )
  return Date.parse(at) - performance.timeOrigin
}

/** Asks it to end; it is started again. */
export async function terminate(site: Site, name: string): Promise<void> {
  const before = await noted(site, name)
  if (before.pid !== undefined) process.kill(before.pid, 'SIGTERM')
  else await succeed(['docker', 'restart', before.id ?? ''])
  await untilBack(site, before)
}

/**
 * `./agora deploy`, of the code in a folder or of the project's own. Returns what it said and its exit code.
 */
export async function deploy(site: Site, from?: string): Promise<{ code: number; output: string }> {
  const { code, output } = await runAgora(['deploy', '--data', site.data, ...(from ? ['--from', from] : [])])
  return { code, output }
}

/** A copy of the project, without what is installed. */
export function copyOfCheckout(): string {
  const folder = join(temporaryFolder(), 'checkout')
  mkdirSync(folder)
  const left = ['node_modules', '.git', '.agora', '.bun']
  for (const part of readdirSync(root).filter((each) => !left.includes(each))) {
    cpSync(join(root, part), join(folder, part), { recursive: true })
  }
  return folder
}

/** A checkout whose replicas of one kind end at once. */
export async function brokenRelease(role: string): Promise<string> {
  const folder = copyOfCheckout()
  const main = join(folder, 'src/main.ts')
  const fault = [
    "import { replicaConfig } from './platform/config.ts'",
    `if (replicaConfig().role === '${role}') throw new Error('This version is broken.')`,
  ]
  await Bun.write(main, `${fault.join('\n')}\n${await Bun.file(main).text()}`)
  return folder
}

export async function webReady(site: Site): Promise<ProcessStatus[]> {
  return (await site.processes()).filter(({ role, state }) => role === 'web' && state === 'ready')
}

/** A process as it is before something is done to it. */
type Noted = ProcessStatus & { began: string }

async function noted(site: Site, name: string): Promise<Noted> {
  const found = (await site.processes()).find((each) => each.name === name)
  if (!found) throw new Error(`there is no process ${name}`)
  return { ...found, began: await beginOf(found) }
}

/** Natively a process that began anew has another pid; a container keeps its id. */
async function beginOf({ pid, id = '' }: ProcessStatus): Promise<string> {
  if (pid !== undefined) return String(pid)
  return await succeed(['docker', 'inspect', '--format', '{{.State.StartedAt}}', id])
}

/** Begun anew in its place, on its port, a container under its id, and given visitors again. */
async function untilBack(site: Site, before: Noted): Promise<void> {
  await until(
    async () => {
      const now = await noted(site, before.name)
      return now.began !== before.began && now.state === 'ready' && now.port === before.port
    },
    { withinMs, everyMs: 200 },
  )
  const servedBy = before.pid === undefined ? before.id : before.name
  // HAProxy has two pools of the same replicas, and finds them in each by itself.
  for (const path of ['/up', '/market']) {
    const served = async () => {
      const { headers } = await fetch(site.url + path, { headers: { 'cache-control': 'no-cache' } })
      return headers.get('x-served-by') === servedBy
    }
    await until(served, { withinMs })
  }
}

async function typed(args: string[]): Promise<void> {
  const { code, output } = await runAgora(args)
  if (code !== 0) throw new Error(`./agora ${args.join(' ')} ended with ${code}:\n${output}`)
}

async function succeed(command: string[]): Promise<string> {
  const { code, printed, output } = await run(command)
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}:\n${output}`)
  return printed.trim()
}
