import type { TestDatabase } from '../servers/database.ts'

/** Stores a category, post, comment, item and order, each with the id 1, of the member with the id 1. */
export async function addOneOfEach({ write }: Pick<TestDatabase, 'write'>): Promise<void> {
  await write(
    `INSERT INTO categories (id, name, name_key, posts) VALUES (1, 'Books', UNHEX(SHA2('Books', 256)), 1)`,
  )
  await write(`INSERT INTO posts (id, category_id, author_id, title, body) VALUES (1, 1, 1, 'Read', 'Me')`)
  await write(`INSERT INTO comments (id, post_id, author_id, body) VALUES (1, 1, 1, 'So do I')`)
  await write(`INSERT INTO items (id, name, quantity, price) VALUES (1, 'Cake', 20, 12.50)`)
  await write(`INSERT INTO orders (id, user_id, request_key, request_hash) VALUES (1, 1, 'x', 'x')`)
  await write(
    `INSERT INTO order_lines (order_id, line, item_id, name, quantity, price) VALUES (1, 1, 1, 'Cake', 1, 12.50)`,
  )
}
