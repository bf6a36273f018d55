import { faint, hues, ink } from './plots.ts'

/** A stretch of time with a name. */
export type Phase = { name: string; seconds: number }

const width = 760

type Point = { second: number; value: number; what: string; hue: string }
export type Band = { from: number; to: number; name: string; shade: number }

/** Phases lie one after the other; every second one is shaded. */
export function bandsOf(phases: Phase[]): Band[] {
  let from = 0
  return phases.map(({ name, seconds }, index) => {
    const band = { from, to: from + seconds, name, shade: index % 2 === 0 ? 0 : 0.35 }
    from += seconds
    return band
  })
}

export function series<Row extends { second: number }>(
  seconds: Row[],
  what: string,
  of: (each: Row) => number | null,
  hue: keyof typeof hues,
): Point[] {
  return seconds.flatMap((each) => {
    const value = of(each)
    return value === null ? [] : [{ second: each.second + 0.5, value, what, hue: hues[hue] }]
  })
}

type PanelLook = { isLog?: boolean; isFirst?: boolean; isLast?: boolean }

export function panel(bands: Band[], title: string, height: number, points: Point[], look: PanelLook = {}) {
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
