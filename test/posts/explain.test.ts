import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { memberNamed, viewerBySession } from '../../src/accounts/queries.ts'
import { newestBatches } from '../../src/audit/queries.ts'
import { firstCategories } from '../../src/categories/queries.ts'
import * as comments from '../../src/comments/queries.ts'
import { maxId } from '../../src/http/paging.ts'
import { namesOfWhoLike } from '../../src/likes/queries.ts'
import { newestPlacesOf } from '../../src/members/queries.ts'
import { accountsLike } from '../../src/moderation/queries.ts'
import { membersToldOf, newestNotices, unreadOf } from '../../src/notices/queries.ts'
import type { Sql } from '../../src/platform/db.ts'
import { postById, rankedPosts } from '../../src/posts/queries.ts'
import { commentsWithIds, membersLike } from '../../src/search/queries.ts'
import { tagsLike } from '../../src/tags/queries.ts'
import { planOf } from '../support/plan.ts'
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

const sha256 = (text: string) => new Bun.CryptoHasher('sha256').update(text).digest() as Buffer

type Filter = Parameters<typeof rankedPosts>[1]

const posts =
  (filter: Partial<Filter> = {}) =>
  (sql: Sql) =>
    rankedPosts(sql, { sort: 'new', limit: 21, text: 'card', ...filter })

const noticesFrom = (sql: Sql, unread: boolean) => newestNotices(sql, 7, { before: maxId, limit: 51, unread })

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
