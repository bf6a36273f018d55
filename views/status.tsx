import { Html } from '@elysiajs/html'
import type { Frame } from '../src/frame.ts'
import type { Decision, Health, ProcessState, Scaling, SiteState } from '../src/ops/site-state.ts'
import type { SiteStatus } from '../src/ops/status.ts'
import { Layout } from './layout.tsx'

/** How the whole site is, for people. It renews itself. */
export const StatusPage = ({ frame, status }: { frame: Frame; status: SiteStatus }) => (
  <Layout frame={frame} title="Status" description="What runs, how busy it is and what was decided last.">
    <h1>Status</h1>
    <StatusPanel status={status} />
  </Layout>
)

/** Everything below the title. */
export const StatusPanel = ({ status }: { status: SiteStatus }) => (
  <div id="status" class="status" hx-get="/status" hx-trigger="every 2s" hx-swap="outerHTML">
    <Verdict status={status} />
    {status.site ? <Site site={status.site} /> : ''}
  </div>
)

const Verdict = ({ status: { servedBy, missing, site } }: { status: SiteStatus }) => (
  <>
    <p class={isWell(missing, site) ? 'verdict' : 'verdict wrong'} role="status">
      {isWell(missing, site) ? 'Everything runs.' : 'Something is not as it should be.'}
    </p>
    {missing.map((name) => (
      <p class="error" safe>{`${servedBy} does not reach ${name}.`}</p>
    ))}
    {site ? (
      ''
    ) : (
      <p class="error">
        The scaler tells nothing, so what the other processes do is not known here. Until it is back nothing
        is added, taken away or replaced; a process that dies is still started again.
      </p>
    )}
  </>
)

const isWell = (missing: string[], site: SiteState | null) =>
  missing.length === 0 && site !== null && site.processes.every(isFine)

const isFine = ({ state, health }: ProcessState) =>
  state === 'ready' && health !== 'broken' && health !== 'silent'

const Site = ({ site }: { site: SiteState }) => (
  <>
    <ScalingFacts scaling={site.scaling} />
    <Processes processes={site.processes} />
    <Decisions decisions={site.decisions} />
  </>
)

const ScalingFacts = ({ scaling }: { scaling: Scaling }) => (
  <dl class="facts">
    <dt>Web replicas</dt>
    <dd safe>{`${scaling.replicas}, at least ${scaling.min}, at most ${scaling.max}`}</dd>
    <dt>They follow</dt>
    <dd>{policies[scaling.policy]}</dd>
    {scaling.policy === 'requests' ? (
      <>
        <dt>Requests in this window</dt>
        <dd>{scaling.requestsInWindow ?? 'not known'}</dd>
      </>
    ) : (
      <>
        <dt>Load, of what is aimed at</dt>
        <dd safe>{scaling.load === null ? 'not known' : `${Math.round(scaling.load * 100)} %`}</dd>
      </>
    )}
  </dl>
)

const policies: Record<Scaling['policy'], string> = {
  load: 'the load',
  requests: 'the number of requests',
  off: 'nobody: the number is set by hand',
}

const Processes = ({ processes }: { processes: ProcessState[] }) => (
  <div class="scroll">
    <table>
      <caption>Processes</caption>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">State</th>
          <th scope="col">Health</th>
          <th scope="col">Port</th>
          <th scope="col">Requests/s</th>
          <th scope="col">At work on</th>
          <th scope="col">Answers in</th>
          <th scope="col">Event loop late by</th>
          <th scope="col">Processor</th>
          <th scope="col">Memory</th>
        </tr>
      </thead>
      <tbody>
        {processes.map((each) => (
          <ProcessRow process={each} />
        ))}
      </tbody>
    </table>
  </div>
)

const ProcessRow = ({ process: each }: { process: ProcessState }) => (
  <tr class={isFine(each) ? '' : 'wrong'}>
    <th scope="row" safe>
      {each.name}
    </th>
    <td safe>{each.state}</td>
    <td>{healths[each.health]}</td>
    <td>{each.port}</td>
    <td safe>{shown(each.requestsPerSecond)}</td>
    <td safe>{shown(each.inFlight)}</td>
    <td safe>{shown(each.responseMs, ' ms')}</td>
    <td safe>{shown(each.loopDelayMs, ' ms')}</td>
    <td safe>{shown(each.busy === null ? null : Math.round(each.busy * 100), ' %')}</td>
    <td safe>{shown(each.memoryMb, ' MB')}</td>
  </tr>
)

const healths: Record<Health, string> = {
  well: 'well',
  draining: 'stopping',
  broken: 'broken',
  silent: 'silent',
  unknown: 'not known',
}

const shown = (value: number | null, unit = '') => (value === null ? '' : `${value}${unit}`)

const Decisions = ({ decisions }: { decisions: Decision[] }) => (
  <section>
    <h2>Last decisions</h2>
    {decisions.length === 0 ? <p class="hint">None yet.</p> : ''}
    <ol class="decisions">
      {decisions.map(({ at, kind, what, reason }) => (
        <li class={kind}>
          <time datetime={at} safe>
            {clock.format(new Date(at))}
          </time>
          <strong safe>{what}</strong>
          <span safe>{reason}</span>
        </li>
      ))}
    </ol>
  </section>
)

const clock = new Intl.DateTimeFormat('en-GB', { dateStyle: 'short', timeStyle: 'medium', timeZone: 'UTC' })
