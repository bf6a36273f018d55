import { say } from '../../texts/say.ts'
import type { Viewer } from '../accounts/queries.ts'
import { invalidatedBy } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { idempotent } from '../http/idempotency/idempotency.ts'
import { type Db, isDuplicate, type Sql } from '../platform/db.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { unhurried } from '../platform/trace.ts'
import { sweepPictures } from '../removal/forget.ts'
import { currencyOf, keepCurrency } from '../settings/look.ts'
import { threadOf } from './details.ts'
import { type NewItem, type ReadItem, wholeItem } from './items.ts'
import {
  deleteItem,
  type Item,
  type ItemChange,
  type ItemInFull,
  insertItem,
  itemById,
  itemDetailsOf,
  itemNamed,
  letGoOfItem,
  lockItem,
  lockVariantsOf,
  setQuantity,
  updateItem,
} from './queries.ts'

export type Added = { item: Item; isNew: boolean }

/**
 * A new name becomes an item; of an item that is there only the quantity is set, its price stays. Here and
 * below, the price is one of the currency that is known when it is called.
 */
export async function addItem(context: Context, item: NewItem): Promise<Added> {
  const store = priced(context, (sql) => storeItem(sql, item))
  return added(context, item.name, await context.db.transaction(store))
}

/** Work that stores a price of the currency that is known now. Throws a 409 where it is another by then. */
function priced<Done>(context: Context, work: (sql: Sql) => Promise<Done>): (sql: Sql) => Promise<Done> {
  const currency = currencyOf(context)
  return async (sql) => {
    await keepCurrency(context, sql, currency)
    return work(sql)
  }
}

/** Adds a variant of an item. Refuses when its name is there, and where there can be none. */
export async function addVariant(context: Context, variantOf: number, item: NewItem): Promise<void> {
  const { db, cache } = context
  const store = priced(context, async (sql) => {
    await refuseVariant(sql, undefined, variantOf)
    await insertItem(sql, { ...item, variantOf })
  })
  await db.transaction(store).catch((error) => {
    if (isDuplicate(error)) throw new Refusal(422, 'Another item has this name.', nameIsTaken)
    throw error
  })
  await cache.invalidate(invalidatedBy.itemsChanged())
}

/**
 * As `addItem`, for a program, once for each Idempotency-Key: pieces that were sold since do not come back
 * with a repetition.
 */
export async function addItemOnce(
  context: Context,
  request: Request,
  { id: by }: Viewer,
  item: NewItem,
): Promise<Added> {
  const store = priced(context, (sql) => storeItem(sql, item))
  await refuseNoPost(context, item)
  const { result } = await idempotent(context, request, { by, content: item }, store)
  return added(context, item.name, result)
}

async function added({ db, cache }: Context, name: string, result: string): Promise<Added> {
  await cache.invalidate(invalidatedBy.itemsChanged())
  const item = await itemOfResult(db, result, name)
  if (!item) throw new Refusal(409, 'Somebody removed this item at the same moment. Please try again.')
  return { item, isNew: result.startsWith('new') }
}

/**
 * Returns the item that was made so, by its id: it may have another name by now. The release before stored no
 * id.
 */
export function itemOfResult(sql: Sql, result: string | number, name: string): Promise<Item | undefined> {
  const [, id] = `${result}`.split(' ')
  return id === undefined ? itemNamed(sql, name) : itemById(sql, id)
}

/**
 * Returns whether it is `new` or was `set`, and its id. When somebody else is quicker with the same name, it
 * is set after all.
 */
async function storeItem(sql: Sql, item: NewItem): Promise<string> {
  if (item.variantOf != null) await refuseVariant(sql, undefined, item.variantOf)
  if (await setQuantity(sql, item.name, item.quantity)) return setItem(sql, item.name)
  try {
    return `new ${await insertItem(sql, item)}`
  } catch (error) {
    if (!isDuplicate(error)) throw error
    await setQuantity(sql, item.name, item.quantity)
    return setItem(sql, item.name)
  }
}

const setItem = async (sql: Sql, name: string) => `set ${(await itemNamed(sql, name))?.id ?? ''}`.trim()

/** Returns the whole item, which nobody changes until the transaction is over. Throws a 404 without one. */
export async function lockItemInFull(sql: Sql, id: number): Promise<ItemInFull> {
  return (await inFull(sql, await lockItem(sql, id))) ?? throwGone()
}

/** Returns the whole item as it is. Throws a 404 when there is none. */
export async function itemInFullById(sql: Sql, id: number): Promise<ItemInFull> {
  return (await inFull(sql, await itemById(sql, id))) ?? throwGone()
}

async function inFull(sql: Sql, item: Item | undefined): Promise<ItemInFull | undefined> {
  const details = item && (await itemDetailsOf(sql, item.id))
  return item && details && { ...item, ...details }
}

function throwGone(): never {
  throw new Refusal(404, 'There is no such item.')
}

/** Throws when an item is not as somebody thought. */
type Expected = (now: ItemInFull) => void

/** Does something to an item as long as it is as expected. */
async function whileExpected<Done>(
  db: Db,
  id: number,
  expected: Expected | undefined,
  work: (sql: Sql) => Promise<Done>,
): Promise<Done> {
  if (!expected) return work(db)
  return db.transaction(async (sql) => {
    const now = await inFull(sql, await lockItem(sql, id))
    if (now) expected(now)
    return work(sql)
  })
}

/**
 * Changes an item. Refuses when it is gone, when its new name is another's, and when `was` is given
 * and pieces were ordered or returned since.
 */
export async function changeItem(
  context: Context,
  id: number,
  change: ItemChange,
  expected?: Expected,
): Promise<Item> {
  const { db, cache } = context
  const { variantOf, price } = change
  const store = async (sql: Sql) => {
    if (variantOf != null) await refuseVariant(sql, id, variantOf)
    return updateItem(sql, id, change)
  }
  const update = price === undefined ? store : priced(context, store)
  await refuseNoPost(context, change)
  const careful = variantOf == null && price === undefined ? expected : (expected ?? (() => {}))
  const isThere = await whileExpected(db, id, careful, update).catch((error) => {
    if (isDuplicate(error)) throw new Refusal(409, 'Another item has this name.', nameIsTaken)
    throw error
  })
  const item = await itemById(db, id)
  if (!item) throwGone()
  if (!isThere) throw quantityMoved(item)
  await cache.invalidate(invalidatedBy.itemChanged(id))
  return item
}

/** Refuses a post that is not there for whoever changes the item. */
async function refuseNoPost(context: Context, { postId }: ItemChange): Promise<void> {
  if (postId == null || (await threadOf(context, postId))) return
  throw new Refusal(422, 'There is no such post.', { post: 'There is no such post.' })
}

/**
 * Refuses that an item becomes a variant of another which is not there or is a variant itself, or while it
 * has variants of its own. Both stay as they are until the transaction is over.
 */
async function refuseVariant(sql: Sql, id: number | undefined, of: number): Promise<void> {
  const parent = await lockItem(sql, of)
  if (!parent || of === id) throw wrongVariant('There is no such item.')
  if (parent.variantOf !== null) throw wrongVariant('A variant has no variants.')
  if (id !== undefined && (await lockVariantsOf(sql, id)))
    throw wrongVariant('An item with variants is no variant itself.')
}

const wrongVariant = (says: string) => new Refusal(422, says, { variantOf: says })

function quantityMoved({ quantity }: Item): Refusal {
  const says = say('There are {n} by now. Look again before you save.', { n: quantity })
  return new Refusal(409, says, { quantity: says })
}

const nameIsTaken: FieldErrors = { name: 'Another item has this name.' }

/** Lines of orders that let go of an item in one statement: more would hold up who orders. */
const linesAtOnce = 1_000

/**
 * Takes an item off the market. Orders keep its name and price: where there are very many, it lets go of
 * those that are closed in pieces, and stays until then.
 */
export async function removeItem(context: Context, id: number, expected?: Expected): Promise<void> {
  const { db, cache } = context
  await whileExpected(db, id, expected, async () => undefined)
  await unhurried(async () => {
    while ((await letGoOfItem(db, id, linesAtOnce)) === linesAtOnce);
  })
  const wasThere = await whileExpected(db, id, expected, (sql) => deleteItem(sql, id))
  await cache.invalidate(invalidatedBy.itemChanged(id))
  if (!wasThere) throwGone()
  await sweepPictures(context)
}

/** Returns an item that was read. Throws a 422 that says what is wrong where. */
export function itemOrRefuse(read: ReadItem): NewItem {
  const item = wholeItem(read)
  if (!item) throw new Refusal(422, 'This is not an item.', read.errors)
  return item
}
