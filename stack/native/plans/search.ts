import { join } from 'node:path'
import { type Environment, environment } from '../../../src/platform/config.ts'
import { dataPaths } from '../../data-folder.ts'
import type { ChildPlan } from '../../process/child.ts'
import { bunCommand, inherited } from '../../process/program.ts'
import { httpAnswers } from '../../process/ready.ts'
import { databaseUrl, loopback, type Site } from '../site.ts'
import { stopSteps } from '../stop-order.ts'
import { runAs } from '../system-users.ts'

export function searchPlan(site: Site, env: Environment = environment): ChildPlan {
  const { data, secrets, searchPort } = site
  const way = site.ways?.replicas ?? { mysql: site.mysqlPort }
  return {
    name: 'search-1',
    role: 'search',
    command: bunCommand('search/main.ts'),
    env: {
      ...inherited(env),
      SEARCH_NAME: 'search-1',
      SEARCH_INDEX: join(dataPaths(data).index, 'search-1.sqlite'),
      HOST: loopback,
      PORT: String(searchPort),
      DATABASE_URL: `${databaseUrl('agora_search', secrets.search, way.mysql)}/agora`,
    },
    ...runAs(site.users?.search),
    port: searchPort,
    isReady: () => httpAnswers(`http://${loopback}:${searchPort}/up`),
    readyWithinMs: 60_000,
    stop: stopSteps.search,
  }
}
