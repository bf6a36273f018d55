import { dataPaths, readState } from '../data-folder.ts'
import { isAlive } from '../process/identity.ts'
import { printLogs } from '../process/print-logs.ts'
import type { Print, Stack } from '../stack.ts'
import { nativeBatchers, nativeBoard, nativeSource, withNativeTarget } from './backup.ts'
import { askDeploy, askScale } from './control.ts'
import { nativeDown } from './down.ts'
import { flavourFor } from './install-programs.ts'
import { nativeSql } from './sql.ts'
import { nativeStatus } from './status.ts'
import { nativeUp } from './up.ts'

/**
 * Processes of this machine, started and watched by a supervisor (supervisor.ts), which is asked over a
 * socket (control.ts).
 */
export const nativeStack = (data: string, print: Print): Stack => ({
  mode: 'native',
  up: (options) => nativeUp(options, print),
  down: (options) => nativeDown(data, options, print),
  status: () => nativeStatus(data),
  orphans: () => (readState(data)?.native?.processes ?? []).filter(isAlive).map(({ name }) => name),
  logs: ({ process, follow }) => printLogs(data, process, follow),
  sql: (statement) => nativeSql(data, statement),
  scale: (replicas) => askScale(data, { replicas, isByHand: true }),
  deploy: (from) => askDeploy(data, { from, bun: process.execPath }, print),
  batchers: () => nativeBatchers(data),
  backupSource: () => nativeSource(data, print),
  board: () => nativeBoard(data),
  drillSettings: async () => ({}),
  restoreTarget: ({ force }) => ({
    flavour: flavourFor(dataPaths(data).mysql),
    open: (work) => withNativeTarget(data, { force, print }, work),
  }),
})
