/**
 * Numbers for Prometheus, by prom-client, with one part of our own: observing a duration in its histogram
 * takes 2 to 3 µs, because labels are sorted and hashed each time, which is too much for something done
 * several times a request. Here a duration is a look-up by one string and an addition; the rest is done when
 * Prometheus asks. Counters and gauges are read from where they are counted anyway, also only then.
 */

import { Counter, Gauge, Histogram, type MetricValueWithName, Registry } from 'prom-client'

export type Metrics = {
  /**
   * A histogram of seconds. Returns the function that notes one, with the values of `labels` in their order.
   */
  timings(name: string, help: string, labels?: string[], buckets?: number[]): Observe
  /** A number that only grows, or one for each value of `label`, read when Prometheus asks. */
  counter(name: string, help: string, read: () => Reading, label?: string): void
  /** A number that goes up and down, likewise. */
  gauge(name: string, help: string, read: () => Reading | Promise<Reading>, label?: string): void
  /** All in Prometheus's text format. */
  text(): Promise<string>
  contentType: string
  close(): void
}

type Observe = (seconds: number, ...labels: string[]) => void

type Reading = number | Record<string, number>

const usualBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]
const checkEveryMs = 100

/** Opens a registry that has this process's memory, CPU time and event-loop delay already. */
export function openMetrics(): Metrics {
  const registry = new Registry()
  const metrics = { timings, counter, gauge, text: () => registry.metrics() }
  const close = watchProcess(metrics)
  return { ...metrics, contentType: registry.contentType, close }

  function timings(name: string, help: string, labels: string[] = [], buckets = usualBuckets): Observe {
    const histogram = new Timings(name, help, labels, buckets)
    registry.registerMetric(histogram)
    return (seconds, ...values) => histogram.note(seconds, values)
  }

  function counter(name: string, help: string, read: () => Reading, label?: string) {
    new Counter({
      name,
      help,
      labelNames: label ? [label] : [],
      registers: [registry],
      collect() {
        this.reset()
        for (const { labels, value } of listOf(read(), label)) this.inc(labels, value)
      },
    })
  }

  function gauge(name: string, help: string, read: () => Reading | Promise<Reading>, label?: string) {
    new Gauge({
      name,
      help,
      labelNames: label ? [label] : [],
      registers: [registry],
      async collect() {
        const reading = await read()
        this.reset()
        for (const { labels, value } of listOf(reading, label)) this.set(labels, value)
      },
    })
  }
}

function listOf(reading: Reading, label = 'name'): { labels: Record<string, string>; value: number }[] {
  if (typeof reading === 'number') return [{ labels: {}, value: reading }]
  return Object.entries(reading).map(([name, value]) => ({ labels: { [label]: name }, value }))
}

type Cell = { labels: string[]; counts: number[]; sum: number }

/** A histogram that is cheap to add to. */
class Timings extends Histogram {
  readonly #cells = new Map<string, Cell>()

  constructor(
    readonly fullName: string,
    readonly helpText: string,
    readonly ownLabels: string[],
    readonly buckets: number[],
  ) {
    super({ name: fullName, help: helpText, registers: [] })
  }

  note(seconds: number, labels: string[]) {
    const cell = this.#cell(labels)
    let at = 0
    while (at < this.buckets.length && seconds > (this.buckets[at] ?? 0)) at++
    cell.counts[at] = (cell.counts[at] ?? 0) + 1
    cell.sum += seconds
  }

  #cell(labels: string[]): Cell {
    const key = labels.length === 1 ? (labels[0] ?? '') : labels.join('\n')
    const known = this.#cells.get(key)
    if (known) return known
    const cell = { labels, counts: Array<number>(this.buckets.length + 1).fill(0), sum: 0 }
    this.#cells.set(key, cell)
    return cell
  }

  /** The registry's call when it writes text. */
  async getForPromString() {
    const values = [...this.#cells.values()].flatMap((cell) => this.#valuesOf(cell))
    return { name: this.fullName, help: this.helpText, type: 'histogram', aggregator: 'sum', values }
  }

  #valuesOf({ labels, counts, sum }: Cell): MetricValueWithName<string>[] {
    const own = Object.fromEntries(this.ownLabels.map((label, index) => [label, labels[index] ?? '']))
    let total = 0
    const buckets = counts.map((count, index) => {
      total += count
      return {
        metricName: `${this.fullName}_bucket`,
        labels: { ...own, le: this.buckets[index] ?? '+Inf' },
        value: total,
      }
    })
    return [
      ...buckets,
      { metricName: `${this.fullName}_sum`, labels: own, value: sum },
      { metricName: `${this.fullName}_count`, labels: own, value: total },
    ]
  }
}

/** Returns the function that ends it. The first three names are Prometheus's own for any process. */
function watchProcess({
  timings,
  counter,
  gauge,
}: Pick<Metrics, 'timings' | 'counter' | 'gauge'>): () => void {
  gauge('process_resident_memory_bytes', 'Resident memory.', () => process.memoryUsage.rss())
  gauge('process_start_time_seconds', 'When this process began.', () => performance.timeOrigin / 1_000)
  counter('process_cpu_seconds_total', 'CPU time used.', () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1e6
  })
  const delayed = timings(
    'agora_event_loop_delay_seconds',
    'How late a timer came that was due every 100 ms.',
  )
  let due = performance.now() + checkEveryMs
  const timer = setInterval(() => {
    const now = performance.now()
    delayed(Math.max(0, now - due) / 1_000)
    due = now + checkEveryMs
  }, checkEveryMs)
  timer.unref()
  return () => clearInterval(timer)
}
