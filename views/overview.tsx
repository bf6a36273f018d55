import type { Backups } from '../src/health/site-status.ts'
import type { AdminPageContext } from '../src/moderation/admins-only.ts'
import type { Series } from '../src/overview/overview.ts'
import type { Asked, Period } from '../src/overview/period.ts'
import type { Kind, Present } from '../src/overview/queries.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import type { Sentence } from '../texts/arabic.ts'
import { sayNumber } from '../texts/numbers.ts'
import { eachLanguage, language, say } from '../texts/say.ts'
import { AdminPage } from './admin.tsx'
import { BackupFacts, megabytes } from './backup-facts.tsx'
import { FieldError, invalid } from './form.tsx'
import { Html } from './html.ts'
import { Grid } from './list.tsx'
import { Plot } from './plot.tsx'

type Props = {
  pageContext: AdminPageContext
  period: Period
  typed: Asked
  errors: FieldErrors
  present: Present & { mails: number; failedMails: number }
  /** Undefined while the scaler tells nothing. */
  backups: Backups | undefined
  /** Nothing where the period can't be drawn. */
  series: Series[]
}

export const OverviewPage = ({ pageContext, period, typed, errors, present, backups, series }: Props) => (
  <AdminPage pageContext={pageContext} tab="Overview">
    <Now present={present} backups={backups} />
    <PeriodForm period={period} typed={typed} errors={errors} />
    {series.length > 0 ? <Plots series={series} period={period} /> : ''}
  </AdminPage>
)

const Now = ({ present, backups }: Pick<Props, 'present' | 'backups'>) => (
  <dl class="facts">
    <dt>
      <a href="/moderation/queue" safe>
        {say('Reports that wait')}
      </a>
    </dt>
    <dd safe>{sayNumber(present.reports)}</dd>
    <dt>
      <a href="/applications" safe>
        {say('Applications that wait')}
      </a>
    </dt>
    <dd safe>{sayNumber(present.applications)}</dd>
    <dt>
      <a href="/admin/orders" safe>
        {say('Open orders')}
      </a>
    </dt>
    <dd safe>{sayNumber(present.orders)}</dd>
    <dt>
      <a href="/admin/mail" safe>
        {say('Mails that wait, and given up')}
      </a>
    </dt>
    <dd safe>{`${sayNumber(present.mails)}, ${sayNumber(present.failedMails)}`}</dd>
    <dt safe>{say('Size of the database')}</dt>
    <dd safe>{megabytes(present.bytes)}</dd>
    <BackupFacts backups={backups} />
  </dl>
)

const PeriodForm = ({ period, typed, errors }: Pick<Props, 'period' | 'typed' | 'errors'>) => (
  <form class="period" method="get" action="/admin/overview">
    <label>
      <span safe>{say('First day')}</span>
      <input type="date" name="from" value={typed.from || period.from} {...invalid('from', errors.from)} />
      <FieldError of="from" error={errors.from} />
    </label>
    <label>
      <span safe>{say('Last day')}</span>
      <input
        type="date"
        name="until"
        value={typed.until || period.until}
        {...invalid('until', errors.until)}
      />
      <FieldError of="until" error={errors.until} />
    </label>
    <label>
      <span safe>{say('Drawn')}</span>
      <select name="by" {...invalid('by', errors.by)}>
        <option value="day" selected={period.by === 'day'} safe>
          {say('by day')}
        </option>
        <option value="week" selected={period.by === 'week'} safe>
          {say('by week')}
        </option>
      </select>
      <FieldError of="by" error={errors.by} />
    </label>
    <button class="button" type="submit" safe>
      {say('Show')}
    </button>
  </form>
)

const names = {
  members: 'New members',
  active: 'Members who were here',
  posts: 'Posts',
  comments: 'Comments',
  likes: 'Likes',
  reports: 'Reports',
  orders: 'Orders',
  mails: 'Mails',
} satisfies Record<Kind, Sentence>

const Plots = ({ series, period }: Pick<Props, 'series' | 'period'>) => (
  <>
    <div class="plots">
      {series.map((each) => (
        <figure>
          <figcaption>
            {say(names[each.kind]) as 'safe'}
            {each.kind === 'active' ? '' : <span safe>{sayNumber(each.total)}</span>}
          </figcaption>
          <Plot points={each.points} label={labelOf(each)} />
        </figure>
      ))}
    </div>
    <p class="hint" safe>
      {say('Days end at midnight UTC. What was removed later stays counted.')}
    </p>
    <details>
      <summary safe>{say('As numbers')}</summary>
      <Table series={series} period={period} />
    </details>
  </>
)

function labelOf({ kind, points }: Series): string {
  const most = points.reduce((best, each) => (each.count > best.count ? each : best))
  return say('{what}: at most {number}, on {day}', {
    what: say(names[kind]),
    number: sayNumber(most.count),
    day: sayDay(most.day),
  })
}

const Table = ({ series, period }: Pick<Props, 'series' | 'period'>) => (
  <Grid
    of={[
      period.by === 'day' ? 'Day' : 'Week from',
      ...series.map(({ kind }) => ({ name: names[kind], is: 'number' as const })),
    ]}
  >
    {(series[0]?.points ?? []).map(({ day }, at) => (
      <tr>
        <th scope="row">
          <time datetime={day} safe>
            {sayDay(day)}
          </time>
        </th>
        {series.map(({ kind, points }) => (
          <td class="number" data-label={say(names[kind])} safe>
            {sayNumber(points[at]?.count ?? 0)}
          </td>
        ))}
      </tr>
    ))}
  </Grid>
)

const days = eachLanguage(
  (locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }),
)

const sayDay = (day: string) => days[language()].format(new Date(day))
