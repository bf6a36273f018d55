/** Three nodes with a server of MySQL each, in networks of their own, and no group yet. */

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { identityIn } from '../../src/platform/identity.ts'
import { keepIdentity } from '../../stack/cluster/certificates.ts'
import { viewsOf } from '../../stack/cluster/group.ts'
import { type Cluster, type ClusterNode, memberOptions } from '../../stack/cluster/settings.ts'
import { type Running, startProcess } from '../../test/support/servers/processes.ts'
import { until } from '../../test/support/until.ts'
import { emptyFolders, type MysqlProgram } from './mysql.ts'
import { type NodeNetwork, openNetwork, type Place } from './network.ts'

/** Of all accounts. */
export const password = 'of-all-accounts-in-here'

const answersWithinMs = 120_000

export type Server = {
  place: Place
  /** The folder of what it shows to others. */
  tls: string
  /** The process that runs when all were started. */
  first: Running
  /** Starts it again, with the folder that it has. */
  start(): Promise<Running>
}

export async function startServers(program: MysqlProgram) {
  const network = await openNetwork()
  const folders = await emptyFolders(program, 3, password)
  const networks: NodeNetwork[] = []
  const servers: Server[] = []
  const secret = { name: '6b3dd3a5-6ab2-4e4f-8f5c-5d0f4d3f1a77', copierPassword: password }
  for (const folder of folders) {
    const own = await network.node()
    const place = await own.place()
    networks.push(own)
    const tls = join(folder, 'tls')
    mkdirSync(tls)
    await keepIdentity(tls, secret, [place.address])
    const asMember = memberOptions({ host: place.address }, join(program.seen(folder), 'tls'))
    servers.push({
      place,
      tls,
      first: startMysql(program, folder, place, [...asMember, initFile(program, folder)]),
      start: async () => startMysql(program, folder, place, asMember),
    })
  }
  const cluster: Cluster = {
    ...secret,
    identity: identityIn((servers[0] as Server).tls),
    nodes: servers.map(({ place }): ClusterNode => ({ host: place.address, port: 3_306, groupPort: 33_061 })),
    root: { name: 'root', password },
  }
  await until(async () => (await viewsOf(cluster)).every(({ self }) => self), { withinMs: answersWithinMs })
  return { network, networks, servers, cluster }
}

/** An option: what the first start of a folder runs. */
export const initFile = (program: MysqlProgram, folder: string) =>
  `--init-file=${program.seen(folder)}/init.sql`

/** `more`: options behind those of every server; a member of a group has its own among them. */
export function startMysql(
  program: MysqlProgram,
  folder: string,
  { address, enter }: Place,
  more: string[],
): Running {
  const seen = program.seen(folder)
  const command = program.command(folder, [
    ...['--user=root', `--datadir=${seen}/made`, `--tmpdir=${seen}/tmp`, `--socket=${seen}/s`],
    ...[`--pid-file=${seen}/pid`, `--secure-file-priv=${seen}/tmp`, `--bind-address=${address}`],
    ...['--skip-name-resolve', '--mysqlx=OFF', '--max-connections=300', '--max-allowed-packet=64M'],
    ...['--character-set-server=utf8mb4', '--collation-server=utf8mb4_bin', '--default-time-zone=+00:00'],
    // Three of them share this machine.
    ...['--innodb-buffer-pool-size=64M', '--innodb-redo-log-capacity=64M'],
    ...more,
  ])
  return startProcess([...enter, ...command], { cwd: '/', env: { MALLOC_ARENA_MAX: '2' } })
}
