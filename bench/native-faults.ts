import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { dataPaths, type NativeState, readState } from '../stack/data-folder.ts'
import { redisFile, type Ways } from '../stack/native/site.ts'
import { stopSteps } from '../stack/native/stop-order.ts'
import { endProcess, isAlive, send } from '../stack/process/identity.ts'
import { readSecrets } from '../stack/secrets.ts'
import { run } from '../test/support/servers/processes.ts'
import { temporaryFolder } from '../test/support/servers/reaper.ts'
import { type SlowProxy, startSlowProxy } from '../test/support/servers/slow-proxy.ts'
import { runAgora } from '../test/support/servers/stack.ts'
import { until } from '../test/support/until.ts'
import type { SteppedClock } from './clock-steps.ts'
import type { Injector, Store, Way } from './faults.ts'
import { fillDisk } from './full-disk.ts'

export type NativeWays = { proxies: Record<Way, SlowProxy>; ways: Ways }

/**
 * A proxy for each kind of connection, to the stores of the stack that will be started on this data folder.
 */
export async function openNativeWays(data: string): Promise<NativeWays> {
  const mysql = () => ({ port: nativeOf(data).mysqlPort })
  let redisPort = 0
  // The file is written anew when it is damaged; the port stays.
  const redis = () => {
    redisPort ||= Number(readFileSync(redisFile(nativeOf(data).runtime), 'utf8').match(/^port (\d+)$/m)?.[1])
    return { port: redisPort }
  }
  const proxies = {
    'batcher to MySQL': await startSlowProxy(mysql),
    'batcher to Redis': await startSlowProxy(redis),
    'replica to MySQL': await startSlowProxy(mysql),
    'replica to Redis': await startSlowProxy(redis),
  }
  const portOf = (way: Way) => proxies[way].port
  return {
    proxies,
    ways: {
      batcher: { mysql: portOf('batcher to MySQL'), redis: portOf('batcher to Redis') },
      replicas: { mysql: portOf('replica to MySQL'), redis: portOf('replica to Redis') },
    },
  }
}

function nativeOf(data: string): NativeState {
  const native = readState(data)?.native
  if (!native) throw new Error(`no stack runs on ${data}`)
  return native
}

type Parts = {
  data: string
  proxies: NativeWays['proxies']
  clock: SteppedClock
}

export function nativeInjector({ data, proxies, clock }: Parts): Injector {
  return {
    fillDisk: (isEnough) => fillDisk(join(dirname(data), 'filler'), isEnough),
    async hang(way, place, forMs) {
      const end = proxies[way].loseOne(place)
      if (end) setTimeout(end, forMs)
      return end !== undefined
    },
    setClock: async (offsetMs) => clock.set(offsetMs),
    remember: (store) => (store === 'redis' ? rememberRedis() : rememberFolder(store)),
    async reconcile(...options) {
      const { code, output } = await runAgora(['reconcile', ...options, '--data', data])
      return { isWell: code === 0, text: output }
    },
  }

  async function rememberFolder(store: Exclude<Store, 'redis'>) {
    const [role, folder] =
      store === 'mysql'
        ? (['mysql', dataPaths(data).mysql] as const)
        : (['batcher', dataPaths(data).journal] as const)
    const copy = join(temporaryFolder(), 'copy')
    await whileStopped(role, () => copied(folder, copy))
    return () =>
      whileStopped(role, async () => {
        rmSync(folder, { recursive: true })
        await copied(copy, folder)
      })
  }

  /** Ends a process in order. Its supervisor, which would start it again, stands still meanwhile. */
  async function whileStopped(role: 'mysql' | 'batcher', work: () => Promise<void>) {
    const { supervisor } = nativeOf(data)
    send(supervisor, 'SIGSTOP')
    try {
      const found = nativeOf(data).processes.find((each) => each.role === role)
      if (found && isAlive(found)) await endProcess(found, stopSteps[role])
      await work()
    } finally {
      send(supervisor, 'SIGCONT')
    }
  }

  /** Redis keeps nothing, but reads the file that another one would have left. */
  async function rememberRedis() {
    const { runtime } = nativeOf(data)
    const [copy, read] = [join(temporaryFolder(), 'dump.rdb'), join(runtime, 'dump.rdb')]
    await until(async () => (await askRedis('--rdb', copy)).code === 0)
    return async () => {
      copyFileSync(copy, read)
      chmodSync(read, 0o644)
      const redis = nativeOf(data).processes.find(({ role }) => role === 'redis')
      if (redis) await endProcess(redis, [])
      const { printed } = await until(async () => {
        const answer = await askRedis('INFO', 'persistence')
        return /loading:0/.test(answer.printed) && answer
      })
      rmSync(read)
      if (!/rdb_last_load_keys_loaded:[1-9]/.test(printed))
        throw new Error(`Redis did not read the older data:\n${printed}`)
    }
  }

  function askRedis(...args: string[]) {
    const port = readFileSync(redisFile(nativeOf(data).runtime), 'utf8').match(/^port (\d+)$/m)?.[1] ?? ''
    return run(['redis-cli', '-p', port, ...args], { env: { REDISCLI_AUTH: readSecrets(data)?.redis } })
  }
}

async function copied(from: string, to: string) {
  mkdirSync(dirname(to), { recursive: true })
  const { code, output } = await run(['cp', '--archive', from, to])
  if (code !== 0) throw new Error(`${from} could not be copied:\n${output}`)
}
