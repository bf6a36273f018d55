import type { PageContext } from '../src/http/page-context.ts'
import type { WholeWindow } from '../src/order-windows/queries.ts'
import type { TypedPickup, TypedWindow } from '../src/order-windows/read-window.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import type { Sentence } from '../texts/arabic.ts'
import { say } from '../texts/say.ts'
import { AdminPage, Notice } from './admin.tsx'
import { FieldError, invalid } from './form.tsx'
import { Html } from './html.ts'
import { Empty, Pager } from './list.tsx'
import { shownSpan } from './moments.tsx'
import { WindowLinks } from './packing.tsx'
import { PickupSpan } from './pickups.tsx'
import { TimeZones } from './time-zones.tsx'

type State = 'coming' | 'open' | 'closed'
type Shown = WholeWindow & { state: State }
type Form = { typed: TypedWindow; errors: FieldErrors }

type ListProps = Form & {
  pageContext: PageContext
  windows: Shown[]
  next: string | undefined
  isFirstPage: boolean
}

/** Where admins say when members order. */
export const WindowsPage = ({ pageContext, windows, next, isFirstPage, typed, errors }: ListProps) => (
  <AdminPage pageContext={pageContext} tab="Order windows">
    <p class="actions">
      <a class="button" href="/admin/windows/import" safe>
        {say('Import CSV')}
      </a>
      <a class="button" href="/admin/windows.csv" download="windows.csv" safe>
        {say('Export CSV')}
      </a>
    </p>
    <p class="hint" safe>
      {say(
        'Where there is a window, members order while one is open. Without any they order when they like.',
      )}
    </p>
    <details class="card" open={Object.keys(errors).length > 0}>
      <summary safe>{say('Add a window')}</summary>
      <WindowForm to="/admin/windows" typed={typed} errors={errors} says="Add" />
    </details>
    {windows.map((window) => (
      <WindowCard window={window} />
    ))}
    {windows.length === 0 ? (
      <Empty
        says={say('There are no windows here.')}
        firstPage={isFirstPage ? undefined : '/admin/windows'}
      />
    ) : (
      ''
    )}
    <Pager next={next && `/admin/windows?before=${next}`} says="Older windows" />
  </AdminPage>
)

const states: Record<State, Sentence> = { coming: 'Not open yet', open: 'Open', closed: 'Closed' }

const WindowCard = ({ window }: { window: Shown }) => (
  <section class="card" id={`window-${window.id}`}>
    <div class="heading">
      <h2 dir="auto" safe>
        {window.name}
      </h2>
      <p class={window.state === 'open' ? 'state completed' : 'state'} safe>
        {say(states[window.state])}
      </p>
    </div>
    <p safe>{`${shownSpan(window.opensAt, window.closesAt, window.timeZone)} (${window.timeZone})`}</p>
    <ul>
      {window.pickups.map((pickup) => (
        <li>
          <PickupSpan pickup={pickup} zone={window.timeZone} />
        </li>
      ))}
    </ul>
    <WindowLinks window={window.id} />
    <div class="actions">
      <a
        class="button"
        href={`/admin/windows/${window.id}`}
        aria-label={say('Change {what}', { what: window.name })}
        safe
      >
        {say('Change')}
      </a>
    </div>
  </section>
)

type PageProps = Form & { pageContext: PageContext; window: Shown; version: string }

/** One window, to change, to close and to remove. */
export const WindowPage = ({ pageContext, window, version, typed, errors }: PageProps) => (
  <AdminPage pageContext={pageContext} tab="Order windows">
    <WindowCard window={window} />
    <WindowForm
      to={`/admin/windows/${window.id}`}
      typed={typed}
      errors={errors}
      version={version}
      says="Save"
    />
    <div class="actions">
      {window.state === 'open' ? (
        <form method="post" action={`/admin/windows/${window.id}/close`}>
          <button class="button" type="submit" safe>
            {say('Close it now')}
          </button>
        </form>
      ) : (
        ''
      )}
      <form method="post" action={`/admin/windows/${window.id}/remove`}>
        <button class="danger" type="submit" safe>
          {say('Remove')}
        </button>
      </form>
    </div>
  </AdminPage>
)

type FormProps = Form & { to: string; version?: string; says: 'Add' | 'Save' }

/** More pick-ups than there are: saved, the form has two more. */
const freePickups = 2
const mostPickups = 20

const WindowForm = ({ to, typed, errors, version, says }: FormProps) => (
  <form class="stack" method="post" action={to}>
    {version === undefined ? '' : <input type="hidden" name="version" value={version} />}
    <Notice refused={errors.pickups} />
    <Field of="name" says="Name" value={typed.name} error={errors.name} longest={60} />
    <label>
      <span safe>{say('Time zone of all these times')}</span>
      <select name="timeZone" dir="ltr" {...invalid('timeZone', errors.timeZone)}>
        <TimeZones chosen={typed.timeZone} />
      </select>
      <FieldError of="timeZone" error={errors.timeZone} />
    </label>
    <Time of="opens" says="Opens" value={typed.opens} error={errors.opens} isRequired />
    <Time of="closes" says="Closes" value={typed.closes} error={errors.closes} isRequired />
    {[...typed.pickups, ...Array.from({ length: freePickups }, () => noPickup)]
      .slice(0, mostPickups)
      .map((pickup, n) => (
        <PickupFields n={n} pickup={pickup} errors={errors} />
      ))}
    <p class="hint" safe>
      {say('A pick-up whose fields are all empty is left out. Saved, the form has room for more.')}
    </p>
    <button class="primary" type="submit" safe>
      {say(says)}
    </button>
  </form>
)

const noPickup: TypedPickup = { id: '', place: '', starts: '', ends: '' }

type PickupProps = { n: number; pickup: TypedPickup; errors: FieldErrors }

const PickupFields = ({ n, pickup, errors }: PickupProps) => (
  <fieldset class="stack">
    <legend safe>{say('Pick-up {number}', { number: n + 1 })}</legend>
    <input type="hidden" name={`pickup-${n}`} value={pickup.id} />
    <Field
      of={`place-${n}`}
      says="Place"
      value={pickup.place}
      error={errors[`place-${n}`]}
      longest={120}
      isRequired={n === 0}
    />
    <Time
      of={`starts-${n}`}
      says="From"
      value={pickup.starts}
      error={errors[`starts-${n}`]}
      isRequired={n === 0}
    />
    <Time
      of={`ends-${n}`}
      says="Until"
      value={pickup.ends}
      error={errors[`ends-${n}`]}
      isRequired={n === 0}
    />
  </fieldset>
)

type FieldProps = {
  of: string
  says: Sentence
  value: string
  error: string | undefined
  isRequired?: boolean
}

const Field = ({ of, says, value, error, longest, isRequired = true }: FieldProps & { longest: number }) => (
  <label>
    <span safe>{say(says)}</span>
    <input
      name={of}
      required={isRequired}
      maxlength={`${longest}`}
      dir="auto"
      autocomplete="off"
      value={value}
      {...invalid(of, error)}
    />
    <FieldError of={of} error={error} />
  </label>
)

const Time = ({ of, says, value, error, isRequired = false }: FieldProps) => (
  <label>
    <span safe>{say(says)}</span>
    <input type="datetime-local" name={of} required={isRequired} value={value} {...invalid(of, error)} />
    <FieldError of={of} error={error} />
  </label>
)
