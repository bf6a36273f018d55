import type { PageContext } from '../src/http/page-context.ts'
import type { MarketLevel, Pickup } from '../src/order-windows/queries.ts'
import type { OrderState } from '../src/orders/queries.ts'
import type { Line, Order, OrderList, OrderPickup } from '../src/orders/service.ts'
import type { Sentence } from '../texts/arabic.ts'
import { say } from '../texts/say.ts'
import { Notice } from './admin.tsx'
import { When } from './byline.tsx'
import { Html } from './html.ts'
import { Layout } from './layout.tsx'
import { Empty, Pager } from './list.tsx'
import { MomentIn } from './moments.tsx'
import { Money } from './money.tsx'
import { memberAt, shownName } from './names.ts'
import { Paid } from './paid.tsx'
import { count, Phrase } from './phrase.tsx'
import { PickupOptions, PickupSpan } from './pickups.tsx'

/** A member's own orders. */
export const OrdersPage = ({
  pageContext,
  currency,
  refused,
  level,
  ...list
}: OrderList & OfOwner & OnPage) => (
  <Layout pageContext={pageContext} title={say('Your orders')}>
    <section class="narrow">
      <div class="heading">
        <h1 safe>{say('Your orders')}</h1>
        <a class="button" href="/market" safe>
          {say('To the market')}
        </a>
      </div>
      <Notice refused={refused} />
      <Orders {...list} currency={currency} />
      {level === undefined ? '' : <ToldOfWindows level={level} />}
    </section>
  </Layout>
)

type OnPage = {
  pageContext: PageContext
  currency: string
  isFirstPage: boolean
  /** Whether the viewer is told of windows; undefined on a board without. */
  level?: MarketLevel | 'none' | undefined
}

const ToldOfWindows = ({ level }: { level: MarketLevel | 'none' }) => (
  <form class="actions" method="post" action="/market/windows">
    <button class="button" type="submit" name="level" value={level === 'all' ? 'mute' : 'all'} safe>
      {say(level === 'all' ? 'Do not tell me when one can order' : 'Tell me when one can order')}
    </button>
  </form>
)

/** By the number of an order that its owner may change: what stands in the form for it, and its choices. */
export type Changeable = Map<number, { version: string; pickups: Pickup[] }>

/** What the owner of orders may do, and why what they sent was not done. */
type OfOwner = { changeable: Changeable; refused?: string }

type OrdersProps = OrderList & {
  currency: string
  changeable?: Changeable
  isAdmin?: boolean
  isFirstPage: boolean
  firstPage?: string
}

export const Orders = ({
  orders,
  nextCursor,
  currency,
  changeable,
  isAdmin = false,
  isFirstPage,
  firstPage = '?',
}: OrdersProps) => (
  <>
    {orders.map((order) => (
      <OrderCard order={order} currency={currency} isAdmin={isAdmin} changeable={changeable} />
    ))}
    {orders.length === 0 ? (
      <Empty says={say('There are no orders here.')} firstPage={isFirstPage ? undefined : firstPage} />
    ) : (
      ''
    )}
    <Pager
      next={nextCursor ? `${firstPage}${firstPage === '?' ? '' : '&'}before=${nextCursor}` : undefined}
      says="Older orders"
    />
  </>
)

type CardProps = {
  order: Order
  currency: string
  isAdmin?: boolean
  changeable?: Changeable | undefined
  said?: Sentence
  refused?: string
}

/**
 * An order with what may be done to it: its buyer changes it while its window is open, and cancels it, an
 * admin completes it too.
 */
export const OrderCard = ({ order, currency, isAdmin = false, changeable, said, refused }: CardProps) => (
  <article id={`order-${order.id}`} class="order card">
    <div class="heading">
      <h2>
        <a href={`${isAdmin ? '/admin' : '/market'}/orders/${order.id}`} safe>
          {say('Order {number}', { number: order.id })}
        </a>
      </h2>
      <p>
        <State state={order.state} /> <Paid at={order.paidAt} />
      </p>
    </div>
    <p class="byline">
      {isAdmin ? (
        <>
          <Buyer name={order.buyer} id={order.userId} />
          <span aria-hidden="true"> · </span>
        </>
      ) : (
        ''
      )}
      <When at={order.createdAt} />
    </p>
    <Notice said={said} refused={refused} />
    <Lines order={order} currency={currency} isAdmin={isAdmin} choices={changeable?.get(order.id)} />
    {mayBeClosed(order, isAdmin || changeable?.has(order.id) === true) ? (
      <div class="actions">
        {isAdmin ? <CloseButton order={order} of="/admin" act="complete" /> : ''}
        <CloseButton order={order} of={isAdmin ? '/admin' : '/market'} act="cancel" />
      </div>
    ) : (
      ''
    )}
  </article>
)

const mayBeClosed = ({ state, pickup }: Order, isOpen: boolean) =>
  state === 'open' && (isOpen || pickup === null)

type Choices = { version: string; pickups: Pickup[] }
type LinesProps = { order: Order; currency: string; isAdmin: boolean; choices: Choices | undefined }

const Lines = ({ order, currency, isAdmin, choices }: LinesProps) =>
  choices && order.pickup ? (
    <ChangeForm order={order} currency={currency} pickup={order.pickup} choices={choices} />
  ) : (
    <>
      <ul class="lines">
        {order.lines.map((line) => (
          <OrderLine line={line} currency={currency} />
        ))}
      </ul>
      <Total order={order} currency={currency} />
      {order.pickup && !isAdmin ? <PickedUp order={order} pickup={order.pickup} /> : ''}
    </>
  )

const Total = ({ order, currency }: { order: Order; currency: string }) => (
  <p class="total">
    <span safe>{say('Total')}</span> <Money amount={order.total} currency={currency} />
  </p>
)

const PickedUp = ({ order: { id, state }, pickup }: { order: Order; pickup: OrderPickup }) => (
  <p>
    <Phrase
      of="Pick-up: {where}"
      parts={{ where: <PickupSpan pickup={pickup} zone={pickup.window.timeZone} /> }}
    />{' '}
    {state === 'open' ? (
      <a href={`/market/orders/${id}/pickup.ics`} safe>
        {say('Into the calendar')}
      </a>
    ) : (
      ''
    )}
  </p>
)

type ChangeProps = { order: Order; currency: string; pickup: OrderPickup; choices: Choices }

const ChangeForm = ({ order, currency, pickup, choices }: ChangeProps) => (
  <form
    class="stack"
    method="post"
    action={`/market/orders/${order.id}`}
    hx-post={`/market/orders/${order.id}`}
    hx-target={`#order-${order.id}`}
    hx-swap="outerHTML"
    hx-disable="find button"
  >
    <input type="hidden" name="version" value={choices.version} />
    <ul class="lines">
      {order.lines.map((line) => (
        <li>
          <label>
            <bdi safe>{line.name}</bdi>
            <input
              type="number"
              name={`quantity-${line.line}`}
              min="0"
              max="1000000"
              value={`${line.quantity}`}
              required
            />
          </label>
          <span class="hint">
            <Phrase of="{price} each" parts={{ price: <Money amount={line.price} currency={currency} /> }} />
          </span>
        </li>
      ))}
    </ul>
    <Total order={order} currency={currency} />
    <label>
      <span safe>{say('Pick-up')}</span>
      <select name="pickup">
        <PickupOptions pickups={choices.pickups} zone={pickup.window.timeZone} chosen={pickup.id} />
      </select>
    </label>
    <p class="hint">
      <Phrase
        of="It can be changed until {when}."
        parts={{ when: <MomentIn at={pickup.window.closesAt} zone={pickup.window.timeZone} /> }}
      />
    </p>
    <div class="actions">
      <button class="button" type="submit" safe>
        {say('Save')}
      </button>
      <a class="button" href={`/market/orders/${order.id}/pickup.ics`} safe>
        {say('Into the calendar')}
      </a>
    </div>
  </form>
)

const states: Record<OrderState, Sentence> = {
  open: 'Reserved',
  completed: 'Completed',
  cancelled: 'Cancelled',
}

const State = ({ state }: { state: OrderState }) => (
  <span class={`state ${state}`} safe>
    {say(states[state])}
  </span>
)

const Buyer = ({ name, id }: { name: string | null; id: number | null }) =>
  name === null ? (
    <span safe>{say('a deleted account')}</span>
  ) : (
    <a href={memberAt(name, id)} dir="auto" safe>
      {shownName(name)}
    </a>
  )

const OrderLine = ({ line, currency }: { line: Line; currency: string }) => (
  <li>
    <span>
      {count(line.quantity)} × <bdi safe>{line.name}</bdi>
    </span>
    <span class="hint">
      <Phrase of="{price} each" parts={{ price: <Money amount={line.price} currency={currency} /> }} />
    </span>
  </li>
)

type Act = 'complete' | 'cancel'

const acts: Record<Act, { button: Sentence; whole: Sentence }> = {
  complete: { button: 'Complete', whole: 'Complete order {number}' },
  cancel: { button: 'Cancel', whole: 'Cancel order {number}' },
}

const CloseButton = ({ order, of, act }: { order: Order; of: '/admin' | '/market'; act: Act }) => {
  const address = `${of}/orders/${order.id}/${act}`
  const number = order.id
  return (
    <form method="post" action={address}>
      <button
        class={act === 'complete' ? 'primary' : 'quiet'}
        type="submit"
        hx-post={address}
        hx-target={`#order-${order.id}`}
        hx-swap="outerHTML"
        aria-label={say(acts[act].whole, { number })}
        {...(act === 'cancel' ? { 'hx-confirm': say('Cancel order {number}?', { number }) } : {})}
        safe
      >
        {say(acts[act].button)}
      </button>
    </form>
  )
}
