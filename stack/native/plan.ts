import { join, resolve } from 'node:path'
import { draining, type Environment, environment } from '../../src/platform/config.ts'
import { dataPaths } from '../data-folder.ts'
import { publishedNatively, tlsAt } from '../edge-settings.ts'
import type { ChildPlan } from '../process/child.ts'
import type { StopStep } from '../process/identity.ts'
import { httpAnswers, mysqlAnswers, redisAnswers } from '../process/ready.ts'
import { root } from '../root.ts'
import type { ScalerStart } from '../scaler/settings.ts'
import type { Secrets } from '../secrets.ts'
import type { ProcessRole } from '../status.ts'
import { scalerSocket } from './control.ts'
import type { Programs } from './install-programs.ts'
import { bunOf } from './release.ts'
import type { User, Users } from './system-users.ts'
import type { Ways } from './ways.ts'

export type ReplicaRole = 'web' | 'accounts' | 'admin'

export type SiteReplica = {
  /** Such as `web-2`. */
  name: string
  role: ReplicaRole
  port: number
  /** The folder whose code it runs; the project's own where none is given. */
  code?: string
  /** Its name in HAProxy where that is another: two of one name serve for a moment in a deploy. */
  server?: string
}

export type Site = {
  data: string
  runtime: string
  programs: Programs
  /** As whom its processes run, when not as who started it. */
  users?: Users | undefined
  secrets: Secrets
  /** Where the board is found on this machine. */
  host: string
  port: number
  statsPort: number
  /** Where replicas reach one another through HAProxy. */
  innerPort: number
  mysqlPort: number
  redisPort: number
  batcherPort: number
  scalerPort: number
  /** How many web replicas there were to be. */
  webReplicas: number
  /** The scaler's policy is on; healing always is. */
  autoscale: boolean
  /** Those there are now. They come and go: only stack/native/pool.ts changes this list. */
  replicas: SiteReplica[]
  /** Absolute path of the program of the web replicas, where it is not the site's own. */
  webEntry?: string
  /** Something that looks on, or interferes, stands between programs and stores. */
  ways?: Ways
}

const loopback = '127.0.0.1'
export const statsUser = 'agora'

/** Which replicas a stack begins with. */
export function replicaNames(web: number): { name: string; role: ReplicaRole }[] {
  const pool = (role: ReplicaRole, count: number) =>
    Array.from({ length: count }, (_, at) => ({ name: `${role}-${at + 1}`, role }))
  return [...pool('web', web), ...pool('accounts', 1), ...pool('admin', 2)]
}

export const socketPath = (runtime: string) => join(runtime, 'haproxy.sock')
/** What MySQL alone writes into of the runtime folder. */
export const mysqlFolder = (runtime: string) => join(runtime, 'mysql')
export const socketPathOfMysql = (runtime: string) => join(mysqlFolder(runtime), 'mysql.sock')
export const initFile = (runtime: string) => join(runtime, 'init.sql')
export const redisFile = (runtime: string) => join(runtime, 'redis.conf')

/** The order in which processes are stopped: whoever asks goes before whoever answers. */
export const stopOrder: ProcessRole[][] = [
  // First of all, or it would replace what is being stopped.
  ['scaler'],
  ['haproxy'],
  ['web', 'accounts', 'admin'],
  ['batcher'],
  ['redis'],
  ['mysql'],
]

/** HAProxy sends it nobody any more, and has given up whoever was still there: told twice, it does not drain. */
const replicaSteps: StopStep[] = [
  { signal: 'SIGTERM', forMs: 100 },
  { signal: 'SIGTERM', forMs: 10_000 },
]

/** How to end what was left behind, of each kind. HAProxy's USR1 is a soft stop, the others drain on TERM. */
export const stopSteps: Record<ProcessRole, StopStep[]> = {
  haproxy: [
    { signal: 'SIGUSR1', forMs: 3_000 },
    { signal: 'SIGTERM', forMs: 2_000 },
  ],
  web: replicaSteps,
  accounts: replicaSteps,
  admin: replicaSteps,
  batcher: [{ signal: 'SIGTERM', forMs: 20_000 }],
  scaler: [{ signal: 'SIGTERM', forMs: 2_000 }],
  redis: [{ signal: 'SIGTERM', forMs: 5_000 }],
  // It loses one that comes before it has begun to listen for them.
  mysql: [
    { signal: 'SIGTERM', forMs: 1_000 },
    { signal: 'SIGTERM', forMs: 29_000 },
  ],
}

/** Whoever is sending or being answered goes on: HAProxy takes no others, and by itself ends those after GRACE_SECONDS. */
const gently = (graceSeconds: number): StopStep[] => [
  { signal: 'SIGUSR1', forMs: graceSeconds * 1_000 + 2_000 },
  { signal: 'SIGTERM', forMs: 2_000 },
]

/** A MySQL address on this machine. */
export function databaseUrl(account: string, password: string, port: number): string {
  return `mysql://${account}:${password}@${loopback}:${port}`
}

export function mysqlPlan({ data, runtime, programs, users, secrets, mysqlPort }: Site): ChildPlan {
  return {
    name: 'mysql',
    role: 'mysql',
    command: [
      programs.mysqld,
      '--no-defaults',
      ...asRoot(users),
      `--datadir=${dataPaths(data).mysql}`,
      `--bind-address=${loopback}`,
      `--port=${mysqlPort}`,
      `--socket=${socketPathOfMysql(runtime)}`,
      `--pid-file=${join(dataPaths(data).mysql, 'mysqld.pid')}`,
      `--init-file=${initFile(runtime)}`,
      // A server that starts deletes the temporary tables it finds, those of its neighbours, too.
      `--tmpdir=${mysqlFolder(runtime)}`,
      '--skip-name-resolve',
      '--local-infile=OFF',
      // MySQL's default is a folder that only its own package makes.
      `--secure-file-priv=${mysqlFolder(runtime)}`,
      '--default-time-zone=+00:00',
      '--character-set-server=utf8mb4',
      '--collation-server=utf8mb4_bin',
      '--max-connections=500',
      '--max-allowed-packet=64M',
      '--innodb-buffer-pool-size=256M',
      // What one search may take: enough for a word that stands in 400,000 texts.
      '--innodb-ft-result-cache-limit=64000000',
      // A commit is on the disk when it is answered. There is no replica to feed from a binary log.
      '--innodb-flush-log-at-trx-commit=1',
      '--skip-log-bin',
      '--loose-mysqlx=OFF',
      '--loose-performance-schema=OFF',
    ],
    // Memory of searches is given back: an arena for each core keeps what its largest one took.
    env: { ...inherited(), MALLOC_ARENA_MAX: '2' },
    ...as(users?.mysql),
    port: mysqlPort,
    isReady: () => mysqlAnswers(databaseUrl('root', secrets.mysqlRoot, mysqlPort)),
    readyWithinMs: 120_000,
    stop: stopSteps.mysql,
  }
}

/** The server refuses to run as root unless told to. */
export function asRoot(users: Users | undefined): string[] {
  return process.getuid?.() === 0 && !users ? ['--user=root'] : []
}

const as = (user: User | undefined) => (user ? { user } : {})

export function redisPlan({ runtime, programs, users, secrets, redisPort }: Site): ChildPlan {
  return {
    name: 'redis',
    role: 'redis',
    command: [programs.redis, redisFile(runtime)],
    env: inherited(),
    ...as(users?.redis),
    port: redisPort,
    isReady: () => redisAnswers(redisUrl(secrets, redisPort)),
    readyWithinMs: 30_000,
    stop: stopSteps.redis,
  }
}

/** Everything in it can be lost, so nothing is written to the disk, and what was not used lately gives way. */
export function redisConfig({ runtime, secrets, redisPort }: Site): string {
  return [
    `bind ${loopback}`,
    `port ${redisPort}`,
    `requirepass ${secrets.redis}`,
    `dir "${runtime}"`,
    'daemonize no',
    'save ""',
    'appendonly no',
    'maxmemory 256mb',
    'maxmemory-policy allkeys-lru',
    '',
  ].join('\n')
}

export function batcherPlan(site: Site, env: Environment = environment): ChildPlan {
  const { data, secrets, batcherPort } = site
  const way = site.ways?.batcher ?? { mysql: site.mysqlPort, redis: site.redisPort }
  return {
    name: 'batcher-1',
    role: 'batcher',
    command: program('batcher/main.ts'),
    env: {
      ...inherited(env),
      BATCHER_NAME: 'batcher-1',
      HOST: loopback,
      PORT: String(batcherPort),
      DATABASE_URL: `${databaseUrl('agora_batcher', secrets.batcher, way.mysql)}/agora`,
      REDIS_URL: redisUrl(secrets, way.redis),
      BATCHER_SECRET: secrets.likes,
      JOURNAL: join(dataPaths(data).journal, 'batcher-1.sqlite'),
    },
    ...as(site.users?.batcher),
    port: batcherPort,
    isReady: () => httpAnswers(`http://${loopback}:${batcherPort}/up`),
    readyWithinMs: 60_000,
    stop: stopSteps.batcher,
  }
}

export function replicaPlan(
  site: Site,
  { name, role, port, code = root }: SiteReplica,
  env = environment,
): ChildPlan {
  const { secrets } = site
  const way = site.ways?.replicas ?? { mysql: site.mysqlPort, redis: site.redisPort }
  return {
    name,
    role,
    command: program((role === 'web' && site.webEntry) || join(code, 'src/main.ts'), code),
    ...(site.webEntry === undefined && { cwd: code }),
    env: {
      ...inherited(env),
      PUBLISHED: publishedNatively(env),
      NODE_ENV: 'production',
      ROLE: role,
      REPLICA_NAME: name,
      HOST: loopback,
      PORT: String(port),
      DATABASE_URL: `${databaseUrl(`agora_${role}`, secrets[role], way.mysql)}/agora`,
      REDIS_URL: redisUrl(secrets, way.redis),
      BATCHERS: `http://${loopback}:${site.batcherPort}`,
      BATCHER_SECRET: secrets.likes,
      BALANCER_URL: `http://${loopback}:${site.innerPort}`,
    },
    ...as(site.users?.[role]),
    port,
    isReady: () => httpAnswers(`http://${loopback}:${port}/ready`),
    readyWithinMs: 60_000,
    stop: stopSteps[role],
  }
}

/** `joined` says whether the servers are in HAProxy's backends and puts them there when they are not. */
export function haproxyPlan(site: Site, joined: () => Promise<boolean>): ChildPlan {
  const { programs, runtime, secrets, users, port, statsPort, innerPort } = site
  const { graceSeconds } = draining()
  return {
    name: 'haproxy',
    role: 'haproxy',
    command: [programs.haproxy, '-db', '-f', join(root, 'haproxy/haproxy.cfg')],
    env: {
      HTTP_BIND: `${loopback}:${port}`,
      TLS_AT: tlsAt(),
      ...inherited(),
      GRACE_SECONDS: String(graceSeconds),
      AGORA_MODE: 'native',
      INNER_BIND: `${loopback}:${innerPort}`,
      STATS_BIND: `${loopback}:${statsPort}`,
      STATS_USER: statsUser,
      STATS_PASSWORD: secrets.stats,
      HAPROXY_SOCKET: socketPath(runtime),
      // It begins as root, for the ports and the certificates that are root's alone.
      ...(users && { HAPROXY_UID: String(users.haproxy.uid), HAPROXY_GID: String(users.haproxy.gid) }),
    },
    port,
    isReady: async () => (await joined()) && (await httpAnswers(`http://${loopback}:${innerPort}/up`)),
    readyWithinMs: 30_000,
    stop: gently(graceSeconds),
  }
}

export const scalerStart = ({ data, runtime, scalerPort, webReplicas, autoscale }: Site): ScalerStart => ({
  ...{ mode: 'native', data, socket: scalerSocket(runtime), port: scalerPort, webReplicas, autoscale },
})

/** It asks the supervisor of a native site over its socket or Docker's client, HAProxy over the stats bind. */
export function scalerPlan(start: ScalerStart, site?: Site): ChildPlan {
  return {
    name: 'scaler',
    role: 'scaler',
    command: [...program('stack/scaler/main.ts'), JSON.stringify(start)],
    env: { ...inherited(), ...(site && { STATS_PASSWORD: site.secrets.stats }) },
    ...as(site?.users?.scaler),
    port: start.port,
    isReady: () => httpAnswers(`http://${loopback}:${start.port}/up`),
    readyWithinMs: 30_000,
    stop: stopSteps.scaler,
  }
}

function program(file: string, code = root): [string, ...string[]] {
  return [bunOf(code), '--no-env-file', resolve(root, file)]
}

function redisUrl(secrets: Secrets, port: number): string {
  return `redis://:${secrets.redis}@${loopback}:${port}/0`
}

/** What `./agora up` was given in its environment reaches every process. */
function inherited(env: Environment = environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}
