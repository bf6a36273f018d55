import { type Machine, machineText } from './machine.ts'
import { type Bar, bars } from './plot-bars.ts'
import type { Plots } from './plots.ts'

type Row = {
  name: string
  says: string
  perSecond: number
  p99Ms: number
  ofCeiling: number
  cpuUs: Record<string, number>
}
export type LikesResult = { machine: Machine; rows: Row[] }

/** How many a second, and whose processor time that takes. */
export async function likesPlots({ machine, rows }: LikesResult): Promise<Plots> {
  const named = ({ name, says }: Row) => `(${name}) ${says}`
  const speed = rows.map(
    (row): Bar => ({
      what: named(row),
      value: row.perSecond,
      label: `${Math.round(row.perSecond).toLocaleString('en')}, ${Math.round(row.ofCeiling * 100)} %`,
      hue: 'ae'.includes(row.name) ? 'grey' : row.name === 'd' ? 'red' : 'blue',
    }),
  )
  const durable = rows.find(({ name }) => name === 'b')
  const time = Object.entries(durable?.cpuUs ?? {})
    .filter(([, us]) => us >= 0.5)
    .sort(([, one], [, other]) => other - one)
    .map(([what, value]): Bar => ({ what, value, label: `${value.toFixed(0)} µs`, hue: 'blue' }))
  const text = machineText(machine)
  return {
    'likes-per-second': await bars(
      'Likes a second, and the share of an empty request',
      text,
      'requests per second',
      speed,
    ),
    'processor-time-of-a-like': await bars(
      'Processor time of a durable like on one hot post',
      text,
      'microseconds per request',
      time,
    ),
  }
}
