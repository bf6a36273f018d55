import { pause } from '../../src/platform/async.ts'
import {
  batcherConfig,
  type Environment,
  environment,
  replicaConfig,
  searchConfig,
} from '../../src/platform/config.ts'
import { dataPaths, makeDataFolder, writeState } from '../data-folder.ts'
import { boardAddress, boardUrl, checkLimits, checkWords, publishedByDocker } from '../edge-settings.ts'
import { UserError } from '../errors.ts'
import { takeLock } from '../lock.ts'
import { mailSettings } from '../mail-settings.ts'
import { poll } from '../poll.ts'
import { freePort, refuseTakenPort } from '../process/free-port.ts'
import { httpAnswers } from '../process/ready.ts'
import { scalerSettings } from '../scaler/settings.ts'
import type { Print, UpOptions } from '../stack.ts'
import type { Status } from '../status.ts'
import { forgetImages } from './containers.ts'
import { isDrillImage } from './drill-image.ts'
import { type Compose, compose, projectOf } from './engine.ts'
import { readEnvFile, writeEnvFile } from './env-file.ts'
import { startScaler, stopScaler } from './scaler.ts'
import { dockerStatus } from './status.ts'

/** After Compose has started the last container, HAProxy. */
const answersWithinMs = 60_000

/** Every container is ready and the board answers through HAProxy. */
export async function isServing(data: string, { url, processes }: Status): Promise<boolean> {
  const allReady = processes.length > 0 && processes.every(({ state }) => state === 'ready')
  if (!allReady || url === null) return false
  // Docker's gateway may be a proxy that has to begin otherwise. HAProxy's container asks by itself, too.
  // Nor is a certificate for the name of this machine.
  if (readEnvFile(data).values.PROXY_PROTOCOL === 'on' || url.startsWith('https:')) return true
  return httpAnswers(`${url}/up`).catch(() => false)
}

/**
 * Builds the image and starts all. Resolves with what runs, or with undefined when `interrupted` came first.
 */
export async function startContainers(
  options: UpOptions,
  before: Status,
  print: Print,
  interrupted: AbortSignal,
): Promise<Status | undefined> {
  makeDataFolder(options.data)
  const lock = takeLock(dataPaths(options.data).lock)
  if (!lock)
    throw new UserError('Agora is being started or stopped by somebody else at this moment: try again.')
  try {
    return await start(options, before, print, interrupted)
  } catch (error) {
    if (interrupted.aborted) return undefined
    throw error
  } finally {
    lock.release()
  }
}

async function start(
  options: UpOptions,
  before: Status,
  print: Print,
  interrupted: AbortSignal,
): Promise<Status> {
  const { data, replicas, autoscale } = options
  const { port } = boardAddress(options.port)
  scalerSettings({ mode: 'docker', webReplicas: replicas, autoscale })
  checkLimits()
  checkWords()
  checkOurs(port)
  if (!before.url?.endsWith(`:${port}`)) await refuseTakenPort(port)
  await stopScaler(data)
  const envFile = writeEnvFile(data, { port, statsPort: await statsPort(before) })
  writeState(data, { mode: 'docker', port })
  const stack = compose(projectOf(data), envFile)

  const began = performance.now()
  if (!isDrillImage(environment.AGORA_IMAGE)) {
    await must(stack, ['build', '--quiet'], interrupted)
    print(`image built in ${seconds(began)}`)
  }
  const reporting = new AbortController()
  const reported = reportReady(data, print, reporting.signal)
  try {
    const up = ['up', '--detach', '--no-build', '--remove-orphans', '--scale', `web=${replicas}`]
    await must(stack, up, interrupted)
    await untilServing(data, stack, interrupted)
    if (!(await startScaler(options)))
      print('the scaler does not start, and is tried again: ./agora logs scaler')
    await forgetImages()
    print(`ready after ${seconds(began)}`)
    return await dockerStatus(data)
  } finally {
    reporting.abort()
    await reported
  }
}

/**
 * Reports a wrong setting once and now; containers would end again and again. They have addresses of their
 * own.
 */
function checkOurs(port: number, env: Environment = environment): void {
  const inside = {
    DATABASE_URL: 'mysql://mysql',
    REDIS_URL: 'redis://redis',
    BATCHERS: 'http://batcher:4000',
    SEARCH: 'http://search:4100',
  }
  const given = {
    ...env,
    ...inside,
    ROLE: 'web',
    PORT: '3000',
    BALANCER_URL: 'http://haproxy:8081',
    PUBLISHED: [publishedByDocker(env), env.TLS_PORT ?? ''].join(' '),
    ...mailSettings({ boardUrl: boardUrl(port, env), published: publishedByDocker(env) }, env),
    JOURNAL: '/journal',
    SEARCH_INDEX: '/index',
  }
  replicaConfig(given)
  batcherConfig(given)
  searchConfig(given)
}

/** The one it has, so that HAProxy need not start again. */
async function statsPort({ statsUrl }: Status): Promise<number> {
  if (statsUrl) return Number(new URL(statsUrl).port)
  return freePort()
}

/**
 * Runs a command of Compose. Throws a UserError with what it complained of and what the unready containers
 * wrote.
 */
async function must(stack: Compose, args: string[], interrupted: AbortSignal): Promise<void> {
  const { code, output, errors } = await stack.capture(args, { signal: interrupted })
  if (code === 0) return
  const complaint = (errors || output).split('\n').slice(-15).join('\n')
  throw new UserError(`docker compose ${args[0]} failed:\n${complaint}\n${await lastWords(stack)}`)
}

async function lastWords(stack: Compose): Promise<string> {
  const { output } = await stack.capture(['logs', '--tail', '5', '--no-color'])
  return output
}

async function reportReady(data: string, print: Print, enough: AbortSignal): Promise<void> {
  const began = performance.now()
  const reported = new Set<string>()
  while (!enough.aborted) {
    // Who starts them reports what is wrong.
    const { processes } = await dockerStatus(data).catch(() => ({ processes: [] }))
    for (const { name, state } of processes) {
      if (state !== 'ready' || reported.has(name)) continue
      reported.add(name)
      print(`${name} ready after ${seconds(began)}`)
    }
    await pause(500, enough)
  }
}

async function untilServing(data: string, stack: Compose, interrupted: AbortSignal): Promise<void> {
  const isUp = async () => isServing(data, await dockerStatus(data))
  if (await poll(isUp, { withinMs: answersWithinMs, everyMs: 200, signal: interrupted })) return
  if (interrupted.aborted) throw new UserError('interrupted')
  throw new UserError(`Agora does not answer through HAProxy.\n${await lastWords(stack)}`)
}

const seconds = (since: number) => `${((performance.now() - since) / 1_000).toFixed(1)} s`
