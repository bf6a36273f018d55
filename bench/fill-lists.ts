import type { TestDatabase } from '../test/support/servers/database.ts'
import { rowsOf } from './queries.ts'

const members = 100_000
const offers = 100_000
const items = 5_000
const postsAtOnce = 100_000

/** Numbers from 1 to 10 to the power of `digits`, as `seq`. MySQL and MariaDB have no common series. */
const numbers = (digits: number) => {
  const sum = Array.from({ length: digits }, (_, at) => `digit${at}.n * ${10 ** at}`).join(' + ')
  return `(SELECT 1 + ${sum} AS seq FROM ${rowsOf(digits)}) AS numbers`
}

const key = (name: string) => `UNHEX(SHA2(${name}, 256))`

/**
 * Fills a database: 100,000 members; 1,000 categories, of which twenty have nine of ten posts, one a minute;
 * 20 posts with 5,000 comments each; and 100,000 offers, most of them gone.
 */
async function fillBoard({ write }: Pick<TestDatabase, 'write'>, posts: number) {
  const name = `CONCAT('u', seq)`
  await write(
    `INSERT INTO users (name, name_key) SELECT ${name}, ${key(name)} FROM ${numbers(5)} ORDER BY seq`,
  )
  await write(
    `INSERT INTO categories (id, name, name_key)
     SELECT seq, CONCAT('c', seq), ${key(`CONCAT('c', seq)`)} FROM ${numbers(3)}`,
  )
  for (let from = 0; from < posts; from += postsAtOnce)
    await write(
      `INSERT INTO posts (id, category_id, author_id, title, body, created_at)
       SELECT seq + ?, IF(seq % 10, 1 + seq % 20, 1 + seq DIV 10 % 1000), 1 + seq % ${members},
              CONCAT('post ', seq), 'Some text of some words', NOW(3) - INTERVAL (? - seq) MINUTE
         FROM ${numbers(5)} WHERE seq <= ?`,
      [from, posts - from, posts - from],
    )
  await write(
    `INSERT INTO comments (post_id, author_id, body)
     SELECT ? - seq % 20, 1 + seq % ${members}, 'Words' FROM ${numbers(5)}`,
    [posts],
  )
  await write(
    `INSERT INTO offers (post_id, kind, price, place, place_key, state)
     SELECT id, ELT(1 + id % 4, 'sale', 'gift', 'loan', 'wanted'), IF(id % 4 = 0, 5, NULL),
            CONCAT('Street ', id % 1000), CONCAT('street ', id % 1000),
            ELT(1 + FIELD(id % 100, 0, 1, 2, 3, 4), 'gone', 'open', 'open', 'open', 'open', 'reserved')
       FROM posts
      WHERE id > ?`,
    [posts - offers],
  )
}

/**
 * Fills the database of a stack with that and with what its pages list: every post among the hot and the top
 * ones and with one tag of 1,000, every other with a second one; 5,000 items, of which each tenth is a
 * variant of another and each third has a picture; 100,000 orders in 100 windows, of which a quarter is open
 * and two thirds are paid and invoiced; and 5,000 moderators, reports, invitations, applications and mails
 * that failed.
 */
export async function fillPages(database: Pick<TestDatabase, 'write'>, posts: number) {
  const { write } = database
  await fillBoard(database, posts)
  await write('UPDATE posts SET comments = 5000 WHERE id > ?', [posts - 20])
  await write(
    'UPDATE categories SET posts = (SELECT COUNT(*) FROM posts WHERE posts.category_id = categories.id)',
  )
  await write(`INSERT INTO tags (id, name) SELECT seq, CONCAT('tag', seq) FROM ${numbers(3)}`)
  for (let from = 0; from < posts; from += postsAtOnce) {
    const some = 'FROM posts WHERE id > ? AND id <= ?'
    const upTo = [from, from + postsAtOnce]
    await write(
      `INSERT INTO post_ranks (post_id, category_id, likes, hot)
       SELECT id, category_id, id * 7919 % 997, id ${some}`,
      upTo,
    )
    await write(
      `INSERT INTO post_tags (tag_id, post_id, likes, hot) SELECT 1 + id % 999, id, id * 7919 % 997, id ${some}`,
      upTo,
    )
    await write(
      `INSERT INTO post_tags (tag_id, post_id, likes, hot)
       SELECT 1000, id, id * 7919 % 997, id ${some} AND id % 2`,
      upTo,
    )
  }
  await write(
    `INSERT INTO items (id, name, quantity, price, description, category, unit)
     SELECT seq, CONCAT('Jar ', seq, ' of honey'), seq % 30, 1 + seq % 40, 'From here',
            CONCAT('Shelf ', seq % 20), '500 g'
       FROM ${numbers(4)} WHERE seq <= ${items}`,
  )
  await write('UPDATE items SET variant_of = id - 1 WHERE id % 10 = 0')
  await write(`INSERT INTO images (hash, width, height, small, large) VALUES (?, 30, 20, 'x', 'x')`, [
    picture,
  ])
  await write(
    `INSERT INTO item_pictures (item_id, place, image_hash, image_alt)
     SELECT id, 1, ?, 'A jar' FROM items WHERE id % 3 = 0`,
    [picture],
  )
  await fillOrders(database)
  const thousands = `FROM ${numbers(4)} WHERE seq <= 5000`
  await write(`INSERT INTO moderators (user_id, category_id) SELECT 1 + seq, seq % 1000 ${thousands}`)
  await write(
    `INSERT INTO reports (kind, subject_id, reason, body, language)
     SELECT 'post', seq, 'spam', 'Look', 'en' ${thousands}`,
  )
  await write(
    `INSERT INTO invites (token_hash, note, uses, ends_at)
     SELECT ${key('seq')}, 'For a neighbour', 3, NOW() + INTERVAL 9 DAY ${thousands}`,
  )
  await write(
    `INSERT INTO applications (name, name_key, look_key, password_hash, language, question, answer)
     SELECT CONCAT('new ', seq), ${key('seq')}, ${key('seq')}, 'none', 'en', 'Who?', 'A neighbour'
       ${thousands}`,
  )
  await write(
    `INSERT INTO outbox (kind, address, recipient_key, language, content, state)
     SELECT 'test', 'bo@board.example', ${key('seq')}, 'en', '{"by":"ana"}', 'failed' ${thousands}`,
  )
}

const picture = 'a'.repeat(64)
const ordersOfWindow = 1_000

/** 100,000 orders of two lines in a window a week, of which the last is open. */
async function fillOrders({ write }: Pick<TestDatabase, 'write'>): Promise<void> {
  const seller = JSON.stringify({ name: 'The village shop', iban: 'DE89370400440532013000', bic: '' })
  await write(`INSERT INTO settings (name, value) VALUES ('ORDER_WINDOWS', 'yes'), ('SELLER', ?)`, [seller])
  await write(
    `INSERT INTO orders (id, user_id, state, request_key, request_hash, paid_at, is_invoiced)
     SELECT seq, 1 + seq % ${members}, IF(seq % 4, 'completed', 'open'), ${key('seq')}, ${key('seq')},
            IF(seq % 3, NOW(3), NULL), seq % 3 > 0
       FROM ${numbers(5)}`,
  )
  await write(
    `INSERT INTO order_lines (order_id, line, item_id, name, quantity, price)
     SELECT orders.id, line.seq, IF(orders.id % 50, 1 + (orders.id + line.seq) % ${items}, NULL),
            CONCAT('Jar ', 1 + (orders.id + line.seq) % ${items}, ' of honey'), 2, 3
       FROM orders CROSS JOIN ${numbers(1).replace('numbers', 'line')} WHERE line.seq <= 2`,
  )
  await write(
    `INSERT INTO order_windows (id, name, opens_at, closes_at, time_zone)
     SELECT seq, CONCAT('Week ', seq), NOW(3) - INTERVAL (100 - seq) * 7 + 1 DAY,
            NOW(3) - INTERVAL (100 - seq) * 7 DAY + INTERVAL 1 DAY, 'Europe/Berlin'
       FROM ${numbers(2)}`,
  )
  for (const [place, hours] of [
    ['Barn', 30],
    ['School', 32],
  ] as const)
    await write(
      `INSERT INTO pickups (window_id, place, starts_at, ends_at)
       SELECT id, ?, closes_at + INTERVAL ? HOUR, closes_at + INTERVAL ? HOUR FROM order_windows ORDER BY id`,
      [place, hours, hours + 1],
    )
  await write(
    `INSERT INTO window_orders (order_id, window_id, pickup_id)
     SELECT orders.id, pickups.window_id, pickups.id
       FROM orders
       JOIN pickups ON pickups.window_id = 1 + (orders.id - 1) DIV ${ordersOfWindow}
                   AND (pickups.place = 'Barn') = (orders.id % 2)`,
  )
  await write(
    `INSERT INTO invoices (year, number, order_id, kind, issued_at, content)
     SELECT 2026, id, id, 'invoice', NOW(3), REPLACE(?, '"order":0', CONCAT('"order":', id))
       FROM orders WHERE is_invoiced`,
    [invoiceOf(seller)],
  )
}

const invoiceOf = (seller: string) =>
  JSON.stringify({
    ...{
      seller: { ...JSON.parse(seller), address: 'Hill Street 1', taxNote: '', taxRate: '7' },
      buyer: 'u7',
    },
    ...{ order: 0, orderedAt: '2026-04-04T04:04:04.004Z', timeZone: 'Europe/Berlin', currency: 'EUR' },
    lines: Array.from({ length: 2 }, () => ({ name: 'Jar 77 of honey', quantity: 2, price: '3.00' })),
    total: '12.00',
  })

/**
 * Fills a database with members, posts and offers, a notice of each member that a third have not read; one
 * with 3,000 and as many posts that they follow; 10,000 who have just been told of one post; and a post that
 * all are asked to confirm. Returns what is asked for.
 */
export async function fillLists(database: TestDatabase, posts: number) {
  const { write, rows } = database
  const [asked, followed, category] = [1_100, 1_200, 1]
  await fillBoard(database, posts)
  const notice = 'INSERT INTO notices (user_id, cause, kind, post_id, read_at)'
  const read = 'IF(seq % 3, NOW(3), NULL)'
  await write(`${notice} SELECT seq, 'post ${asked}', 'follow', ${asked}, ${read} FROM ${numbers(5)}`)
  await write(
    `${notice} SELECT 777, CONCAT('post ', seq), 'follow', seq, ${read} FROM ${numbers(4)} WHERE seq BETWEEN 2000 AND 4999`,
  )
  await write('UPDATE notices SET created_at = NOW(3) - INTERVAL 1 DAY')
  const follow = 'INSERT INTO post_follows (subject_id, user_id, level)'
  await write(`${follow} SELECT ${followed}, seq, 'all' FROM ${numbers(4)}`)
  await write(`${follow} SELECT seq, 777, 'all' FROM ${numbers(4)} WHERE seq BETWEEN 2001 AND 5000`)
  await write(
    'INSERT INTO sessions (token_key, user_id, expires_at) SELECT name_key, id, NOW() + INTERVAL 9 DAY FROM users',
  )
  await write(`INSERT INTO push_keys VALUES (1, REPEAT('k', 87), REPEAT('p', 43), 0)`)
  await write(
    `INSERT INTO push_subscriptions
       (session_key, user_id, endpoint, endpoint_key, p256dh, auth, language, made_at)
     SELECT name_key, id, CONCAT('https://push.board.example/', id), name_key, REPEAT('p', 87),
            REPEAT('a', 22), 'en', NOW() - INTERVAL 9 DAY
       FROM users WHERE id % 5 = 0`,
  )
  await write(
    `INSERT INTO notice_mails (user_id, pace, time_zone, token, due_at, mailed_up_to)
     SELECT id, 'soon', 'UTC', LPAD(id, 43, 'x'), NOW() + INTERVAL id % 3600 SECOND - INTERVAL 10 SECOND, 0
       FROM users`,
  )
  await write(
    'INSERT INTO announcements (post_id, until_at, is_everywhere) VALUES (?, NOW(3) + INTERVAL 1 DAY, 1)',
    [followed],
  )
  await write(
    `INSERT INTO confirmations (post_id, user_id, confirmed_at) SELECT ?, seq, ${read} FROM ${numbers(5)}`,
    [followed],
  )
  const [last] = await rows<{ id: number }>('SELECT MAX(id) AS id FROM notices')
  const before = last?.id ?? 0
  await write(`${notice} SELECT seq, 'post ${followed}', 'follow', ${followed}, NULL FROM ${numbers(4)}`)
  await write(
    `INSERT INTO pushes (session_key, notice_id)
     SELECT session_key, notices.id FROM notices JOIN push_subscriptions USING (user_id)
      WHERE notices.id > ? AND user_id % 2`,
    [before],
  )
  await rows(
    `ANALYZE TABLE posts, users, comments, notices, sessions, push_subscriptions, post_follows, notice_mails,
                   pushes, confirmations, offers`,
  )
  return { before, told: followed, followed, category }
}
