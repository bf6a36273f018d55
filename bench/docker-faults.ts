import { environment } from '../src/platform/config.ts'
import { makeDataFolder, writeState } from '../stack/data-folder.ts'
import { compose, projectOf } from '../stack/docker/engine.ts'
import { writeEnvFile } from '../stack/docker/env-file.ts'
import { startScaler } from '../stack/docker/scaler.ts'
import { isServing } from '../stack/docker/start.ts'
import { dockerStatus } from '../stack/docker/status.ts'
import { run } from '../test/support/servers/processes.ts'
import { freePort } from '../test/support/servers/services.ts'
import { runAgora } from '../test/support/servers/stack.ts'
import { until } from '../test/support/until.ts'
import type { SteppedClock } from './clock-steps.ts'
import { type Injector, type Store, type Way, ways } from './faults.ts'
import { controlPort } from './ways.ts'

const override = 'bench/nemesis.compose.yml'
const servesWithinMs = 180_000
/** What is copied then is what a power failure leaves, which is defined, too. */
const stopWithinSeconds = '10'
type Options = {
  data: string
  port: number
  replicas: number
  env: Record<string, string>
  clock: SteppedClock
}

/** What `./agora up --docker` does, with what the nemesis needs put over it. */
export async function upInContainers({ data, port, replicas, env, clock }: Options): Promise<void> {
  makeDataFolder(data)
  const settings = { ...environment, ...env }
  const envFile = writeEnvFile(data, { port, statsPort: await freePort() }, settings)
  writeState(data, { mode: 'docker', port })
  const stack = compose(projectOf(data), envFile)
  for (const args of [
    ['build', '--quiet'],
    ['up', '--detach', '--no-build', '--scale', `web=${replicas}`],
  ]) {
    const { code, errors } = await stack.capture(['--file', override, ...args], {
      env: { ...stack.env, NEMESIS_CLOCK: clock.folder },
    })
    if (code !== 0) throw new Error(`docker compose ${args[0]} failed:\n${errors}`)
  }
  await until(async () => isServing(data, await dockerStatus(data)), { withinMs: servesWithinMs })
  await startScaler({ data, port, replicas, autoscale: false })
}

export function dockerInjector({ data, clock }: Pick<Options, 'data' | 'clock'>): Injector {
  const helper = (name: 'ways' | 'keeper') => `${projectOf(data)}-${name}-1`

  return {
    async fillDisk(isEnough) {
      const files = ['/disks/journal/filler', '/disks/mysql/filler']
      const filling = Bun.spawn(
        ['docker', 'exec', '--interactive', helper('keeper'), 'bun', 'bench/fill.ts', ...files],
        { stdin: 'pipe', stdout: 'ignore', stderr: 'inherit' },
      )
      try {
        while (!isEnough() && filling.exitCode === null) await Bun.sleep(20)
      } finally {
        await filling.stdin.end()
      }
      if ((await filling.exited) !== 0) throw new Error('the disks could not be filled')
    },
    async hang(way: Way, place, forMs) {
      const query = new URLSearchParams({ way: `${ways.indexOf(way)}`, place: `${place}`, forMs: `${forMs}` })
      const ask = `process.exit((await fetch('http://127.0.0.1:${controlPort}/?${query}')).ok ? 0 : 1)`
      return (await run(['docker', 'exec', helper('ways'), 'bun', '-e', ask])).code === 0
    },
    setClock: async (offsetMs) => clock.set(offsetMs),
    remember: (store) => (store === 'redis' ? rememberRedis() : rememberDisk(store)),
    async reconcile(...options) {
      const { code, output } = await runAgora(['reconcile', ...options, '--data', data])
      return { isWell: code === 0, text: output }
    },
  }

  async function rememberDisk(store: Exclude<Store, 'redis'>) {
    const [disk, copy] = [`/disks/${store}`, `/tmp/${store}`]
    const container = await containerOf(store === 'mysql' ? 'mysql' : 'batcher')
    await whileStopped(container, `rm -rf ${copy} && cp --archive ${disk} ${copy}`)
    return () => whileStopped(container, `find ${disk} -mindepth 1 -delete && cp --archive ${copy}/. ${disk}`)
  }

  async function whileStopped(container: string, work: string) {
    await must('stop', '--time', stopWithinSeconds, container)
    await must('exec', helper('keeper'), 'sh', '-c', work)
    await must('start', container)
  }

  async function rememberRedis() {
    const redis = await containerOf('redis')
    const inRedis = (work: string) =>
      run(['docker', 'exec', redis, 'sh', '-c', `export REDISCLI_AUTH="$REDIS_PASSWORD"; ${work}`])
    await until(async () => (await inRedis('redis-cli SAVE && mv /data/dump.rdb /data/older')).code === 0)
    return async () => {
      await until(async () => (await inRedis('mv /data/older /data/dump.rdb')).code === 0)
      await must('kill', redis)
      await must('start', redis)
      const { printed } = await until(async () => {
        const answer = await inRedis('redis-cli INFO persistence && rm /data/dump.rdb')
        return /loading:0/.test(answer.printed) && answer
      })
      if (!/rdb_last_load_keys_loaded:[1-9]/.test(printed))
        throw new Error(`Redis did not read the older data:\n${printed}`)
    }
  }

  async function containerOf(role: 'mysql' | 'batcher' | 'redis'): Promise<string> {
    return until(async () => (await dockerStatus(data)).processes.find((each) => each.role === role)?.id)
  }

  async function must(...command: string[]) {
    const { code, output } = await run(['docker', ...command])
    if (code !== 0) throw new Error(`docker ${command[0]} failed:\n${output}`)
  }
}
