import { largestLimit } from '../http/paging.ts'
import { bodyOf, documented, listOf, ref } from '../openapi/documented.ts'

const category = { type: 'string', minLength: 1, maxLength: 60 }

/** How the routes of categories stand in the document. */
export const documentedCategories = {
  listCategories: documented({
    tag: 'categories',
    summary: 'A page of the categories, the oldest first',
    query: {
      after: {
        type: 'string',
        pattern: '^(0|[1-9]\\d{0,15})$',
        description: 'From the Link header of the page before.',
      },
      limit: {
        type: 'integer',
        minimum: 1,
        maximum: largestLimit,
        default: largestLimit,
        description: 'Categories.',
      },
    },
    gives: { 200: listOf(ref('Category')) },
    headers: { Link: 'The next page, rel="next".' },
    refuses: [422],
  }),
  addCategory: documented({
    tag: 'categories',
    summary: 'Adds a category',
    description: 'Admins may; with CATEGORIES=members every member.',
    needs: 'member',
    takes: bodyOf({ name: category }, ['name']),
    gives: { 201: ref('Category') },
    headers: { Location: 'Where it is.' },
    refuses: [403, 409],
    isOnce: true,
  }),
  category: documented({
    tag: 'categories',
    summary: 'One category',
    gives: { 200: ref('Category'), 304: null },
    headers: { ETag: 'For If-None-Match.' },
    refuses: [404],
  }),
  removeCategory: documented({
    tag: 'categories',
    summary: 'Removes a category that has no posts',
    needs: 'admin',
    gives: { 204: null },
    refuses: [404, 409],
    isConditional: true,
  }),
}
