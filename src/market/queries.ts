import { picturesOf, type ShownPicture } from '../pictures/queries.ts'
import type { Sql } from '../platform/db.ts'
import type { Decimal } from './money.ts'

/**
 * An item as lists have it. `category` and `unit` are empty where there is none, `picture` is the hash of the
 * first one. `mostEach` pieces each member may have in open orders, those of its variants counted. Admins are
 * told when `lowAt` pieces are left. A variant
 * is an item with a stock and a price of its own, which stands on the page of another.
 */
export type Item = {
  id: number
  name: string
  quantity: number
  price: Decimal
  category: string
  unit: string
  mostEach: number | null
  lowAt: number | null
  variantOf: number | null
  picture: string | null
}

/** What the page of an item shows beside what lists have; `postId` is where it is talked about. */
export type ItemDetails = { description: string; postId: number | null; pictures: ShownPicture[] }

export type ItemInFull = Item & ItemDetails

/** The first picture as a subquery, so that a locking read holds the item's row alone. */
const columns = `id, name, quantity, price, category, unit, most_each AS mostEach, low_at AS lowAt,
            variant_of AS variantOf,
            (SELECT image_hash FROM item_pictures WHERE item_id = items.id AND place = 1) AS picture`

export const allItems = (sql: Sql) =>
  sql.rows<Item>(
    'allItems',
    `SELECT items.id, name, quantity, price, category, unit, most_each AS mostEach, low_at AS lowAt,
            variant_of AS variantOf, item_pictures.image_hash AS picture
       FROM items
       LEFT JOIN item_pictures ON item_pictures.item_id = items.id AND item_pictures.place = 1
      ORDER BY items.id`,
  )

export async function itemById(sql: Sql, id: number | string): Promise<Item | undefined> {
  const [item] = await sql.rows<Item>(
    'itemById',
    `SELECT ${columns}
       FROM items
      WHERE id = ?`,
    [id],
  )
  return item
}

export async function itemDetailsOf(sql: Sql, id: number): Promise<ItemDetails | undefined> {
  const [item] = await sql.rows<Omit<ItemDetails, 'pictures'>>(
    'itemDescription',
    'SELECT description, post_id AS postId FROM items WHERE id = ?',
    [id],
  )
  return item && { ...item, pictures: await picturesOf(sql, 'Item', id) }
}

export const itemsByIds = (sql: Sql, ids: number[]) =>
  sql.rows<Item>(
    'itemsByIds',
    `SELECT ${columns}
       FROM items
      WHERE id IN (?)`,
    [ids],
  )

/** Returns whether there was an item of this name. */
export async function setQuantity(sql: Sql, name: string, quantity: number): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'setQuantity',
    `UPDATE items
        SET quantity = ?
      WHERE name = ?`,
    [quantity, name],
  )
  return affectedRows > 0
}

export async function insertItem(
  sql: Sql,
  {
    name,
    quantity,
    price,
    description = '',
    category = '',
    unit = '',
    mostEach = null,
    lowAt = null,
    variantOf = null,
    postId = null,
  }: Pick<Item, 'name' | 'quantity' | 'price'> & DetailsChange,
): Promise<number> {
  const { insertId } = await sql.write(
    'insertItem',
    `INSERT INTO items (name, quantity, price, description, category, unit, most_each, low_at, variant_of,
                        post_id)
     VALUES (?)`,
    [[name, quantity, price, description, category, unit, mostEach, lowAt, variantOf, postId]],
  )
  return insertId
}

export async function itemNamed(sql: Sql, name: string) {
  const [item] = await sql.rows<Item>(
    'itemNamed',
    `SELECT ${columns}
       FROM items
      WHERE name = ?`,
    [name],
  )
  return item
}

/** The item as it is, which nobody changes until the transaction is over. */
export async function lockItem(sql: Sql, id: number) {
  const [item] = await sql.rows<Item>(
    'lockItem',
    `SELECT ${columns}
       FROM items
      WHERE id = ?
        FOR UPDATE`,
    [id],
  )
  return item
}

/**
 * Columns that are not given stay as they are. With `was`, nothing is changed when the quantity is another by
 * now. Returns whether there was such an item.
 */
export async function updateItem(
  sql: Sql,
  id: number,
  { name, quantity, price, was, description, category, unit, ...change }: ItemChange,
): Promise<boolean> {
  const { mostEach, lowAt, variantOf, postId } = change
  const { affectedRows } = await sql.write(
    'updateItem',
    `UPDATE items
        SET name = COALESCE(?, name), quantity = COALESCE(?, quantity), price = COALESCE(?, price),
            description = COALESCE(?, description), category = COALESCE(?, category),
            unit = COALESCE(?, unit), most_each = IF(?, ?, most_each),
            low_at = IF(?, ?, low_at), variant_of = IF(?, ?, variant_of), post_id = IF(?, ?, post_id)
      WHERE id = ?
        AND quantity = COALESCE(?, quantity)`,
    [
      ...[name ?? null, quantity ?? null, price ?? null],
      ...[description ?? null, category ?? null, unit ?? null],
      ...[mostEach !== undefined, mostEach ?? null, lowAt !== undefined, lowAt ?? null],
      ...[variantOf !== undefined, variantOf ?? null],
      ...[postId !== undefined, postId ?? null, id, was ?? null],
    ],
  )
  return affectedRows > 0
}

/** What an item is: what is left out stays as it is. */
export type DetailsChange = {
  description?: string
  category?: string
  unit?: string
  mostEach?: number | null
  lowAt?: number | null
  variantOf?: number | null
  postId?: number | null
}

export type ItemChange = DetailsChange & { name?: string; quantity?: number; price?: Decimal; was?: number }

/**
 * Takes an item from some lines of orders that are closed, which keep its name and price. Returns from how
 * many.
 */
export async function letGoOfItem(sql: Sql, id: number, limit: number): Promise<number> {
  const { affectedRows } = await sql.write(
    'letGoOfItem',
    `UPDATE order_lines
        SET item_id = NULL
      WHERE item_id = ?
        AND EXISTS (SELECT 1 FROM orders WHERE orders.id = order_lines.order_id AND orders.state <> 'open')
      LIMIT ?`,
    [id, limit],
  )
  return affectedRows
}

/** Returns whether the item has variants; nobody makes one before the transaction is over. */
export async function lockVariantsOf(sql: Sql, id: number): Promise<boolean> {
  const variants = await sql.rows(
    'lockVariantsOf',
    `SELECT id
       FROM items
      WHERE variant_of = ?
      LIMIT 1
        FOR UPDATE`,
    [id],
  )
  return variants.length > 0
}

export async function deleteItem(sql: Sql, id: number): Promise<boolean> {
  const { affectedRows } = await sql.write('deleteItem', 'DELETE FROM items WHERE id = ?', [id])
  return affectedRows > 0
}

/** Locks them until the transaction ends. */
export const itemsNamed = (sql: Sql, names: string[]) =>
  sql.rows<Described>(
    'itemsNamed',
    `SELECT ${columns}, description
       FROM items
      WHERE name IN (?)
        FOR UPDATE`,
    [names],
  )

export type Described = Item & Pick<ItemDetails, 'description'>

/** Those of all items that have one. */
export const itemDescriptions = (sql: Sql) =>
  sql.rows<{ id: number; description: string }>(
    'itemDescriptions',
    `SELECT id, description
       FROM items
      WHERE description <> ''`,
  )

/** Which of these items have variants. */
export const withVariants = (sql: Sql, ids: number[]) =>
  sql.rows<{ id: number }>(
    'withVariants',
    `SELECT DISTINCT variant_of AS id
       FROM items
      WHERE variant_of IN (?)`,
    [ids],
  )

const columnsOfDetails = {
  description: 'description',
  category: 'category',
  unit: 'unit',
  mostEach: 'most_each',
  lowAt: 'low_at',
  variantOf: 'variant_of',
} as const

/**
 * Adds items; of those whose name is there the quantity and the price are set, and of what an item is those
 * columns that are `given`.
 */
export const upsertItems = (
  sql: Sql,
  items: (Pick<Item, 'name' | 'quantity' | 'price'> & DetailsChange)[],
  given: (keyof typeof columnsOfDetails)[],
) =>
  sql.write(
    'upsertItems',
    `INSERT INTO items (name, quantity, price, description, category, unit, most_each, low_at, variant_of)
     VALUES ?
         ON DUPLICATE KEY UPDATE ${['quantity', 'price', ...given.map((each) => columnsOfDetails[each])]
           .map((column) => `${column} = VALUES(${column})`)
           .join(', ')}`,
    [
      items.map(({ name, quantity, price, description, category, unit, mostEach, lowAt, variantOf }) => [
        ...[name, quantity, price, description ?? '', category ?? '', unit ?? ''],
        ...[mostEach ?? null, lowAt ?? null, variantOf ?? null],
      ]),
    ],
  )

/** Notes that a member wants to be told when an item is in stock again. */
export const insertWait = (sql: Sql, item: number, member: number) =>
  sql.write('insertWait', 'INSERT IGNORE INTO stock_waits (item_id, user_id) VALUES (?, ?)', [item, member])

export const deleteWait = (sql: Sql, item: number, member: number) =>
  sql.write('deleteWait', 'DELETE FROM stock_waits WHERE item_id = ? AND user_id = ?', [item, member])

/** For which of these items a member waits. */
export const waitsOf = (sql: Sql, member: number, items: number[]) =>
  sql.rows<{ item: number }>(
    'waitsOf',
    'SELECT item_id AS item FROM stock_waits WHERE user_id = ? AND item_id IN (?)',
    [member, items],
  )
