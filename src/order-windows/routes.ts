import { Type as t } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { memberOf } from '../accounts/access.ts'
import type { Context } from '../context.ts'
import { seeOther } from '../http/page-context.ts'
import { idIn } from '../http/params.ts'
import { list, one, refuseUntagged, unkept } from '../http/respond.ts'
import { etag, operation } from '../openapi/operation.ts'
import { readBody } from '../openapi/read.ts'
import { object, oneOf } from '../openapi/schema.ts'
import { asFields } from '../platform/fields.ts'
import { marketLevelOf, setMarketLevel } from './queries.ts'
import { orderWindow, serializeWindow } from './schema.ts'
import { windowOrRefuse, windowsOf } from './service.ts'

const mostListed = 20
const farAway = new Date('2200-01-01')

/** When one orders, for programs. */
export const windowsApi = (context: Context) =>
  new Elysia({ name: 'windows' })
    .get(
      '/api/orders/windows',
      async ({ request }) => {
        await memberOf(context, request, 'Please sign in to order.')
        return list(request, (await windowsOf(context.db, farAway, mostListed)).map(serializeWindow))
      },
      operations.list,
    )
    .get(
      '/api/orders/windows/:id',
      async ({ params, request }) => {
        await memberOf(context, request, 'Please sign in to order.')
        const window = await windowOrRefuse(context.db, idIn(params.id, 'There is no such window.'))
        return one(request, serializeWindow(window))
      },
      operations.window,
    )
    .get(
      '/api/orders/windows/follow',
      async ({ request }) => {
        const { id } = await memberOf(context, request, 'Please sign in to order.')
        return unkept({ level: (await marketLevelOf(context.db, id)) ?? 'none' })
      },
      operations.follow,
    )

/** Whether one is told when windows open, in the pool that may write it. */
export const marketFollows = (context: Context) =>
  new Elysia({ name: 'market-follows' })
    .post('/market/windows', async ({ body, request }) => {
      const { id } = await memberOf(context, request, 'Please sign in to order.')
      await setMarketLevel(context.db, id, asFields(body).level === 'mute' ? 'mute' : 'all')
      return seeOther('/market/orders')
    })
    .put(
      '/api/orders/windows/follow',
      async ({ request }) => {
        const { id } = await memberOf(context, request, 'Please sign in to order.')
        refuseUntagged(request)
        const { level } = await readBody(request, operations.setFollow)
        await setMarketLevel(context.db, id, level)
        return unkept({ level })
      },
      operations.setFollow,
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
  window: operation({
    tag: 'orders',
    summary: 'One order window',
    needs: 'member',
    answers: { 200: orderWindow, 304: null },
    problems: [404],
  }),
  follow: operation({
    tag: 'orders',
    summary: 'Whether one is told when windows open',
    description: '`none`: not until one orders in one, which makes it `all`.',
    needs: 'member',
    answers: { 200: object({ level: oneOf(['all', 'mute', 'none']) }) },
  }),
  setFollow: operation({
    tag: 'orders',
    summary: 'Has one told when windows open, or no more',
    needs: 'member',
    body: object({ level: oneOf(['all', 'mute']) }, { additionalProperties: false }),
    answers: { 200: object({ level: oneOf(['all', 'mute']) }) },
    isConditional: true,
  }),
}
