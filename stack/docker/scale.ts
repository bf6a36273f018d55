import { dataPaths, writeWhole } from '../data-folder.ts'
import { UserError } from '../errors.ts'
import { takeLockWithin } from '../lock.ts'
import { mostReplicas } from '../scaler/settings.ts'
import { compose, projectOf } from './engine.ts'
import { readEnvFile } from './env-file.ts'

const othersTakeMs = 5 * 60_000

/** `./agora scale N`: the number now, and the least from now on. */
export async function dockerScale(data: string, replicas: number): Promise<void> {
  if (readEnvFile(data).path === undefined)
    throw new UserError('Agora is not running. Start it with: ./agora up')
  const most = mostReplicas.docker
  if (replicas > most)
    throw new UserError(`In containers there is room for ${most} web replicas, not ${replicas}.`)
  writeWhole(dataPaths(data).scale, JSON.stringify({ floor: replicas }))
  await scaleWeb(data, replicas)
}

/** Brings the web containers to a number. Those there are stay as they are; of a surplus the newest go. */
export function scaleWeb(data: string, replicas: number): Promise<void> {
  return alone(data, () => bring(data, 'web', replicas))
}

/** The same for any kind of replica, for somebody who holds the lock. */
export async function bring(data: string, service: string, replicas: number): Promise<void> {
  const keep = ['--no-build', '--no-recreate', '--no-deps']
  const args = ['up', '--detach', ...keep, '--scale', `${service}=${replicas}`, service]
  const { code, output, errors } = await composeOf(data).capture(args)
  if (code !== 0) throw new UserError(`docker compose up failed: ${(errors || output).split('\n').at(-1)}`)
}

/** Compose on the stack of a data folder, with the settings of its last start. */
export function composeOf(data: string) {
  const { path, values } = readEnvFile(data)
  return compose(projectOf(data), path === undefined ? undefined : { path, names: Object.keys(values) })
}

/** One at a time changes which containers there are. */
export async function alone<T>(data: string, work: () => Promise<T>): Promise<T> {
  const lock = await takeLockWithin(dataPaths(data).scaleLock, othersTakeMs)
  if (!lock) throw new UserError('Somebody else has been changing the containers for minutes: try again.')
  try {
    return await work()
  } finally {
    lock.release()
  }
}
