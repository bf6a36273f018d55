import { bodyOf, changeOf, documented, listOf, ref } from '../openapi/operation.ts'

const ofLine = {
  item: { type: 'integer', minimum: 1 },
  quantity: { type: 'integer', minimum: 1, maximum: 1_000_000 },
  price: {
    type: ['string', 'number'],
    description: 'The price that was seen: at another one nothing is ordered.',
  },
}
const line = bodyOf(ofLine, ['item', 'quantity'])
const items = { type: 'array', items: line, minItems: 1, maxItems: 100 }
const key = { type: 'string', description: 'As the header Idempotency-Key.' }

/** How orders stand in the document. */
export const documentedOrders = {
  list: documented({
    tag: 'orders',
    summary: 'A page of one’s orders, the newest first',
    needs: 'member',
    query: {
      all: { enum: ['true'], description: 'Of all members: for admins.' },
      before: {
        type: 'string',
        pattern: '^[1-9]\\d{0,15}$',
        description: 'From the Link header of the page before.',
      },
    },
    gives: { 200: listOf(ref('Order')) },
    headers: { Link: 'The next page, rel="next".' },
    refuses: [403, 422],
  }),
  order: documented({
    tag: 'orders',
    summary: 'One of one’s orders; admins see all',
    needs: 'member',
    gives: { 200: ref('Order'), 304: null },
    refuses: [404],
  }),
  add: documented({
    tag: 'orders',
    summary: 'Orders all of it or nothing',
    description:
      'One line may stand without the list. Sent again with the same Idempotency-Key it gives the order that it made, with 200.',
    needs: 'member',
    takes: {
      ...bodyOf({ items, ...ofLine, key }, []),
      anyOf: [{ required: ['items'] }, { required: ['item', 'quantity'] }],
    },
    gives: { 200: ref('Order'), 201: ref('Order') },
    headers: { Location: 'Where it is.' },
    refuses: [409],
    isOnce: true,
  }),
  close: documented({
    tag: 'orders',
    summary: 'Cancels one’s order, or completes one: for admins',
    description: 'A cancelled order puts its pieces back.',
    needs: 'member',
    takes: changeOf({ state: { enum: ['completed', 'cancelled'] } }),
    gives: { 200: ref('Order') },
    refuses: [403, 404, 409],
    isConditional: true,
  }),
}
