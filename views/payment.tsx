import type { PageContext } from '../src/http/page-context.ts'
import type { Paper } from '../src/invoices/content.ts'
import type { Order } from '../src/orders/service.ts'
import type { PaymentNote } from '../src/payments/queries.ts'
import type { Payment } from '../src/payments/service.ts'
import type { Asked } from '../src/payments/ways.ts'
import type { Sentence } from '../texts/arabic.ts'
import { say } from '../texts/say.ts'
import { AdminPage } from './admin.tsx'
import { When } from './byline.tsx'
import { FieldError, invalid } from './form.tsx'
import { Html } from './html.ts'
import { Layout } from './layout.tsx'
import { Money } from './money.tsx'
import { shownName } from './names.ts'
import { OrderCard } from './orders.tsx'
import { Phrase } from './phrase.tsx'

type Props = { pageContext: PageContext; order: Order; currency: string; payment: Payment }

/** An order on a page of its own, for its buyer: how it is paid, and its papers. */
export const OrderPage = ({
  pageContext,
  order,
  currency,
  payment,
  qr,
}: Props & { qr: string | undefined }) => (
  <Layout pageContext={pageContext} title={say('Order {number}', { number: order.id })}>
    <section class="narrow">
      <div class="heading">
        <h1 safe>{say('Order {number}', { number: order.id })}</h1>
        <a class="button" href="/market/orders" safe>
          {say('Your orders')}
        </a>
      </div>
      <OrderCard order={order} currency={currency} />
      <section class="order card">
        <h2 safe>{say('Payment')}</h2>
        <HowItIsPaid order={order} payment={payment} qr={qr} />
        <Papers order={order} papers={payment.papers} hasSeller={payment.hasSeller} />
      </section>
    </section>
  </Layout>
)

type HowProps = { order: Order; payment: Payment; qr: string | undefined }

const HowItIsPaid = ({ order, payment: { asked }, qr }: HowProps) => {
  if (order.paidAt !== null)
    return (
      <p class="done">
        <Phrase of="It is paid: that was noted {when}." parts={{ when: <When at={order.paidAt} /> }} />
      </p>
    )
  if (order.state === 'cancelled') return <p safe>{say('It is cancelled: there is nothing to pay.')}</p>
  if (!asked) return <p safe>{say('It is paid as agreed, at the pick-up for instance.')}</p>
  return (
    <>
      <p safe>{say('Please transfer it with these words, so that it is found:')}</p>
      <Transfer asked={asked} />
      {qr === undefined ? (
        ''
      ) : (
        <>
          <div class="qr" role="img" aria-label={say('A QR code for your bank’s app')}>
            {qr as 'safe'}
          </div>
          <p class="hint" safe>
            {say('Your bank’s app fills in the transfer when it sees this code.')}
          </p>
        </>
      )}
    </>
  )
}

const Transfer = ({ asked }: { asked: Asked }) => (
  <ul class="lines" id="transfer">
    <Part says="To" is={asked.name} />
    <Part says="IBAN" is={inFours(asked.iban)} />
    {asked.bic === '' ? '' : <Part says="BIC" is={asked.bic} />}
    <li>
      <span class="hint" safe>
        {say('Amount')}
      </span>
      <Money amount={asked.amount} currency={asked.currency} />
    </li>
    <Part says="Remittance" is={asked.remittance} />
  </ul>
)

const Part = ({ says, is }: { says: Sentence; is: string }) => (
  <li>
    <span class="hint" safe>
      {say(says)}
    </span>
    <bdi safe>{is}</bdi>
  </li>
)

/** As it is printed on paper. */
const inFours = (iban: string) => iban.replaceAll(/(.{4})(?=.)/g, '$1 ')

type PapersProps = { order: Order; papers: Paper[]; hasSeller: boolean }

const Papers = ({ order, papers, hasSeller }: PapersProps) => {
  const hasReceipt = order.paidAt !== null && (hasSeller || papers.length > 0)
  return papers.length > 0 || hasReceipt ? (
    <p class="actions">
      {papers.map(({ kind, number }) => (
        <a class="button" href={paperAt(order, kind)} download="">
          <span safe>{say(kinds[kind])}</span>{' '}
          <bdi dir="ltr" safe>
            {number ?? ''}
          </bdi>
        </a>
      ))}
      {hasReceipt ? (
        <a class="button" href={paperAt(order, 'receipt')} download="" safe>
          {say('Receipt')}
        </a>
      ) : (
        ''
      )}
    </p>
  ) : (
    ''
  )
}

const kinds: Record<Paper['kind'], Sentence> = {
  invoice: 'Invoice',
  credit: 'Credit note',
  receipt: 'Receipt',
}

const files: Record<Paper['kind'], string> = {
  invoice: 'invoice.pdf',
  credit: 'credit-note.pdf',
  receipt: 'receipt.pdf',
}

const paperAt = ({ id }: Order, kind: Paper['kind']) => `/market/orders/${id}/${files[kind]}`

type AdminProps = Props & {
  notes: PaymentNote[]
  refused: { says: string; reason: string } | undefined
}

/** The same for an admin, who notes that it is paid. */
export const AdminOrderPage = ({ pageContext, order, currency, payment, notes, refused }: AdminProps) => (
  <AdminPage pageContext={pageContext} tab="Orders">
    <div class="heading">
      <h2 safe>{say('Payment')}</h2>
      <a class="button" href="/admin/orders" safe>
        {say('Orders')}
      </a>
    </div>
    <OrderCard order={order} currency={currency} isAdmin />
    <section class="order card">
      {order.paidAt === null ? <Unpaid order={order} /> : <TakeBack order={order} refused={refused} />}
      <Papers order={order} papers={payment.papers} hasSeller={payment.hasSeller} />
      {order.isInvoiced || order.state === 'cancelled' ? (
        ''
      ) : payment.hasSeller ? (
        <form method="post" action={`/admin/orders/${order.id}/invoice`}>
          <button class="button" type="submit" safe>
            {say('Make the invoice')}
          </button>
        </form>
      ) : (
        <p class="hint">
          <Phrase
            of="There are no invoices as long as nobody is paid: {link}."
            parts={{
              link: (
                <a href="/admin/payment" safe>
                  {say('Who is paid')}
                </a>
              ),
            }}
          />
        </p>
      )}
      <Notes notes={notes} />
    </section>
  </AdminPage>
)

const Unpaid = ({ order }: { order: Order }) =>
  order.state === 'cancelled' ? (
    <p safe>{say('It is cancelled: there is nothing to pay.')}</p>
  ) : (
    <form method="post" action={`/admin/orders/${order.id}/paid`}>
      <button class="primary" type="submit" safe>
        {say('Note that it is paid')}
      </button>
    </form>
  )

const TakeBack = ({ order, refused }: { order: Order; refused: AdminProps['refused'] }) => (
  <form class="stack" method="post" action={`/admin/orders/${order.id}/unpaid`}>
    {order.state === 'cancelled' ? (
      <p safe>{say('It is cancelled, and the money came: please pay it back, and note that here.')}</p>
    ) : (
      ''
    )}
    <label>
      <span safe>{say('Why it is not paid after all')}</span>
      <input
        name="reason"
        maxlength="200"
        dir="auto"
        autocomplete="off"
        required
        value={refused?.reason ?? ''}
        {...invalid('reason', refused?.says)}
      />
      <FieldError of="reason" error={refused?.says} />
    </label>
    <button class="button" type="submit" safe>
      {say('It is not paid')}
    </button>
  </form>
)

const Notes = ({ notes }: { notes: PaymentNote[] }) =>
  notes.length === 0 ? (
    ''
  ) : (
    <ul class="rows">
      {notes.map(({ isPaid, reason, by, at }) => (
        <li>
          <span>
            <b safe>{isPaid ? say('Paid') : say('Not paid')}</b>
            {reason === '' ? (
              ''
            ) : (
              <>
                : <bdi safe>{reason}</bdi>
              </>
            )}
          </span>{' '}
          <span class="byline">
            <bdi safe>{by === null ? say('a deleted account') : shownName(by)}</bdi> · <When at={at} />
          </span>
        </li>
      ))}
    </ul>
  )
