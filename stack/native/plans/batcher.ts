import { join } from 'node:path'
import { type Environment, environment } from '../../../src/platform/config.ts'
import { dataPaths } from '../../data-folder.ts'
import type { ChildPlan } from '../../process/child.ts'
import { bunCommand, inherited } from '../../process/program.ts'
import { httpAnswers } from '../../process/ready.ts'
import { databaseUrl, loopback, redisUrl, type Site } from '../site.ts'
import { stopSteps } from '../stop-order.ts'
import { runAs } from '../system-users.ts'

export function batcherPlan(site: Site, env: Environment = environment): ChildPlan {
  const { data, secrets, batcherPort } = site
  const way = site.ways?.batcher ?? { mysql: site.mysqlPort, redis: site.redisPort }
  return {
    name: 'batcher-1',
    role: 'batcher',
    command: bunCommand('batcher/main.ts'),
    env: {
      ...inherited(env),
      BATCHER_NAME: 'batcher-1',
      HOST: loopback,
      PORT: String(batcherPort),
      DATABASE_URL: `${databaseUrl('agora_batcher', secrets.batcher, way.mysql)}/agora`,
      REDIS_URL: redisUrl(secrets, way.redis),
      BATCHER_SECRET: secrets.likes,
      JOURNAL: join(dataPaths(data).journal, 'batcher-1.sqlite'),
    },
    ...runAs(site.users?.batcher),
    port: batcherPort,
    isReady: () => httpAnswers(`http://${loopback}:${batcherPort}/up`),
    readyWithinMs: 60_000,
    stop: stopSteps.batcher,
  }
}
