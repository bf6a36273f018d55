import { drawn, hues, ink, titled } from './plots.ts'

export type Bar = { what: string; value: number; label: string; hue: keyof typeof hues }

/** Bars from the left, each with its figure at its end. `axis` names what is measured and its unit. */
export function bars(title: string, machine: string, axis: string, values: Bar[]): Promise<string> {
  const order = values.map(({ what }) => what)
  const y = {
    field: 'what',
    type: 'nominal' as const,
    sort: order,
    axis: { title: null, labelLimit: 0, grid: false, domain: false, ticks: false },
  }
  const longest = Math.max(...values.map(({ value }) => value))
  const x = {
    field: 'value',
    type: 'quantitative' as const,
    scale: { domain: [0, longest * 1.15] },
    axis: { title: axis },
  }
  const spec = {
    title: titled(title, machine),
    width: 480,
    height: { step: 34 },
    data: { values: values.map((each) => ({ ...each, hue: hues[each.hue] })) },
    layer: [
      {
        mark: { type: 'bar' as const, cornerRadiusEnd: 2 },
        encoding: { x, y, color: { field: 'hue', type: 'nominal' as const, scale: null } },
      },
      {
        mark: { type: 'text' as const, align: 'left' as const, dx: 5, color: ink, fontSize: 11 },
        encoding: { x, y, text: { field: 'label' } },
      },
    ],
  }
  return drawn(spec, `${title}: ${values.map(({ what, label }) => `${what} ${label}`).join(', ')}`)
}
