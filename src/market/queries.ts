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
