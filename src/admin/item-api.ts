import { Elysia } from 'elysia'
import type { Context } from '../context.ts'
import { documentedItems as documented } from '../market/api-document.ts'
import { itemJson, readItem } from '../market/items.ts'
import { Refusal } from '../platform/errors.ts'
import { asFields, isId } from '../platform/fields.ts'
import { readObject } from '../platform/json.ts'
import { adminsOnly } from './guard.ts'
import { addItemOnce, changeItem, itemOrRefuse, removeItem } from './items.ts'

/** What `/api/items` lets admins do. Reading is the market's. */
export const itemApi = (context: Context) =>
  new Elysia({ name: 'item-api' })
    .use(adminsOnly(context))
    .post(
      '/api/items',
      async ({ frame, request, set }) => {
        const wanted = itemOrRefuse(readItem(await readObject(request), context.config.currency))
        const { item, isNew } = await addItemOnce(context, request, frame.viewer, wanted)
        set.status = isNew ? 201 : 200
        set.headers.location = `/api/items/${item.id}`
        return itemJson(context, item)
      },
      documented.add,
    )

    .patch(
      '/api/items/:id',
      async ({ params: { id }, request }) =>
        itemJson(
          context,
          await changeItem(context, idIn(id), changeIn(await readObject(request), context.config.currency)),
        ),
      documented.change,
    )

    .delete(
      '/api/items/:id',
      async ({ params: { id }, set }) => {
        await removeItem(context, idIn(id))
        set.status = 204
      },
      documented.remove,
    )

function idIn(text: string): number {
  if (!isId(text)) throw new Refusal(404, 'There is no such item.')
  return Number(text)
}

/** Only what is named is changed, so only that has to be right. */
function changeIn(body: unknown, currency: string) {
  const named = Object.keys(asFields(body)).filter((field) => ['name', 'quantity', 'price'].includes(field))
  if (named.length === 0) throw new Refusal(422, 'Give a name, a quantity or a price to change.')

  const { errors, item } = readItem(body, currency)
  const wrong = Object.fromEntries(Object.entries(errors).filter(([field]) => named.includes(field)))
  if (Object.keys(wrong).length > 0) throw new Refusal(422, 'This item cannot be changed so.', wrong)
  return item
}
