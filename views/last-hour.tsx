import type { Measured } from '../src/health/last-hour.ts'
import type { Sentence } from '../texts/arabic.ts'
import { sayNumber } from '../texts/numbers.ts'
import { say } from '../texts/say.ts'
import { Clock } from './byline.tsx'
import { Html } from './html.ts'
import { Grid } from './list.tsx'
import { Plot } from './plot.tsx'

/** What is drawn of the last hour. */
export type Hour = Record<'requests' | 'responseMs' | 'replicas' | 'waiting', Measured[]>

const names = {
  requests: 'Requests a second',
  responseMs: 'Time to an answer, in ms',
  replicas: 'Web replicas',
  waiting: 'Likes that wait for MySQL',
} satisfies Record<keyof Hour, Sentence>
const kinds = Object.keys(names) as (keyof Hour)[]

/** The last hour as plots that renew themselves, and as a table for who does not see them. */
export const LastHour = ({ hour }: { hour: Hour }) =>
  hour.replicas.length === 0 ? (
    ''
  ) : (
    <section class="last-hour" aria-labelledby="hour-title">
      <h2 id="hour-title" safe>
        {say('The last hour')}
      </h2>
      <div
        id="hour"
        class="plots"
        hx-get="/status?part=hour"
        hx-trigger="every 30s"
        hx-select="#hour"
        hx-select-oob="#hour-table"
        hx-swap="outerHTML"
      >
        {kinds.map((kind) => (
          <HourPlot kind={kind} points={hour[kind]} />
        ))}
      </div>
      <details>
        <summary safe>{say('As numbers')}</summary>
        <Table hour={hour} />
      </details>
    </section>
  )

const HourPlot = ({ kind, points }: { kind: keyof Hour; points: Measured[] }) => {
  const last = points.at(-1)
  if (!last) return ''
  const most = Math.max(...points.map(({ value }) => value))
  return (
    <figure>
      <figcaption>
        {say(names[kind]) as 'safe'}
        <span safe>{sayNumber(rounded(last.value))}</span>
      </figcaption>
      <Plot
        isOfHour
        points={points.map(({ at, value }) => ({ day: at, count: value }))}
        label={say('{what}: now {last}, at most {number}', {
          what: say(names[kind]),
          last: sayNumber(rounded(last.value)),
          number: sayNumber(rounded(most)),
        })}
      />
    </figure>
  )
}

const Table = ({ hour }: { hour: Hour }) => {
  const columns = kinds.map((kind) => ({
    kind,
    values: new Map(hour[kind].map(({ at, value }) => [at, value])),
  }))
  return (
    <div id="hour-table">
      <Grid of={['Time', ...kinds.map((kind) => ({ name: names[kind], is: 'number' as const }))]}>
        {hour.replicas.toReversed().map(({ at }) => (
          <tr>
            <th scope="row">
              <Clock at={at} />
            </th>
            {columns.map(({ kind, values }) => (
              <td class="number" data-label={say(names[kind])} safe>
                {numberAt(values, at)}
              </td>
            ))}
          </tr>
        ))}
      </Grid>
    </div>
  )
}

function numberAt(values: Map<string, number>, at: string): string {
  const value = values.get(at)
  return value === undefined ? '' : sayNumber(rounded(value))
}

const rounded = (value: number) => Math.round(value * 10) / 10
