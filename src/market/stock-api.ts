import { Type as t } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { adminOf } from '../accounts/access.ts'
import type { Context } from '../context.ts'
import { orGone } from '../http/idempotency/idempotency.ts'
import { idIn } from '../http/params.ts'
import { created, gone, refuseStale, unkept } from '../http/respond.ts'
import { newAddress, operation } from '../openapi/operation.ts'
import { readBody } from '../openapi/read.ts'
import { changeOf, object } from '../openapi/schema.ts'
import { Refusal } from '../platform/errors.ts'
import { currencyOf, lookOf } from '../settings/look.ts'
import { itemOfApi, longestName, mostPieces, readItem, serializeItem } from './items.ts'
import type { Item } from './queries.ts'
import { addItemOnce, changeItem, itemOfResult, itemOrRefuse, removeItem } from './stock.ts'

/** Writing to `/api/items`, for admins. Reading is the market's. */
export const stockApi = (context: Context) => {
  /** Looks at the item as it is when nobody else changes it any more. */
  const asExpected = (request: Request) => (now: Item) => refuseStale(request, serializeItem(context, now))

  return new Elysia({ name: 'stock-api' })
    .post(
      '/api/items',
      async ({ request }) => {
        const admin = await adminOf(context, request)
        await lookOf(context)
        const fields = await readBody(request, operations.add)
        const draft = itemOrRefuse(readItem(fields, currencyOf(context)))
        const { item, isNew } = await orGone(
          context,
          request,
          admin.id,
          () => addItemOnce(context, request, admin, draft),
          (result) => itemOfResult(context.db, result, draft.name),
        )
        const location = `/api/items/${item.id}`
        const answer = serializeItem(context, item)
        return isNew ? created(location, answer) : unkept(answer, { location })
      },
      operations.add,
    )

    .patch(
      '/api/items/:id',
      async ({ params: { id }, request }) => {
        await adminOf(context, request)
        await lookOf(context)
        const change = changeIn(await readBody(request, operations.change), currencyOf(context))
        return unkept(
          serializeItem(context, await changeItem(context, itemIn(id), change, asExpected(request))),
        )
      },
      operations.change,
    )

    .delete(
      '/api/items/:id',
      async ({ params: { id }, request }) => {
        await adminOf(context, request)
        await lookOf(context)
        await removeItem(context, itemIn(id), asExpected(request))
        return gone()
      },
      operations.remove,
    )
}

const itemIn = (id: string) => idIn(id, 'There is no such item.')

/** Only what is named is changed, so only that has to be right. */
function changeIn(fields: Record<string, unknown>, currency: string) {
  const { errors, item } = readItem(fields, currency)
  const wrong = Object.fromEntries(Object.entries(errors).filter(([field]) => Object.hasOwn(fields, field)))
  if (Object.keys(wrong).length > 0) throw new Refusal(422, 'This item cannot be changed so.', wrong)
  return item
}

const fields = {
  name: t.String({ judged: { minLength: 1, maxLength: longestName } }),
  quantity: t.Union([t.Integer(), t.String()], {
    judged: { minimum: 0, maximum: mostPieces, pattern: '^\\d{1,7}$' },
    description: 'Whole, from 0 to 1,000,000.',
  }),
  price: t.Union([t.String(), t.Number()], {
    description: 'From 0 to 1,000,000, with at most as many decimals as the currency has.',
  }),
}

const operations = {
  add: operation({
    tag: 'market',
    summary: 'Adds an item',
    description: 'Where there is one of this name its quantity is set instead, and the answer is 200.',
    needs: 'admin',
    body: object(fields),
    answers: { 200: itemOfApi, 201: itemOfApi },
    headers: newAddress,
    problems: [409],
    isIdempotent: true,
  }),
  change: operation({
    tag: 'market',
    summary: 'Changes an item',
    description: 'What is left out stays as it is.',
    needs: 'admin',
    body: changeOf(fields),
    answers: { 200: itemOfApi },
    problems: [404, 409],
    isConditional: true,
  }),
  remove: operation({
    tag: 'market',
    summary: 'Removes an item; orders of it stay',
    needs: 'admin',
    answers: { 204: null },
    problems: [404],
    isConditional: true,
  }),
}
