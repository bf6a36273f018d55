import { Type as t } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import type { Context } from '../context.ts'
import { orGone } from '../http/idempotency/idempotency.ts'
import { refuseStale } from '../http/respond.ts'
import { adminsOnly } from '../moderation/admins-only.ts'
import { newAddress, operation } from '../openapi/operation.ts'
import { readBody } from '../openapi/read.ts'
import { changeOf, object } from '../openapi/schema.ts'
import { Refusal } from '../platform/errors.ts'
import { isId } from '../platform/fields.ts'
import { itemOfApi, longestName, mostPieces, readItem, serializeItem } from './items.ts'
import type { Item } from './queries.ts'
import { addItemOnce, changeItem, itemMade, itemOrRefuse, removeItem } from './stock.ts'

/** What `/api/items` lets admins do. Reading is the market's. */
export const stockApi = (context: Context) => {
  /** Looks at the item as it is when nobody else changes it any more. */
  const asExpected = (request: Request) => (now: Item) => refuseStale(request, serializeItem(context, now))

  return new Elysia({ name: 'stock-api' })
    .use(adminsOnly(context))
    .post(
      '/api/items',
      async ({ frame, request, set }) => {
        const fields = await readBody(request, operations.add)
        const wanted = itemOrRefuse(readItem(fields, context.config.currency))
        const { item, isNew } = await orGone(
          context,
          request,
          frame.viewer.id,
          () => addItemOnce(context, request, frame.viewer, wanted),
          (made) => itemMade(context.db, made, wanted.name),
        )
        set.status = isNew ? 201 : 200
        set.headers.location = `/api/items/${item.id}`
        return serializeItem(context, item)
      },
      operations.add,
    )

    .patch(
      '/api/items/:id',
      async ({ params: { id }, request }) => {
        const change = changeIn(await readBody(request, operations.change), context.config.currency)
        return serializeItem(context, await changeItem(context, idIn(id), change, asExpected(request)))
      },
      operations.change,
    )

    .delete(
      '/api/items/:id',
      async ({ params: { id }, request, set }) => {
        await removeItem(context, idIn(id), asExpected(request))
        set.status = 204
      },
      operations.remove,
    )
}

function idIn(text: string): number {
  if (!isId(text)) throw new Refusal(404, 'There is no such item.')
  return Number(text)
}

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
