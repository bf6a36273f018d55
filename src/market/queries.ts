import type { Sql } from '../platform/db.ts'
import type { Decimal } from './money.ts'

/** An item as everyone sees it. */
export type Item = { id: number; name: string; quantity: number; price: Decimal }

export const allItems = (sql: Sql) =>
  sql.rows<Item>(
    'allItems',
    `SELECT id, name, quantity, price
       FROM items
      ORDER BY id`,
  )

export async function itemById(sql: Sql, id: number | string): Promise<Item | undefined> {
  const [item] = await sql.rows<Item>(
    'itemById',
    `SELECT id, name, quantity, price
       FROM items
      WHERE id = ?`,
    [id],
  )
  return item
}

export const itemsByIds = (sql: Sql, ids: number[]) =>
  sql.rows<Item>(
    'itemsByIds',
    `SELECT id, name, quantity, price
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
  { name, quantity, price }: { name: string; quantity: number; price: Decimal },
): Promise<number> {
  const { insertId } = await sql.write(
    'insertItem',
    `INSERT INTO items (name, quantity, price)
     VALUES (?, ?, ?)`,
    [name, quantity, price],
  )
  return insertId
}

export async function itemNamed(sql: Sql, name: string) {
  const [item] = await sql.rows<Item>(
    'itemNamed',
    `SELECT id, name, quantity, price
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
    `SELECT id, name, quantity, price
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
  { name, quantity, price, was }: ItemChange,
): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'updateItem',
    `UPDATE items
        SET name = COALESCE(?, name), quantity = COALESCE(?, quantity), price = COALESCE(?, price)
      WHERE id = ?
        AND quantity = COALESCE(?, quantity)`,
    [name ?? null, quantity ?? null, price ?? null, id, was ?? null],
  )
  return affectedRows > 0
}

export type ItemChange = { name?: string; quantity?: number; price?: Decimal; was?: number }

/** Returns whether there was such an item. */
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

export async function deleteItem(sql: Sql, id: number): Promise<boolean> {
  const { affectedRows } = await sql.write('deleteItem', 'DELETE FROM items WHERE id = ?', [id])
  return affectedRows > 0
}

/** Locks them until the transaction ends. */
export const itemsNamed = (sql: Sql, names: string[]) =>
  sql.rows<Item>(
    'itemsNamed',
    `SELECT id, name, quantity, price
       FROM items
      WHERE name IN (?)
        FOR UPDATE`,
    [names],
  )

/** Adds items; of those whose name is there the quantity and the price are set. */
export const upsertItems = (sql: Sql, items: { name: string; quantity: number; price: Decimal }[]) =>
  sql.write(
    'upsertItems',
    `INSERT INTO items (name, quantity, price)
     VALUES ?
         ON DUPLICATE KEY UPDATE quantity = VALUES(quantity), price = VALUES(price)`,
    [items.map(({ name, quantity, price }) => [name, quantity, price])],
  )
