import { Html } from '@elysiajs/html'
import type { Frame } from '../src/frame.ts'
import type { OrderState } from '../src/orders/queries.ts'
import type { Line, Order, OrderList } from '../src/orders/service.ts'
import { Layout } from './layout.tsx'
import { count, Money } from './money.tsx'
import { When } from './time.tsx'

/** A member's own orders. */
export const OrdersPage = ({ frame, currency, ...list }: OrderList & { frame: Frame; currency: string }) => (
  <Layout frame={frame} title="Your orders">
    <section class="narrow">
      <div class="heading">
        <h1>Your orders</h1>
        <a class="button" href="/market">
          To the market
        </a>
      </div>
      <Orders {...list} currency={currency} />
    </section>
  </Layout>
)

type OrdersProps = OrderList & { currency: string; isAdmin?: boolean; olderAddress?: string }

export const Orders = ({
  orders,
  older,
  currency,
  isAdmin = false,
  olderAddress = '?before=',
}: OrdersProps) => (
  <>
    {orders.map((order) => (
      <OrderCard order={order} currency={currency} isAdmin={isAdmin} />
    ))}
    {orders.length === 0 ? <p class="empty">There are no orders here.</p> : ''}
    {older ? (
      <p class="pager">
        <a class="button" rel="next" href={`${olderAddress}${older}`}>
          Older orders
        </a>
      </p>
    ) : (
      ''
    )}
  </>
)

type CardProps = { order: Order; currency: string; isAdmin?: boolean }

/** An order with what may be done to it: its buyer cancels it, an admin completes it too. */
export const OrderCard = ({ order, currency, isAdmin = false }: CardProps) => (
  <article id={`order-${order.id}`} class="order card">
    <div class="heading">
      <h2>Order {order.id}</h2>
      <State state={order.state} />
    </div>
    <p class="byline">
      {isAdmin ? (
        <>
          <Buyer name={order.buyer} />
          <span aria-hidden="true"> · </span>
        </>
      ) : (
        ''
      )}
      <When at={order.createdAt} />
    </p>
    <ul class="lines">
      {order.lines.map((line) => (
        <OrderLine line={line} currency={currency} />
      ))}
    </ul>
    <p class="total">
      <span>Total</span> <Money amount={order.total} currency={currency} />
    </p>
    {order.state === 'open' ? (
      <div class="actions">
        {isAdmin ? <CloseButton order={order} of="/admin" act="complete" says="Complete" /> : ''}
        <CloseButton order={order} of={isAdmin ? '/admin' : '/market'} act="cancel" says="Cancel" />
      </div>
    ) : (
      ''
    )}
  </article>
)

const states: Record<OrderState, string> = {
  open: 'Reserved',
  completed: 'Completed',
  cancelled: 'Cancelled',
}

const State = ({ state }: { state: OrderState }) => <p class={`state ${state}`}>{states[state] as 'safe'}</p>

const Buyer = ({ name }: { name: string | null }) =>
  name === null ? (
    <span>a deleted account</span>
  ) : (
    <a href={`/users/${encodeURIComponent(name)}`} safe>
      {name}
    </a>
  )

const OrderLine = ({ line, currency }: { line: Line; currency: string }) => (
  <li>
    <span>
      {count(line.quantity)} × <span safe>{line.name}</span>
    </span>
    <span class="hint">
      <Money amount={line.price} currency={currency} /> each
    </span>
  </li>
)

type CloseProps = { order: Order; of: '/admin' | '/market'; act: 'complete' | 'cancel'; says: string }

const CloseButton = ({ order, of, act, says }: CloseProps) => {
  const address = `${of}/orders/${order.id}/${act}`
  return (
    <form method="post" action={address}>
      <button
        class={act === 'complete' ? 'primary' : 'quiet'}
        type="submit"
        hx-post={address}
        hx-target={`#order-${order.id}`}
        hx-swap="outerHTML"
        aria-label={`${says} order ${order.id}`}
        {...(act === 'cancel' ? { 'hx-confirm': `Cancel order ${order.id}?` } : {})}
      >
        {says as 'safe'}
      </button>
    </form>
  )
}
