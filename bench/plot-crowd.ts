import type { Row } from './crowd.ts'
import { type Machine, machineText } from './machine.ts'
import { bandsOf, type Phase, panel, series } from './plot-panels.ts'
import { drawn, type Plots, titled } from './plots.ts'

export type CrowdResult = { machine: Machine; phases: Phase[]; seconds: Row[] }

/** One picture, two panels over the same seconds: who answers the crowd, and how long members wait. */
export async function crowdPlots({ machine, phases, seconds }: CrowdResult): Promise<Plots> {
  const bands = bandsOf(phases)
  const title = 'A crowd of thousands of addresses reads the whole board'
  const answers = [
    ...series(seconds, 'sent by the crowd', ({ sent }) => sent, 'grey'),
    ...series(seconds, 'answered by replicas', ({ replica }) => replica, 'orange'),
    ...series(seconds, 'answered from memory', ({ memory }) => memory, 'blue'),
    ...series(seconds, 'not in memory', ({ refused }) => refused, 'violet'),
  ]
  const waits = [
    ...series(seconds, 'median', ({ p50Ms }) => p50Ms, 'blue'),
    ...series(seconds, '99th of 100', ({ p99Ms }) => p99Ms, 'orange'),
  ]
  const spec = {
    title: titled(title, machineText(machine)),
    vconcat: [
      panel(bands, 'requests per second', 170, answers, { isFirst: true }),
      panel(bands, 'members’ time (ms)', 150, waits, { isLog: true, isLast: true }),
    ],
    spacing: 12,
    resolve: { scale: { color: 'independent' as const } },
  }
  return { crowd: await drawn(spec, `${title}: ${phases.map(({ name }) => name).join(', ')}`) }
}
