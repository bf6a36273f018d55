import { Elysia } from 'elysia'
import type { Context } from '../context.ts'
import { orGone } from '../http/idempotency/idempotency.ts'
import { refuseStale } from '../http/respond.ts'
import { adminsOnly } from '../moderation/admins-only.ts'
import { readBody } from '../openapi/validate.ts'
import { Refusal } from '../platform/errors.ts'
import { isId } from '../platform/fields.ts'
import { documentedItems as documented } from './api-document.ts'
import { itemJson, readItem } from './items.ts'
import type { Item } from './queries.ts'
import { addItemOnce, changeItem, itemMade, itemOrRefuse, removeItem } from './stock.ts'

/** What `/api/items` lets admins do. Reading is the market's. */
export const stockApi = (context: Context) => {
  /** Looks at the item as it is when nobody else changes it any more. */
  const asExpected = (request: Request) => (now: Item) => refuseStale(request, itemJson(context, now))

  return new Elysia({ name: 'stock-api' })
    .use(adminsOnly(context))
    .post(
      '/api/items',
      async ({ frame, request, set }) => {
        const fields = await readBody(request, documented.add)
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
        return itemJson(context, item)
      },
      documented.add,
    )

    .patch(
      '/api/items/:id',
      async ({ params: { id }, request }) => {
        const change = changeIn(await readBody(request, documented.change), context.config.currency)
        return itemJson(context, await changeItem(context, idIn(id), change, asExpected(request)))
      },
      documented.change,
    )

    .delete(
      '/api/items/:id',
      async ({ params: { id }, request, set }) => {
        await removeItem(context, idIn(id), asExpected(request))
        set.status = 204
      },
      documented.remove,
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
