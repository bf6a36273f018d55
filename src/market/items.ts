import { say } from '../../texts/say.ts'
import { remembered } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import type { Remembered } from '../platform/cache.ts'
import type { FieldErrors } from '../platform/errors.ts'
import { asFields, hasControlCharacters } from '../platform/fields.ts'
import { type Claims, isWhole, soundRows } from '../platform/rows.ts'
import { centsIn, type Decimal, decimal, highestCents } from './money.ts'
import { allItems, type Item } from './queries.ts'

export const mostPieces = 1_000_000
const longestName = 60

/** What an item has to be, whoever asks for it to be stored. */
export type NewItem = { name: string; quantity: number; price: Decimal }

/** What somebody typed for an item, kept as it was typed. */
export type TypedItem = { name: string; quantity: string; price: string }

/** Fields read from a form, a JSON body or a CSV row: those that are right, and what is wrong with the others. */
export type ReadItem = { typed: TypedItem; errors: FieldErrors; item: Partial<NewItem> }

/** Names in the order people expect: letters before case and accents, numbers by their size. */
const byName = new Intl.Collator('en', { numeric: true })

const itemClaims: Claims<Item> = {
  id: isWhole(1),
  name: (value) => typeof value === 'string' && value === tidy(value) && nameError(value) === undefined,
  quantity: isWhole(0, mostPieces),
  price: (value) => typeof value === 'string' && isPrice(value),
}

/** All items by name, from Redis or, when it has none, from MySQL. Rows that are no items are left out. */
export function items({ cache, db, log }: Context): Promise<Remembered<Item[]>> {
  const { key, seconds } = remembered.items
  return cache.remember(key(), seconds, async () => {
    const found = soundRows('items', await allItems(db), itemClaims, log)
    return found.sort((one, other) => byName.compare(one.name, other.name))
  })
}

/** An item as the API gives it. The price is a text, so that no reader makes a rounded number of it by accident. */
export const itemJson = ({ config }: Context, item: Item) => ({ ...item, currency: config.currency })

/** Reads an item's fields. Numbers may come as text, as forms send them, or as JSON numbers. */
export function readItem(body: unknown): ReadItem {
  const fields = asFields(body)
  const typed = {
    name: asTyped(fields.name),
    quantity: asTyped(fields.quantity),
    price: asTyped(fields.price),
  }
  const name = tidy(typed.name)
  const quantity = quantityIn(typed.quantity.trim())
  const price = priceIn(typed.price.trim())
  const wrongName = nameError(name)

  return {
    typed,
    errors: {
      ...(wrongName ? { name: wrongName } : {}),
      ...(quantity === undefined ? { quantity: 'A whole number from 0 to 1,000,000.' } : {}),
      ...(price === undefined
        ? { price: 'From 0.00 to 1,000,000.00, with a dot and at most two decimals.' }
        : {}),
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

/** The same letters written in two ways (composed or not) are one name. */
export const tidy = (name: string) => name.normalize('NFC').trim()

const asTyped = (field: unknown) =>
  typeof field === 'string' ? field : typeof field === 'number' ? String(field) : ''

function nameError(name: string): string | undefined {
  if (name === '') return 'An item needs a name.'
  if ([...name].length > longestName)
    return say('A name has at most {longest} characters.', { longest: longestName })
  if (hasControlCharacters(name) || !name.isWellFormed()) return 'A name is one line of ordinary characters.'
  return undefined
}

function quantityIn(text: string): number | undefined {
  return /^\d{1,7}$/.test(text) && Number(text) <= mostPieces ? Number(text) : undefined
}

function priceIn(text: string): Decimal | undefined {
  const cents = centsIn(text)
  return cents !== undefined && cents <= highestCents ? decimal(cents) : undefined
}

const isPrice = (text: string) => priceIn(text) === text
