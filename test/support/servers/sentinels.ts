import { join } from 'node:path'
import { Redis } from 'ioredis'
import { until } from '../until.ts'
import { closeAfterTests } from './cleanup.ts'
import { startProcess } from './processes.ts'
import { temporaryFolder } from './reaper.ts'
import { answersPing, freePort, type Service, startRedis } from './services.ts'

/** Two Redis, one of which copies the other, and three Sentinels that look after them. */
export type WatchedRedis = {
  /** As in REDIS_URL. */
  url: string
  server(port: number): Service
  /** The port of the one that takes changes, as a Sentinel has it. */
  primary(): Promise<number>
  /** Has a server copy from the one that takes changes, at once: a Sentinel would, after half a minute. */
  rejoin(port: number): Promise<void>
  read(port: number, key: string): Promise<string | null>
  /** Has the other one take over. */
  failOver(): Promise<unknown>
  /** Ends the first of the Sentinels that the URL names. */
  stopSentinel(): Promise<void>
}

/** A Sentinel that was held up for two seconds believes nothing for thirty. */
export const patience = { withinMs: 120_000 }

/** `name`: of what the Sentinels look after; `password`: of servers and Sentinels. */
export async function startWatchedRedis(name: string, password: string): Promise<WatchedRedis> {
  const servers = await Promise.all([startRedis(password), startRedis(password)])
  const clients = new Map(servers.map(({ port }) => [port, client(port, password)]))
  await clients.get(servers[1].port)?.replicaof('127.0.0.1', servers[0].port)
  const sentinels = await Promise.all([1, 2, 3].map(() => startSentinel(name, servers[0].port, password)))
  const asked = client(sentinels[1]!.port, password)
  await until(async () => Number((await stateOf(asked, name))['num-other-sentinels']) === 2)
  await until(async () => Number((await stateOf(asked, name))['num-slaves']) === 1)
  const clientOf = (port: number) => clients.get(port) as Redis

  const primary = async () =>
    Number(((await asked.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name)) as string[])[1])

  return {
    url: `redis+sentinel://:${password}@${sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',')}/${name}`,
    server: (port) => servers.find((each) => each.port === port) as Service,
    primary,
    rejoin: async (port) => {
      const from = await primary()
      await until(() => clientOf(port).replicaof('127.0.0.1', from), patience)
      await until(async () => (await clientOf(port).role())[3] === 'connected', patience)
    },
    read: (port, key) => clientOf(port).get(key),
    failOver: () => asked.call('SENTINEL', 'FAILOVER', name),
    stopSentinel: () => sentinels[0]!.stop(),
  }
}

function client(port: number, password: string): Redis {
  const redis = new Redis({
    port,
    password,
    retryStrategy: () => 100,
    maxRetriesPerRequest: null,
    commandTimeout: 1_000,
  })
  redis.on('error', () => {})
  return closeAfterTests(redis, (it) => it.disconnect())
}

async function stateOf(sentinel: Redis, name: string): Promise<Record<string, string>> {
  const pairs = (await sentinel.call('SENTINEL', 'MASTER', name)) as string[] | Record<string, string>
  if (!Array.isArray(pairs)) return pairs
  return Object.fromEntries(pairs.flatMap((key, at) => (at % 2 === 0 ? [[key, pairs[at + 1] ?? '']] : [])))
}

async function startSentinel(name: string, primaryPort: number, password: string) {
  const port = await freePort()
  const folder = temporaryFolder()
  const file = join(folder, 'sentinel.conf')
  // It writes into this file what it learns.
  await Bun.write(
    file,
    [
      `port ${port}`,
      'bind 127.0.0.1',
      `dir ${folder}`,
      `requirepass ${password}`,
      `sentinel monitor ${name} 127.0.0.1 ${primaryPort} 2`,
      `sentinel auth-pass ${name} ${password}`,
      `sentinel down-after-milliseconds ${name} 1000`,
      `sentinel failover-timeout ${name} 2000`,
      '',
    ].join('\n'),
  )
  const running = startProcess(['redis-server', file, '--sentinel'], { cwd: folder })
  await until(() => answersPing(port))
  return { port, stop: () => running.stop() }
}
