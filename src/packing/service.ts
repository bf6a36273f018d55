import type { Context } from '../context.ts'
import { amountIn, type Decimal, decimal, digitsOf, total } from '../market/money.ts'
import type { WholeWindow } from '../order-windows/queries.ts'
import { windowOrRefuse } from '../order-windows/service.ts'
import { type LineRow, linesOf } from '../orders/queries.ts'
import { currencyOf } from '../settings/look.ts'
import { awaitWindow, type PackedOrder, packedOrders } from './queries.ts'

/** An order with what is in it. */
export type Packed = PackedOrder & { lines: LineRow[]; total: Decimal }

/** What one person picks up at one place: all their orders. */
export type Parcel = { buyer: string | null; userId: number | null; orders: Packed[]; total: Decimal }

/** Where and when, and who comes. */
type PickupParcels = { pickup: WholeWindow['pickups'][number]; parcels: Parcel[] }

export type PackingPage = { places: PickupParcels[]; next: number | undefined }

/** As many orders, and lines of them, as are printed at once: more would hold up everyone else. */
const mostOrders = 500
const mostLines = 1_500

/** Returns a window as nobody orders in it any more, or a 404; one that is open goes on. */
export async function settledWindow({ db }: Context, id: number): Promise<WholeWindow> {
  await awaitWindow(db, id)
  return windowOrRefuse(db, id)
}

/** Returns who picks up what and where, of the orders behind one. */
export async function parcelsOf(context: Context, window: WholeWindow, after: number): Promise<PackingPage> {
  const { db } = context
  const currency = currencyOf(context)
  const rows = await packedOrders(db, window.id, after, mostOrders + 1)
  const ids = rows.slice(0, mostOrders).map(({ id }) => id)
  const found = ids.length === 0 ? [] : await linesOf(db, ids, mostLines + 1)
  // The last order of which not all lines are here begins the next page; an order has a hundred at most.
  const end = found.length > mostLines ? ids.indexOf(found.at(-1)?.id ?? 0) : ids.length
  const shown = rows.slice(0, end)
  const lines = Map.groupBy(found, ({ id }) => id)
  const orders = shown.map((order) => {
    const own = lines.get(order.id) ?? []
    return { ...order, lines: own, total: total(own, currency) }
  })
  const atPlace = Map.groupBy(orders, ({ pickupId }) => pickupId)
  return {
    places: window.pickups.flatMap((pickup) => {
      const here = atPlace.get(pickup.id)
      return here ? [{ pickup, parcels: byPerson(here, currency) }] : []
    }),
    next: rows.length > shown.length ? shown.at(-1)?.id : undefined,
  }
}

const names = new Intl.Collator('en', { numeric: true })

/** By name; of those whose account is gone each order stands by itself. */
function byPerson(orders: Packed[], currency: string): Parcel[] {
  const people = Map.groupBy(orders, ({ id, userId }) => userId ?? `order ${id}`)
  const parcels = [...people.values()].map((own) => ({
    buyer: own[0]?.buyer ?? null,
    userId: own[0]?.userId ?? null,
    orders: own,
    total: decimal(
      own.reduce((sum, each) => sum + (amountIn(each.total) ?? 0n), 0n),
      digitsOf(currency),
    ),
  }))
  return parcels.sort((a, b) => names.compare(a.buyer ?? '', b.buyer ?? ''))
}
