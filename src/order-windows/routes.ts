import { Type as t } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { memberOf } from '../accounts/access.ts'
import type { Context } from '../context.ts'
import { list } from '../http/respond.ts'
import { etag, operation } from '../openapi/operation.ts'
import { id, object, time } from '../openapi/schema.ts'
import { windowsOf } from './service.ts'

const mostListed = 20
const farAway = new Date('2200-01-01')

/** When one orders, for programs. */
export const windowsApi = (context: Context) =>
  new Elysia({ name: 'windows' }).get(
    '/api/orders/windows',
    async ({ request }) => {
      await memberOf(context, request, 'Please sign in to order.')
      return list(request, (await windowsOf(context.db, farAway, mostListed)).map(serializeWindow))
    },
    operations.list,
  )

const serializeWindow = ({ pickups, ...window }: Awaited<ReturnType<typeof windowsOf>>[number]) => ({
  ...window,
  pickups: pickups.map(({ id, place, startsAt, endsAt }) => ({ id, place, startsAt, endsAt })),
})

const orderWindow = object(
  {
    id,
    name: t.String(),
    opensAt: time,
    closesAt: time,
    timeZone: t.String({ description: 'Of the IANA’s data base, such as Europe/Berlin.' }),
    pickups: t.Array(object({ id, place: t.String(), startsAt: time, endsAt: time })),
  },
  { $id: 'OrderWindow' },
)

const operations = {
  list: operation({
    tag: 'orders',
    summary: 'The last order windows, the one that closes last first',
    description: 'Without any, members order when they like; else while one is open.',
    needs: 'member',
    answers: { 200: t.Array(orderWindow), 304: null },
    headers: etag,
  }),
}
