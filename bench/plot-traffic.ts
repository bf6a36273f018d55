import { type Machine, machineText } from './machine.ts'
import { bandsOf, type Phase, panel, series } from './plot-panels.ts'
import type { Plots } from './plots.ts'
import { drawn, titled } from './plots.ts'
import type { Second } from './seconds.ts'

export type TrafficResult = {
  machine: Machine
  phases: Phase[]
  seconds: Second[]
}

/** One picture, three panels over the same seconds: requests, times, what waits. */
export async function trafficPlots({ machine, phases, seconds }: TrafficResult): Promise<Plots> {
  const bands = bandsOf(phases)
  const title = 'How the site behaves under different traffic'
  const panels = [
    panel(bands, 'requests per second', 170, rates(seconds), { isFirst: true }),
    panel(bands, 'visitors’ time (ms)', 150, times(seconds), { isLog: true }),
    panel(
      bands,
      'likes waiting',
      90,
      series(seconds, 'likes for MySQL', ({ waiting }) => waiting, 'green'),
    ),
    panel(
      bands,
      'replicas',
      50,
      series(seconds, 'web replicas', ({ replicas }) => replicas, 'violet'),
      {
        isLast: true,
      },
    ),
  ]
  const spec = {
    title: titled(title, machineText(machine)),
    vconcat: panels,
    spacing: 12,
    resolve: { scale: { color: 'independent' as const } },
  }
  return { traffic: await drawn(spec, `${title}: ${phases.map(({ name }) => name).join(', ')}`) }
}

const rates = (seconds: Second[]) => [
  ...series(seconds, 'sent by visitors', ({ sent }) => sent, 'grey'),
  ...series(seconds, 'answered', ({ answered }) => answered, 'blue'),
  ...series(
    seconds,
    'refused by a limit, bots',
    ({ limited, botsLimited }) => limited + botsLimited,
    'orange',
  ),
  ...series(seconds, 'answered to bots', ({ bots, botsLimited }) => bots - botsLimited, 'violet'),
  ...series(seconds, 'failed', ({ errors, broken }) => errors + broken, 'red'),
]

const times = (seconds: Second[]) => [
  ...series(seconds, 'median', ({ p50Ms }) => p50Ms, 'blue'),
  ...series(seconds, '99th of 100', ({ p99Ms }) => p99Ms, 'orange'),
]
