import type { Health } from '../../src/ops/site-state.ts'
import { askAnswers, askReplace, askReport, askScale } from '../control.ts'
import { statsUser } from '../plan.ts'
import { readSecrets } from '../secrets.ts'
import type { Driver, Listed } from './driver.ts'
import type { Figures } from './sampler.ts'

const withinMs = 1_000

/** Processes of this machine are the supervisor's children: it is asked over its control socket. */
export function nativeDriver(data: string): Driver {
  return {
    async list() {
      const report = await askReport(data)
      const password = readSecrets(data)?.stats
      if (!report?.isReady || !report.statsUrl || !password) return undefined
      return {
        processes: report.processes.map((each) => ({
          ...each,
          addresses: [`127.0.0.1:${each.port}`],
          pulse: each.name,
        })),
        operators: { url: report.statsUrl, user: statsUser, password },
        floor: report.floor,
      }
    },
    async examine(processes, figures) {
      const found = processes.map(async (each) => [each.name, await healthOf(data, each, figures)] as const)
      return new Map(await Promise.all(found))
    },
    scaleTo: (replicas) => askScale(data, { replicas, isByHand: false }),
    replace: ({ name }, isGentle) => askReplace(data, name, isGentle),
  }
}

async function healthOf(data: string, { name, role, port }: Listed, figures: Figures): Promise<Health> {
  switch (role) {
    case 'scaler':
      return 'well'
    case 'haproxy':
      return figures.servers ? 'well' : 'silent'
    case 'mysql':
    case 'redis':
      return (await askAnswers(data, name, withinMs)) ? 'well' : 'silent'
    default:
      return await healthAt(`http://127.0.0.1:${port}/up`)
  }
}

async function healthAt(url: string): Promise<Health> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(withinMs), keepalive: false })
    await response.body?.cancel()
    if (response.ok) return 'well'
    return response.status === 503 ? 'draining' : 'broken'
  } catch {
    return 'silent'
  }
}
