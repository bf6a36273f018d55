import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { dataPaths } from '../data-folder.ts'
import type { FileTexts } from '../process/mend-files.ts'
import { root } from '../root.ts'
import type { ProcessRole, ProcessStatus } from '../status.ts'

const measured: ProcessRole[] = ['web', 'accounts', 'admin', 'batcher', 'courier', 'search', 'scaler']

/**
 * The folder that Prometheus is started on: `prometheus --config.file=DATA/monitoring/prometheus.yml`. The
 * stats page's password is in it, so it is its owner's alone. The list of `processes` is in the form of its
 * file_sd, which it follows by itself.
 */
export function monitoringFiles(
  data: string,
  { statsPort, password }: { statsPort: number; password: string },
  processes: ProcessStatus[],
): FileTexts {
  const { monitoring } = dataPaths(data)
  const list = processes
    .filter(({ role }) => measured.includes(role))
    .map(({ name, role, port }) => ({ targets: [`127.0.0.1:${port}`], labels: { role, process: name } }))
  return {
    [join(monitoring, 'prometheus.yml')]: fileText('prometheus-native.yml'),
    [join(monitoring, 'alerts.yml')]: fileText('alerts.yml'),
    [join(monitoring, 'stats-password')]: password,
    [join(monitoring, 'haproxy.json')]: targets([{ targets: [`127.0.0.1:${statsPort}`], labels: {} }]),
    [join(monitoring, 'targets.json')]: targets(list),
  }
}

const texts = new Map<string, string>()

/** Read once: it is asked for whenever something changed. */
function fileText(name: string): string {
  const text = texts.get(name) ?? readFileSync(join(root, 'deploy/monitoring', name), 'utf8')
  texts.set(name, text)
  return text
}
const targets = (list: { targets: string[]; labels: Record<string, string> }[]) =>
  `${JSON.stringify(list, null, 2)}\n`
