import type { Health } from '../../src/health/site-status.ts'
import { environment } from '../../src/platform/config.ts'
import type { Driver, ListedProcess } from '../scaler/driver.ts'
import type { Figures } from '../scaler/sampler.ts'
import { statsUser } from '../secrets.ts'
import { askAnswers, askReplace, askScale, hearReport, type Whereabouts } from './control.ts'

const withinMs = 1_000

/** Processes of this machine are the supervisor's children: it is asked over its socket for the scaler. */
export function nativeDriver(socket: string): Driver {
  const supervisor = { socket }
  return {
    async list() {
      const report = await hearReport(supervisor)
      const password = environment.STATS_PASSWORD
      if (report === 'silent' || !report?.isReady || !report.statsUrl || !password) return undefined
      return {
        processes: report.processes.map((each) => ({
          ...each,
          addresses: [`127.0.0.1:${each.port}`],
          heartbeatName: each.name,
        })),
        operators: { url: report.statsUrl, user: statsUser, password },
        minReplicas: report.minReplicas,
      }
    },
    async probe(processes, figures) {
      const found = processes.map(
        async (each) => [each.name, await healthOf(supervisor, each, figures)] as const,
      )
      return new Map(await Promise.all(found))
    },
    scaleTo: (replicas) => askScale(supervisor, { replicas, isByHand: false }),
    replace: ({ name }, isGentle) => askReplace(supervisor, name, isGentle),
  }
}

async function healthOf(
  supervisor: Whereabouts,
  { name, role, port }: ListedProcess,
  figures: Figures,
): Promise<Health> {
  switch (role) {
    case 'scaler':
      return 'well'
    case 'haproxy':
      return figures.servers ? 'well' : 'silent'
    case 'mysql':
    case 'redis':
      return healthSaid(await askAnswers(supervisor, name, withinMs))
    default:
      return await healthAt(`http://127.0.0.1:${port}/up`)
  }
}

/** A supervisor that does not answer says nothing of what it is asked about. */
function healthSaid(answers: boolean | undefined): Health {
  if (answers === undefined) return 'unknown'
  return answers ? 'well' : 'silent'
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
