import { type Static, Type as t } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { say } from '../../texts/say.ts'
import { ItemCard, MarketPage } from '../../views/market.tsx'
import { type Changeable, OrderCard, OrdersPage } from '../../views/orders.tsx'
import { memberOf } from '../accounts/access.ts'
import type { Viewer } from '../accounts/queries.ts'
import type { Context } from '../context.ts'
import { refuseOvertaken } from '../http/form-version.ts'
import { idempotencyKey } from '../http/idempotency/idempotency.ts'
import { signInPath } from '../http/local-path.ts'
import { pageContextFor, seeOther, viewerIn } from '../http/page-context.ts'
import { maxId } from '../http/paging.ts'
import { idIn } from '../http/params.ts'
import { created, type Exchange, json, nextLink, one, refuseStale, respond, unkept } from '../http/respond.ts'
import { items, mostPieces } from '../market/items.ts'
import { listing, queryIn, shelved } from '../market/listing.ts'
import { currencyCode, exactPrice, priceIn } from '../market/money.ts'
import { type Item, itemById } from '../market/queries.ts'
import { newAddress, nextPage, operation } from '../openapi/operation.ts'
import { readBody, readQuery } from '../openapi/read.ts'
import { changeOf, id as idSchema, nullOr, object, oneOf, time } from '../openapi/schema.ts'
import { type MarketLevel, marketLevelOf, pickupsOf } from '../order-windows/queries.ts'
import { orderingOf } from '../order-windows/service.ts'
import { Refusal } from '../platform/errors.ts'
import { asFields, isId } from '../platform/fields.ts'
import { currencyOf, lookOf } from '../settings/look.ts'
import { settingsOf } from '../settings/service.ts'
import { changeOrder, noSuchLines, pickupIn, readChange, versionOfOrder } from './change.ts'
import { mostLines, readOrder } from './read-order.ts'
import { close, type Order, orderOrRefuse, ordersIn, ordersOf, placeOrder } from './service.ts'

/** A member's orders, to look at. */
export const readOrders = (context: Context) =>
  new Elysia({ name: 'orders' })
    .get('/market/orders', async ({ request }) => {
      const pageContext = await pageContextFor(context, request)
      const viewer = viewerIn(pageContext)
      if (!viewer) return seeOther(signInPath(request))
      const list = await ordersOf(context, viewer, beforeIn(request))
      const isFirstPage = beforeIn(request) === maxId
      const changeable = await changeableOf(context, list.orders)
      const level = await levelOf(context, viewer)
      return OrdersPage({
        pageContext,
        ...list,
        isFirstPage,
        currency: currencyOf(context),
        changeable,
        level,
      })
    })

    .get(
      '/api/orders',
      async ({ request }) => {
        const viewer = await buyerOf(context, request)
        const { all, before = maxId } = readQuery(request, operations.list)
        const isAll = all === 'true'
        if (isAll && viewer.role !== 'admin')
          throw new Refusal(403, "Other members' orders are for admins only.")
        const { orders, nextCursor } = isAll
          ? await ordersIn(context, { states: ['open', 'completed', 'cancelled'] }, before)
          : await ordersOf(context, viewer, before)

        return json(
          orders.map((order) => serializeOrder(context, order)),
          nextCursor ? { link: nextLink(request, { before: `${nextCursor}` }) } : {},
        )
      },
      operations.list,
    )

    .get(
      '/api/orders/:id',
      async ({ params: { id }, request }) => {
        const viewer = await buyerOf(context, request)
        const buyer = viewer.role === 'admin' ? undefined : viewer
        return one(request, serializeOrder(context, await orderOrRefuse(context, orderIn(id), buyer)))
      },
      operations.order,
    )

/**
 * Ordering and cancelling. It writes the market's stock, so it runs in the pool whose database account may.
 */
export const writeOrders = (context: Context) =>
  new Elysia({ name: 'write-orders' })
    .post('/market/orders', async ({ body, request, set }) => {
      const viewer = await buyerOf(context, request)
      try {
        const { order } = await placeOrder(
          context,
          viewer,
          readOrder(body),
          idempotencyKey(request, asFields(body).key),
          pickupIn(asFields(body).pickup),
        )
        return await respond(
          { request, set },
          { page: () => seeOther('/market/orders'), fragment: () => cardAfter(context, viewer, order) },
        )
      } catch (error) {
        if (!(error instanceof Refusal) || ![409, 422].includes(error.status)) throw error
        return refused(context, viewer, { request, set }, body, error)
      }
    })

    .post('/market/orders/:id', async ({ body, params: { id }, request, set }) => {
      const viewer = await buyerOf(context, request)
      const number = orderIn(id)
      const currency = currencyOf(context)
      try {
        const expected = (now: Order) => refuseOvertaken(body, versionOfOrder(now))
        const order = await changeOrder(context, number, viewer, readChange(body), expected)
        const changeable = await changeableOf(context, [order])
        const said = 'Your order is changed.'
        return await respond(
          { request, set },
          {
            page: () => seeOther(`/market/orders#order-${number}`),
            fragment: () => OrderCard({ order, currency, changeable, said }),
          },
        )
      } catch (error) {
        if (!(error instanceof Refusal) || ![409, 422].includes(error.status)) throw error
        return refusedChange(context, viewer, { request, set }, number, error)
      }
    })

    .post('/market/orders/:id/cancel', async ({ params: { id }, request, set }) => {
      const order = await close(context, orderIn(id), 'cancelled', await buyerOf(context, request))
      return respond(
        { request, set },
        {
          page: () => seeOther('/market/orders'),
          fragment: () => OrderCard({ order, currency: currencyOf(context) }),
        },
      )
    })

    .post(
      '/api/orders',
      async ({ request }) => {
        const viewer = await buyerOf(context, request)
        const body = await readBody(request, operations.add)
        const { order, isNew } = await placeOrder(
          context,
          viewer,
          readOrder(body),
          idempotencyKey(request, body.key),
          body.pickup,
        )
        const location = `/api/orders/${order.id}`
        const answer = serializeOrder(context, order)
        return isNew ? created(location, answer) : unkept(answer, { location })
      },
      operations.add,
    )

    .patch(
      '/api/orders/:id',
      async ({ params: { id }, request }) => {
        const viewer = await buyerOf(context, request)
        const { state, lines, pickup } = await readBody(request, operations.close)
        const expected = (now: Order) => refuseStale(request, serializeOrder(context, now))
        if (state === undefined) {
          const quantities = new Map(lines?.map((each) => [each.line, each.quantity]))
          if (quantities.size < (lines?.length ?? 0)) throw noSuchLines()
          const change = { quantities, pickup }
          return unkept(
            serializeOrder(context, await changeOrder(context, orderIn(id), viewer, change, expected)),
          )
        }
        if (state === 'completed' && viewer.role !== 'admin') {
          throw new Refusal(403, 'Only an admin completes an order.')
        }
        const buyer = viewer.role === 'admin' ? undefined : viewer
        return unkept(serializeOrder(context, await close(context, orderIn(id), state, buyer, expected)))
      },
      operations.close,
    )

const serializeOrder = (context: Context, { userId: _, ...order }: Order): Static<typeof orderSchema> => ({
  ...order,
  lines: order.lines.map((line) => ({ ...line, price: priceIn(line.price, currencyOf(context)) })),
  currency: currencyOf(context),
})

/** Draws the card of the item anew, with what is left and what was ordered. */
async function cardAfter(context: Context, viewer: Viewer, { lines: [line] }: Order) {
  const item = line?.item ? await itemById(context.db, line.item) : undefined
  if (!item || !line) return new Response(null, { headers: { 'hx-redirect': '/market/orders' } })
  return drawCard(context, viewer, item, {
    ordered: say('Ordered: {number} × {item}.', { number: line.quantity, item: line.name }),
  })
}

function refused(
  context: Context,
  viewer: Viewer,
  exchange: Exchange,
  body: unknown,
  { status, message }: Refusal,
) {
  const { request } = exchange
  return respond(exchange, {
    page: async () => {
      const { value } = await items(context)
      return MarketPage({
        pageContext: await pageContextFor(context, request),
        listing: listing(shelved(value), queryIn(new URL(request.url))),
        currency: currencyOf(context),
        orderKey: crypto.randomUUID(),
        ordering: await orderingOf(context, viewer),
        refused: message,
      })
    },
    fragment: async () => {
      const id = String(asFields(body).item)
      const item = isId(id) ? await itemById(context.db, id) : undefined
      if (!item) throw new Refusal(409, message)
      return drawCard(context, viewer, item, { refused: message })
    },
    status,
  })
}

const drawCard = async (
  context: Context,
  viewer: Viewer,
  item: Item,
  said: { ordered: string } | { refused: string },
) => {
  const currency = currencyOf(context)
  const ordering = await orderingOf(context, viewer)
  return ItemCard({ item, currency, orderKey: crypto.randomUUID(), ordering, said })
}

/** Whether a member is told of windows; undefined on a board without. */
async function levelOf(context: Context, { id }: Viewer): Promise<MarketLevel | 'none' | undefined> {
  if (!(await settingsOf(context)).ORDER_WINDOWS) return undefined
  return (await marketLevelOf(context.db, id)) ?? 'none'
}

/** Which of these orders may still be changed, and how. */
async function changeableOf({ db }: Context, orders: Order[]): Promise<Changeable> {
  const now = new Date().toISOString()
  const open = orders.flatMap((order) =>
    order.pickup && order.state === 'open' && now < order.pickup.window.closesAt
      ? [{ id: order.id, window: order.pickup.window.id, version: versionOfOrder(order) }]
      : [],
  )
  if (open.length === 0) return new Map()
  const pickups = Map.groupBy(
    await pickupsOf(db, [...new Set(open.map(({ window }) => window))]),
    ({ windowId }) => windowId,
  )
  return new Map(open.map(({ id, window, version }) => [id, { version, pickups: pickups.get(window) ?? [] }]))
}

/** The order as it is, with why it stays so. */
async function refusedChange(
  context: Context,
  viewer: Viewer,
  exchange: Exchange,
  id: number,
  { status, message }: Refusal,
) {
  const currency = currencyOf(context)
  return respond(exchange, {
    page: async () => {
      const list = await ordersOf(context, viewer, maxId)
      const changeable = await changeableOf(context, list.orders)
      const pageContext = await pageContextFor(context, exchange.request)
      return OrdersPage({ pageContext, ...list, isFirstPage: true, currency, changeable, refused: message })
    },
    fragment: async () => {
      const order = await orderOrRefuse(context, id, viewer)
      const changeable = await changeableOf(context, [order])
      return OrderCard({ order, currency, changeable, refused: message })
    },
    status,
  })
}

const orderIn = (id: string) => idIn(id, 'There is no such order.')

async function buyerOf(context: Context, request: Request): Promise<Viewer> {
  const [buyer] = await Promise.all([memberOf(context, request, 'Please sign in to order.'), lookOf(context)])
  return buyer
}

function beforeIn(request: Request): string {
  const before = new URL(request.url).searchParams.get('before') ?? ''
  return isId(before) ? before : maxId
}

const orderLine = object(
  {
    line: t.Integer({ minimum: 1, description: 'Its number within the order.' }),
    item: nullOr(idSchema, { description: 'null when it is no longer sold.' }),
    name: t.String({ description: 'As it was called when it was ordered.' }),
    quantity: t.Integer({ minimum: 1 }),
    price: exactPrice,
  },
  { $id: 'OrderLine' },
)

const orderSchema = object(
  {
    id: idSchema,
    buyer: nullOr(t.String(), { description: 'null when the account is gone.' }),
    state: oneOf(['open', 'completed', 'cancelled']),
    createdAt: time,
    closedAt: nullOr(time),
    paidAt: nullOr(time, { description: 'null as long as no admin has noted that it is paid.' }),
    isInvoiced: t.Boolean({ description: 'Then its invoice is below, and it can only be cancelled.' }),
    lines: t.Array(orderLine, { minItems: 1 }),
    total: exactPrice,
    currency: currencyCode,
    pickup: nullOr(
      object({
        id: idSchema,
        place: t.String(),
        startsAt: time,
        endsAt: time,
        window: object({ id: idSchema, name: t.String(), closesAt: time, timeZone: t.String() }),
      }),
      { description: 'null when it was placed without a window.' },
    ),
  },
  { $id: 'Order' },
)

const line = {
  item: t.Integer({ judged: { minimum: 1 } }),
  quantity: t.Integer({ judged: { minimum: 1, maximum: mostPieces } }),
  price: t.Optional(
    t.Union([t.String(), t.Number()], {
      description: 'The price that was seen: at another one nothing is ordered.',
    }),
  ),
}

const newOrder = t.Partial(
  object({
    items: t.Array(object(line), { judged: { minItems: 1, maxItems: mostLines } }),
    ...line,
    pickup: t.Integer({
      minimum: 1,
      maximum: Number.MAX_SAFE_INTEGER,
      description: 'Of the open window; where it has one alone, it is that.',
    }),
    key: t.String({ description: 'As the header Idempotency-Key.' }),
  }),
  {
    additionalProperties: false,
    judged: { anyOf: [{ required: ['items'] }, { required: ['item', 'quantity'] }] },
  },
)

const operations = {
  list: operation({
    tag: 'orders',
    summary: 'A page of one’s orders, the newest first',
    needs: 'member',
    query: object({
      all: t.Optional(oneOf(['true'], { description: 'Of all members: for admins.' })),
      before: t.Optional(
        t.String({ pattern: '^[1-9]\\d{0,15}$', description: 'From the Link header of the page before.' }),
      ),
    }),
    answers: { 200: t.Array(orderSchema) },
    headers: nextPage,
    problems: [403, 422],
  }),
  order: operation({
    tag: 'orders',
    summary: 'One of one’s orders; admins see all',
    needs: 'member',
    answers: { 200: orderSchema, 304: null },
    problems: [404],
  }),
  add: operation({
    tag: 'orders',
    summary: 'Orders all of it or nothing',
    description:
      'One line may stand without the list. Sent again with the same Idempotency-Key it gives the order that it made, with 200.',
    needs: 'member',
    body: newOrder,
    answers: { 200: orderSchema, 201: orderSchema },
    headers: newAddress,
    problems: [409],
    isIdempotent: true,
  }),
  close: operation({
    tag: 'orders',
    summary: 'Cancels one’s order, changes it while its window is open, or completes one: for admins',
    description:
      'A cancelled order puts its pieces back. With a state, nothing else is changed. A line of no pieces is taken off.',
    needs: 'member',
    body: changeOf({
      state: oneOf(['completed', 'cancelled']),
      lines: t.Array(
        object({
          line: t.Integer({ minimum: 1, maximum: 65_535 }),
          quantity: t.Integer({ minimum: 0, maximum: mostPieces }),
        }),
        { maxItems: mostLines },
      ),
      pickup: t.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
    }),
    answers: { 200: orderSchema },
    problems: [403, 404, 409],
    isConditional: true,
  }),
}
