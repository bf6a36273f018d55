import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { memberNamed, viewerBySession } from '../../src/accounts/queries.ts'
import { newestBatches } from '../../src/audit/queries.ts'
import { firstCategories } from '../../src/categories/queries.ts'
import * as comments from '../../src/comments/queries.ts'
import { maxId } from '../../src/http/paging.ts'
import { namesOfWhoLike } from '../../src/likes/queries.ts'
import { newestPlacesOf } from '../../src/members/queries.ts'
import { accountsLike } from '../../src/moderation/queries.ts'
import { membersToldOf, newestNotices, sessionsToldOf, unreadOf } from '../../src/notices/queries.ts'
import { openDb, type Sql } from '../../src/platform/db.ts'
import { postById, rankedPosts } from '../../src/posts/queries.ts'
import { commentsWithIds, membersLike } from '../../src/search/queries.ts'
import { tagsLike } from '../../src/tags/queries.ts'
import { newInThreads } from '../../src/unread/queries.ts'
import { planOf } from '../support/plan.ts'
import { closeAfterTests } from '../support/servers/cleanup.ts'
import { freshDatabase, type TestDatabase } from '../support/servers/database.ts'

setDefaultTimeout(60_000)

let database: TestDatabase

/** Enough rows that a server which may choose would feel the difference. */
beforeAll(async () => {
  database = await freshDatabase()
  const users = Array.from({ length: 500 }, (_, n) => `u${n}`)
  await database.write('INSERT INTO users (name, name_key) VALUES ?', [
    users.map((name) => [name, sha256(name)]),
  ])
  await database.write('INSERT INTO categories (name, name_key) VALUES ?', [
    ['a', 'b', 'c'].map((name) => [name, sha256(name)]),
  ])
  const posts = Array.from({ length: 6_000 }, (_, n) => [1 + (n % 3), 1 + (n % 500), `post ${n}`, 'text'])
  await database.write('INSERT INTO posts (category_id, author_id, title, body) VALUES ?', [posts])
  await database.write(
    'INSERT INTO post_ranks (post_id, category_id, likes, hot) SELECT id, category_id, likes, id FROM posts',
  )
  const tags = Array.from({ length: 300 }, (_, n) => [`tag${n}`])
  await database.write('INSERT INTO tags (name) VALUES ?', [tags])
  await database.write(
    `INSERT INTO post_tags (tag_id, post_id, likes, hot)
     SELECT tags.id, posts.id, posts.id % 7, posts.id
       FROM posts JOIN tags ON tags.id IN (1, 2 + posts.id % 299)`,
  )
  const said = Array.from({ length: 6_000 }, (_, n) => [
    ...[n % 3 ? 1 : 1 + (n % 900), n % 4 ? 1 + 4 * (n % 50) : null, n % 4 ? 1 : null],
    ...[1 + (n % 500), `comment ${n}`],
  ])
  await database.write('INSERT INTO comments (post_id, root_id, parent_id, author_id, body) VALUES ?', [said])
  await database.write(
    `INSERT INTO notices (user_id, cause, kind, post_id, comment_id, read_at)
     SELECT 1 + id % 50, CONCAT('comment ', id), 'answer', post_id, id, IF(id % 3, NOW(3), NULL)
       FROM comments`,
  )
  const batches = Array.from({ length: 3_000 }, (_, n) => ['b', n + 1, 1, 1, '[[1,1]]', 'x'.repeat(64)])
  await database.write('INSERT INTO like_batches (batcher, number, likes, posts, entries, hash) VALUES ?', [
    batches,
  ])
  await database.rows(
    'ANALYZE TABLE users, categories, posts, post_ranks, likes, sessions, like_batches, tags, post_tags, comments, notices',
  )
})

type Row = { id: number; author: number }

const sha256 = (text: string) => new Bun.CryptoHasher('sha256').update(text).digest() as Buffer

type Filter = Parameters<typeof rankedPosts>[1]

const posts =
  (filter: Partial<Filter> = {}) =>
  (sql: Sql) =>
    rankedPosts(sql, { sort: 'new', limit: 21, text: 'card', ...filter })

const noticesFrom = (sql: Sql, unread: boolean) => newestNotices(sql, 7, { before: maxId, limit: 51, unread })

const [post, comment] = [{ of: 'post', id: 1 } as const, { of: 'comment', id: 5 } as const]
const newIn = (sql: Sql) =>
  newInThreads(
    sql,
    7,
    [1, 2, 5].map((post) => ({ post, behind: 9 })),
  )

const lists: [string, string, (sql: Sql) => Promise<unknown>][] = [
  ['the first categories of menus', 'categories', (sql) => firstCategories(sql, 51)],
  ['the front page', 'found', posts()],
  ['the front page further down', 'found', posts({ cursor: { place: 3_000, id: 3_000 } })],
  ['a category', 'found', posts({ category: 2 })],
  ["a member's posts", 'found', posts({ author: 7 })],
  ['the most liked posts', 'ranks', posts({ sort: 'top' })],
  ['the most liked posts further down', 'ranks', posts({ sort: 'top', cursor: { place: 3, id: 3_000 } })],
  ['the most liked posts of a category', 'ranks', posts({ sort: 'top', category: 2 })],
  ['the hottest posts', 'ranks', posts({ sort: 'hot' })],
  ['the hottest posts of a category', 'ranks', posts({ sort: 'hot', category: 2 })],
  ['the newest posts with a tag', 'tagged', posts({ tag: 1 })],
  ['the most liked posts with a tag', 'tagged', posts({ tag: 1, sort: 'top' })],
  [
    'the hottest posts with a tag further down',
    'tagged',
    posts({ tag: 1, sort: 'hot', cursor: { place: 3_000, id: 3_000 } }),
  ],
  ["a post's threads", 'comments', (sql) => comments.rootComments(sql, 1, '0', 21)],
  ["a post's threads further down", 'comments', (sql) => comments.rootComments(sql, 1, '3000', 21)],
  ["a thread's replies", 'comments', (sql) => comments.repliesOf(sql, 5, '0', 51)],
  ["a post's comments for programs", 'comments', (sql) => comments.commentsAfter(sql, 1, '0', 21)],
  ["a post's newest comments", 'comments', (sql) => comments.newestComments(sql, 1, 20)],
  ['the first replies of many threads', 'comments', (sql) => comments.firstReplies(sql, [1, 5, 9, 13], 11)],
  ['a comment', 'comments', (sql) => comments.commentById(sql, '5')],
  ['comments that search found', 'comments', (sql) => commentsWithIds(sql, [7, 300, 3_000])],
  ['posts that search found', 'found', posts({ ids: [7, 300, 3_000] })],
  ['the most liked of posts that search found', 'found', posts({ ids: [7, 300, 3_000], sort: 'top' })],
  ['members by the beginning of their names', 'users', (sql) => membersLike(sql, 'u1%', 8)],
  ['accounts by the beginning of their names', 'users', (sql) => accountsLike(sql, 'u1%', maxId, 51)],
  ["a member's newest places", 'posts', (sql) => newestPlacesOf(sql, 7, 500)],
  ['tags by their beginning', 'tags', (sql) => tagsLike(sql, 'tag1%', 8)],
  ['a post', 'posts', (sql) => postById(sql, '5')],
  ['a member', 'users', (sql) => memberNamed(sql, 'u7')],
  ['a session', 'sessions', (sql) => viewerBySession(sql, 'ab'.repeat(32))],
  ['who likes a post', 'likes', (sql) => namesOfWhoLike(sql, 5, 20)],
  ['the notices of a member', 'notices', (sql) => noticesFrom(sql, false)],
  ['the notices that a member has not read', 'notices', (sql) => noticesFrom(sql, true)],
  ['how many notices members have not read', 'notices', (sql) => unreadOf(sql, [7, 8])],
  ['who was told of a comment', 'notices', (sql) => membersToldOf(sql, { of: 'comment', id: 5 })],
  ['who of many that were told of a post is here', 'notices', (sql) => sessionsToldOf(sql, post)],
  ['who of many that were told of a comment is here', 'notices', (sql) => sessionsToldOf(sql, comment)],
  ['what is new in threads', 'comments', newIn],
  ['the newest batches', 'like_batches', (sql) => newestBatches(sql, 20)],
]

test.each(lists)('%s is found by an index, whatever else is stored', async (_, table, query) => {
  const plan = await planOf(database, query)

  const step = plan.find((each) => each.table === table)
  // What looks by a whole key and finds nothing reads no table; what it selects may still name some.
  const isEmptyResult = plan[0]?.table === null
  expect(isEmptyResult || step?.key).toBeTruthy()
  expect(plan.filter(({ type, table: of }) => type === 'ALL' && of === table)).toEqual([])
})

test.each(lists.slice(0, 18))(
  '%s is walked in the order of the index, only a page of it is sorted',
  async (_, walked, query) => {
    const plan = await planOf(database, query)

    const walks = plan.filter(({ table, type }) => table === walked && type !== 'eq_ref')
    expect(walks).toHaveLength(1)
    expect(walks[0]?.Extra ?? '').not.toMatch(/filesort|temporary/i)
  },
)

test.each<[string, string, (sql: Sql) => Promise<unknown>]>([
  ['who of many that were told of a post is here', 'notices', (sql) => sessionsToldOf(sql, post)],
  ['what is new in threads', 'comments', newIn],
  ['the newest comments of listed posts', 'comments', posts()],
])('for %s no row is read, but its index', async (_, table, query) => {
  const plan = await planOf(database, query)

  const steps = plan.filter((each) => each.table === table)
  expect(steps.length).toBeGreaterThan(0)
  expect(steps.filter(({ Extra }) => !/Using index(;|$)/.test(Extra ?? ''))).toEqual([])
})

test('what is new in threads leaves out what was removed with its author, but not what nobody wrote', async () => {
  const db = closeAfterTests(openDb({ url: database.url, connections: 1 }), (it) => it.close())
  const [first] = await newInThreads(db, 7, [{ post: 4, behind: 0 }])
  const rows = await database.rows<Row>(
    'SELECT id, author_id AS author FROM comments WHERE post_id = 4 AND author_id <> 7 ORDER BY id LIMIT 3',
  )
  const [left, gone, stays] = rows as [Row, Row, Row]
  await database.write('UPDATE users SET removed_at = NOW(3), posts_removed = TRUE WHERE id = ?', [
    left.author,
  ])
  await database.write('UPDATE users SET removed_at = NOW(3) WHERE id = ?', [stays.author])
  await database.write('UPDATE comments SET author_id = NULL WHERE id = ?', [gone.id])
  const [{ theirs }] = (await database.rows(
    'SELECT COUNT(*) AS theirs FROM comments WHERE post_id = 4 AND author_id = ?',
    [left.author],
  )) as [{ theirs: number }]

  const [then] = await newInThreads(db, 7, [{ post: 4, behind: 0 }])

  expect(theirs).toBeGreaterThan(0)
  expect([first!.first, then!.first]).toEqual([left.id, gone.id])
  expect(then!.comments).toBe(first!.comments - theirs)
})
