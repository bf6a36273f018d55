import { say } from '../../texts/say.ts'
import type { Viewer } from '../accounts/queries.ts'
import { invalidatedBy } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { idempotent } from '../http/idempotency/idempotency.ts'
import { type Db, isDuplicate, type Sql } from '../platform/db.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { unhurried } from '../platform/trace.ts'
import { type NewItem, type ReadItem, wholeItem } from './items.ts'
import {
  deleteItem,
  type Item,
  type ItemChange,
  insertItem,
  itemById,
  itemNamed,
  letGoOfItem,
  lockItem,
  setQuantity,
  updateItem,
} from './queries.ts'

export type Added = { item: Item; isNew: boolean }

/** A new name becomes an item; of an item that is there only the quantity is set, its price stays. */
export async function addItem(context: Context, item: NewItem): Promise<Added> {
  return added(context, item.name, await storeItem(context.db, item))
}

/**
 * The same for a program, once for each Idempotency-Key: pieces that were sold since do not come back with a
 * repetition.
 */
export async function addItemOnce(
  context: Context,
  request: Request,
  { id: by }: Viewer,
  item: NewItem,
): Promise<Added> {
  const { result } = await idempotent(context, request, { by, content: item }, (sql) => storeItem(sql, item))
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

/** Throws when an item is not as somebody thought. */
type Expected = (now: Item) => void

/** Does something to an item as long as it is as expected. */
async function whileExpected<Done>(
  db: Db,
  id: number,
  expected: Expected | undefined,
  work: (sql: Sql) => Promise<Done>,
): Promise<Done> {
  if (!expected) return work(db)
  return db.transaction(async (sql) => {
    const now = await lockItem(sql, id)
    if (now) expected(now)
    return work(sql)
  })
}

/**
 * Changes an item. Refuses when it is gone, when its new name is another's, and when `was` is given
 * and pieces were ordered or returned since.
 */
export async function changeItem(
  { db, cache }: Context,
  id: number,
  change: ItemChange,
  expected?: Expected,
): Promise<Item> {
  const isThere = await whileExpected(db, id, expected, (sql) => updateItem(sql, id, change)).catch(
    (error) => {
      if (isDuplicate(error)) throw new Refusal(409, 'Another item has this name.', nameIsTaken)
      throw error
    },
  )
  const item = await itemById(db, id)
  if (!item) throw new Refusal(404, 'There is no such item.')
  if (!isThere) throw quantityMoved(item)
  await cache.invalidate(invalidatedBy.itemsChanged())
  return item
}

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
export async function removeItem({ db, cache }: Context, id: number, expected?: Expected): Promise<void> {
  await whileExpected(db, id, expected, async () => undefined)
  await unhurried(async () => {
    while ((await letGoOfItem(db, id, linesAtOnce)) === linesAtOnce);
  })
  const wasThere = await whileExpected(db, id, expected, (sql) => deleteItem(sql, id))
  await cache.invalidate(invalidatedBy.itemsChanged())
  if (!wasThere) throw new Refusal(404, 'There is no such item.')
}

/** Returns an item that was read. Throws a 422 that says what is wrong where. */
export function itemOrRefuse(read: ReadItem): NewItem {
  const item = wholeItem(read)
  if (!item) throw new Refusal(422, 'This is not an item.', read.errors)
  return item
}
