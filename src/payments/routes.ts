import { type Static, Type as t } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { renderSVG } from 'uqr'
import { OrderPage } from '../../views/payment.tsx'
import { memberOf } from '../accounts/access.ts'
import type { Viewer } from '../accounts/queries.ts'
import type { Context } from '../context.ts'
import { signInPath } from '../http/local-path.ts'
import { pageContextFor, seeOther, viewerIn } from '../http/page-context.ts'
import { idIn } from '../http/params.ts'
import { notKept, unkept } from '../http/respond.ts'
import type { Paper } from '../invoices/content.ts'
import { openPrinter } from '../invoices/print.ts'
import { papersOf } from '../invoices/service.ts'
import { currencyCode, exactPrice } from '../market/money.ts'
import { operation } from '../openapi/operation.ts'
import { id as idSchema, nullOr, object, time } from '../openapi/schema.ts'
import { orderOrRefuse } from '../orders/service.ts'
import { Refusal } from '../platform/errors.ts'
import { currencyOf, lookOf } from '../settings/look.ts'
import { paperOf, paymentOf } from './service.ts'
import type { Asked } from './ways.ts'

/** An order with how it is paid, and its papers, for its buyer; the papers for admins as well. */
export const payments = (context: Context) => {
  const print = openPrinter(context)

  /** Whose it is, or any of an admin's. Throws a 401, or a 404. */
  const orderFor = async (request: Request, id: string) => {
    const [viewer] = await Promise.all([
      memberOf(context, request, 'Please sign in to order.'),
      lookOf(context),
    ])
    return { viewer, order: await orderOrRefuse(context, orderIn(id), buyerAmong(viewer)) }
  }

  const paper =
    (kind: Paper['kind']) =>
    async ({ params, request }: Asking) => {
      const { viewer, order } = await orderFor(request, params.id)
      const found = await paperOf(context, order, kind)
      return new Response(await print(found, viewer), {
        headers: {
          ...{ 'content-type': 'application/pdf', ...notKept },
          'content-disposition': `attachment; filename="${kind}-${found.number ?? order.id}.pdf"`,
        },
      })
    }

  return new Elysia({ name: 'payments' })
    .get('/market/orders/:id', async ({ params, request }) => {
      const pageContext = await pageContextFor(context, request)
      const viewer = viewerIn(pageContext)
      if (!viewer) return seeOther(signInPath(request))
      const order = await orderOrRefuse(context, orderIn(params.id), viewer)
      const payment = await paymentOf(context, order, pageContext.look.name)
      const currency = currencyOf(context)
      return OrderPage({ pageContext, order, currency, payment, qr: qrOf(payment.asked) })
    })
    .get('/market/orders/:id/invoice.pdf', paper('invoice'))
    .get('/market/orders/:id/credit-note.pdf', paper('credit'))
    .get('/market/orders/:id/receipt.pdf', paper('receipt'))

    .get(
      '/api/orders/:id/invoice',
      async ({ params, request }) => {
        const { order } = await orderFor(request, params.id)
        const [made, cancelled] = await papersOf(context, order.id)
        if (!made) throw new Refusal(404, 'There is no such paper of this order.')
        return unkept(serialize(made, cancelled))
      },
      operations.invoice,
    )
}

type Asking = { params: { id: string }; request: Request }

const orderIn = (id: string) => idIn(id, 'There is no such order.')

const buyerAmong = (viewer: Viewer) => (viewer.role === 'admin' ? undefined : viewer)

/** As the guidelines ask: so much of the code may be lost. */
const qrOf = (asked: Asked | undefined) =>
  asked?.epc === undefined ? undefined : renderSVG(asked.epc, { ecc: 'M', border: 4 })

const serialize = (
  { kind: _, number, cancels: __, ...invoice }: Paper,
  cancelled: Paper | undefined,
): Static<typeof invoiceSchema> => ({
  ...invoice,
  number: number ?? '',
  cancelledBy: cancelled ? { number: cancelled.number ?? '', issuedAt: cancelled.issuedAt } : null,
})

const invoiceNumber = t.String({ pattern: '^\\d{4}-\\d{4,}$', description: 'Of a year, without a gap.' })

const invoiceSchema = object(
  {
    number: invoiceNumber,
    issuedAt: time,
    seller: object({
      ...{ name: t.String(), iban: t.String(), bic: t.String(), address: t.String(), taxNote: t.String() },
      taxRate: t.String({ description: 'Percent that prices hold; empty: none.' }),
    }),
    buyer: nullOr(t.String(), { description: 'As the account was called then; null when it was gone.' }),
    order: idSchema,
    orderedAt: time,
    timeZone: t.String(),
    currency: currencyCode,
    lines: t.Array(object({ name: t.String(), quantity: t.Integer({ minimum: 1 }), price: exactPrice })),
    total: exactPrice,
    cancelledBy: nullOr(object({ number: invoiceNumber, issuedAt: time })),
  },
  { $id: 'Invoice' },
)

const operations = {
  invoice: operation({
    tag: 'orders',
    summary: 'The invoice of one of one’s orders; admins see all',
    description: 'It says what it said when it was made.',
    needs: 'member',
    answers: { 200: invoiceSchema },
    problems: [404],
  }),
}
