import { rmSync } from 'node:fs'
import { batcherConfig, environment, replicaConfig, searchConfig } from '../../src/platform/config.ts'
import { dataPaths } from '../data-folder.ts'
import { firstStart } from '../database/config.ts'
import {
  boardAddress,
  boardUrl,
  checkCertificate,
  checkLimits,
  checkWords,
  publishedNatively,
} from '../edge-settings.ts'
import { UserError } from '../errors.ts'
import { mailSettings } from '../mail-settings.ts'
import { freePort, refuseTakenPort } from '../process/free-port.ts'
import { scalerSettings } from '../scaler/settings.ts'
import { openSecrets } from '../secrets.ts'
import type { UpOptions } from '../stack.ts'
import { findPrograms, flavourOf } from './install-programs.ts'
import { batcherPlan } from './plans/batcher.ts'
import { replicaPlan } from './plans/replica.ts'
import { searchPlan } from './plans/search.ts'
import { makeRuntime, mendRuntime } from './runtime-folder.ts'
import { replicaNames, type Site, type SiteReplica } from './site.ts'
import { usersFor } from './system-users.ts'

/**
 * Decides all of a stack before anything starts. Throws a UserError or a ConfigError that says what a person
 * has to mend.
 */
export async function planSite(
  { data, port: given, replicas, autoscale, webEntry, ways }: UpOptions,
  print: (line: string) => void,
): Promise<Site> {
  checkLimits()
  checkWords()
  checkCertificate()
  const { host, port } = boardAddress(given)
  const mail = mailSettings({ boardUrl: boardUrl(port), published: publishedNatively() })
  await refuseTakenPort(port)
  const programs = await findPrograms(flavourOf(dataPaths(data).mysql), print)
  const site: Site = {
    data,
    runtime: makeRuntime(),
    programs,
    secrets: openSecrets(data),
    host,
    port,
    statsPort: await freePort(),
    innerPort: await freePort(),
    mysqlPort: await freePort(),
    redisPort: await freePort(),
    batcherPort: await freePort(),
    scalerPort: await freePort(),
    courierPort: await freePort(),
    mail,
    searchPort: await freePort(),
    webReplicas: replicas,
    autoscale,
    ...(webEntry && { webEntry }),
    ...(ways && { ways }),
    replicas: await withPorts(replicaNames(replicas)),
  }
  try {
    checkSettings(site)
    site.users = usersFor(data, site.runtime, print)
    const [failure] = mendRuntime(site)
    if (failure) throw new UserError(failure)
    return site
  } catch (error) {
    rmSync(site.runtime, { recursive: true, force: true })
    throw error
  }
}

const withPorts = (replicas: Omit<SiteReplica, 'port'>[]): Promise<SiteReplica[]> =>
  Promise.all(replicas.map(async (each) => ({ ...each, port: await freePort() })))

/** Reports a wrong setting once and now; five processes would end again and again. */
function checkSettings(site: Site): void {
  firstStart(environment, 'on')
  batcherConfig(batcherPlan(site).env)
  searchConfig(searchPlan(site).env)
  scalerSettings({ ...site, mode: 'native' })
  for (const replica of site.replicas) replicaConfig(replicaPlan(site, replica).env)
}
