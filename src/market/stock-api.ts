import { Type as t } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { adminOf } from '../accounts/access.ts'
import type { Context } from '../context.ts'
import { orGone } from '../http/idempotency/idempotency.ts'
import { idIn } from '../http/params.ts'
import { created, gone, refuseStale, unkept } from '../http/respond.ts'
import { newAddress, operation } from '../openapi/operation.ts'
import { readBody } from '../openapi/read.ts'
import { changeOf, nullOr, object } from '../openapi/schema.ts'
import { pictureAddress, pictureFields } from '../pictures/schema.ts'
import { longestAlt, readPicture } from '../pictures/service.ts'
import { Refusal } from '../platform/errors.ts'
import { currencyOf, lookOf } from '../settings/look.ts'
import { longestCategory, longestDescription, longestUnit, readDetails } from './details.ts'
import { addPicture, arrangePictures } from './item-pictures.ts'
import { itemInFullOfApi, longestName, mostPieces, readItem, serializeInFull } from './items.ts'
import type { DetailsChange, ItemInFull } from './queries.ts'
import { addItemOnce, changeItem, itemInFullById, itemOfResult, itemOrRefuse, removeItem } from './stock.ts'

/** Writing to `/api/items`, for admins. Reading is the market's. */
export const stockApi = (context: Context) => {
  /** Looks at the item as it is when nobody else changes it any more. */
  const asExpected = (request: Request) => (now: ItemInFull) =>
    refuseStale(request, serializeInFull(context, now))
  const whole = async (id: number) => serializeInFull(context, await itemInFullById(context.db, id))

  return new Elysia({ name: 'stock-api' })
    .post(
      '/api/items',
      async ({ request }) => {
        const admin = await adminOf(context, request)
        await lookOf(context)
        const fields = await readBody(request, operations.add)
        const draft = { ...itemOrRefuse(readItem(fields, currencyOf(context))), ...detailsIn(fields) }
        const { item, isNew } = await orGone(
          context,
          request,
          admin.id,
          () => addItemOnce(context, request, admin, draft),
          (result) => itemOfResult(context.db, result, draft.name),
        )
        const location = `/api/items/${item.id}`
        const answer = await whole(item.id)
        return isNew ? created(location, answer) : unkept(answer, { location })
      },
      operations.add,
    )

    .patch(
      '/api/items/:id',
      async ({ params: { id }, request }) => {
        await adminOf(context, request)
        await lookOf(context)
        const fields = await readBody(request, operations.change)
        const change = { ...changeIn(fields, currencyOf(context)), ...detailsIn(fields) }
        const { id: changed } = await changeItem(context, itemIn(id), change, asExpected(request))
        return unkept(await whole(changed))
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

    .post(
      '/api/items/:id/pictures',
      async ({ params: { id }, request }) => {
        await adminOf(context, request)
        const item = await itemInFullById(context.db, itemIn(id))
        const { added, errors } = await readPicture(context, await readBody(request, operations.addPicture))
        if (!added) throw new Refusal(422, 'This is no picture.', { image: 'Choose a picture.', ...errors })
        await addPicture(context, item.id, added, asExpected(request))
        return created(`/api/items/${item.id}`, await whole(item.id))
      },
      operations.addPicture,
    )

    .put(
      '/api/items/:id/pictures',
      async ({ params: { id }, request }) => {
        await adminOf(context, request)
        const { pictures } = await readBody(request, operations.arrangePictures)
        const shown = pictures.map(({ url, alt }) => ({
          hash: url.slice('/images/'.length).slice(0, 64),
          alt,
        }))
        await arrangePictures(context, itemIn(id), shown, asExpected(request))
        return unkept(await whole(itemIn(id)))
      },
      operations.arrangePictures,
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

/** Returns what of an item's description a body has. Throws a 422 that says of each field what is wrong. */
function detailsIn(fields: Record<string, unknown>): DetailsChange {
  const { details, errors } = readDetails(fields)
  if (Object.keys(errors).length > 0) throw new Refusal(422, 'This item cannot be changed so.', errors)
  const { variantOf } = fields
  return typeof variantOf === 'number' || variantOf === null ? { ...details, variantOf } : details
}

const details = {
  description: t.Optional(t.String({ judged: { maxLength: longestDescription }, description: 'Markdown.' })),
  category: t.Optional(t.String({ judged: { maxLength: longestCategory } })),
  unit: t.Optional(t.String({ judged: { maxLength: longestUnit } })),
  mostEach: t.Optional(nullOr(t.Integer({ judged: { minimum: 1, maximum: mostPieces } }))),
  lowAt: t.Optional(nullOr(t.Integer({ judged: { minimum: 0, maximum: mostPieces } }))),
  variantOf: t.Optional(nullOr(t.Integer({ judged: { minimum: 1 } }))),
  post: t.Optional(nullOr(t.Integer({ judged: { minimum: 1 } }))),
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
    body: object({ ...fields, ...details }),
    answers: { 200: itemInFullOfApi, 201: itemInFullOfApi },
    headers: newAddress,
    problems: [409],
    isIdempotent: true,
  }),
  change: operation({
    tag: 'market',
    summary: 'Changes an item',
    description: 'What is left out stays as it is.',
    needs: 'admin',
    body: changeOf({ ...fields, ...details }),
    answers: { 200: itemInFullOfApi },
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
  addPicture: operation({
    tag: 'market',
    summary: 'Adds a picture behind those of an item',
    needs: 'admin',
    form: object(pictureFields),
    answers: { 201: itemInFullOfApi },
    headers: newAddress,
    problems: [404],
    isConditional: true,
  }),
  arrangePictures: operation({
    tag: 'market',
    summary: 'Puts the pictures of an item in order, with what they show in words',
    description: 'Those that are left out are removed.',
    needs: 'admin',
    body: object({
      pictures: t.Array(
        object({ url: pictureAddress, alt: t.String({ judged: { maxLength: longestAlt } }) }),
      ),
    }),
    answers: { 200: itemInFullOfApi },
    problems: [404],
    isConditional: true,
  }),
}
