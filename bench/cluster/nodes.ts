/**
 * Three nodes here, each with what a node of a cluster runs (deploy/node.compose.yml), every process in a
 * network of its own. The group of MySQL is made by what `agora-server cluster` is made of.
 */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import type { LikesPolicy } from '../../src/platform/config.ts'
import { type Identity, identityFiles, identityIn, withIdentity } from '../../src/platform/identity.ts'
import { keepIdentity } from '../../stack/cluster/certificates.ts'
import { beginGroup, enterGroup, isOnline, type NodeView, viewsOf } from '../../stack/cluster/group.ts'
import type { ClusterNode } from '../../stack/cluster/settings.ts'
import { givenLaws } from '../../stack/database/config.ts'
import { prepareDatabase } from '../../stack/database/prepare.ts'
import { haproxySocket } from '../../stack/native/haproxy-socket.ts'
import { type Running, startProcess } from '../../test/support/servers/processes.ts'
import { root, temporaryFolder } from '../../test/support/servers/reaper.ts'
import { findServer } from '../../test/support/servers/services.ts'
import { until } from '../../test/support/until.ts'
import type { MysqlProgram } from './mysql.ts'
import type { NodeNetwork, Place } from './network.ts'
import { password, type Server, startServers } from './servers.ts'

export const parts = ['mysql', 'redis', 'sentinel', 'batcher', 'web', 'haproxy'] as const
export type PartName = (typeof parts)[number]

export type Part = {
  name: PartName
  node: number
  place: Place
  running(): Running
  /** Resolves when it was started, not yet when it is of use. */
  start(): Promise<void>
}

export type Node = { number: number; parts: Record<PartName, Part>; cut(): void; mend(): void }

/** Tables, accounts and an admin, or what of these is missing. */
export async function makeBoard(adminUrl: string): Promise<void> {
  const roles = { web: '', accounts: '', admin: '', batcher: '', courier: '', search: '' }
  await prepareDatabase({
    adminUrl,
    passwords: Object.fromEntries(Object.keys(roles).map((role) => [role, password])) as typeof roles,
    ...{ sample: false, adminName: 'admin', adminPassword: password, laws: givenLaws({}) },
  })
}

const name = 'agora'
const wholeWithinMs = 180_000
export const port = { redis: 6379, sentinel: 26_379, batcher: 4_000, web: 3_000, haproxy: 8_080 }
export const secret = 'known-to-the-nodes'

export type ThreeNodes = Awaited<ReturnType<typeof startNodes>>

/**
 * Starts all of it. Resolves when every part is of use. `fill`: brings the tables into a group that is empty,
 * given the address of its MySQL as root.
 */
export async function startNodes(
  program: MysqlProgram,
  policy: LikesPolicy,
  made?: Awaited<ReturnType<typeof startServers>>,
  fill: (adminUrl: string) => Promise<void> = makeBoard,
) {
  const { networks, servers, cluster } = made ?? (await startServers(program))
  const places: Record<PartName, Place>[] = []
  for (const [index, own] of networks.entries()) {
    const entries: [PartName, Place][] = [['mysql', (servers[index] as Server).place]]
    for (const part of parts.slice(1)) entries.push([part, await own.place()])
    places.push(Object.fromEntries(entries) as Record<PartName, Place>)
  }
  const all = (part: PartName) => places.map((each) => each[part].address)
  const folders = await Promise.all(
    places.map(async (own) => {
      const folder = temporaryFolder()
      await keepIdentity(
        folder,
        cluster,
        parts.map((part) => own[part].address),
      )
      return folder
    }),
  )
  const identity = identityIn(folders[0] as string)
  const urls = {
    database: (account: string) => `mysql://${account}:${password}@${all('mysql').join(',')}/agora`,
    adminUrl: withIdentity(`mysql://root:${password}@${all('mysql').join(',')}`, identity),
    redis: `rediss+sentinel://:${password}@${all('sentinel').join(',')}/${name}`,
    batchers: all('batcher')
      .map((address) => `https://${address}:${port.batcher}`)
      .join('|'),
    sites: all('haproxy').map((address) => `http://${address}:${port.haproxy}`),
  }
  const nodes: Node[] = places.map((own, index) => ({
    ...(networks[index] as NodeNetwork),
    number: index + 1,
    parts: partsOf(index, own),
  }))
  const each = (part: PartName) => nodes.map((node) => node.parts[part])

  await beginGroup(cluster, cluster.nodes[0] as ClusterNode)
  for (const node of cluster.nodes.slice(1)) await enterGroup(cluster, node)
  await fill(urls.adminUrl)
  await Promise.all([...each('redis'), ...each('sentinel'), ...each('batcher')].map((part) => part.start()))
  await Promise.all([...each('web'), ...each('haproxy')].map((part) => part.start()))

  return {
    nodes,
    cluster,
    urls,
    secret,
    identity,
    primary,
    redisPrimary,
    activeBatcher,
    isWhole,
    whole: () => until(isWhole, { withinMs: wholeWithinMs, everyMs: 100 }),
    logs: () => nodes.flatMap((node) => parts.map((part) => lastWordsOf(node.parts[part]))),
  }

  function partsOf(index: number, own: Record<PartName, Place>): Record<PartName, Part> {
    const starts: Record<PartName, () => Promise<Running>> = {
      mysql: (servers[index] as Server).start,
      redis: redisOf(index, own.redis),
      sentinel: sentinelOf(index, own.sentinel),
      batcher: async () =>
        startBatcher(own.batcher, {
          ...{
            BATCHER_NAME: 'batcher-1',
            JOURNAL: 'mysql',
            LIKES: policy,
            CLUSTER_TLS: folders[index] as string,
          },
          ...{ DATABASE_URL: urls.database('agora_batcher'), REDIS_URL: urls.redis },
        }),
      web: async () =>
        startWeb(own.web, {
          ...{ REPLICA_NAME: `web-${index + 1}`, LIKES: policy, BATCHERS: urls.batchers },
          CLUSTER_TLS: folders[index] as string,
          ...{ DATABASE_URL: urls.database('agora_web'), REDIS_URL: urls.redis },
          BALANCER_URL: `http://${own.haproxy.address}:8081`,
        }),
      haproxy: haproxyOf(own.haproxy, own.web),
    }
    const part = (part: PartName): Part => {
      let running: Running | undefined = part === 'mysql' ? (servers[index] as Server).first : undefined
      return {
        ...{ name: part, node: index + 1, place: own[part] },
        running: () => running as Running,
        start: async () => {
          running = await starts[part]()
        },
      }
    }
    return Object.fromEntries(parts.map((each) => [each, part(each)])) as Record<PartName, Part>
  }

  function redisOf(index: number, { address, enter }: Place) {
    let isFirst = true
    return async () => {
      // Started again it copies from nobody until the Sentinels say from whom, and takes no changes alone.
      const from = isFirst && index > 0 ? ['--replicaof', all('redis')[0] as string, `${port.redis}`] : []
      isFirst = false
      return startProcess(
        [
          ...[
            ...enter,
            'redis-server',
            ...tlsOf(index, port.redis).flatMap(([name, value]) => [`--${name}`, value]),
            '--bind',
            address,
            '--dir',
            temporaryFolder(),
          ],
          ...['--save', '', '--appendonly', 'no', '--requirepass', password, '--masterauth', password],
          ...['--min-replicas-to-write', '1', '--repl-diskless-sync-delay', '0', ...from],
        ],
        { cwd: '/' },
      )
    }
  }

  /** How Redis and its Sentinels are set up that speak TLS alone. */
  function tlsOf(index: number, at: number): [string, string][] {
    const file = (name: keyof Identity) => join(folders[index] as string, identityFiles[name])
    return [
      ['port', '0'],
      ['tls-port', `${at}`],
      ['tls-replication', 'yes'],
      ['tls-ca-cert-file', file('ca')],
      ['tls-cert-file', file('cert')],
      ['tls-key-file', file('key')],
    ]
  }

  function sentinelOf(index: number, { address, enter }: Place) {
    const folder = temporaryFolder()
    const file = join(folder, 'sentinel.conf')
    // It writes into this file what it learns.
    writeFileSync(
      file,
      [
        ...tlsOf(index, port.sentinel).map((line) => line.join(' ')),
        ...[`bind ${address}`, `dir ${folder}`, `requirepass ${password}`],
        `sentinel monitor ${name} ${all('redis')[0]} ${port.redis} 2`,
        `sentinel auth-pass ${name} ${password}`,
        `sentinel down-after-milliseconds ${name} 2000`,
        `sentinel failover-timeout ${name} 6000`,
        `sentinel parallel-syncs ${name} 2`,
        '',
      ].join('\n'),
    )
    return async () => startProcess([...enter, 'redis-server', file, '--sentinel'], { cwd: folder })
  }

  /** The node whose MySQL takes changes, as most of the group see it. */
  async function primary(): Promise<Node | undefined> {
    const views = await viewsOf(cluster)
    return nodes.find((_, index) => isPrimary(views[index] as NodeView))
  }

  async function redisPrimary(): Promise<Node | undefined> {
    const roles = await Promise.all(
      each('redis').map((part) => rolesOf(part, identity).catch(() => undefined)),
    )
    return nodes.find((_, index) => roles[index] === 'master 2')
  }

  async function activeBatcher(): Promise<Node | undefined> {
    const answers = await Promise.all(
      all('batcher').map((address) => answers200(`https://${address}:${port.batcher}/ready`, identity)),
    )
    return nodes.find((_, index) => answers[index])
  }

  /** Every process does its work, and every member says so. */
  async function isWhole(): Promise<boolean> {
    const [views, batchers, ups] = await Promise.all([
      viewsOf(cluster),
      Promise.all(
        all('batcher').map((address) => answers200(`https://${address}:${port.batcher}/up`, identity)),
      ),
      Promise.all(urls.sites.map((url) => answers200(`${url}/up`))),
    ])
    const online = views.every(
      (view) => isOnline(view) && view.members.filter(({ state }) => state === 'ONLINE').length === 3,
    )
    const serving = online && batchers.every(Boolean) && ups.every(Boolean)
    return serving && Boolean(await activeBatcher()) && Boolean(await redisPrimary())
  }
}

export const startBatcher = ({ address, enter }: Place, env: Record<string, string>): Running =>
  startProcess([...enter, process.execPath, join(root, 'batcher/main.ts')], {
    env: {
      ...{ HOST: address, PORT: `${port.batcher}`, BATCHER_SECRET: secret, FLUSH_SECONDS: '1' },
      ...env,
    },
  })

export const startWeb = ({ address, enter }: Place, env: Record<string, string>): Running =>
  startProcess([...enter, process.execPath, join(root, 'src/main.ts')], {
    env: {
      ...{ NODE_ENV: 'production', ROLE: 'web', HOST: address, PORT: `${port.web}`, LOGS: 'off' },
      ...{ BATCHER_SECRET: secret, SEARCH: `http://${address}:4100` },
      ...env,
    },
  })

export function haproxyOf({ address, enter }: Place, web: Place) {
  const path = join(temporaryFolder(), 'haproxy.sock')
  const program = findServer('haproxy') ?? 'haproxy'
  const command = [...enter, program, '-db', '-f', join(root, 'haproxy/haproxy.cfg')]
  return async () => {
    const running = startProcess(command, {
      env: {
        ...{ AGORA_MODE: 'native', HTTP_BIND: `${address}:${port.haproxy}`, INNER_BIND: `${address}:8081` },
        ...{ STATS_BIND: '127.0.0.1:8404', STATS_USER: 'agora', STATS_PASSWORD: '', HAPROXY_SOCKET: path },
        ...{ RATE_LIMITS: 'off' },
      },
    })
    const socket = haproxySocket(path)
    await until(() => socket.stat())
    for (const backend of ['web', 'market', 'live'])
      await socket.addServer(backend, 'web', web.address, port.web)
    return running
  }
}

function isPrimary({ self, members }: NodeView): boolean {
  const own = members.find(({ id }) => id === self?.id)
  return own?.role === 'PRIMARY' && own.state === 'ONLINE' && members.length > 1
}

async function rolesOf({ place }: Part, identity: Identity): Promise<string> {
  const redis = new Redis({
    ...{ host: place.address, port: port.redis, password, lazyConnect: true, tls: identity },
    ...{ connectTimeout: 500, commandTimeout: 500, retryStrategy: null },
  })
  redis.on('error', () => {})
  try {
    await redis.connect()
    const [role, , replicas] = await redis.role()
    return role === 'master' && Array.isArray(replicas) ? `master ${replicas.length}` : String(role)
  } finally {
    redis.disconnect()
  }
}

const answers200 = (url: string, identity?: Identity) =>
  fetch(url, { signal: AbortSignal.timeout(1_000), ...(identity && { tls: identity }) }).then(
    ({ ok }) => ok,
    () => false,
  )

const lastWordsOf = (part: Part) =>
  `${part.name} of node ${part.node}:\n${part.running()?.output().trimEnd().split('\n').slice(-12).join('\n')}`
