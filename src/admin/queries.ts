import type { Decimal } from '../market/money.ts'
import type { Item } from '../market/queries.ts'
import type { Sql } from '../platform/db.ts'

/** Says whether there was an item of this name. */
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

/**
 * Columns that are not given stay as they are. With `was`, nothing is changed when the quantity is another by now.
 * Says whether there was such an item.
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

/** Says whether there was such an item. */
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
