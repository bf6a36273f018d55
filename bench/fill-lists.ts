import type { TestDatabase } from '../test/support/servers/database.ts'
import { rowsOf } from './queries.ts'

const members = 100_000
const offers = 100_000
const postsAtOnce = 100_000

/** Numbers from 1 to 10 to the power of `digits`, as `seq`. MySQL and MariaDB have no common series. */
const numbers = (digits: number) => {
  const sum = Array.from({ length: digits }, (_, at) => `digit${at}.n * ${10 ** at}`).join(' + ')
  return `(SELECT 1 + ${sum} AS seq FROM ${rowsOf(digits)}) AS numbers`
}

const key = (name: string) => `UNHEX(SHA2(${name}, 256))`

/**
 * Fills a database: 100,000 members who all are here, each with a notice that a third have not read; one with
 * 3,000 and as many posts that they follow; 10,000 who have just been told of one post; 20 posts with 5,000
 * comments each; a post that all are asked to confirm; and 100,000 offers, most of them gone. Returns what is
 * asked for.
 */
export async function fillLists({ write, rows }: TestDatabase, posts: number) {
  const [asked, followed, category] = [1_100, 1_200, 1]
  const name = `CONCAT('u', seq)`
  await write(
    `INSERT INTO users (name, name_key) SELECT ${name}, ${key(name)} FROM ${numbers(5)} ORDER BY seq`,
  )
  await write(
    `INSERT INTO categories (id, name, name_key)
     SELECT seq, CONCAT('c', seq), ${key(`CONCAT('c', seq)`)} FROM ${numbers(2)} WHERE seq <= 20`,
  )
  for (let from = 0; from < posts; from += postsAtOnce)
    await write(
      `INSERT INTO posts (id, category_id, author_id, title, body)
       SELECT seq + ?, 1 + seq % 20, 1 + seq % ${members}, CONCAT('post ', seq), 'Some text of some words'
         FROM ${numbers(5)} WHERE seq <= ?`,
      [from, posts - from],
    )
  await write(
    `INSERT INTO comments (post_id, author_id, body) SELECT ? - seq % 20, 1 + seq % ${members}, 'Words' FROM ${numbers(5)}`,
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
