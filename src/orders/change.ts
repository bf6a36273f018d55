import { say } from '../../texts/say.ts'
import type { Viewer } from '../accounts/queries.ts'
import { invalidatedBy } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { versionOf } from '../http/form-version.ts'
import { mostPieces } from '../market/items.ts'
import { keepWindowOpen, movePickup } from '../order-windows/service.ts'
import type { Sql } from '../platform/db.ts'
import { Refusal } from '../platform/errors.ts'
import { asFields, isId } from '../platform/fields.ts'
import { refuseBeyondLimits } from './limits.ts'
import { deleteLine, holdOpenOrder, lockBuyer, returnPieces, setLine, takeStock } from './queries.ts'
import { type Line, type Order, orderOrRefuse, whyNot } from './service.ts'

/** What a buyer changes of an order: pieces by the number of the line, none of which takes it off. */
export type OrderChange = { quantities: Map<number, number>; pickup: number | undefined }

/** Reads a form: `quantity-1` is the first line's. Throws a 422. */
export function readChange(body: unknown): OrderChange {
  const fields = asFields(body)
  const quantities = new Map(
    Object.entries(fields).flatMap(([name, value]) => {
      const [, line] = /^quantity-([1-9]\d{0,4})$/.exec(name) ?? []
      return line === undefined ? [] : [[Number(line), quantityIn(value)] as const]
    }),
  )
  return { quantities, pickup: pickupIn(fields.pickup) }
}

/** Returns what a form or a program says of where it is picked up. Throws a 422 for what is no id. */
export function pickupIn(field: unknown): number | undefined {
  if (field === undefined || field === '') return undefined
  if (!isId(String(field))) {
    const says = 'Choose where and when you pick it up.'
    throw new Refusal(422, says, { pickup: says })
  }
  return Number(field)
}

function quantityIn(value: unknown): number {
  const text = String(value).trim()
  if (/^\d{1,7}$/.test(text) && Number(text) <= mostPieces) return Number(text)
  throw new Refusal(422, 'Order a whole number of pieces, from 1 to 1,000,000.')
}

/** Stands in a form for the order that it was filled with. */
export const versionOfOrder = ({ lines, pickup }: Order) =>
  versionOf(`${pickup?.id}`, ...lines.map(({ line, quantity }) => `${line} ${quantity}`))

/**
 * Changes an open order of this buyer while its window is open: all of it or nothing. Pieces that come on top
 * are taken off the shelf at the price of the line, and only while it is still the item's. Throws what
 * `expected` throws of the order as nobody else changes it any more; a 409 for one that stays as it is.
 */
export async function changeOrder(
  context: Context,
  id: number,
  buyer: Viewer,
  { quantities, pickup }: OrderChange,
  expected: (now: Order) => void,
): Promise<Order> {
  const { lines } = await orderOrRefuse(context, id, buyer)
  const changed = await context.db.transaction(
    async (sql) => {
      const within = { ...context, db: sql }
      // What they may have of an item is counted after this, with all that they ordered before.
      await lockBuyer(sql, buyer.id)
      const held = await holdOpenOrder(sql, id, buyer.id)
      if (!held) throw new Refusal(409, 'This order is closed already.')
      if (held.isSettled)
        throw new Refusal(409, 'This order is paid or has an invoice, so it can only be cancelled.')
      if (!(await keepWindowOpen(sql, id))) throw new Refusal(409, 'This order can only be cancelled.')
      const now = await orderOrRefuse(within, id, buyer)
      expected(now)
      const grown = await setQuantities(sql, now, quantities)
      if (grown.length > 0)
        await refuseBeyondLimits(sql, { id, buyer: buyer.id }, grown, 'Nothing was changed.')
      if (pickup !== undefined) await movePickup(sql, id, pickup)
      return orderOrRefuse(within, id, buyer)
    },
    lines.flatMap(({ item }) => (item === null ? [] : [`item ${item}`])),
  )
  await context.cache.invalidate(invalidatedBy.itemsChanged())
  return changed
}

/** Returns the items of which there are more now. */
async function setQuantities(
  sql: Sql,
  { id, lines }: Order,
  quantities: Map<number, number>,
): Promise<number[]> {
  const known = new Set(lines.map(({ line }) => line))
  if (![...quantities.keys()].every((line) => known.has(line))) throw noSuchLines()
  if (lines.every(({ line, quantity }) => (quantities.get(line) ?? quantity) === 0))
    throw new Refusal(422, 'Nothing would be left of this order. Cancel it instead.')
  // In order of the items, so that no two changes wait for each other in a circle.
  for (const each of lines.toSorted((a, b) => (a.item ?? 0) - (b.item ?? 0))) {
    const wanted = quantities.get(each.line) ?? each.quantity
    if (wanted === each.quantity) continue
    await moveStock(sql, each, wanted - each.quantity)
    if (wanted === 0) await deleteLine(sql, id, each.line)
    else await setLine(sql, id, each.line, wanted)
  }
  return lines.flatMap(({ item, line, quantity }) =>
    item !== null && (quantities.get(line) ?? 0) > quantity ? [item] : [],
  )
}

export const noSuchLines = () => {
  const says = 'These are not lines of this order, each once.'
  return new Refusal(422, says, { lines: says })
}

async function moveStock(sql: Sql, { item, name, price }: Line, more: number): Promise<void> {
  if (more < 0) {
    if (item !== null) await returnPieces(sql, item, -more, mostPieces)
    return
  }
  if (item === null)
    throw new Refusal(409, say('{item} is no longer sold. Nothing was changed.', { item: name }))
  const wanted = { item, quantity: more, price }
  if (!(await takeStock(sql, wanted)))
    throw (await whyNot(sql, [wanted], 'Nothing was changed.')) ?? quicker()
}

const quicker = () => new Refusal(409, 'Somebody else was quicker. Nothing was changed, please try again.')
