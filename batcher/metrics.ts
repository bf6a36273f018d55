/** A number for Prometheus: its name without the prefix, what it is, whether it only grows. */
export type Metric = { name: string; help: string; type: 'counter' | 'gauge'; value: number }

/** Prometheus's text format, version 0.0.4. */
export const metricsText = (metrics: Metric[]) =>
  metrics
    .map(({ name, help, type, value }) => {
      const full = `agora_batcher_${name}`
      return `# HELP ${full} ${help}\n# TYPE ${full} ${type}\n${full} ${value}\n`
    })
    .join('')
