import type { TestDatabase } from '../servers/database.ts'

/**
 * Stores a category, post that is an offer, comment, item, order and order window, each with the id 1, of the
 * member with the id 1. One orders without a window.
 */
export async function addOneOfEach({ write }: Pick<TestDatabase, 'write'>): Promise<void> {
  await write(
    `INSERT INTO categories (id, name, name_key, posts) VALUES (1, 'Books', UNHEX(SHA2('Books', 256)), 1)`,
  )
  await write(`INSERT INTO posts (id, category_id, author_id, title, body) VALUES (1, 1, 1, 'Read', 'Me')`)
  await write(`INSERT INTO offers (post_id, kind, price, place) VALUES (1, 'sale', 5, 'Hill')`)
  await write(`INSERT INTO comments (id, post_id, author_id, body) VALUES (1, 1, 1, 'So do I')`)
  await write(`INSERT INTO items (id, name, quantity, price) VALUES (1, 'Cake', 20, 12.50)`)
  await write(`INSERT INTO orders (id, user_id, request_key, request_hash) VALUES (1, 1, 'x', 'x')`)
  await write(
    `INSERT INTO order_lines (order_id, line, item_id, name, quantity, price) VALUES (1, 1, 1, 'Cake', 1, 12.50)`,
  )
  await write(
    `INSERT INTO order_windows (id, name, opens_at, closes_at, time_zone)
     VALUES (1, 'Spring', '2020-03-01', '2020-03-02', 'UTC')`,
  )
  await write(
    `INSERT INTO pickups (id, window_id, place, starts_at, ends_at)
     VALUES (1, 1, 'Barn', '2020-03-03', '2020-03-04')`,
  )
}
