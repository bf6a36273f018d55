import { Type as t } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { MarketPage } from '../../views/market.tsx'
import type { Context } from '../context.ts'
import { pageContextFor } from '../http/page-context.ts'
import { largestLimit } from '../http/paging.ts'
import { json, nextLink, one } from '../http/respond.ts'
import { nextPage, operation } from '../openapi/operation.ts'
import { readQuery } from '../openapi/read.ts'
import { object, oneOf } from '../openapi/schema.ts'
import { orderingOf } from '../order-windows/service.ts'
import { Refusal } from '../platform/errors.ts'
import { isId } from '../platform/fields.ts'
import { lookOf } from '../settings/look.ts'
import { itemOfApi, items, serializeItem } from './items.ts'
import { listing, queryIn, sortOrders } from './listing.ts'

/** The shop front, read-only: its database account can write neither items nor orders. */
export const shop = (context: Context) =>
  new Elysia({ name: 'market' })
    .get('/market', async ({ request, set }) => {
      const { value, source } = await items(context)
      keepNothingStale(set)
      set.headers['x-source'] = source
      const pageContext = await pageContextFor(context, request)
      return MarketPage({
        pageContext,
        listing: listing(value, queryIn(new URL(request.url))),
        currency: pageContext.look.currency,
        orderKey: crypto.randomUUID(),
        ordering: await orderingOf(context, pageContext.viewer),
      })
    })

    .get(
      '/api/items',
      async ({ request, set }) => {
        const { limit } = readQuery(request, operations.list)
        const query = queryIn(new URL(request.url))
        const [{ value, source }] = await Promise.all([items(context), lookOf(context)])
        keepNothingStale(set)
        const { items: page, pages } = listing(value, query, limit)
        const found = query.page > pages ? [] : page.map((item) => serializeItem(context, item))
        return json(found, {
          'x-source': source,
          ...(query.page < pages ? { link: nextLink(request, { page: `${query.page + 1}` }) } : {}),
        })
      },
      operations.list,
    )

    .get(
      '/api/items/:id',
      async ({ params: { id }, request, set }) => {
        const [{ value, source }] = await Promise.all([items(context), lookOf(context)])
        keepNothingStale(set)
        const found = isId(id) ? value.find((item) => item.id === Number(id)) : undefined
        if (!found) throw new Refusal(404, 'There is no such item.')
        return one(request, serializeItem(context, found), source)
      },
      operations.item,
    )

/**
 * Lets no cache outside Redis, which hears of each order, keep what is in stock. A stranger's browser may,
 * and revalidates it; a member's may not.
 */
function keepNothingStale({ headers }: { headers: Record<string, unknown> }): void {
  headers['cache-control'] ??= 'private, no-cache'
}

const operations = {
  list: operation({
    tag: 'market',
    summary: 'A page of the items that fit',
    query: object({
      q: t.Optional(
        t.String({ description: 'Only with all these words in the name, whatever case and accents.' }),
      ),
      sort: oneOf(sortOrders, { default: 'name', description: 'What is sold out comes last.' }),
      stock: t.Optional(oneOf(['in'], { description: 'in: only what can be had.' })),
      page: t.Integer({ minimum: 1, maximum: 999_999, default: 1, description: 'Of the list.' }),
      limit: t.Integer({
        minimum: 1,
        maximum: largestLimit,
        default: largestLimit,
        description: 'Items of a page.',
      }),
    }),
    answers: { 200: t.Array(itemOfApi) },
    headers: nextPage,
    problems: [422],
  }),
  item: operation({
    tag: 'market',
    summary: 'One item',
    answers: { 200: itemOfApi, 304: null },
    problems: [404],
  }),
}
