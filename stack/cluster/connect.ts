import { type Connection, createConnection } from 'mysql2/promise'
import { UserError } from '../errors.ts'
import type { Cluster, ClusterNode } from './settings.ts'

const connectWithinMs = 3_000

/** Runs `work` on a connection to one node's MySQL. Throws a UserError when it lets nobody in. */
export async function on<T>(
  cluster: Cluster,
  node: ClusterNode,
  work: (server: Connection) => Promise<T>,
): Promise<T> {
  const server = await opened(cluster, node, cluster.root)
  try {
    return await work(server)
  } finally {
    server.destroy()
  }
}

/** Throws a UserError when the node's MySQL does not take this password. */
export async function needPassword(
  cluster: Cluster,
  node: ClusterNode,
  account: Cluster['root'],
): Promise<void> {
  ;(await opened(cluster, node, account)).destroy()
}

async function opened(
  { identity }: Cluster,
  { host, port }: ClusterNode,
  { name, password }: Cluster['root'],
): Promise<Connection> {
  try {
    const server = await createConnection({
      ...{ host, port, password, user: name, connectTimeout: connectWithinMs },
      ...{ supportBigNumbers: true, charset: 'utf8mb4' },
      ...(identity && { ssl: { ...identity } }),
    })
    // What is asked next fails.
    server.on('error', () => {})
    return server
  } catch (error) {
    throw new UserError(sentenceFor(error, host, name))
  }
}

function sentenceFor(error: unknown, host: string, name: string): string {
  const { code, message } = error as { code?: string; message?: string }
  return code === 'ER_ACCESS_DENIED_ERROR'
    ? `${host} does not take this node's password of ${name}: give it the same on every node in agora.env`
    : `MySQL on ${host} does not answer (${code ?? message}): nothing was touched`
}
