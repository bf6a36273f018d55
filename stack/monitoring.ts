import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { dataPaths, writeWhole } from './data-folder.ts'
import type { ProcessRole, ProcessStatus } from './status.ts'

const kept = join(import.meta.dir, '../deploy/monitoring')
const measured: ProcessRole[] = ['web', 'accounts', 'admin', 'batcher', 'scaler']

/**
 * Makes the folder that Prometheus is started on: `prometheus --config.file=DATA/monitoring/prometheus.yml`. The stats
 * page's password is in it, so it is its owner's alone.
 */
export function makeMonitoring(
  data: string,
  { statsPort, password }: { statsPort: number; password: string },
): void {
  const { monitoring } = dataPaths(data)
  mkdirSync(monitoring, { recursive: true, mode: 0o700 })
  copyFileSync(join(kept, 'prometheus-native.yml'), join(monitoring, 'prometheus.yml'))
  copyFileSync(join(kept, 'alerts.yml'), join(monitoring, 'alerts.yml'))
  writeWhole(join(monitoring, 'stats-password'), password)
  writeWhole(join(monitoring, 'haproxy.json'), targets([{ targets: [`127.0.0.1:${statsPort}`], labels: {} }]))
  writeWhole(join(monitoring, 'targets.json'), targets([]))
}

/** Tells Prometheus what runs, in the form of its file_sd; it notices by itself. To be called when that has changed. */
export function writeTargets(data: string, processes: ProcessStatus[]): void {
  const list = processes
    .filter(({ role }) => measured.includes(role))
    .map(({ name, role, port }) => ({ targets: [`127.0.0.1:${port}`], labels: { role, process: name } }))
  writeWhole(join(dataPaths(data).monitoring, 'targets.json'), targets(list))
}

const targets = (list: { targets: string[]; labels: Record<string, string> }[]) =>
  `${JSON.stringify(list, null, 2)}\n`
