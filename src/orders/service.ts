import { Type as t } from '@sinclair/typebox'
import { sayCount } from '../../texts/numbers.ts'
import { say } from '../../texts/say.ts'
import type { Viewer } from '../accounts/queries.ts'
import { invalidatedBy } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { pageOf } from '../http/paging.ts'
import { lockOrder } from '../invoices/queries.ts'
import { cancelInvoice } from '../invoices/service.ts'
import { items, mostPieces } from '../market/items.ts'
import { listing } from '../market/listing.ts'
import { amountIn, type Decimal, total } from '../market/money.ts'
import { type Item, itemsByIds } from '../market/queries.ts'
import { noticeOrder } from '../notices/queries.ts'
import { tellOf } from '../notices/service.ts'
import type { Pickup } from '../order-windows/queries.ts'
import { joinWindow, keepWindowOpen } from '../order-windows/service.ts'
import { isDuplicate, type Sql } from '../platform/db.ts'
import { Refusal } from '../platform/errors.ts'
import { isId } from '../platform/fields.ts'
import { moment, nullable, rowId, rowsOf, textThat } from '../platform/row-schemas.ts'
import { sha256 } from '../platform/sha256.ts'
import { currencyOf, keepCurrency } from '../settings/look.ts'
import { folded, piecesOf } from '../text/fold.ts'
import { likeOf } from '../text/like.ts'
import { mayBeLimited, refuseBeyondLimits } from './limits.ts'
import {
  buyersLike,
  closeOrder,
  insertLine,
  insertOrder,
  type LineRow,
  linesOf,
  lockBuyer,
  newestOrdersIn,
  newestOrdersOf,
  type OrderFilter,
  type OrderRow,
  type OrderState,
  orderById,
  orderOfRequest,
  returnStock,
  takeStock,
} from './queries.ts'
import type { OrderDraft } from './read-order.ts'

export type Line = Omit<LineRow, 'id'>
/** Where and when an order is picked up, and until when it may be changed. */
export type OrderPickup = Pickup & {
  window: { id: number; name: string; closesAt: string; timeZone: string }
}
export type Order = Pick<
  OrderRow,
  'id' | 'userId' | 'buyer' | 'state' | 'createdAt' | 'closedAt' | 'paidAt'
> & {
  isInvoiced: boolean
  lines: Line[]
  total: Decimal
  /** null: it was placed without a window. */
  pickup: OrderPickup | null
}
export type OrderList = { orders: Order[]; nextCursor: number | undefined }

const pageSize = 20
/** A page ends with the order that has so many lines on it: to draw more would hold up everyone else. */
const linesOnPage = 600

/**
 * Takes what is ordered off the shelf and remembers it as an order, both or neither. Each statement that
 * takes pieces takes them only while there are enough, so no piece is sold twice, however many order at once.
 * A request sent again with its key returns the order it made; the order's row goes in first, so that of two
 * at once the second waits.
 *
 * A buyer who comes too late learns it by a read beforehand, and does not queue for the item's row behind
 * those who buy.
 */
export async function placeOrder(
  context: Context,
  buyer: Viewer,
  draft: OrderDraft[],
  key: string = crypto.randomUUID(),
  pickup?: number,
): Promise<{ order: Order; isNew: boolean }> {
  const asked = pickup === undefined ? draft : [draft, pickup]
  const request = { buyer: buyer.id, key: sha256(key), hash: sha256(JSON.stringify(asked)) }
  const currency = currencyOf(context)
  const { refusal, items } = await foundFor(context.db, draft)
  if (refusal) return { order: await firstOrder(context, request, refusal), isNew: false }
  try {
    // Read before it is committed: a site too busy to read it afterwards would say "try again" of what was
    // ordered.
    const order = await context.db.transaction(
      async (sql) => {
        await keepCurrency(context, sql, currency)
        const order = await sell(sql, request, draft, { pickup, isLimited: mayBeLimited(items) })
        return orderOrRefuse({ ...context, db: sql }, order)
      },
      draft.map(({ item }) => `item ${item}`),
    )
    await context.cache.invalidate(invalidatedBy.itemsChanged())
    return { order, isNew: true }
  } catch (error) {
    if (!isDuplicate(error)) throw error
    return { order: await firstOrder(context, request, error), isNew: false }
  }
}

type OrderRequest = { buyer: number; key: string; hash: string }

async function sell(
  sql: Sql,
  { buyer, key, hash }: OrderRequest,
  draft: OrderDraft[],
  { pickup, isLimited }: { pickup: number | undefined; isLimited: boolean },
): Promise<number> {
  if (isLimited) await lockBuyer(sql, buyer)
  const order = await insertOrder(sql, buyer, key, hash)
  await joinWindow(sql, { id: order, buyer }, pickup)
  for (const [index, each] of draft.entries()) {
    if (!(await takeStock(sql, each))) throw (await foundFor(sql, [each])).refusal ?? quicker()
    await insertLine(sql, order, index + 1, each.item, each.quantity)
  }
  const ordered = draft.map(({ item }) => item)
  if (isLimited) await refuseBeyondLimits(sql, { id: order, buyer }, ordered)
  return order
}

type Undone = 'Nothing was ordered.' | 'Nothing was changed.'

const quicker = () => new Refusal(409, 'Somebody else was quicker. Nothing was ordered, please try again.')

/** Why this cannot be had at this moment, if so. */
export const whyNot = async (sql: Sql, draft: OrderDraft[], undone: Undone) =>
  (await foundFor(sql, draft, undone)).refusal

/** Returns the items that are ordered, and why this cannot be had at this moment, if so. */
async function foundFor(
  sql: Sql,
  draft: OrderDraft[],
  undone: Undone = 'Nothing was ordered.',
): Promise<{ items: Item[]; refusal?: Refusal }> {
  const rows = await itemsByIds(
    sql,
    draft.map(({ item }) => item),
  )
  const items = new Map(rows.map((item) => [item.id, item]))
  const reasons = draft.map((each) => reasonAgainst(items.get(each.item), each))
  const reason = reasons.find((each) => each !== undefined)
  if (reason === undefined) return { items: rows }
  return { items: rows, refusal: new Refusal(409, `${reason} ${say(undone)}`) }
}

function reasonAgainst(item: Item | undefined, { quantity, price }: OrderDraft): string | undefined {
  if (!item) return say('This item is no longer sold.')
  if (item.quantity === 0) return say('{item} is sold out.', { item: item.name })
  if (item.quantity < quantity) return sayCount('onlyLeftOf', item.quantity, { item: item.name })
  return price !== undefined && amountIn(price) !== amountIn(item.price)
    ? say('The price of {item} has changed.', { item: item.name })
    : undefined
}

/** The order that this request made when it came first; `otherwise` is thrown when there is none. */
async function firstOrder(
  context: Context,
  { buyer, key, hash }: OrderRequest,
  otherwise: unknown,
): Promise<Order> {
  const found = await orderOfRequest(context.db, buyer, key)
  if (!found) throw otherwise
  if (found.hash !== hash) throw new Refusal(422, 'This Idempotency-Key was used for another order.')
  return orderOrRefuse(context, found.id)
}

/**
 * Completes or cancels an open order; with `buyer` only theirs, and only while its window is open. Cancelling
 * puts its pieces back, once: repeated it returns the order as it is. Without `buyer`, the buyer is told.
 */
export async function close(
  context: Context,
  id: number,
  state: 'completed' | 'cancelled',
  buyer?: Viewer,
  expected?: (now: Order) => void,
): Promise<Order> {
  const isClosed = await context.db.transaction(
    async (sql) => {
      // What is read before somebody else is done is what was before them.
      if (expected && (await lockOrder(sql, id)))
        expected(await orderOrRefuse({ ...context, db: sql }, id, buyer))
      const isOurs = await closeOrder(sql, id, state, buyer?.id ?? null)
      if (isOurs && buyer) await keepWindowOpen(sql, id)
      if (isOurs && state === 'cancelled') {
        await returnStock(sql, id, mostPieces)
        await cancelInvoice(context, sql, id)
      }
      if (isOurs && !buyer) await noticeClosed(sql, id, state)
      return isOurs
    },
    state === 'cancelled' ? await rowsOfOrder(context, id, buyer) : [],
  )
  if (isClosed && state === 'cancelled') await context.cache.invalidate(invalidatedBy.itemsChanged())
  if (isClosed && !buyer) await tellOf(context, { of: 'order', id })

  const order = await orderOrRefuse(context, id, buyer)
  if (order.state !== state) throw new Refusal(409, alreadyClosed[order.state])
  return order
}

async function noticeClosed(sql: Sql, id: number, state: OrderState): Promise<void> {
  const [order] = await orderById(sql, id)
  if (order && order.userId !== null) await noticeOrder(sql, order.userId, id, state)
}

/** The items that get their pieces back. */
async function rowsOfOrder(context: Context, id: number, buyer: Viewer | undefined): Promise<string[]> {
  const { lines } = await orderOrRefuse(context, id, buyer)
  return lines.flatMap(({ item }) => (item === null ? [] : [`item ${item}`]))
}

const alreadyClosed: Record<OrderState, string> = {
  open: 'This order is open already.',
  completed: 'This order is completed already.',
  cancelled: 'This order is cancelled already.',
}

type Reading = { db: Sql } & Pick<Context, 'log' | 'config'>

/** An order by its id, or a 404; with `buyer` also when it is somebody else's. */
export async function orderOrRefuse(context: Reading, id: number, buyer?: Viewer): Promise<Order> {
  const [order] = await whole(context, await orderById(context.db, id))
  if (!order || (buyer && order.userId !== buyer.id)) throw new Refusal(404, 'There is no such order.')
  return order
}

export const ordersOf = (context: Context, buyer: Viewer, before: string) =>
  list(context, (limit) => newestOrdersOf(context.db, buyer.id, before, limit))

export const ordersIn = (context: Context, filter: OrderFilter, before: string) =>
  list(context, (limit) => newestOrdersIn(context.db, filter, before, limit))

const [mostMembers, mostItems] = [500, 100]

/**
 * Finds orders by their number, whatever their state; by how the name of their buyer begins; and by words of
 * the names of what was ordered. `isTooWide`: very many members or items are called so, and theirs are left
 * out.
 */
export async function ordersFound(
  context: Context,
  q: string,
  filter: OrderFilter,
  before: string,
): Promise<OrderList & { isTooWide: boolean }> {
  const [members, { value }] = await Promise.all([
    buyersLike(context.db, likeOf(q), mostMembers + 1),
    items(context),
  ])
  const query = { q, category: '', sort: 'name', inStock: false, page: 1 } as const
  const named = listing(value, query, mostItems)
  const words = piecesOf(folded(q)).map(({ text }) => text)
  const isTooWide = !isId(q) && (members.length > mostMembers || named.found > mostItems)
  const found = {
    number: isId(q) ? q : undefined,
    members: members.length > mostMembers ? [] : members.map(({ id }) => id),
    items: named.found > mostItems ? [] : named.items.map(({ id }) => id),
    words,
  }
  return { ...(await ordersIn(context, { ...filter, found }, before)), isTooWide }
}

async function list(context: Context, load: (limit: number) => Promise<OrderRow[]>): Promise<OrderList> {
  const { rows, last } = pageOf(await load(pageSize + 1), pageSize)
  const orders = await whole(context, rows)
  let lines = 0
  const end = orders.findIndex((order) => {
    lines += order.lines.length
    return lines >= linesOnPage
  })
  if (end < 0 || end === orders.length - 1) return { orders, nextCursor: last?.id }
  return { orders: orders.slice(0, end + 1), nextCursor: orders[end]?.id }
}

async function whole({ db, log, config }: Reading, rows: OrderRow[]): Promise<Order[]> {
  const orders = validOrders(rows, log)
  if (orders.length === 0) return []
  const ids = orders.map(({ id }) => id)
  const lines = Map.groupBy(validLines(await linesOf(db, ids), log), ({ id }) => id)
  return orders.map((order) => {
    const own = (lines.get(order.id) ?? []).map(({ id: _, ...line }) => line)
    return { ...orderOf(order), lines: own, total: total(own, currencyOf({ config })) }
  })
}

function orderOf(row: OrderRow): Omit<Order, 'lines' | 'total'> {
  const { pickupId, windowId, windowName, closesAt, timeZone, place, startsAt, endsAt, ...rest } = row
  const order = { ...rest, isInvoiced: Boolean(rest.isInvoiced) }
  if (!pickupId || !windowId || !windowName || !closesAt || !timeZone || !place || !startsAt || !endsAt)
    return { ...order, pickup: null }
  const window = { id: windowId, name: windowName, closesAt, timeZone }
  return { ...order, pickup: { id: pickupId, place, startsAt, endsAt, window } }
}

const validOrders = rowsOf<OrderRow>('orders', {
  id: rowId,
  userId: nullable(rowId),
  buyer: nullable(t.String()),
  state: t.Union([t.Literal('open'), t.Literal('completed'), t.Literal('cancelled')]),
  createdAt: moment,
  closedAt: nullable(moment),
  paidAt: nullable(moment),
  isInvoiced: t.Integer({ minimum: 0, maximum: 1 }),
  pickupId: nullable(rowId),
  windowId: nullable(rowId),
  windowName: nullable(t.String()),
  closesAt: nullable(moment),
  timeZone: nullable(t.String()),
  place: nullable(t.String()),
  startsAt: nullable(moment),
  endsAt: nullable(moment),
})

const validLines = rowsOf<LineRow>('order_lines', {
  id: rowId,
  line: t.Integer({ minimum: 1 }),
  item: nullable(rowId),
  name: t.String(),
  quantity: t.Integer({ minimum: 1, maximum: mostPieces }),
  price: textThat('line-price', (price) => amountIn(price) !== undefined),
})
