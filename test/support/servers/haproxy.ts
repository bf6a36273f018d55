import { basename, join } from 'node:path'
import { haproxySocket } from '../../../stack/native/haproxy-socket.ts'
import { until } from '../until.ts'
import { type Running, startProcess } from './processes.ts'
import { atTheEnd, root, temporaryFolder } from './reaper.ts'
import { findServer, freePort } from './services.ts'

export const configuration = join(root, 'haproxy/haproxy.cfg')
export const program = () => findServer('haproxy') ?? 'haproxy'

/** A real HAProxy with our configuration, in front of as many echoes as were added. */
export type Haproxy = {
  url: string
  statsUrl: string
  path: string
  socket: ReturnType<typeof haproxySocket>
  log(): string
  /** Starts an echo and adds it to a backend. */
  add(backend: string, name: string): Promise<Echo>
  /** What an echo saw of a request. */
  ask(path: string, init?: RequestInit): Promise<Seen>
}

export type Echo = Running & { name: string; port: number; url: string }
export type Seen = { name: string; requests: number; headers: Record<string, string> }

/** `from`: the program of this machine, or that of the image which containers run. */
export async function startHaproxy(
  given: Record<string, string> = {},
  from: 'machine' | 'image' = 'machine',
): Promise<Haproxy> {
  const port = Number(given.HTTP_BIND?.split(':').at(-1) ?? (await freePort()))
  const statsPort = await freePort()
  const folder = temporaryFolder()
  const path = join(folder, 'haproxy.sock')
  const env = {
    AGORA_MODE: 'native',
    HTTP_BIND: `127.0.0.1:${port}`,
    STATS_BIND: `127.0.0.1:${statsPort}`,
    STATS_USER: 'agora',
    STATS_PASSWORD: '',
    HAPROXY_SOCKET: path,
    ...given,
  }
  const command = [from === 'machine' ? program() : 'haproxy', '-db', '-f', configuration]
  const running = startProcess(from === 'machine' ? command : inImage(command, env, folder), { env })
  const url = `http://127.0.0.1:${port}`
  const socket = haproxySocket(path)
  await until(async () => (await socket.stat()) && (await fetch(`${url}/up`)).status === 503)
  return {
    url,
    statsUrl: `http://127.0.0.1:${statsPort}`,
    path,
    socket,
    log: () => running.output(),
    add: async (backend, name) => {
      const echo = await startEcho(name)
      await socket.addServer(backend, name, '127.0.0.1', echo.port)
      return echo
    },
    ask: async (path, init) => (await fetch(url + path, init)).json() as Promise<Seen>,
  }
}

/**
 * The image sees the project and the socket's folder in their places, and listens where this machine does.
 */
function inImage(command: string[], env: Record<string, string>, folder: string): string[] {
  const container = basename(folder)
  atTheEnd('container', container)
  const mounts = [`${root}:${root}:ro`, `${folder}:${folder}`].flatMap((mount) => ['--volume', mount])
  const settings = Object.keys(env).flatMap((name) => ['--env', name])
  const how = ['--rm', '--name', container, '--network', 'host', '--user', 'root', ...mounts, ...settings]
  return ['docker', 'run', ...how, 'haproxy:3.2', ...command]
}

export async function startEcho(name: string, at?: number): Promise<Echo> {
  const port = at ?? (await freePort())
  const running = startProcess([
    process.execPath,
    join(root, 'test/support/servers/echo.ts'),
    name,
    `${port}`,
  ])
  const url = `http://127.0.0.1:${port}`
  await until(async () => (await fetch(`${url}/up`)).ok)
  return { ...running, name, port, url }
}
