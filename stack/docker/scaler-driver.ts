import type { Health } from '../../src/health/site-status.ts'
import { dataPaths, readObject } from '../data-folder.ts'
import type { Driver, ListedProcess } from '../scaler/driver.ts'
import type { Figures, Served } from '../scaler/sampler.ts'
import { statsUser } from '../secrets.ts'
import { type Container, containersOf, runDocker } from './containers.ts'
import { readEnvFile } from './env-file.ts'
import { alone, scaleWeb } from './scale.ts'
import { scalerStatus } from './scaler.ts'

/** Docker's client costs a few hundredths of a second of a core each time. */
const listEveryMs = 2_000

/**
 * Containers are seen and moved by Docker's client, on the host: none of them gets the engine's socket.
 * Replicas cannot be asked from here, so HAProxy's checks, one a second, say how they are; the others have
 * checks of Docker's own.
 */
export function composeDriver(data: string): Driver {
  let containers: Container[] = []
  let listedAtMs = Number.NEGATIVE_INFINITY

  async function current(): Promise<Container[]> {
    if (performance.now() - listedAtMs < listEveryMs) return containers
    containers = await containersOf(data)
    listedAtMs = performance.now()
    return containers
  }

  return {
    async list() {
      const found = await current()
      const { values } = readEnvFile(data)
      if (found.length === 0 || !values.STATS_PORT || !values.STATS_PASSWORD) return undefined
      const scaler = scalerStatus(data)
      const url = `http://127.0.0.1:${values.STATS_PORT}/`
      return {
        processes: [...found.map(listed), ...(scaler ? [scaler] : [])],
        operators: { url, user: statsUser, password: values.STATS_PASSWORD },
        minReplicas: readMinReplicas(data),
      }
    },
    async probe(_, figures) {
      return new Map([
        ['scaler', 'well'],
        ...containers.map((each) => [each.name, healthOf(each, figures)] as const),
      ])
    },
    async scaleTo(replicas) {
      await scaleWeb(data, replicas)
      listedAtMs = Number.NEGATIVE_INFINITY
    },
    async replace({ id = '' }, isGentle) {
      const found = containers.find((each) => id !== '' && each.id.startsWith(id))
      listedAtMs = Number.NEGATIVE_INFINITY
      if (found?.state === 'stopped') return bringBack(data, found.id)
      if (found?.isPaused) await runDocker(['unpause', id])
      if (isGentle) await runDocker(['restart', id])
      else {
        // It may have ended already.
        await runDocker(['kill', id]).catch(() => undefined)
        await runDocker(['start', id])
      }
    },
  }
}

/** Unless it was stopped by somebody who is about to remove it: they hold the lock until it is gone. */
function bringBack(data: string, id: string): Promise<void> {
  return alone(data, async () => {
    const isThere = (await containersOf(data)).some((each) => each.id === id && each.state === 'stopped')
    if (isThere) await runDocker(['start', id])
  })
}

function listed({ id, name, role, state, port, addresses }: Container): ListedProcess {
  const shortId = id.slice(0, 12)
  const inNetworks = addresses.map((each) => `${each}:${port}`)
  return { id: shortId, name, role, state, port, heartbeatName: shortId, addresses: inNetworks }
}

function healthOf({ role, state, health, port, addresses }: Container, { servers }: Figures): Health {
  if (role === 'haproxy' && state === 'ready') return servers ? 'well' : 'silent'
  if (state === 'stopped') return 'silent'
  if (role !== 'web' && role !== 'accounts' && role !== 'admin') return healthBy(health)
  if (!servers) return 'unknown'
  const served = servers.find(({ address }) => addresses.some((each) => address === `${each}:${port}`))
  return served ? healthIn(served) : healthBy(health)
}

const healthBy = (health: string): Health =>
  health === 'healthy' ? 'well' : health === 'unhealthy' ? 'silent' : 'unknown'

function healthIn({ status, check, checkCode }: Served): Health {
  if (status.startsWith('UP')) return 'well'
  if (check === 'L7STS') return checkCode === 503 ? 'draining' : 'broken'
  return check.startsWith('L4') || check.startsWith('L7') ? 'silent' : 'unknown'
}

/** Returns the number that `./agora scale` asked for, since the start. */
function readMinReplicas(data: string): number | null {
  const minReplicas = readObject(dataPaths(data).scale)?.floor
  return typeof minReplicas === 'number' ? minReplicas : null
}
