import { setTimeout as sleep } from 'node:timers/promises'
import { haproxySocket } from './haproxy-socket.ts'
import type { ReplicaRole, Site } from './plan.ts'
import { Trouble } from './trouble.ts'

/** Where a replica serves: the market's pages and live streams come from the web replicas, each balanced in its own way. */
const backends: Record<ReplicaRole, string[]> = {
  web: ['web', 'market', 'live'],
  accounts: ['accounts'],
  admin: ['admin'],
}

/** Puts into HAProxy the replicas it does not know, all of them after each of its starts. Throws while it is away. */
export async function joinReplicas(socket: string, replicas: Site['replicas']): Promise<void> {
  const haproxy = haproxySocket(socket)
  const known = new Set((await haproxy.stat()).map(({ backend, server }) => `${backend}/${server}`))
  for (const { name, role, port } of replicas) {
    for (const backend of backends[role]) {
      if (!known.has(`${backend}/${name}`)) await haproxy.addServer(backend, name, '127.0.0.1', port)
    }
  }
}

/** Resolves when HAProxy's health checks call every replica up. */
export async function replicasUp(
  socket: string,
  replicas: Site['replicas'],
  withinMs: number,
): Promise<void> {
  const deadline = performance.now() + withinMs
  while (true) {
    const stat = await haproxySocket(socket).stat()
    const down = replicas.filter(
      ({ name, role }) => !backends[role].every((backend) => isUp(stat, backend, name)),
    )
    if (down.length === 0) return
    if (performance.now() > deadline) {
      throw new Trouble(`HAProxy does not reach ${down.map(({ name }) => name).join(', ')}`)
    }
    await sleep(50)
  }
}

function isUp(
  stat: { backend: string; server: string; status: string }[],
  backend: string,
  name: string,
): boolean {
  return stat.some((row) => row.backend === backend && row.server === name && row.status.startsWith('UP'))
}
