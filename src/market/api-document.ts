import { largestLimit } from '../http/paging.ts'
import { bodyOf, changeOf, documented, listOf, ref } from '../openapi/operation.ts'
import { sortOrders } from './listing.ts'

const name = { type: 'string', minLength: 1, maxLength: 60 }
const quantity = {
  type: ['integer', 'string'],
  minimum: 0,
  maximum: 1_000_000,
  pattern: '^\\d{1,7}$',
  description: 'Whole, from 0 to 1,000,000.',
}
const price = {
  type: ['string', 'number'],
  description: 'From 0 to 1,000,000, with at most as many decimals as the currency has.',
}

/** How the market's items stand in the document. */
export const documentedItems = {
  list: documented({
    tag: 'market',
    summary: 'A page of the items that fit',
    query: {
      q: { type: 'string', description: 'Only with all these words in the name, whatever case and accents.' },
      sort: { enum: [...sortOrders], default: 'name', description: 'What is sold out comes last.' },
      stock: { enum: ['in'], description: 'in: only what can be had.' },
      page: { type: 'integer', minimum: 1, maximum: 999_999, default: 1, description: 'Of the list.' },
      limit: {
        type: 'integer',
        minimum: 1,
        maximum: largestLimit,
        default: largestLimit,
        description: 'Items of a page.',
      },
    },
    gives: { 200: listOf(ref('Item')) },
    headers: { Link: 'The next page, rel="next".' },
    refuses: [422],
  }),
  item: documented({
    tag: 'market',
    summary: 'One item',
    gives: { 200: ref('Item'), 304: null },
    refuses: [404],
  }),
  add: documented({
    tag: 'market',
    summary: 'Adds an item',
    description: 'Where there is one of this name its quantity is set instead, and the answer is 200.',
    needs: 'admin',
    takes: bodyOf({ name, quantity, price }, ['name', 'quantity', 'price']),
    gives: { 200: ref('Item'), 201: ref('Item') },
    headers: { Location: 'Where it is.' },
    refuses: [409],
    isOnce: true,
  }),
  change: documented({
    tag: 'market',
    summary: 'Changes an item',
    description: 'What is left out stays as it is.',
    needs: 'admin',
    takes: changeOf({ name, quantity, price }),
    gives: { 200: ref('Item') },
    refuses: [404, 409],
    isConditional: true,
  }),
  remove: documented({
    tag: 'market',
    summary: 'Removes an item; orders of it stay',
    needs: 'admin',
    gives: { 204: null },
    refuses: [404],
    isConditional: true,
  }),
}
