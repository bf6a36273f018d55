import { Type as t } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { AdminOrderPage } from '../../views/payment.tsx'
import { adminOf } from '../accounts/access.ts'
import type { Context } from '../context.ts'
import { seeOther } from '../http/page-context.ts'
import { idIn } from '../http/params.ts'
import { refuseUntagged, unkept } from '../http/respond.ts'
import { type AdminPageContext, adminsOnly } from '../moderation/admins-only.ts'
import { operation } from '../openapi/operation.ts'
import { readBody } from '../openapi/read.ts'
import { nullOr, object, time } from '../openapi/schema.ts'
import { orderOrRefuse } from '../orders/service.ts'
import { Refusal } from '../platform/errors.ts'
import { asFields, writtenIn } from '../platform/fields.ts'
import { currencyOf, lookOf } from '../settings/look.ts'
import { makeInvoice, notePaid, noteUnpaid, paymentNotesOf, paymentOf } from './service.ts'

/** An order as an admin sees it: whether it is paid, and its papers. */
export const paymentsAdmin = (context: Context) => {
  const page = async (
    pageContext: AdminPageContext,
    id: number,
    refused?: { says: string; reason: string },
  ) => {
    const order = await orderOrRefuse(context, id)
    const payment = await paymentOf(context, order, pageContext.look.name)
    const notes = await paymentNotesOf(context, id)
    return AdminOrderPage({ pageContext, order, currency: currencyOf(context), payment, notes, refused })
  }
  const idOf = ({ id }: { id: string }) => idIn(id, 'There is no such order.')
  const stateOf = async (id: number) => {
    const { paidAt, isInvoiced } = await orderOrRefuse(context, id)
    return unkept({ paidAt, isInvoiced })
  }

  return new Elysia({ name: 'payments-admin' })
    .put(
      '/api/orders/:id/payment',
      async ({ params, request }) => {
        const [admin] = await Promise.all([adminOf(context, request), lookOf(context)])
        const id = idOf(params)
        const { isPaid, reason = '' } = await readBody(request, operations.change)
        await orderOrRefuse(context, id)
        refuseUntagged(request)
        if (isPaid) await notePaid(context, id, admin)
        else await noteUnpaid(context, id, admin, writtenIn(reason))
        return stateOf(id)
      },
      operations.change,
    )
    .post(
      '/api/orders/:id/invoice',
      async ({ params, request }) => {
        await Promise.all([adminOf(context, request), lookOf(context)])
        const id = idOf(params)
        await makeInvoice(context, id)
        return stateOf(id)
      },
      operations.invoice,
    )

    .use(adminsOnly(context))
    .get('/admin/orders/:id', ({ pageContext, params }) => page(pageContext, idOf(params)))

    .post('/admin/orders/:id/paid', async ({ pageContext, params }) => {
      await notePaid(context, idOf(params), pageContext.viewer)
      return seeOther(`/admin/orders/${idOf(params)}`)
    })

    .post('/admin/orders/:id/unpaid', async ({ body, pageContext, params, set }) => {
      const reason = writtenIn(asFields(body).reason)
      try {
        await noteUnpaid(context, idOf(params), pageContext.viewer, reason)
        return seeOther(`/admin/orders/${idOf(params)}`)
      } catch (error) {
        if (!(error instanceof Refusal) || error.status !== 422) throw error
        set.status = 422
        return page(pageContext, idOf(params), { says: error.message, reason })
      }
    })

    .post('/admin/orders/:id/invoice', async ({ params }) => {
      await makeInvoice(context, idOf(params))
      return seeOther(`/admin/orders/${idOf(params)}`)
    })
}

const paymentSchema = object({
  paidAt: nullOr(time, { description: 'null: it is not noted as paid.' }),
  isInvoiced: t.Boolean(),
})

const operations = {
  change: operation({
    tag: 'orders',
    summary: 'Notes that an order is paid, or takes that back',
    description: 'An order that is paid gets its invoice, where admins have said who is paid.',
    needs: 'admin',
    body: object({
      isPaid: t.Boolean(),
      reason: t.Optional(t.String({ description: 'Why it is taken back.' })),
    }),
    answers: { 200: paymentSchema },
    problems: [404, 409],
    isConditional: true,
  }),
  invoice: operation({
    tag: 'orders',
    summary: 'Makes the invoice of an order, once',
    needs: 'admin',
    answers: { 200: paymentSchema },
    problems: [404, 409],
  }),
}
