import { draining } from '../../src/platform/config.ts'
import { UserError } from '../errors.ts'
import { poll } from '../poll.ts'
import { HaproxyError, haproxySocket } from './haproxy-socket.ts'
import type { ReplicaRole, SiteReplica } from './site.ts'

/**
 * Where a replica serves: the market's pages, live streams and what is remembered at the door come from the
 * web replicas, each balanced in its own way.
 */
const backends: Record<ReplicaRole, string[]> = {
  web: ['web', 'market', 'live', 'memory'],
  accounts: ['accounts'],
  admin: ['admin'],
}

const serverOf = ({ server, name }: SiteReplica) => server ?? name

/**
 * Puts into HAProxy the replicas it does not know, all of them after each of its starts. Throws while it is
 * away.
 */
export async function joinReplicas(socket: string, replicas: SiteReplica[]): Promise<void> {
  const haproxy = haproxySocket(socket)
  const known = new Set((await haproxy.stat()).map(({ backend, server }) => `${backend}/${server}`))
  for (const replica of replicas) {
    for (const backend of backends[replica.role]) {
      const server = serverOf(replica)
      if (!known.has(`${backend}/${server}`))
        await haproxy.addServer(backend, server, '127.0.0.1', replica.port)
    }
  }
}

/** Resolves when HAProxy's health checks call every replica up. */
export async function replicasUp(socket: string, replicas: SiteReplica[], withinMs: number): Promise<void> {
  let down = replicas
  const areUp = async () => {
    const stat = await haproxySocket(socket).stat()
    const isUp = (replica: SiteReplica) => (backend: string) =>
      stat.some(
        (row) =>
          row.backend === backend &&
          row.server === serverOf(replica) &&
          row.status.startsWith('UP') &&
          row.check === 'L7OK',
      )
    down = replicas.filter((replica) => !backends[replica.role].every(isUp(replica)))
    return down.length === 0
  }
  if (!(await poll(areUp, { withinMs })))
    throw new UserError(`HAProxy does not reach ${down.map(({ name }) => name).join(', ')}`)
}

/** Ends the live pages' streams, which have no end of their own; what HAProxy refuses is left to its stop. */
export async function endStreams(socket: string, replicas: SiteReplica[]): Promise<void> {
  const haproxy = haproxySocket(socket)
  for (const { name, server = name } of replicas.filter(({ role }) => role === 'web'))
    await haproxy.ask(`shutdown sessions server live/${server}`).catch(() => undefined)
}

/**
 * Takes a replica out of HAProxy so that nobody notices: no new requests, up to GRACE_SECONDS for those it
 * has, then `end`, which ends its process, and only then is it forgotten. Streams last for ever, so they are
 * cut at once, and browsers open them anew elsewhere. HAProxy being away is no obstacle: it comes back
 * without it.
 */
export async function leaveBalancer(
  socket: string,
  replica: SiteReplica,
  end: () => Promise<void>,
): Promise<void> {
  const haproxy = haproxySocket(socket)
  const server = serverOf(replica)
  const each = (work: (backend: string) => Promise<void>) =>
    Promise.all(backends[replica.role].map((backend) => unlessAway(work(backend))))

  const graceMs = draining().graceSeconds * 1_000
  await each((backend) => haproxy.retireServer(backend, server, backend === 'live' ? 0 : graceMs))
  await end()
  await each((backend) => haproxy.forgetServer(backend, server))
}

async function unlessAway(work: Promise<void>): Promise<void> {
  try {
    await work
  } catch (error) {
    if (!(error instanceof HaproxyError)) throw error
  }
}
