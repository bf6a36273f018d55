import { parse, View } from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'

/** The pictures that a result makes, by the names of their files. */
export type Plots = Record<string, string>

/**
 * Colours that differ on white and on black, also by those who see no red or green (after Okabe and
 * Ito).
 */
export const hues = {
  blue: '#3b8ac4',
  orange: '#d98a1f',
  green: '#2f9e7f',
  red: '#d0583b',
  violet: '#a06ec0',
  grey: '#8a8f98',
}

export const ink = '#24292f'
export const faint = '#d0d7de'
/** What ink and faint become where the reader's system is dark. Attributes give way to a style. */
const dark = { [ink]: '#e6edf3', [faint]: '#3d444d' }

const config: TopLevelSpec['config'] = {
  background: 'transparent',
  font: 'system-ui, sans-serif',
  view: { stroke: faint },
  title: {
    color: ink,
    subtitleColor: ink,
    anchor: 'start',
    fontSize: 15,
    subtitleFontSize: 11,
    subtitlePadding: 6,
  },
  axis: {
    labelColor: ink,
    titleColor: ink,
    gridColor: faint,
    domainColor: ink,
    tickColor: ink,
    labelFontSize: 11,
  },
  legend: { labelColor: ink, titleColor: ink, labelFontSize: 11, labelLimit: 260, symbolStrokeWidth: 3 },
  text: { color: ink },
}

/**
 * Draws a picture in which nothing is fetched or run: light and dark by itself, with its title for who can't
 * see it.
 */
export async function drawn(spec: TopLevelSpec, title: string): Promise<string> {
  const view = new View(parse(compile({ ...spec, config } as TopLevelSpec).spec), { renderer: 'none' })
  const svg = await view.toSVG()
  view.finalize()
  return `${svg.replace(/^<svg([^>]*)>/, `<svg$1 role="img"><title>${escaped(title)}</title>${style()}`)}\n`
}

function style(): string {
  const rules = Object.entries(dark).map(
    ([light, other]) => `[fill="${light}"]{fill:${other}}[stroke="${light}"]{stroke:${other}}`,
  )
  return `<style>@media (prefers-color-scheme:dark){${rules.join('')}}</style>`
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

/** A title with the machine below it, without which no figure says anything. */
export const titled = (text: string, machine: string) => ({ text, subtitle: broken(machine) })

/** In lines of a hundred letters or so. */
const broken = (text: string) => text.match(/.{1,100}(?:\s+|$)/g)?.map((line) => line.trim()) ?? [text]
