import { join } from 'node:path'
import { environment } from '../../../src/platform/config.ts'
import { publishedNatively } from '../../edge-settings.ts'
import type { ChildPlan } from '../../process/child.ts'
import { bunCommand, inherited } from '../../process/program.ts'
import { httpAnswers } from '../../process/ready.ts'
import { root } from '../../root.ts'
import { databaseUrl, loopback, redisUrl, type Site, type SiteReplica } from '../site.ts'
import { stopSteps } from '../stop-order.ts'
import { runAs } from '../system-users.ts'

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
    command: bunCommand((role === 'web' && site.webEntry) || join(code, 'src/main.ts'), code),
    ...(site.webEntry === undefined && { cwd: code }),
    env: {
      ...inherited(env),
      ...site.mail,
      ...(role === 'accounts' && env.OIDC_CLIENT_SECRET && { OIDC_CLIENT_SECRET: env.OIDC_CLIENT_SECRET }),
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
      SEARCH: `http://${loopback}:${site.searchPort}`,
      BALANCER_URL: `http://${loopback}:${site.innerPort}`,
    },
    ...runAs(site.users?.[role]),
    port,
    isReady: () => httpAnswers(`http://${loopback}:${port}/ready`),
    readyWithinMs: 60_000,
    stop: stopSteps[role],
  }
}
