import { type Machine, machineText } from './machine.ts'
import type { Plots } from './plots.ts'
import { drawn, faint, hues, ink, titled } from './plots.ts'
import type { Second } from './seconds.ts'

export type TrafficResult = {
  machine: Machine
  phases: { name: string; seconds: number }[]
  seconds: Second[]
}

const width = 760

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

type Point = { second: number; value: number; what: string; hue: string }
type Band = { from: number; to: number; name: string; shade: number }

/** Phases lie one after the other; every second one is shaded. */
function bandsOf(phases: TrafficResult['phases']): Band[] {
  let from = 0
  return phases.map(({ name, seconds }, index) => {
    const band = { from, to: from + seconds, name, shade: index % 2 === 0 ? 0 : 0.35 }
    from += seconds
    return band
  })
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

function series(
  seconds: Second[],
  what: string,
  of: (each: Second) => number | null,
  hue: keyof typeof hues,
): Point[] {
  return seconds.flatMap((each) => {
    const value = of(each)
    return value === null ? [] : [{ second: each.second + 0.5, value, what, hue: hues[hue] }]
  })
}

type PanelLook = { isLog?: boolean; isFirst?: boolean; isLast?: boolean }

function panel(bands: Band[], title: string, height: number, points: Point[], look: PanelLook = {}) {
  const { isLog = false, isFirst = false, isLast = false } = look
  const [domain, range] = [
    [...new Set(points.map(({ what }) => what))],
    [...new Set(points.map(({ hue }) => hue))],
  ]
  const end = bands.at(-1)?.to ?? 0
  const x = {
    field: 'second',
    type: 'quantitative' as const,
    scale: { domain: [0, end], nice: false },
    axis: isLast ? { title: 'time (s)', grid: false } : { title: null, labels: false, grid: false },
  }
  const y = {
    field: 'value',
    type: 'quantitative' as const,
    scale: isLog ? { type: 'log' as const } : { zero: true },
    axis: { title, tickCount: height > 60 ? 5 : 2, tickMinStep: 1, format: ',.1~f', titleFontSize: 11 },
  }
  const color = {
    field: 'what',
    type: 'nominal' as const,
    scale: { domain, range },
    legend: domain.length > 1 ? { title: null, orient: 'right' as const } : null,
  }
  return {
    width,
    height,
    layer: [
      {
        data: { values: bands },
        mark: { type: 'rect' as const, color: faint },
        encoding: {
          x: { field: 'from', type: 'quantitative' as const, scale: x.scale, axis: x.axis },
          x2: { field: 'to' },
          opacity: { field: 'shade', type: 'quantitative' as const, scale: null, legend: null },
        },
      },
      ...(isFirst ? [bandNames(bands)] : []),
      {
        data: { values: points },
        mark: { type: 'line' as const, strokeWidth: 1.8, interpolate: 'linear' as const },
        encoding: { x, y, color },
      },
    ],
  }
}

/** Above the first panel, each over its phase, in two heights so that neighbours have room. */
function bandNames(bands: Band[]) {
  const values = bands.map((band, index) => ({
    ...band,
    middle: (band.from + band.to) / 2,
    up: index % 2 === 0 ? -6 : -19,
  }))
  return {
    data: { values },
    mark: { type: 'text' as const, color: ink, fontSize: 11, baseline: 'bottom' as const },
    encoding: {
      x: { field: 'middle', type: 'quantitative' as const },
      y: { field: 'up', type: 'quantitative' as const, scale: null },
      text: { field: 'name' },
    },
  }
}
