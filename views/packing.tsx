import type { PageContext } from '../src/http/page-context.ts'
import type { WholeWindow } from '../src/order-windows/queries.ts'
import type { PackedItem } from '../src/packing/queries.ts'
import type { Packed, Parcel, PackingPage as Parcels } from '../src/packing/service.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import type { Sentence } from '../texts/arabic.ts'
import { say } from '../texts/say.ts'
import { AdminPage, Notice } from './admin.tsx'
import { When } from './byline.tsx'
import { AddressField } from './form.tsx'
import { Html } from './html.ts'
import { Empty, Grid, Pager } from './list.tsx'
import { Money } from './money.tsx'
import { shownName } from './names.ts'
import { PaidOrNot } from './paid.tsx'
import { count } from './phrase.tsx'
import { PickupSpan } from './pickups.tsx'

type Props = Parcels & { pageContext: PageContext; window: WholeWindow; currency: string }

/** What is packed for whom, to be printed: first by item, then by place and person. */
export const PackingPage = ({
  pageContext,
  window,
  items,
  ready,
  currency,
  places,
  next,
}: Props & { items: PackedItem[]; ready: Ready }) => (
  <AdminPage pageContext={pageContext} tab="Order windows">
    <Heading window={window} says="Packing list" />
    {items.length === 0 ? '' : <TellReady window={window.id} ready={ready} />}
    <h3 safe>{say('By item')}</h3>
    <Items items={items} />
    {places.map(({ pickup, parcels }) => (
      <section class="sheet">
        <h3>
          <PickupSpan pickup={pickup} zone={window.timeZone} />
        </h3>
        {parcels.map((parcel) => (
          <div class="card parcel">
            <ParcelHead parcel={parcel} currency={currency} />
            {parcel.orders.map((order) => (
              <Content order={order} />
            ))}
          </div>
        ))}
      </section>
    ))}
    <Pager
      next={next === undefined ? undefined : `/admin/windows/${window.id}/packing?after=${next}`}
      says="Further orders"
    />
  </AdminPage>
)

/** Whether those who ordered may be told that they may come, or were. */
type Ready = 'no' | 'yes' | 'told'

const TellReady = ({ window, ready }: { window: number; ready: Ready }) =>
  ready === 'told' ? (
    <p class="done" safe>
      {say('Everybody who ordered is told that it can be picked up.')}
    </p>
  ) : ready === 'yes' ? (
    <form class="actions" method="post" action={`/admin/windows/${window}/ready`}>
      <button class="button" type="submit" safe>
        {say('All is packed: tell everybody who ordered')}
      </button>
    </form>
  ) : (
    ''
  )

const Heading = ({ window, says }: { window: WholeWindow; says: Sentence }) => (
  <div class="heading">
    <h2>
      <span safe>{say(says)}</span> · <bdi safe>{window.name}</bdi>
    </h2>
    <WindowLinks window={window.id} />
  </div>
)

/** What is done with the orders of a window. */
export const WindowLinks = ({ window }: { window: number }) => (
  <nav class="actions" aria-label={say('Orders of this window')}>
    {Object.entries(ways).map(([path, says]) => (
      <a class="button" href={`/admin/windows/${window}/${path}`} safe>
        {say(says)}
      </a>
    ))}
  </nav>
)

const ways: Record<string, Sentence> = {
  packing: 'Packing list',
  'hand-over': 'Hand-over',
  supplier: 'Supplier’s list',
}

const ParcelHead = ({ parcel, currency }: { parcel: Parcel; currency: string }) => (
  <p class="total">
    <Person name={parcel.buyer} /> <Money amount={parcel.total} currency={currency} />
  </p>
)

const Person = ({ name }: { name: string | null }) =>
  name === null ? <span safe>{say('a deleted account')}</span> : <bdi safe>{shownName(name)}</bdi>

/** A box to tick on paper stands before each line of an order that was not given out yet. */
const Content = ({ order }: { order: Packed }) => (
  <>
    <p class="hint" safe>
      {say('Order {number}', { number: order.id })}
    </p>
    <ul class="lines ticked">
      {order.lines.map((line) => (
        <li>
          <span>
            {order.state === 'open' ? <span class="box" aria-hidden="true"></span> : ''}{' '}
            {count(line.quantity)} × <bdi safe>{line.name}</bdi>
          </span>
        </li>
      ))}
    </ul>
  </>
)

const Items = ({ items }: { items: PackedItem[] }) =>
  items.length === 0 ? (
    <Empty says={say('Nobody has ordered anything here.')} />
  ) : (
    <Grid of={['Item', { name: 'Quantity', is: 'number' }]}>
      {items.map((item) => (
        <tr>
          <th scope="row" dir="auto" safe>
            {item.name}
          </th>
          <td class="number" data-label={say('Quantity')}>
            {count(item.quantity)}
          </td>
        </tr>
      ))}
    </Grid>
  )

/** Who comes, to be ticked off as they do. */
export const HandOverPage = ({ pageContext, window, currency, places, next }: Props) => (
  <AdminPage pageContext={pageContext} tab="Order windows">
    <Heading window={window} says="Hand-over" />
    {places.length === 0 ? <Empty says={say('Nobody has ordered anything here.')} /> : ''}
    {places.map(({ pickup, parcels }) => (
      <section>
        <h3>
          <PickupSpan pickup={pickup} zone={window.timeZone} />
        </h3>
        {parcels.flatMap(({ orders }) =>
          orders.map((order) => <ParcelCard order={order} window={window.id} currency={currency} />),
        )}
      </section>
    ))}
    <Pager
      next={next === undefined ? undefined : `/admin/windows/${window.id}/hand-over?after=${next}`}
      says="Further orders"
    />
  </AdminPage>
)

type CardProps = { order: Packed; window: number; currency: string }

/** An order that somebody comes for, with a button as long as it is there. */
export const ParcelCard = ({ order, window, currency }: CardProps) => {
  const address = `/admin/windows/${window}/hand-over/${order.id}`
  return (
    <article class="card" id={`order-${order.id}`}>
      <p class="total">
        <Person name={order.buyer} /> <Money amount={order.total} currency={currency} />{' '}
        <PaidOrNot at={order.paidAt} />
      </p>
      <Content order={order} />
      {order.state === 'open' ? (
        <form method="post" action={address}>
          <button
            class="primary"
            type="submit"
            hx-post={address}
            hx-target={`#order-${order.id}`}
            hx-swap="outerHTML"
            aria-label={say('Hand over order {number}', { number: order.id })}
            safe
          >
            {say('Hand over')}
          </button>
        </form>
      ) : (
        <p class="done" role="status" tabindex="-1">
          <span safe>{say('Handed over')}</span> {order.closedAt ? <When at={order.closedAt} /> : ''}
        </p>
      )}
    </article>
  )
}

type SupplierProps = {
  pageContext: PageContext
  window: WholeWindow
  items: PackedItem[]
  isMailOn: boolean
  isPut: boolean
  address: string
  errors: FieldErrors
}

/** What a supplier is to bring, as a file and by mail. */
export const SupplierPage = ({
  pageContext,
  window,
  items,
  isMailOn,
  isPut,
  address,
  errors,
}: SupplierProps) => (
  <AdminPage pageContext={pageContext} tab="Order windows">
    <Heading window={window} says="Supplier’s list" />
    <Notice said={isPut ? 'The mail is on its way.' : undefined} />
    <Items items={items} />
    <div class="actions">
      <a class="button" href={`/admin/windows/${window.id}/supplier.csv`} download="" safe>
        {say('As a CSV file')}
      </a>
    </div>
    {isMailOn ? (
      <form class="card stack" method="post" action={`/admin/windows/${window.id}/supplier`}>
        <AddressField
          label={say('Send it to this address')}
          address={address}
          error={errors.address}
          isRequired
        />
        <button class="primary" type="submit" safe>
          {say('Send')}
        </button>
      </form>
    ) : (
      <p class="hint" safe>
        {say('This board sends no mail.')}
      </p>
    )}
  </AdminPage>
)
