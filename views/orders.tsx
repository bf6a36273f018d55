import type { PageContext } from '../src/http/page-context.ts'
import type { OrderState } from '../src/orders/queries.ts'
import type { Line, Order, OrderList } from '../src/orders/service.ts'
import type { Sentence } from '../texts/arabic.ts'
import { say } from '../texts/say.ts'
import { When } from './byline.tsx'
import { Html } from './html.ts'
import { Layout } from './layout.tsx'
import { Empty, Pager } from './list.tsx'
import { Money } from './money.tsx'
import { memberAt, shownName } from './names.ts'
import { count, Phrase } from './phrase.tsx'

/** A member's own orders. */
export const OrdersPage = ({
  pageContext,
  currency,
  ...list
}: OrderList & { pageContext: PageContext; currency: string; isFirstPage: boolean }) => (
  <Layout pageContext={pageContext} title={say('Your orders')}>
    <section class="narrow">
      <div class="heading">
        <h1 safe>{say('Your orders')}</h1>
        <a class="button" href="/market" safe>
          {say('To the market')}
        </a>
      </div>
      <Orders {...list} currency={currency} />
    </section>
  </Layout>
)

type OrdersProps = OrderList & {
  currency: string
  isAdmin?: boolean
  isFirstPage: boolean
  firstPage?: string
}

export const Orders = ({
  orders,
  nextCursor,
  currency,
  isAdmin = false,
  isFirstPage,
  firstPage = '?',
}: OrdersProps) => (
  <>
    {orders.map((order) => (
      <OrderCard order={order} currency={currency} isAdmin={isAdmin} />
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

type CardProps = { order: Order; currency: string; isAdmin?: boolean }

/** An order with what may be done to it: its buyer cancels it, an admin completes it too. */
export const OrderCard = ({ order, currency, isAdmin = false }: CardProps) => (
  <article id={`order-${order.id}`} class="order card">
    <div class="heading">
      <h2 safe>{say('Order {number}', { number: order.id })}</h2>
      <State state={order.state} />
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
    <ul class="lines">
      {order.lines.map((line) => (
        <OrderLine line={line} currency={currency} />
      ))}
    </ul>
    <p class="total">
      <span safe>{say('Total')}</span> <Money amount={order.total} currency={currency} />
    </p>
    {order.state === 'open' ? (
      <div class="actions">
        {isAdmin ? <CloseButton order={order} of="/admin" act="complete" /> : ''}
        <CloseButton order={order} of={isAdmin ? '/admin' : '/market'} act="cancel" />
      </div>
    ) : (
      ''
    )}
  </article>
)

const states: Record<OrderState, Sentence> = {
  open: 'Reserved',
  completed: 'Completed',
  cancelled: 'Cancelled',
}

const State = ({ state }: { state: OrderState }) => (
  <p class={`state ${state}`} safe>
    {say(states[state])}
  </p>
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
