import type {
  Backups,
  Decision,
  Health,
  ProcessState,
  Scaling,
  SiteState,
  SiteStatus,
} from '../src/health/site-status.ts'
import type { PageContext } from '../src/http/page-context.ts'
import type { Sentence } from '../texts/arabic.ts'
import { sayNumber } from '../texts/numbers.ts'
import { eachLanguage, language, say, translated } from '../texts/say.ts'
import { PartedLine } from './audit.tsx'
import { BackupFacts } from './backup-facts.tsx'
import { Html } from './html.ts'
import { type Hour, LastHour } from './last-hour.tsx'
import { Layout } from './layout.tsx'
import { Columns } from './list.tsx'
import { Phrase } from './phrase.tsx'

/** How the whole site is, for people. It renews itself. */
export const StatusPage = ({
  pageContext,
  status,
  hour,
}: {
  pageContext: PageContext
  status: SiteStatus
  hour: Hour
}) => (
  <Layout
    isTool
    pageContext={pageContext}
    title={say('Status')}
    description={say('What runs, how busy it is and what was decided last.')}
  >
    <h1 safe>{say('Status')}</h1>
    <div class="status-page">
      <StatusPanel status={status} />
      <LastHour hour={hour} />
    </div>
  </Layout>
)

/** Everything below the title. */
export const StatusPanel = ({ status }: { status: SiteStatus }) => (
  <div id="status" class="status" hx-get="/status" hx-trigger="every 2s" hx-swap="outerHTML">
    <Verdict status={status} />
    {status.database ? <Servers database={status.database} /> : ''}
    {status.site ? <Site site={status.site} /> : ''}
  </div>
)

const Verdict = ({ status }: { status: SiteStatus }) => (
  <>
    <p class={isWell(status) ? 'verdict' : 'verdict wrong'} role="status" safe>
      {isWell(status) ? say('Everything runs.') : say('Something is not as it should be.')}
    </p>
    {status.missing.map((name) => (
      <p class="error" safe>
        {say('{replica} does not reach {name}.', { replica: status.servedBy, name })}
      </p>
    ))}
    {status.parted.map((batcher) => (
      <PartedLine batcher={batcher} />
    ))}
    {status.shortOfRoom.map(({ batcher, megabytes: n }) => (
      <p class="error" safe>
        {say(
          'The disk of {batcher} has {n} MB left. When it is full no like is taken until there is room again.',
          {
            batcher,
            n,
          },
        )}
      </p>
    ))}
    <SearchLine search={status.search} />
    {status.site ? (
      ''
    ) : (
      <p class="error">
        <Phrase of="The scaler tells nothing, so what the other processes do is not known here. Until it is back nothing is added, taken away or replaced; a process that dies is still started again." />
      </p>
    )}
  </>
)

/** Nothing while all of the board is found, with what changed a moment ago. */
const SearchLine = ({ search }: { search: SiteStatus['search'] }) => {
  if (!search)
    return (
      <p class="error" safe>
        {say('Search is away: nobody finds a word.')}
      </p>
    )
  return (
    <p safe>
      {search.built === 1
        ? say('Search knows {n} texts, as they were at {time}.', {
            n: sumOf(search.texts),
            time: search.asOf === null ? say('not known') : clocks[language()].format(new Date(search.asOf)),
          })
        : say('Search is being made ready: it knows {n} % of the board.', {
            n: Math.floor(search.built * 100),
          })}
    </p>
  )
}

const sumOf = (texts: Record<string, number>) => Object.values(texts).reduce((sum, each) => sum + each, 0)

const isWell = ({ missing, parted, shortOfRoom, database, search, site }: SiteStatus) =>
  [missing, parted, shortOfRoom].every((wrong) => wrong.length === 0) &&
  (!database || database.state === 'whole') &&
  search !== null &&
  site?.processes.every(isFine) === true &&
  !isAtFault(site.backups)

const isFine = ({ state, health }: ProcessState) =>
  state === 'ready' && health !== 'broken' && health !== 'silent'

const isAtFault = (backups: Backups | undefined) =>
  [backups?.failedAt, backups?.drillFailedAt, backups?.isLate, backups?.isDrillLate].some(Boolean)

type Database = NonNullable<SiteStatus['database']>
type Server = Database['servers'][number]

/** What a person reads who is asked at night which machine they may touch. */
const Servers = ({ database: { state, servers } }: { database: Database }) => (
  <>
    <p class={state === 'whole' ? '' : 'error'} safe>
      {adviceOn(state, servers)}
    </p>
    <section class="scroll" tabindex="0" aria-label={say('Servers of the database')}>
      <table>
        <caption safe>{say('Servers of the database')}</caption>
        <Columns of={serverColumns} />
        <tbody>
          {servers.map((each) => (
            <tr class={each.role === 'away' ? 'wrong' : ''}>
              <th scope="row" dir="ltr" safe>
                {each.host}
              </th>
              <td safe>{say(serverRoles[each.role])}</td>
              <td>
                {each.group
                  ? say('{n} of {most} online', { n: each.group.online, most: servers.length })
                  : ''}
              </td>
              <td safe>{shown(each.waiting)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  </>
)

const serverColumns: Sentence[] = ['Name', 'State', 'Sees', 'Changes to apply']

const serverRoles: Record<Server['role'], Sentence> = {
  primary: 'takes changes',
  secondary: 'can take over',
  away: 'away',
}

function adviceOn(state: Database['state'], servers: Server[]): string {
  switch (state) {
    case 'whole':
      return say('Any one server of the database may be lost.')
    case 'one away':
      return say(
        'Do not touch another server of the database: with one more away nothing can be changed. Away: {names}.',
        {
          names: servers.flatMap(({ host, role }) => (role === 'away' ? [host] : [])).join(', '),
        },
      )
    case 'apart':
      return say('Do not touch any server of the database: they do not all see one another yet.')
    case 'stopped':
      return say(
        'No server of the database takes changes, so nothing can be changed. Bring back those that are away.',
      )
  }
}

const Site = ({ site }: { site: SiteState }) => (
  <>
    {isOfUse(site.backups) ? (
      <dl class="facts">
        <BackupFacts backups={site.backups} />
      </dl>
    ) : (
      ''
    )}
    <ScalingFacts scaling={site.scaling} />
    <Processes processes={site.processes} />
    <Decisions decisions={site.decisions} />
  </>
)

/** Boards that others keep have nothing to tell of it. */
const isOfUse = (backups: Backups | undefined) =>
  Boolean(backups?.isDaily || backups?.last || backups?.provenAt) || isAtFault(backups)

const ScalingFacts = ({ scaling }: { scaling: Scaling }) => (
  <dl class="facts">
    <dt safe>{say('Web replicas')}</dt>
    <dd safe>
      {say('{n}, at least {min}, at most {max}', { n: scaling.replicas, min: scaling.min, max: scaling.max })}
    </dd>
    <dt safe>{say('They follow')}</dt>
    <dd safe>{say(policies[scaling.policy])}</dd>
    {scaling.policy === 'requests' ? (
      <>
        <dt safe>{say('Requests in this window')}</dt>
        <dd safe>
          {scaling.requestsInWindow === null ? say('not known') : sayNumber(scaling.requestsInWindow)}
        </dd>
      </>
    ) : (
      <>
        <dt safe>{say('Load, of what is aimed at')}</dt>
        <dd safe>
          {scaling.load === null ? say('not known') : say('{n} %', { n: Math.round(scaling.load * 100) })}
        </dd>
      </>
    )}
  </dl>
)

const policies: Record<Scaling['policy'], Sentence> = {
  load: 'the load',
  requests: 'the number of requests',
  off: 'nobody: the number is set by hand',
}

const Processes = ({ processes }: { processes: ProcessState[] }) => (
  <section class="scroll" tabindex="0" aria-label={say('Processes')}>
    <table>
      <caption safe>{say('Processes')}</caption>
      <Columns of={columns} />
      <tbody>
        {processes.map((each) => (
          <ProcessRow process={each} />
        ))}
      </tbody>
    </table>
  </section>
)

const columns: Sentence[] = [
  'Name',
  'State',
  'Health',
  'Port',
  'Requests/s',
  'At work on',
  'Answers in',
  'Event loop late by',
  'Processor',
  'Memory',
]

const ProcessRow = ({ process: each }: { process: ProcessState }) => (
  <tr class={isFine(each) ? '' : 'wrong'}>
    <th scope="row" safe>
      {each.name}
    </th>
    <td safe>{translated(each.state)}</td>
    <td safe>{say(healths[each.health])}</td>
    <td>{each.port}</td>
    <td safe>{shown(each.requestsPerSecond)}</td>
    <td safe>{shown(each.inFlight)}</td>
    <td safe>{shown(each.responseMs, '{n} ms')}</td>
    <td safe>{shown(each.loopDelayMs, '{n} ms')}</td>
    <td safe>{shown(each.busy === null ? null : Math.round(each.busy * 100), '{n} %')}</td>
    <td safe>{shown(each.memoryMb, '{n} MB')}</td>
  </tr>
)

const healths: Record<Health, Sentence> = {
  well: 'well',
  draining: 'stopping',
  broken: 'broken',
  silent: 'silent',
  unknown: 'not known',
}

const shown = (value: number | null, unit: Sentence = '{n}') =>
  value === null ? '' : say(unit, { n: value })

const Decisions = ({ decisions }: { decisions: Decision[] }) => (
  <section>
    <h2 safe>{say('Last decisions')}</h2>
    {decisions.length === 0 ? (
      <p class="hint" safe>
        {say('None yet.')}
      </p>
    ) : (
      ''
    )}
    <ol class="decisions">
      {decisions.map(({ at, kind, what, reason }) => (
        <li class={kind}>
          <time datetime={at} safe>
            {clocks[language()].format(new Date(at))}
          </time>
          {/* The scaler's own words, as they are in its log. */}
          <strong lang="en" dir="ltr" safe>
            {what}
          </strong>
          <span lang="en" dir="ltr" safe>
            {reason}
          </span>
        </li>
      ))}
    </ol>
  </section>
)

const clocks = eachLanguage((locale) => {
  const known = locale === 'en' ? 'en-GB' : locale
  return new Intl.DateTimeFormat(known, { dateStyle: 'short', timeStyle: 'medium', timeZone: 'UTC' })
})
