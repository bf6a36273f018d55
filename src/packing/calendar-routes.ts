import { Elysia } from 'elysia'
import ical from 'ical-generator'
import { language, say } from '../../texts/say.ts'
import { memberOf } from '../accounts/access.ts'
import type { Context } from '../context.ts'
import { namedSiteOf } from '../http/page-context.ts'
import { idIn } from '../http/params.ts'
import { type Order, orderOrRefuse } from '../orders/service.ts'
import { Refusal } from '../platform/errors.ts'

/** When an order is picked up, for the buyer's calendar. */
export const pickupCalendar = (context: Context) =>
  new Elysia({ name: 'pickup-calendar' }).get(
    '/market/orders/:id/pickup.ics',
    async ({ params, request }) => {
      const viewer = await memberOf(context, request, 'Please sign in to order.')
      const order = await orderOrRefuse(context, idIn(params.id, 'There is no such order.'), viewer)
      return new Response(calendarOf(order, namedSiteOf(context, request)), {
        headers: {
          'content-type': 'text/calendar;charset=utf-8',
          'content-disposition': `attachment; filename="pickup-${order.id}.ics"`,
          'cache-control': 'no-store',
        },
      })
    },
  )

/** The entry of an order has the same name each time, so that a calendar takes a later one in its place. */
function calendarOf({ id, pickup, lines }: Order, site: string): string {
  if (!pickup) throw new Refusal(404, 'This order has no pick-up.')
  const calendar = ical({ prodId: { company: 'agora', product: 'market', language: language() } })
  calendar.createEvent({
    id: `order-${id}@${new URL(site).host}`,
    start: new Date(pickup.startsAt),
    end: new Date(pickup.endsAt),
    summary: say('Pick-up of order {number}', { number: id }),
    location: pickup.place,
    description: lines.map(({ quantity, name }) => `${quantity} × ${name}`).join('\n'),
    url: `${site}/market/orders#order-${id}`,
  })
  return `${calendar}\r\n`
}
