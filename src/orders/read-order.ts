import { say } from '../../texts/say.ts'
import { mostPieces } from '../market/items.ts'
import { amountIn, type Decimal, decimal } from '../market/money.ts'
import { Refusal } from '../platform/errors.ts'
import { asFields, isId } from '../platform/fields.ts'

/** So many pieces of an item, at the price that the buyer saw, if they say so. */
export type OrderDraft = { item: number; quantity: number; price: Decimal | undefined }

export const mostLines = 100

/**
 * Reads what somebody wants to order: `{ items: [{ item, quantity, price? }] }`, or one such line by itself
 * as a form sends it. Each item comes once, in order of its id, so that two orders never wait for each other
 * in a circle.
 */
export function readOrder(body: unknown): OrderDraft[] {
  const fields = asFields(body)
  const lines = Array.isArray(fields.items) ? fields.items : [fields]
  if (lines.length === 0) throw new Refusal(422, 'An order needs an item.', { items: 'At least one.' })
  if (lines.length > mostLines)
    throw new Refusal(422, say('An order has at most {most} items.', { most: mostLines }))

  const byItem = new Map<number, OrderDraft>()
  for (const line of lines.map(readLine)) {
    const before = byItem.get(line.item)
    const draft = before ? merged(before, line) : line
    if (draft.quantity > mostPieces) throw wrongQuantity()
    byItem.set(line.item, draft)
  }
  return [...byItem.values()].sort((a, b) => a.item - b.item)
}

/** Two lines of one item. At most one of two prices is the item's. */
function merged(before: OrderDraft, line: OrderDraft): OrderDraft {
  const price = before.price ?? line.price
  if (line.price !== undefined && line.price !== price) {
    const says = 'One item cannot have two prices.'
    throw new Refusal(422, says, { price: says })
  }
  return { ...line, quantity: before.quantity + line.quantity, price }
}

function readLine(line: unknown): OrderDraft {
  const { item, quantity, price } = asFields(line)
  if (!isId(String(item))) throw new Refusal(422, 'Say which item.', { item: 'The id of an item.' })
  if (!/^[1-9]\d{0,6}$/.test(String(quantity).trim())) throw wrongQuantity()

  const seen = price === undefined ? undefined : amountIn(String(price))
  if (price !== undefined && seen === undefined) {
    throw new Refusal(422, 'The price you saw makes no sense.', { price: 'An amount such as 12.50.' })
  }
  return {
    item: Number(item),
    quantity: Number(quantity),
    price: seen === undefined ? undefined : decimal(seen, 2),
  }
}

const wrongQuantity = () => {
  const says = 'Order a whole number of pieces, from 1 to 1,000,000.'
  return new Refusal(422, says, { quantity: says })
}
