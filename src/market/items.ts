import { type Static, Type as t } from '@sinclair/typebox'
import { say } from '../../texts/say.ts'
import { cached } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { versionOf } from '../http/form-version.ts'
import { id, nullOr, object } from '../openapi/schema.ts'
import { pictureAddress, pictureSchema } from '../pictures/schema.ts'
import type { Cached } from '../platform/cache.ts'
import type { FieldErrors } from '../platform/errors.ts'
import { asFields, composed } from '../platform/fields.ts'
import { sortedInPortions } from '../platform/portions.ts'
import { nullable, rowId, rowsOf, textThat } from '../platform/row-schemas.ts'
import { currencyOf } from '../settings/look.ts'
import { isOneLine, isPiledUp, isSeen } from '../text/seen.ts'
import {
  amountIn,
  currencyCode,
  type Decimal,
  decimal,
  digitsOf,
  exactPrice,
  highestPrice,
  priceIn,
} from './money.ts'
import { allItems, type DetailsChange, type Item, type ItemInFull } from './queries.ts'

export const mostPieces = 1_000_000
export const longestName = 60

/** An item as it is stored. */
export type NewItem = { name: string; quantity: number; price: Decimal } & DetailsChange

/** The fields of an item, as typed. */
export type TypedItem = { name: string; quantity: string; price: string }

/**
 * Fields read from a form, a JSON body or a CSV row: those that are right, and what is wrong with the others.
 */
export type ReadItem = { typed: TypedItem; errors: FieldErrors; item: Partial<NewItem> }

/** Names in the order people expect: letters before case and accents, numbers by their size. */
export const byName = new Intl.Collator('en', { numeric: true })

const validItems = rowsOf<Item>('items', {
  id: rowId,
  name: textThat('item-name', (name) => name === normalized(name) && nameError(name) === undefined),
  quantity: t.Integer({ minimum: 0, maximum: mostPieces }),
  price: textThat('item-price', (price) => (amountIn(price) ?? highestPrice + 1n) <= highestPrice),
  category: t.String(),
  unit: t.String(),
  mostEach: nullable(t.Integer({ minimum: 1 })),
  lowAt: nullable(t.Integer({ minimum: 0 })),
  variantOf: nullable(rowId),
  picture: nullable(t.String()),
})

/** All items by name, from Redis or, when it has none, from MySQL. Rows that are no items are left out. */
export function items({ cache, db, log }: Context): Promise<Cached<Item[]>> {
  const { key, seconds } = cached.items
  return cache.getOrLoad(key(), seconds, async () => {
    const found = validItems(await allItems(db), log)
    return sortedInPortions(found, (a, b) => byName.compare(a.name, b.name))
  })
}

/**
 * Returns an item as the API has it in lists. The price is a text, so that no reader makes a rounded number
 * of it by accident.
 */
export const serializeItem = (
  context: Context,
  { id, name, quantity, price, category, unit, mostEach, variantOf, picture }: Item,
): Static<typeof itemOfApi> => ({
  ...{ id, name, quantity, price: priceIn(price, currencyOf(context)), currency: currencyOf(context) },
  ...{ category, unit, mostEach, variantOf },
  picture: picture === null ? null : pictureAt(picture),
})

/** Returns an item as the API has it by itself. */
export const serializeInFull = (
  context: Context,
  { description, postId, pictures, ...item }: ItemInFull,
): Static<typeof itemInFullOfApi> => ({
  ...serializeItem(context, item),
  description,
  lowAt: item.lowAt,
  post: postId,
  pictures: pictures.map(({ hash, alt, width, height }) => ({ url: pictureAt(hash), width, height, alt })),
})

const pictureAt = (hash: string) => `/images/${hash}-large.webp`

const fieldsOfItem = {
  id,
  name: t.String({ minLength: 1, maxLength: longestName }),
  quantity: t.Integer({ minimum: 0, maximum: mostPieces }),
  price: exactPrice,
  currency: currencyCode,
  category: t.String({ description: 'Empty: none.' }),
  unit: t.String({ description: 'What a piece is, such as kg; empty: a piece.' }),
  mostEach: nullOr(t.Integer({ minimum: 1, maximum: mostPieces }), {
    description:
      'Pieces that each member may have in open orders, or in a window, those of variants counted; null: no limit.',
  }),
  variantOf: nullOr(id, { description: 'The item on whose page it stands.' }),
  picture: nullOr(pictureAddress, { description: 'The first of its pictures.' }),
}

export const itemOfApi = object(fieldsOfItem, { $id: 'Item' })

export const itemInFullOfApi = object(
  {
    ...fieldsOfItem,
    description: t.String({ description: 'Markdown as it was typed.' }),
    lowAt: nullOr(t.Integer({ minimum: 0, maximum: mostPieces }), {
      description: 'Admins are told when so few pieces are left; null: they are not.',
    }),
    post: nullOr(id, { description: 'Where it is talked about.' }),
    pictures: t.Array(pictureSchema),
  },
  { $id: 'ItemInFull' },
)

/**
 * Reads an item's fields. Numbers may come as text, as forms send them, or as JSON numbers. A price has as
 * many decimals as its currency.
 */
export function readItem(body: unknown, currency: string): ReadItem {
  const digits = digitsOf(currency)
  const fields = asFields(body)
  const typed = {
    name: asTyped(fields.name),
    quantity: asTyped(fields.quantity),
    price: asTyped(fields.price),
  }
  const name = normalized(typed.name)
  const quantity = quantityIn(typed.quantity.trim())
  const price = priceOf(typed.price.trim(), digits)
  // A stored item stays on the market, piled up or not.
  const wrongName = isSeen(name) ? (nameError(name) ?? pileError(name)) : namelessError

  return {
    typed,
    errors: {
      ...(wrongName ? { name: wrongName } : {}),
      ...(quantity === undefined ? { quantity: quantityError } : {}),
      ...(price === undefined ? { price: priceError(digits) } : {}),
    },
    item: { name: wrongName ? undefined : name, quantity, price },
  }
}

/** The item when nothing was wrong. */
export function wholeItem({ item: { name, quantity, price } }: ReadItem): NewItem | undefined {
  return name === undefined || quantity === undefined || price === undefined
    ? undefined
    : { name, quantity, price }
}

/** Returns the version of an item as a form has it, its quantity apart: that changes with each order. */
export const versionOfItem = ({ name, price }: Item) => versionOf(name, price)

/** The same letters written in two ways (composed or not) are one name. */
export const normalized = (name: string) => composed(name).trim()

export const asTyped = (field: unknown) =>
  typeof field === 'string' ? field : typeof field === 'number' ? String(field) : ''

export const quantityError = 'A whole number from 0 to 1,000,000.'
const namelessError = 'An item needs a name.'
const notOrdinary = 'A name is one line of ordinary characters.'

function nameError(name: string): string | undefined {
  if (name === '') return namelessError
  if ([...name].length > longestName)
    return say('A name has at most {longest} characters.', { longest: longestName })
  if (!isOneLine(name)) return notOrdinary
  return undefined
}

const pileError = (name: string) => (isPiledUp(name) ? notOrdinary : undefined)

/** Returns the quantity that a text is, or undefined. */
export function quantityIn(text: string): number | undefined {
  return /^\d{1,7}$/.test(text) && Number(text) <= mostPieces ? Number(text) : undefined
}

/** Returns the price that a text is, or undefined. */
export function priceOf(text: string, digits: number): Decimal | undefined {
  const amount = amountIn(text, digits)
  return amount !== undefined && amount <= highestPrice ? decimal(amount, digits) : undefined
}

export const priceError = (digits: number) =>
  digits === 0
    ? say('A whole number from 0 to 1,000,000.')
    : say('From {least} to 1,000,000, with a dot and no more decimals than that.', {
        least: decimal(0n, digits),
      })
