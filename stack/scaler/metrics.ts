import { type Metrics, openMetrics } from '../../src/platform/metrics.ts'
import type { Scaler } from './scaler.ts'

/** Opens what Prometheus reads of the scaler and of what it sees. */
export function openScalerMetrics(scaler: Scaler): Metrics {
  const metrics = openMetrics()
  metrics.counter(
    'agora_scaler_decisions_total',
    'Changes of the number of web replicas, replacements of processes, and those of both that failed.',
    () => scaler.decided,
    'kind',
  )
  metrics.gauge(
    'agora_scaler_web_replicas',
    'Web replicas there are.',
    () => scaler.state?.scaling.replicas ?? 0,
  )
  metrics.gauge(
    'agora_scaler_load',
    'Load of the web replicas, by which their number follows; 1 is full.',
    () => {
      return scaler.state?.scaling.load ?? 0
    },
  )
  metrics.gauge(
    'agora_scaler_processes',
    'Processes of the site by the health that the scaler sees.',
    () => byHealth(scaler),
    'health',
  )
  return metrics
}

function byHealth({ state }: Scaler): Record<string, number> {
  const processes = Map.groupBy(state?.processes ?? [], ({ health }) => health)
  return Object.fromEntries([...processes].map(([health, some]) => [health, some.length]))
}
