import { Type as t } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { ItemPage } from '../../views/item.tsx'
import { MarketPage } from '../../views/market.tsx'
import type { Viewer } from '../accounts/queries.ts'
import type { Context } from '../context.ts'
import { pageContextFor, seeOther } from '../http/page-context.ts'
import { largestLimit } from '../http/paging.ts'
import { json, nextLink, one } from '../http/respond.ts'
import { nextPage, operation } from '../openapi/operation.ts'
import { readQuery } from '../openapi/read.ts'
import { object, oneOf } from '../openapi/schema.ts'
import { orderingOf } from '../order-windows/service.ts'
import { Refusal } from '../platform/errors.ts'
import { isId } from '../platform/fields.ts'
import { lookOf } from '../settings/look.ts'
import { htmlOf, wordsOf } from '../text/markdown.ts'
import { itemDetails, threadOf } from './details.ts'
import { itemInFullOfApi, itemOfApi, items, serializeInFull, serializeItem } from './items.ts'
import { choicesOf, listing, queryIn, shelved, sortOrders } from './listing.ts'
import { type Item, waitsOf } from './queries.ts'

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
        listing: listing(shelved(value), queryIn(new URL(request.url))),
        currency: pageContext.look.currency,
        orderKey: crypto.randomUUID(),
        ordering: await orderingOf(context, pageContext.viewer),
      })
    })

    .get('/market/:id', async ({ params: { id }, request, set }) => {
      const [pageContext, { item, all, source }] = await Promise.all([
        pageContextFor(context, request),
        shownItem(context, id),
      ])
      // It stands on the page of the item that it is a variant of.
      if (item.variantOf !== null) return seeOther(`/market/${item.variantOf}#item-${item.id}`)
      const thread = item.postId === null ? undefined : await threadOf(context, item.postId)
      const choices = choicesOf(
        item,
        all.filter(({ variantOf }) => variantOf === item.id),
      )
      keepNothingStale(set)
      set.headers['x-source'] = source
      return ItemPage({
        pageContext,
        item,
        thread,
        choices,
        waits: await waitsFor(context, pageContext.viewer, choices),
        html: htmlOf(item.description),
        summary: wordsOf(item.description).slice(0, longestSummary),
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
        const { items: page, pages, categories } = listing(value, query, limit)
        if (query.category !== '' && !categories.includes(query.category))
          throw new Refusal(404, 'There is no such category.')
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
        const [{ item, source }] = await Promise.all([shownItem(context, id), lookOf(context)])
        keepNothingStale(set)
        return one(request, serializeInFull(context, item), source)
      },
      operations.item,
    )

/** For which of what is sold out here a member waits; undefined for a stranger. */
async function waitsFor({ db }: Context, viewer: Viewer | undefined, choices: Item[]) {
  const soldOut = choices.flatMap(({ id, quantity }) => (quantity === 0 ? [id] : []))
  if (!viewer) return undefined
  return new Set(soldOut.length === 0 ? [] : (await waitsOf(db, viewer.id, soldOut)).map(({ item }) => item))
}

/** What a search engine shows of a description. */
const longestSummary = 200

/** Returns an item with what its page shows, and who knew its stock. Throws a 404 when there is none. */
async function shownItem(context: Context, id: string) {
  if (!isId(id)) throw noSuchItem()
  const [{ value, source }, { value: details }] = await Promise.all([
    items(context),
    itemDetails(context, Number(id)),
  ])
  const item = value.find((each) => each.id === Number(id))
  if (!item || !details) throw noSuchItem()
  return { item: { ...item, ...details }, all: value, source }
}

const noSuchItem = () => new Refusal(404, 'There is no such item.')

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
      category: t.Optional(t.String({ description: 'Only of this category; 404 where there is none.' })),
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
    problems: [404, 422],
  }),
  item: operation({
    tag: 'market',
    summary: 'One item',
    answers: { 200: itemInFullOfApi, 304: null },
    problems: [404],
  }),
}
