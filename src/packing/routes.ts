import { Elysia } from 'elysia'
import { language } from '../../texts/say.ts'
import { HandOverPage, PackingPage, ParcelCard, SupplierPage } from '../../views/packing.tsx'
import type { Context } from '../context.ts'
import { seeOther } from '../http/page-context.ts'
import { idIn, idParam } from '../http/params.ts'
import { respond } from '../http/respond.ts'
import { addressIn } from '../mail/address.ts'
import { putLimitedMail } from '../mail/limit.ts'
import { type AdminPageContext, adminsOnly } from '../moderation/admins-only.ts'
import { beginReady, isReady } from '../order-windows/queries.ts'
import { isOpen } from '../order-windows/service.ts'
import { close } from '../orders/service.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { asFields, textOf } from '../platform/fields.ts'
import { currencyOf } from '../settings/look.ts'
import { isOrderOf, packedItems } from './queries.ts'
import { parcelsOf, settledWindow } from './service.ts'
import { supplierCsv } from './supplier-list.ts'

const mailsAnHour = 20

/** What is done with the orders of a window: having them brought, packing and handing over. */
export const packing = (context: Context) => {
  const { config, db } = context
  const idOf = (params: { id: string }) => idIn(params.id, 'There is no such window.')
  const afterIn = (request: Request) => Number(idParam(request, 'after') ?? 0)

  const supplier = async (pageContext: AdminPageContext, id: number, shown: Shown) => {
    const window = await settledWindow(context, id)
    const items = await packedItems(db, id)
    return SupplierPage({ pageContext, window, items, isMailOn: config.mail !== undefined, ...shown })
  }

  return new Elysia({ name: 'packing' })
    .use(adminsOnly(context))
    .get('/admin/windows/:id/packing', async ({ params, pageContext, request }) => {
      const window = await settledWindow(context, idOf(params))
      const items = await packedItems(db, window.id)
      const page = await parcelsOf(context, window, afterIn(request))
      const ready = isOpen(window) ? 'no' : (await isReady(db, window.id)) ? 'told' : 'yes'
      return PackingPage({ pageContext, window, items, ready, currency: currencyOf(context), ...page })
    })

    .post('/admin/windows/:id/ready', async ({ params }) => {
      const window = await settledWindow(context, idOf(params))
      if (isOpen(window)) throw new Refusal(409, 'This window is still open.')
      await beginReady(db, window.id)
      return seeOther(`/admin/windows/${window.id}/packing`)
    })

    .get('/admin/windows/:id/hand-over', async ({ params, pageContext, request }) => {
      const window = await settledWindow(context, idOf(params))
      const page = await parcelsOf(context, window, afterIn(request))
      return HandOverPage({ pageContext, window, currency: currencyOf(context), ...page })
    })

    .post('/admin/windows/:id/hand-over/:order', async ({ params, request, set }) => {
      const id = idOf(params)
      const says = 'There is no such order.'
      const order = idIn(params.order, says)
      if (!(await isOrderOf(db, id, order))) throw new Refusal(404, says)
      const { userId, buyer, pickup, ...closed } = await close(context, order, 'completed')
      return respond(
        { request, set },
        {
          page: () => seeOther(`/admin/windows/${id}/hand-over#order-${order}`),
          fragment: () =>
            ParcelCard({
              order: { ...closed, userId, buyer, pickupId: pickup?.id ?? 0, lines: asRows(closed) },
              window: id,
              currency: currencyOf(context),
            }),
        },
      )
    })

    .get('/admin/windows/:id/supplier', ({ params, pageContext, request }) =>
      supplier(pageContext, idOf(params), {
        ...{ isPut: new URL(request.url).searchParams.has('put'), address: '', errors: {} },
      }),
    )

    .get('/admin/windows/:id/supplier.csv', async ({ params }) => {
      const window = await settledWindow(context, idOf(params))
      return new Response(supplierCsv(await packedItems(db, window.id)), {
        headers: {
          'content-type': 'text/csv;charset=utf-8',
          'content-disposition': `attachment; filename="supplier-${window.id}.csv"`,
        },
      })
    })

    .post('/admin/windows/:id/supplier', async ({ body, params, pageContext, set }) => {
      const { id } = await settledWindow(context, idOf(params))
      if (!config.mail) throw new Refusal(409, 'This board sends no mail.')
      const typed = textOf(asFields(body).address)
      const address = addressIn(typed)
      const refused = (status: number, says: string) => {
        set.status = status
        return supplier(pageContext, id, { isPut: false, address: typed, errors: { address: says } })
      }
      if (!address) return refused(422, 'This is no address for mail.')
      const user = pageContext.viewer.id
      const mail = { kind: 'supplier-list', window: id, user, address, language: language() } as const
      if (!(await putLimitedMail(db, mail, mailsAnHour)))
        return refused(429, 'You have sent many of these. Please try again in an hour.')
      return seeOther(`/admin/windows/${id}/supplier?put`)
    })
}

/** `isPut`: a mail was put into the outbox just now. */
type Shown = { isPut: boolean; address: string; errors: FieldErrors }

const asRows = ({ id, lines }: Pick<Awaited<ReturnType<typeof close>>, 'id' | 'lines'>) =>
  lines.map((line) => ({ ...line, id }))
