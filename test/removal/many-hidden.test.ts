import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import * as comments from '../../src/comments/queries.ts'
import { type Db, openDb } from '../../src/platform/db.ts'
import { postById, rankedPosts } from '../../src/posts/queries.ts'
import { openReports, waitingFor } from '../../src/queue/queries.ts'
import { postsBetween } from '../../src/sitemap/queries.ts'
import { planOf } from '../support/plan.ts'
import { readsOf } from '../support/reads.ts'
import { closeAfterTests } from '../support/servers/cleanup.ts'
import { freshDatabase, type TestDatabase } from '../support/servers/database.ts'

setDefaultTimeout(180_000)

/** Of 120,000 posts five of six are hidden, each with a report that is answered; a hundred wait. */
const posts = 120_000
const limit = 21
let database: TestDatabase

const digits = (count: number) =>
  Array.from(
    { length: count },
    (_, at) => `(SELECT 0 AS n UNION ALL ${'123456789'
      .split('')
      .map((n) => `SELECT ${n}`)
      .join(' UNION ALL ')})
       AS d${at}`,
  ).join(' CROSS JOIN ')

beforeAll(async () => {
  database = await freshDatabase()
  const { write, rows } = database
  await write(`INSERT INTO users (name, name_key) VALUES ('ana', UNHEX(SHA2('ana', 256)))`)
  for (const name of ['Books', 'Films'])
    await write('INSERT INTO categories (name, name_key) VALUES (?, UNHEX(SHA2(?, 256)))', [name, name])
  await write(`INSERT INTO moderators (user_id, category_id) VALUES (1, 0)`)
  await write(
    `INSERT INTO posts (id, category_id, author_id, title, body)
     SELECT number, 1 + number % 2, 1, 'A post', 'text'
       FROM (SELECT 1 + d0.n + 10 * d1.n + 100 * d2.n + 1000 * d3.n + 10000 * d4.n + 100000 * d5.n AS number
               FROM ${digits(6)}) AS numbers
      WHERE number <= ${posts}`,
  )
  await write(
    'INSERT INTO post_ranks (post_id, category_id, likes, hot) SELECT id, category_id, id DIV 6 % 50, id FROM posts',
  )
  await write(`INSERT INTO tags (name) VALUES ('gardens')`)
  await write(
    'INSERT INTO post_tags (tag_id, post_id, likes, hot) SELECT 1, id, id DIV 6 % 50, id FROM posts WHERE id % 3 = 0',
  )
  await write(
    `INSERT INTO comments (post_id, author_id, body) SELECT 6, 1, 'So do I' FROM posts WHERE id <= 1000`,
  )
  await write(
    `INSERT INTO removed_posts (post_id, title, author_id, removed_by, reason)
     SELECT id, title, author_id, 1, 'Rude' FROM posts WHERE id % 6 <> 0`,
  )
  await write(
    `INSERT INTO reports (kind, subject_id, reason, body, language, closed_at)
     SELECT 'post', id, 'rule', 'Rude', 'en', IF(id % 1200 = 1, NULL, NOW(3)) FROM posts WHERE id % 6 <> 0`,
  )
  await rows(
    'ANALYZE TABLE posts, post_ranks, post_tags, removed_posts, reports, comments, categories, users',
  )
})

type Filter = Parameters<typeof rankedPosts>[1]
type Query = (sql: Pick<Db, 'rows' | 'write'>) => Promise<{ id?: number }[]>

const page =
  (filter: Partial<Filter> = {}): Query =>
  (sql) =>
    rankedPosts(sql, { sort: 'new', limit, text: 'card', ...filter })

const lists: [string, Query][] = [
  ['the front page', page()],
  ['the front page further down', page({ cursor: { place: 60_000, id: 60_000 } })],
  ['a category', page({ category: 1 })],
  ['the most liked posts', page({ sort: 'top' })],
  ['the hottest posts of a category', page({ sort: 'hot', category: 1 })],
  ['the newest posts with a tag', page({ tag: 1 })],
  ['the most liked posts with a tag', page({ tag: 1, sort: 'top' })],
  ['posts that search found', page({ ids: [6, 7, 12, 60_000] })],
  ["a post's threads", (sql) => comments.rootComments(sql, 6, '0', limit)],
  ['a post', async (sql) => [await postById(sql, '6')].flatMap((post) => post ?? [])],
  ['a part of the sitemap', (sql) => postsBetween(sql, 60_000, 60_100)],
]

const waiting: [string, Query][] = [
  ['the queue', (sql) => waitingFor(sql, 1, { after: '0', limit }) as Promise<{ id?: number }[]>],
  ['open reports', (sql) => openReports(sql, 1, { after: '0', limit })],
]

test.each([...lists, ...waiting])(
  'with 100,000 hidden posts %s is found by an index, and few rows are read for it',
  async (_, query) => {
    const plan = await planOf(database, query)
    const { found, read } = await readsOf(database, query)

    expect(found.length).toBeGreaterThan(0)
    expect(
      plan.filter(({ table, type }) => type === 'ALL' && /posts|reports|comments/.test(table ?? '')),
    ).toEqual([])
    expect(read).toBeLessThan(3_000)
  },
)

test.each(lists.slice(0, 7))('%s shows none of them', async (_, query) => {
  const db = closeAfterTests(openDb({ url: database.url, connections: 1 }), (it) => it.close())

  const found = await query(db)

  expect(found.filter(({ id = 0 }) => id % 6 !== 0)).toEqual([])
  expect(found).toHaveLength(limit)
})
