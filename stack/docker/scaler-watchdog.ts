/**
 * Keeps the scaler running beside containers, as the supervisor does natively: `bun
 * stack/docker/scaler-watchdog.ts START`, with a ScalerStart as JSON. It starts it again whenever it ends,
 * says how it is in the data folder, and keeps its log short. Runs until SIGTERM, which ends the scaler
 * first.
 */

import { openLog } from '../../src/platform/log.ts'
import { startBackupTimer } from '../backup/timer.ts'
import { dataPaths } from '../data-folder.ts'
import { Child } from '../process/child.ts'
import { identify } from '../process/identity.ts'
import { logPath, turnLogs } from '../process/log-files.ts'
import { mendFiles } from '../process/mend-files.ts'
import { scalerPlan } from '../scaler/plan.ts'
import type { ScalerStart } from '../scaler/settings.ts'
import type { ScalerState } from './scaler.ts'

/** Its containers serve without it, so it is never given up. */
const pace = {
  ...{ firstDelayMs: 100, longestDelayMs: 30_000, healthyMs: 30_000 },
  hopelessAfter: Number.POSITIVE_INFINITY,
}
const rememberedMs = 600_000
const tooOften = 3

async function main(start: ScalerStart): Promise<void> {
  const { data, port } = start
  const { logs, scaler: stateFile } = dataPaths(data)
  const watchdog = identify(process.pid)
  const scaler: Child = new Child(scalerPlan(start), {
    ...{ logFile: logPath(logs, 'scaler'), pace, print: openEndsLog() },
    changed: () => mend(),
  })
  const mend = () => {
    const state: ScalerState = { watchdog, scaler: scaler.identity, port, state: scaler.status.state }
    mendFiles({ [stateFile]: JSON.stringify(state) })
  }
  const log = openLog('backups', 'info')
  const backups = startBackupTimer({ data, print: (line) => log.info(line) })
  const stopping = Promise.withResolvers<void>()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stopping.resolve())
  // Its file may be gone, or could not be written as the disk was full.
  const turning = setInterval(() => {
    mend()
    turnLogs(logs)
  }, 5_000)
  // It goes on trying, and says so.
  scaler.start().catch(() => undefined)
  await stopping.promise
  const noDrill = backups.stop()
  await scaler.stop()
  await noDrill
  clearInterval(turning)
}

/** Each end of it is a warning, and an error from the third one in ten minutes on. */
function openEndsLog(): (line: string) => void {
  const log = openLog('scaler-watchdog', 'info')
  let ends: number[] = []
  return (line) => {
    if (!line.includes('starts again')) return log.info(line)
    const now = performance.now()
    ends = [...ends, now].filter((each) => now - each < rememberedMs)
    if (ends.length < tooOften) log.warn(line)
    else log.error(`${line}: the number of replicas stays as it is`, { endsInTenMinutes: ends.length })
  }
}

await main(JSON.parse(process.argv[2] ?? '{}') as ScalerStart)
