import { join } from 'node:path'
import { haproxySocket } from '../../stack/haproxy-socket.ts'
import { type Running, startProcess } from './processes.ts'
import { findServer, freePort } from './services.ts'
import { until } from './until.ts'
import { root, temporaryFolder } from './warden.ts'

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

export async function startHaproxy(env: Record<string, string> = {}): Promise<Haproxy> {
  const [port, statsPort] = [await freePort(), await freePort()]
  const path = join(temporaryFolder(), 'haproxy.sock')
  const running = startProcess([program(), '-db', '-f', configuration], {
    env: {
      AGORA_MODE: 'native',
      HTTP_BIND: `127.0.0.1:${port}`,
      STATS_BIND: `127.0.0.1:${statsPort}`,
      STATS_USER: 'agora',
      STATS_PASSWORD: '',
      HAPROXY_SOCKET: path,
      ...env,
    },
  })
  const url = `http://127.0.0.1:${port}`
  const socket = haproxySocket(path)
  await until(async () => (await socket.stat()).length === 0 && (await fetch(`${url}/up`)).status === 503)
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

export async function startEcho(name: string, at?: number): Promise<Echo> {
  const port = at ?? (await freePort())
  const running = startProcess([process.execPath, join(root, 'test/support/echo.ts'), name, `${port}`])
  const url = `http://127.0.0.1:${port}`
  await until(async () => (await fetch(`${url}/up`)).ok)
  return { ...running, name, port, url }
}
