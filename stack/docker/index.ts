import type { Print, Stack } from '../stack.ts'
import { dockerBatchers, dockerBoard, dockerSource, withDockerTarget } from './backup.ts'
import { dockerDeploy } from './deploy.ts'
import { dockerDown } from './down.ts'
import { makeDrillImage } from './drill-image.ts'
import { dockerLogs } from './logs.ts'
import { dockerScale } from './scale.ts'
import { dockerSql } from './sql.ts'
import { dockerStatus } from './status.ts'
import { dockerUp } from './up.ts'

/**
 * Containers of docker-compose.yml, moved by Docker's client (engine.ts), and the scaler beside them
 * (scaler.ts).
 */
export const dockerStack = (data: string, print: Print): Stack => ({
  mode: 'docker',
  up: (options) => dockerUp(options, print),
  down: (options) => dockerDown(data, options),
  status: () => dockerStatus(data),
  // Docker itself looks after containers.
  orphans: () => [],
  logs: (options) => dockerLogs(data, options),
  sql: (statement) => dockerSql(data, statement),
  scale: (replicas) => dockerScale(data, replicas),
  deploy: (from) => dockerDeploy(data, from, print),
  batchers: () => dockerBatchers(data),
  backupSource: () => dockerSource(data),
  board: () => dockerBoard(data),
  drillSettings: async (id) => ({ AGORA_IMAGE: await makeDrillImage(data, id) }),
  restoreTarget: ({ force }) => ({
    flavour: 'mysql',
    open: (work) => withDockerTarget(data, { force, print }, work),
  }),
})
