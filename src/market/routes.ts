import { Elysia } from 'elysia'
import { MarketPage } from '../../views/market.tsx'
import type { Context } from '../context.ts'
import { frameFor } from '../http/page-context.ts'
import { largestLimit } from '../http/paging.ts'
import { nextLink, one } from '../http/respond.ts'
import { readQuery } from '../openapi/validate.ts'
import { Refusal } from '../platform/errors.ts'
import { isId } from '../platform/fields.ts'
import { documentedItems as documented } from './api-document.ts'
import { itemJson, items } from './items.ts'
import { choiceIn, listing } from './listing.ts'

/** The shop front, read-only: its database account can write neither items nor orders. */
export const shop = (context: Context) =>
  new Elysia({ name: 'market' })
    .get('/market', async ({ request, set }) => {
      const { value, source } = await items(context)
      Object.assign(set.headers, { ...neverStale, 'x-source': source })
      return MarketPage({
        frame: await frameFor(context, request),
        listing: listing(value, choiceIn(new URL(request.url))),
        currency: context.config.currency,
        orderKey: crypto.randomUUID(),
      })
    })

    .get(
      '/api/items',
      async ({ request, set }) => {
        const { limit = largestLimit } = readQuery(request, documented.list)
        const choice = choiceIn(new URL(request.url))
        const { value, source } = await items(context)
        Object.assign(set.headers, { ...neverStale, 'x-source': source })
        const { items: page, pages } = listing(value, choice, Number(limit))
        const next = choice.page < pages ? { page: `${choice.page + 1}` } : undefined
        if (next) set.headers.link = nextLink(request, next)
        return choice.page > pages ? [] : page.map((item) => itemJson(context, item))
      },
      documented.list,
    )

    .get(
      '/api/items/:id',
      async ({ params: { id }, request, set }) => {
        const { value, source } = await items(context)
        Object.assign(set.headers, neverStale)
        const found = isId(id) ? value.find((item) => item.id === Number(id)) : undefined
        if (!found) throw new Refusal(404, 'There is no such item.')
        return one(request, itemJson(context, found), source)
      },
      documented.item,
    )

/** What is in stock changes with each order: no cache outside Redis, which is told of each, may keep an answer. */
const neverStale = { 'cache-control': 'private, no-cache' }
