import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { createConnection } from 'mysql2/promise'
import type { Account } from '../support/servers/database.ts'
import { openReplica } from '../support/servers/replica.ts'
import { type Market, openMarket } from '../support/site/market.ts'
import { routesOf } from '../support/site/routes.ts'

setDefaultTimeout(60_000)

let market: Market

beforeAll(async () => {
  market = await openMarket(await openReplica())
  await market.addItem('Cake', 20, '12.50')
})

/** What the server says to a statement of a role's account: its error, or nothing. */
async function saidTo(account: Account, statement: string): Promise<string | undefined> {
  const connection = await createConnection(market.replica.database.urls[account])
  try {
    await connection.query(statement)
    return undefined
  } catch (error) {
    return (error as { code: string }).code
  } finally {
    await connection.end()
  }
}

const denied = /^ER_(TABLE|COLUMN)ACCESS_DENIED_ERROR$/

const marketWrites = [
  "INSERT INTO items (name, quantity, price) VALUES ('x', 1, 1)",
  'UPDATE items SET quantity = quantity - 1',
  'UPDATE items SET price = 0',
  'DELETE FROM items',
  "INSERT INTO orders (user_id, request_key, request_hash) VALUES (1, '', '')",
  "UPDATE orders SET state = 'completed'",
  "INSERT INTO order_lines (order_id, line, name, quantity, price) VALUES (1, 1, 'x', 1, 1)",
]

const removal = "INSERT INTO removed_posts (post_id, title, reason) VALUES (1, 'x', 'x')"

describe('the database account of the web replicas', () => {
  test('reads the market', async () => {
    expect(await saidTo('web', 'SELECT id, name, quantity, price FROM items')).toBeUndefined()
    expect(await saidTo('web', 'SELECT * FROM orders JOIN order_lines ON order_id = id')).toBeUndefined()
  })

  test.each([
    ...marketWrites,
    'UPDATE posts SET likes = likes + 1',
    "INSERT INTO posts (category_id, title, body, likes) VALUES (1, 'x', 'x', 1000)",
    'INSERT INTO likes (post_id, user_id) VALUES (1, 1)',
    "INSERT INTO like_batches (batcher, number, likes, posts, entries, hash) VALUES ('x', 1, 1, 1, '', '')",
    'SELECT password_hash FROM users',
    "UPDATE users SET password_hash = 'x'",
    "UPDATE users SET role = 'admin'",
    "INSERT INTO users (name, name_key) VALUES ('x', 'x')",
    'DELETE FROM users',
    "INSERT INTO sessions (token_key, user_id, expires_at) VALUES ('x', 1, NOW())",
    'DELETE FROM sessions',
    'UPDATE notices SET user_id = 1',
  ])('is denied: %s', async (statement) => {
    expect(await saidTo('web', statement)).toMatch(denied)
  })

  test.each([
    'DROP TABLE items',
    'CREATE TABLE x (id INT)',
    'ALTER TABLE items ADD x INT',
    'TRUNCATE TABLE items',
  ])('changes no tables: %s', async (statement) => {
    expect(await saidTo('web', statement)).toMatch(denied)
  })
})

describe('the accounts of the other processes', () => {
  test.each([...marketWrites, removal, 'UPDATE posts SET likes = 0'])(
    'for sign-in is denied: %s',
    async (statement) => {
      expect(await saidTo('accounts', statement)).toMatch(denied)
    },
  )

  test.each([...marketWrites, removal, 'SELECT name FROM users', "UPDATE posts SET title = 'x'"])(
    'for the batcher is denied: %s',
    async (statement) => {
      expect(await saidTo('batcher', statement)).toMatch(denied)
    },
  )

  test.each([
    'SELECT password_hash FROM users',
    "UPDATE users SET password_hash = 'x'",
    'UPDATE posts SET likes = 0',
    "UPDATE posts SET title = 'x'",
    'DELETE FROM users',
    'DELETE FROM orders',
    'UPDATE notices SET read_at = NOW()',
    'SELECT cause FROM notices',
    'UPDATE order_lines SET price = 0',
    "UPDATE removed_posts SET reason = ''",
    "INSERT INTO sessions (token_key, user_id, expires_at) VALUES ('x', 1, NOW())",
  ])('for admins is denied: %s', async (statement) => {
    expect(await saidTo('admin', statement)).toMatch(denied)
  })
})

describe('the routes', () => {
  test('of the web replicas have none that writes the market', async () => {
    const routes = (await routesOf(market.replica)).map(({ method, path }) => `${method} ${path}`)

    expect(routes).toContain('GET /market')
    expect(routes.filter((route) => /^(?!GET).*\/(market|admin|api\/items|api\/orders)/.test(route))).toEqual(
      [],
    )
  })

  test('of the admin pool are all shut to members and to strangers', async () => {
    const admin = await market.replica.as('admin')
    const bo = await market.signedIn('bo')
    const own = /^\/(market|api)\/orders|\/wait$|^\/market\/windows$/
    const guarded = (await routesOf(admin)).filter(
      ({ path }) => /^\/(admin|market|api)/.test(path) && !own.test(path),
    )

    const statuses = await Promise.all(
      guarded.map(async ({ method, path }) => {
        const address = path.replace(':id', '1')
        const [stranger, member] = await Promise.all([
          market.json(market.anyone(), method, address),
          market.json(bo, method, address),
        ])
        return [method, path, stranger.status, member.status]
      }),
    )

    expect(statuses.length).toBeGreaterThan(15)
    expect(
      statuses.filter(([, , stranger, member]) => ![303, 401].includes(Number(stranger)) || member !== 403),
    ).toEqual([])
  })
})
