import { converter, formatHex, interpolate, toGamut, wcagContrast } from 'culori'

/**
 * The colours of a theme are made of one, the accent, so that what is written in it or on it has the contrast
 * that WCAG 2.2 asks for at level AA, in the light and in the dark. The grounds are those of public/site.css.
 */
const light = { paper: '#fbf8f3', card: '#fffdfa' }
const dark = { paper: '#181512', card: '#221e1a' }

/** https://www.w3.org/TR/WCAG22/#contrast-minimum */
export const leastContrast = 4.5

type Shades = { accent: string; accentInk: string; tint: string }

const oklch = converter('oklch')
const inGamut = toGamut('rgb', 'oklch')

/** Returns the least contrast that the accent, `#rrggbb`, has with what it stands on in the light. */
export function contrastOf(accent: string): number {
  const grounds = [...Object.values(light), tintOf(accent, light.card, 0.1)]
  return Math.min(...grounds.map((ground) => wcagContrast(accent, ground)))
}

/** Returns the colours for the light, and for the dark those of the same hue, as light as they have to be. */
export function shadesOf(accent: string): { light: Shades; dark: Shades } {
  const inTheDark = lightened(accent)
  return {
    light: { accent, accentInk: inkOn(accent), tint: tintOf(accent, light.card, 0.1) },
    dark: { accent: inTheDark, accentInk: inkOn(inTheDark), tint: tintOf(inTheDark, dark.card, 0.12) },
  }
}

const inkOn = (ground: string) =>
  wcagContrast('#ffffff', ground) >= wcagContrast('#140f0c', ground) ? '#ffffff' : '#140f0c'

const tintOf = (accent: string, ground: string, part: number) =>
  formatHex(interpolate([ground, accent], 'rgb')(part))

function lightened(accent: string): string {
  const { c = 0, h = 0 } = oklch(accent) ?? {}
  for (let l = 0.7; l < 1; l += 0.02) {
    const shade = formatHex(inGamut({ mode: 'oklch', l, c: Math.min(c, 0.14), h }))
    const grounds = [...Object.values(dark), tintOf(shade, dark.card, 0.12)]
    if (grounds.every((ground) => wcagContrast(shade, ground) >= leastContrast)) return shade
  }
  return '#ffffff'
}

/** The rules of an accent, behind those of the site; on paper nothing has a colour. */
export function rulesOfAccent(accent: string): string {
  const shades = shadesOf(accent)
  const rule = ({ accent, accentInk, tint }: Shades) =>
    `:root{--accent:${accent};--accent-ink:${accentInk};--tint:${tint}}`
  return `@media screen{${rule(shades.light)}@media (prefers-color-scheme:dark){${rule(shades.dark)}}}`
}
