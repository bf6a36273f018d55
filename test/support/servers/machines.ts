import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './processes.ts'
import { atTheEnd, root, temporaryFolder } from './reaper.ts'
import { freePort } from './services.ts'

/**
 * A server of a deployment, played by a Compose project of its own: they share nothing but published ports.
 */
export type Machine = {
  url: string
  /** Runs `deploy/server.sh`. Returns its exit code and all it printed. */
  ask(...words: string[]): Promise<{ code: number; output: string }>
  /** The containers of this server, as Compose lists them. */
  containers(): Promise<string[]>
  /** Stops all of it at once, as when the server is gone. */
  stop(): Promise<void>
}

/**
 * The address under which containers reach what others publish: this machine, as the engine's own network
 * sees it.
 */
export async function gateway(): Promise<string> {
  const { printed } = await run([
    ...['docker', 'network', 'inspect', 'bridge', '--format', '{{(index .IPAM.Config 0).Gateway}}'],
  ])
  return printed.trim()
}

/** A server with these settings. Nothing runs on it yet. */
export async function machine(env: Record<string, string>): Promise<Machine> {
  const folder = temporaryFolder()
  const project = `agora-test-${crypto.randomUUID().slice(0, 8)}`
  const port = await freePort()
  const config = join(folder, 'agora.env')
  const settings = {
    AGORA_PORT: `${port}`,
    AGORA_PROJECT: project,
    STATS_PORT: `${await freePort()}`,
    ...env,
  }
  await Bun.write(config, lines(settings))
  atTheEnd('project', project)

  const surroundings = { AGORA_CONFIG: config, AGORA_HOME: join(folder, 'home'), AGORA_PATIENCE_S: '40' }
  const docker = (...args: string[]) => run(['docker', 'compose', '--project-name', project, ...args])
  return {
    url: `http://127.0.0.1:${port}`,
    ask: (...words) => run([join(root, 'deploy/server.sh'), ...words], { env: surroundings }),
    containers: async () => (await docker('ps', '--quiet')).printed.trim().split('\n').filter(Boolean),
    stop: async () => void (await docker('kill')),
  }
}

/** Folders as a data disk brings them. The batcher's image runs as another than us. */
export function storeFolder(): string {
  const folder = temporaryFolder()
  for (const name of ['mysql', 'journal']) mkdirSync(join(folder, name), { mode: 0o777 })
  Bun.spawnSync(['chmod', '777', folder, join(folder, 'journal')])
  return folder
}

const lines = (settings: Record<string, string>) =>
  Object.entries(settings)
    .map(([name, value]) => `${name}='${value}'\n`)
    .join('')
