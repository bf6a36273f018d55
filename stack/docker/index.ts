import type { Say, Stack } from '../stack.ts'
import { dockerBatchers, dockerSource, withDockerTarget } from './backup.ts'
import { dockerDeploy } from './deploy.ts'
import { dockerDown } from './down.ts'
import { dockerLogs } from './logs.ts'
import { dockerScale } from './scale.ts'
import { dockerSql } from './sql.ts'
import { dockerStatus } from './status.ts'
import { dockerUp } from './up.ts'

/**
 * Containers of docker-compose.yml, moved by Docker's client (engine.ts), and the scaler beside them
 * (scaler.ts).
 */
export const dockerStack = (data: string, say: Say): Stack => ({
  mode: 'docker',
  up: (options) => dockerUp(options, say),
  down: (options) => dockerDown(data, options),
  status: () => dockerStatus(data),
  // Docker itself looks after containers.
  orphans: () => [],
  logs: (options) => dockerLogs(data, options),
  sql: (statement) => dockerSql(data, statement),
  scale: (replicas) => dockerScale(data, replicas),
  deploy: (from) => dockerDeploy(data, from, say),
  batchers: () => dockerBatchers(data),
  backupSource: () => dockerSource(data),
  restoreTarget: ({ force }) => ({
    flavour: 'mysql',
    open: (work) => withDockerTarget(data, { force, say }, work),
  }),
})
