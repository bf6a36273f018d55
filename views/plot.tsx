import { scaleLinear, scaleUtc } from 'd3-scale'
import { area, line } from 'd3-shape'
import type { DayCount } from '../src/overview/queries.ts'
import { eachLanguage, language } from '../texts/say.ts'
import { Html } from './html.ts'

const width = 320
const height = 130
const [left, right, top, bottom] = [6, 6, 14, 18]

const shortDays = eachLanguage(
  (locale) => new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' }),
)
const shortNumbers = eachLanguage((locale) => new Intl.NumberFormat(locale, { notation: 'compact' }))

const clocks = eachLanguage(
  (locale) => new Intl.DateTimeFormat(locale, { timeStyle: 'short', hourCycle: 'h23', timeZone: 'UTC' }),
)

type Props = {
  points: DayCount[]
  /** They are moments of an hour, and no days. */
  isOfHour?: boolean
  /** What it shows, for who does not see it. */
  label: string
}

/**
 * What came day by day, or was at moments, as a line. Colours are the page's, light or dark. Time goes from
 * left to right.
 */
export function Plot({ points, isOfHour = false, label }: Props) {
  const shown = isOfHour ? clocks : shortDays
  const days = points.map(({ day }) => new Date(day))
  const [first = new Date(0), last = first] = [days[0], days.at(-1)]
  const most = Math.max(1, ...points.map(({ count }) => count))
  const x = scaleUtc([first, last], [left, width - right])
  const y = scaleLinear([0, most], [height - bottom, top]).nice(3)
  const at = (index: number) => (points.length === 1 ? width / 2 : x(days[index] ?? first))
  const below = area<DayCount>(
    (_, index) => at(index),
    y(0),
    ({ count }) => y(count),
  )
  const above = line<DayCount>(
    (_, index) => at(index),
    ({ count }) => y(count),
  )
  const ticks = y.ticks(3).filter(Number.isInteger)
  const ends = points.length === 1 ? [first] : [first, last]
  return (
    <svg class="plot" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label} direction="ltr">
      {ticks.map((tick) => (
        <line x1={left} x2={width - right} y1={y(tick)} y2={y(tick)} />
      ))}
      <path class="area" d={below(points) ?? ''} />
      <path class="line" d={above(points) ?? ''} />
      {points.length === 1 ? <circle cx={at(0)} cy={y(points[0]?.count ?? 0)} r="3" /> : ''}
      {ticks.map((tick) => (
        <text x={left} y={y(tick) - 3} safe>
          {shortNumbers[language()].format(tick)}
        </text>
      ))}
      {ends.map((day, index) => (
        <text
          x={index === 0 ? left : width - right}
          y={height - 4}
          text-anchor={index === 0 ? 'start' : 'end'}
          safe
        >
          {shown[language()].format(day)}
        </text>
      ))}
    </svg>
  )
}
