import { type SiteFont, siteFonts } from '../platform/config.ts'
import { contrastOf, leastContrast, rulesOfAccent } from './accent.ts'

/** Fonts of systems, by kind; https://github.com/system-fonts/modern-font-stacks has which system has which. */
const stacks: Record<Exclude<SiteFont, 'usual'>, string> = {
  plain: 'system-ui,sans-serif',
  serif: '"Iowan Old Style","Palatino Linotype",Charter,Georgia,"Noto Serif",serif',
  humanist: 'Seravek,"Gill Sans Nova",Ubuntu,Calibri,"DejaVu Sans",sans-serif',
  round:
    'ui-rounded,"Hiragino Maru Gothic ProN",Quicksand,Comfortaa,"Arial Rounded MT Bold",Nunito,sans-serif',
}

/** The address of the stylesheet of a look; undefined where it has what the site comes with. */
export function themeAt({ accent, font }: { accent: string; font: SiteFont }): string | undefined {
  const parts = [...(accent ? [accent.slice(1)] : []), ...(font === 'usual' ? [] : [font])]
  return parts.length > 0 ? `/theme/${parts.join('-')}.css` : undefined
}

/** The rules of the stylesheet with this name; undefined where there is none. */
export function themeNamed(name: string): string | undefined {
  const [, digits, letters] = /^(?:([\da-f]{6})(?=[-.]))?-?([a-z]+)?\.css$/.exec(name) ?? []
  const accent = digits ? `#${digits}` : ''
  const font = siteFonts.find((each) => each === (letters ?? 'usual'))
  if (font === undefined || themeAt({ accent, font }) !== `/theme/${name}`) return undefined
  if (accent && contrastOf(accent) < leastContrast) return undefined
  return (accent && rulesOfAccent(accent)) + rulesOfFont(font)
}

const rulesOfFont = (font: SiteFont) =>
  font === 'usual' ? '' : `:root{--title:${stacks[font]}}html{font-family:${stacks[font]}}`
