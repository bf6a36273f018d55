import { readState } from '../data-folder.ts'
import { certificateOf } from '../edge-settings.ts'
import { UserError } from '../errors.ts'
import type { ProcessRole, ProcessState, ProcessStatus, Status } from '../status.ts'
import { containerPorts, listed } from './containers.ts'
import { compose, projectOf } from './engine.ts'
import { readEnvFile } from './env-file.ts'
import { scalerStatus } from './scaler.ts'

/** What `docker compose ps --format json` says of a container, as far as it is used here. */
type Container = {
  ID: string
  Name: string
  Service: string
  State: string
  Health: string
  Publishers: { URL: string; TargetPort: number; PublishedPort: number }[] | null
}

// `setup` is no process: it ends.
const order: ProcessRole[] = [
  ...(['haproxy', 'mysql', 'redis', 'batcher', 'courier', 'search', 'scaler'] as const),
  ...(['web', 'accounts', 'admin'] as const),
]
const single: ProcessRole[] = ['haproxy', 'mysql', 'redis']
const statsPort = 8404
const tlsPort = 8443

/** Returns what runs in containers on a data folder; no processes when nothing does. */
export async function dockerStatus(data: string): Promise<Status> {
  const containers = await listed(() => containersOf(data))
  const inContainers = containers.flatMap((each) => processOf(each) ?? [])
  const scaler = inContainers.length > 0 ? scalerStatus(data) : undefined
  const processes = [...inContainers, ...(scaler ? [scaler] : [])].sort(byRole)
  const haproxy = containers.find(({ Service }) => Service === 'haproxy')
  const at = (port: number | undefined, host = '127.0.0.1') => (port ? `http://${host}:${port}` : null)
  const stats = at(haproxy && published(haproxy, statsPort)?.port)
  const plain = haproxy && published(haproxy, containerPorts.haproxy ?? 0)
  const tls = certificateOf(readEnvFile(data).values) ? haproxy && published(haproxy, tlsPort) : undefined
  const board = at(plain?.port ?? readState(data)?.port, plain?.host)
  return {
    mode: 'docker',
    url: processes.length === 0 ? null : tls ? `https://${tls.host}:${tls.port}` : board,
    statsUrl: stats && `${stats}/`,
    processes,
  }
}

async function containersOf(data: string): Promise<Container[]> {
  const { code, output, errors } = await compose(projectOf(data)).capture(['ps', '--all', '--format', 'json'])
  if (code !== 0) throw new UserError(`Docker does not say what runs: ${errors}`)
  // A line each; older versions of Compose gave one list.
  if (output.startsWith('[')) return JSON.parse(output)
  return output
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
}

function processOf(container: Container): ProcessStatus | undefined {
  const role = order.find((each) => each === container.Service)
  const port = role && containerPorts[role]
  if (!role || !port) return undefined
  const number = container.Name.match(/-(\d+)$/)?.[1] ?? '1'
  return {
    name: single.includes(role) ? role : `${role}-${number}`,
    role,
    id: container.ID.slice(0, 12),
    port: published(container, port)?.port ?? port,
    state: stateOf(container),
  }
}

/** Where this machine finds a port of a container. */
function published({ Publishers }: Container, target: number): { host: string; port: number } | undefined {
  const found = Publishers?.find((each) => each.TargetPort === target && each.PublishedPort > 0)
  if (!found) return undefined
  const isAny = ['', '0.0.0.0', '::'].includes(found.URL)
  const address = found.URL.includes(':') ? `[${found.URL}]` : found.URL
  return { host: isAny ? '127.0.0.1' : address, port: found.PublishedPort }
}

function stateOf({ State, Health }: Container): ProcessState {
  if (State === 'running') return Health === 'healthy' ? 'ready' : 'starting'
  if (State === 'created') return 'starting'
  if (State === 'restarting') return 'restarting'
  return State === 'removing' ? 'stopping' : 'stopped'
}

const numberIn = (name: string) => Number(name.match(/\d+$/)?.[0] ?? 0)

function byRole(a: ProcessStatus, b: ProcessStatus): number {
  return order.indexOf(a.role) - order.indexOf(b.role) || numberIn(a.name) - numberIn(b.name)
}
