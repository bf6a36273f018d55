import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { recount } from '../../../src/audit/recount.ts'
import { openDb, type Sql } from '../../../src/platform/db.ts'
import type { Board } from '../../../stack/transfer/board.ts'
import { readBoard } from '../../../stack/transfer/board-file.ts'
import { carried } from '../../../stack/transfer/carried.ts'
import { exportBoard } from '../../../stack/transfer/export/export.ts'
import * as queries from '../../../stack/transfer/export/queries.ts'
import { importBoard } from '../../../stack/transfer/import/import.ts'
import { type LineAt, linesIn } from '../../../stack/transfer/import/read.ts'
import { readsOf } from '../../support/reads.ts'
import { startBatcher, type TestBatcher } from '../../support/servers/batcher.ts'
import { freshDatabase, type TestDatabase } from '../../support/servers/database.ts'
import { temporaryFolder } from '../../support/servers/reaper.ts'
import { sharedRedis } from '../../support/servers/services.ts'
import { addWholeBoard } from '../../support/site/whole-board.ts'

setDefaultTimeout(120_000)

let source: TestDatabase
let batcher: TestBatcher
let file: string
beforeAll(async () => {
  source = await freshDatabase()
  await addWholeBoard(source)
  batcher = await startBatcher(source, await sharedRedis(), { env: { LIKES: 'open' } })
  await batcher.like([1, 1, 5].map((post, index) => ({ id: `${index}`, post })))
  file = await exported(source, batcher)
})

test('an export brought to an empty board makes it the same, to the last number', async () => {
  const copy = await emptyBoard()

  const { came, of } = await importBoard(copy.url, file, { isDryRun: false, print: refuse })

  expect(came).toEqual(of)
  expect(linesOf(await exported(copy))).toEqual(linesOf(file))
  expect(await copy.rows(`SELECT value FROM settings WHERE name = 'ORDER_WINDOWS'`)).toEqual([
    { value: 'yes' },
  ])
  for (const [table, about] of Object.entries(carried)) {
    // These have numbers of their own, or come in other tables.
    const areOthers = [
      'posts',
      'board_identity',
      'tags',
      'post_tags',
      'imports',
      'imported',
      'imported_paths',
    ]
    if (typeof about === 'string' || areOthers.includes(table)) continue
    expect([table, await rowsOf(copy, table, about.columns)]).toEqual([
      table,
      await rowsOf(source, table, about.columns),
    ])
  }
  for (const [table, columns] of [
    ['categories', 'id, posts, acts'],
    ['posts', 'id, comments, author_id, body, image_alt'],
    ['post_ranks', 'post_id, category_id'],
  ] as const)
    expect([table, await rowsOf(copy, table, columns)]).toEqual([table, await rowsOf(source, table, columns)])
})

test("numbers of what is gone there are nobody else's here", async () => {
  const copy = await emptyBoard()
  await importBoard(copy.url, file, { isDryRun: false, print: refuse })

  await copy.write(`INSERT INTO posts (category_id, title, body) VALUES (1, 'New', '')`)
  await copy.write(`INSERT INTO users (name, name_key) VALUES ('new', UNHEX(SHA2('new', 256)))`)

  expect(await copy.rows(`SELECT id FROM posts WHERE title = 'New'`)).toEqual([{ id: 902 }])
  expect(await copy.rows(`SELECT id FROM users WHERE name = 'new'`)).toEqual([{ id: 78 }])
})

test('the likes come as a batch of which the audit says that nobody pressed here', async () => {
  const copy = await emptyBoard()
  await importBoard(copy.url, file, { isDryRun: false, print: refuse })
  const db = openDb({ url: copy.url, connections: 2 })

  const { drift, flaws, applied, imported, moderation } = await recount(db, [])

  await db.close()
  const [row] = await source.rows<{ likes: string }>('SELECT SUM(likes) AS likes FROM posts')
  expect({ drift, flaws, applied, moderation }).toEqual({
    drift: 0,
    flaws: [],
    applied: 0,
    moderation: { entries: 4, broken: null },
  })
  // Three of them wait in the journal still.
  expect(imported).toBe(Number(row?.likes) + 3)
})

test('the same file again brings nothing, and a later one only what is new', async () => {
  const [first, copy] = [await freshDatabase(), await emptyBoard()]
  await addWholeBoard(first)
  const one = await exported(first)
  await importBoard(copy.url, one, { isDryRun: false, print: refuse })
  const before = await everything(copy)

  const again = await importBoard(copy.url, one, { isDryRun: false, print: refuse })

  expect(Object.values(again.came).every((count) => count === 0)).toBe(true)
  expect(await everything(copy)).toEqual(before)

  await first.write(
    `INSERT INTO posts (id, category_id, author_id, title, body, likes) VALUES (5000, 1, 1, 'New', '', 0)`,
  )
  await first.write(`INSERT INTO comments (id, post_id, author_id, body) VALUES (6000, 5000, 1, 'New, too')`)
  const { came } = await importBoard(copy.url, await exported(first), { isDryRun: false, print: refuse })
  expect({ posts: came.posts, comments: came.comments, members: came.members }).toEqual({
    ...{ posts: 1, comments: 1, members: 0 },
  })
})

test('whatever ends an import, the next goes on, and all is there once', async () => {
  const whole = await emptyBoard()
  await importBoard(whole.url, file, { isDryRun: false, print: refuse })
  const copy = await emptyBoard()
  let stops = 0
  for (let isDone = false; !isDone; ) {
    // Each run lives for one transaction more at most, and dies once before, once after its commit.
    const place = stops % 2 === 0 ? 'before commit' : 'after commit'
    let wrote = 0
    isDone = await importBoard(copy.url, file, {
      isDryRun: false,
      print: refuse,
      failpoint: (at) => {
        if (at === place && ++wrote > 1 - (stops % 2)) throw new Error('killed')
      },
    }).then(
      () => true,
      (error: Error) => {
        if (error.message !== 'killed') throw error
        stops++
        return false
      },
    )
  }

  expect(stops).toBeGreaterThan(12)
  expect(await everything(copy)).toEqual(await everything(whole))
  expect(linesOf(await exported(copy))).toEqual(linesOf(file))
})

test('on a board that has people all get new numbers, a name that is taken gets another, categories join', async () => {
  const here = await freshDatabase()
  await here.write(`INSERT INTO users (id, name, name_key, password_hash, role) VALUES
    (1, 'ana', UNHEX(SHA2('ana', 256)), 'hers', 'admin'), (2, 'bo', UNHEX(SHA2('bo', 256)), 'his', 'member')`)
  await here.write(`INSERT INTO addresses (user_id, address, address_key, language) VALUES
    (2, 'Ana@example.org', UNHEX(SHA2('ana@example.org', 256)), 'en')`)
  await here.write(
    `INSERT INTO categories (id, name, name_key) VALUES (1, 'Books', UNHEX(SHA2('Books', 256)))`,
  )
  await here.write(`INSERT INTO items (id, name, quantity, price) VALUES (1, 'Cake', 3, 1)`)
  await here.write(`INSERT INTO order_windows (id, name, opens_at, closes_at, time_zone) VALUES
    (3, 'Here', '2100-06-01', '2100-07-02', 'UTC')`)
  const told: string[] = []
  const before = await everything(here)

  await importBoard(here.url, file, { isDryRun: true, print: (line) => told.push(line) })

  expect(await everything(here)).toEqual(before)
  expect(told).toEqual([
    'members 1 "ana": somebody has this name here; they are "ana-2"',
    'members 2 "bo": somebody has this name here; they are "bo-2"',
    'members 1 "ana": somebody has this address here, so it comes without',
    'categories 4 "Books": is here: its posts go into that one',
    'items 2 "Cake": is here: its stock and its price stay those of here',
    'windows 4 "Summer": "Here" is open here for some of its time, so it stays behind',
    'goneposts: 1 stay behind: they name posts by their numbers, which are others here',
    'rules: 2 stay behind: this board asks what its own say',
    'actions: 4 stay behind: they, and appeals, name posts by their numbers, which are others here',
  ])

  await importBoard(here.url, file, { isDryRun: false, print: refuse })

  const names = (await here.rows<{ name: string }>('SELECT name FROM users ORDER BY id')).map(
    ({ name }) => name,
  )
  expect(names.slice(0, 4)).toEqual(['ana', 'bo', 'ana-2', 'bo-2'])
  expect(await here.rows(`SELECT name, quantity FROM items WHERE name = 'Cake'`)).toEqual([
    { name: 'Cake', quantity: 3 },
  ])
  const ordered = `SELECT order_windows.name, order_windows.closes_at, pickups.place, orders.created_at
                     FROM window_orders
                     JOIN orders ON orders.id = window_orders.order_id
                     JOIN pickups ON pickups.id = window_orders.pickup_id
                     JOIN order_windows ON order_windows.id = window_orders.window_id
                                       AND order_windows.id = pickups.window_id`
  expect(await here.rows<object>(ordered)).toEqual(await source.rows(ordered))
  expect(await here.rows('SELECT name FROM order_windows ORDER BY id')).toEqual([
    ...[{ name: 'Here' }, { name: 'Spring 🌱 "one"' }],
  ])
  expect(await here.rows(`SELECT value FROM settings WHERE name = 'ORDER_WINDOWS'`)).toEqual([{ value: '' }])
  const talk = `SELECT authors.name AS author, posts.title, parents.body AS parent, roots.body AS root
                  FROM comments
                  JOIN posts ON posts.id = comments.post_id
                  LEFT JOIN users AS authors ON authors.id = comments.author_id
                  LEFT JOIN comments AS parents ON parents.id = comments.parent_id
                  LEFT JOIN comments AS roots ON roots.id = comments.root_id
                 WHERE comments.body = 'An answer'`
  const [there] = await source.rows<{ author: string }>(talk)
  expect(await here.rows<object>(talk)).toEqual([{ ...there, author: 'bo-2' }])
  const held = `SELECT users.name, sanctions.kind, sanctions.until_at
                  FROM sanctions JOIN users ON users.id = sanctions.user_id
                 ORDER BY users.name`
  expect(await here.rows(held)).toEqual(await source.rows(held))
  const locked = 'SELECT posts.title FROM locked_posts JOIN posts ON posts.id = locked_posts.post_id'
  expect(await here.rows(locked)).toEqual(await source.rows(locked))
  const reported = `SELECT reports.kind, users.name, reports.body, reports.address
                      FROM reports JOIN users ON users.id = reports.subject_id
                     WHERE reports.kind = 'member'`
  expect(await here.rows(reported)).toEqual(await source.rows(reported))
  // What was noted by an account that is gone, whose number may be somebody's here, is nobody's.
  const noted = `SELECT users.name AS author, moderator_notes.body
                   FROM moderator_notes LEFT JOIN users ON users.id = moderator_notes.author_id
                  ORDER BY moderator_notes.body`
  expect(await here.rows<object>(noted)).toEqual([
    { author: null, body: '' },
    { author: 'keeper', body: 'Twice now' },
  ])
  expect(await here.rows('SELECT title FROM rules UNION SELECT hash FROM moderation_actions')).toEqual([])
  // Where a board of Flarum had it that came to that board.
  const placed = `SELECT imported.kind, imported.source_id AS number, posts.title, users.name, comments.body
                    FROM imported
                    JOIN imports ON imports.id = import_id AND program = 'flarum'
                    LEFT JOIN posts ON posts.id = local_id AND imported.kind IN ('posts', 'openers')
                    LEFT JOIN users ON users.id = local_id AND imported.kind = 'members'
                    LEFT JOIN comments ON comments.id = local_id AND imported.kind = 'comments'
                   WHERE imported.source_id <> 34
                   ORDER BY imported.source_id`
  const asThere = await source.rows<{ name: string | null }>(placed)
  expect(await here.rows<object>(placed)).toEqual(
    asThere.map((row) => (row.name === 'bo' ? { ...row, name: 'bo-2' } : row)),
  )
  expect(asThere.map((row) => Object.values(row).filter(Boolean).length)).toEqual([3, 2, 3, 3, 3])
  const paths = await here.rows<{ kind: string }>('SELECT kind FROM imported_paths ORDER BY kind')
  expect(paths.map(({ kind }) => kind)).toEqual(['comments', 'members'])
  expect(linesOf(await exported(here)).filter(({ kind }) => kind === 'modnotes')).toHaveLength(2)
  const db = openDb({ url: here.url, connections: 2 })
  expect((await recount(db, [])).drift).toBe(0)
  await db.close()
  const counted = `SELECT categories.name, categories.posts,
                          (SELECT COUNT(*) FROM posts WHERE category_id = categories.id
                              AND NOT EXISTS (SELECT 1 FROM removed_posts WHERE post_id = posts.id)) AS found
                     FROM categories ORDER BY categories.name`
  for (const { posts, found } of await here.rows<{ posts: number; found: number }>(counted))
    expect(posts).toBe(found)
})

test('with one like a member, an export knows who likes what, also of likes that wait', async () => {
  const once = await freshDatabase()
  await addWholeBoard(once)
  const waiting = await startBatcher(once, await sharedRedis(), { env: { LIKES: 'once' } })
  await waiting.like([
    { id: 'a', post: 7, user: 1, liked: true },
    { id: 'b', post: 7, user: 2, liked: true },
    { id: 'c', post: 1, user: 3, liked: false },
  ])

  const lines = linesOf(await exported(once, waiting))

  const found = lines.flatMap(({ kind, line }) => (kind === 'likes' ? [`${line.post} ${line.member}`] : []))
  expect(found).toEqual(['1 2', '7 1', '7 2'])
  const [before] = await once.rows<{ likes: number }>('SELECT likes FROM posts WHERE id = 7')
  const seven = lines.find(({ kind, line }) => kind === 'posts' && line.id === 7)?.line
  expect(seven).toMatchObject({ likes: (before?.likes ?? 0) + 2 })
})

test('a portion of an export is read without looking at the rest', async () => {
  const board = await freshDatabase()
  await board.write(`INSERT INTO categories (id, name, name_key) VALUES (1, 'a', UNHEX(SHA2('a', 256)))`)
  const digits = Array.from({ length: 10 }, (_, digit) => `SELECT ${digit} AS n`).join(' UNION ALL ')
  await board.write(`INSERT INTO posts (category_id, title, body)
    SELECT 1, 'Many', '' FROM (${digits}) a JOIN (${digits}) b JOIN (${digits}) c JOIN (${digits}) d`)
  await board.write(`INSERT INTO comments (post_id, body) SELECT id, '' FROM posts`)
  await board.write(
    `INSERT INTO users (name, name_key) SELECT id, UNHEX(SHA2(id, 256)) FROM posts ORDER BY id LIMIT 4000`,
  )
  await board.write('INSERT INTO likes (post_id, user_id) SELECT id, id FROM users')
  await board.write(`INSERT INTO post_follows (subject_id, user_id, level) SELECT id, id, 'all' FROM users`)
  await board.rows('ANALYZE TABLE posts, comments, users, likes, post_follows, categories')
  const pages: [string, (sql: Sql) => Promise<unknown[]>][] = [
    ['posts', (sql) => queries.postSizes(sql, 100, 100)],
    ['comments', (sql) => queries.commentSizes(sql, 100, 100)],
    ['members', (sql) => queries.members(sql, 100, 100)],
    ['likes', (sql) => queries.likes(sql, { post: 100, member: 100 }, 100)],
    ['follows', (sql) => queries.follows(sql, 'post', { subject: 100, member: 100 }, 100)],
  ]

  for (const [what, page] of pages) {
    const { found, read } = await readsOf(board, page)
    expect([what, found.length, read < 1_500]).toEqual([what, 100, true])
  }
  const db = openDb({ url: board.url, connections: 1 })
  const sizes = [await queries.postSizes(db, 0, 3), await queries.commentSizes(db, 0, 3)].flat()
  await db.close()
  // Numbers, of which sums are made.
  expect(sizes.map(({ bytes }) => bytes)).toEqual([0, 0, 0, 0, 0, 0])
})

test('a board does not take its own export for another one', async () => {
  await expect(importBoard(source.url, file, { isDryRun: false, print: refuse })).rejects.toThrow(
    'came from this very board: ./agora restore',
  )
})

test('an export leaves nothing beside its file, which nobody else reads, and replaces none', async () => {
  const folder = temporaryFolder()
  await exportBoard(boardOf(source, batcher), join(folder, 'board.tar'), () => {})

  expect(readdirSync(folder)).toEqual(['board.tar'])
  await expect(exportBoard(boardOf(source, batcher), join(folder, 'board.tar'), () => {})).rejects.toThrow(
    'is not overwritten',
  )
  expect(readdirSync(folder)).toEqual(['board.tar'])
})

test('each table and column is exported, or stands there with the reason why not', () => {
  const schema = readFileSync('sql/schema.sql', 'utf8')
  const tables = [...schema.matchAll(/^CREATE TABLE (\w+) \(\n([\s\S]*?)\n\) ENGINE/gm)]
  const found = Object.fromEntries(
    tables.map(([, name = '', body = '']) => [
      name,
      [...body.matchAll(/^ {2}([a-z_]+) +[A-Z]/gm)].map(([, column = '']) => column),
    ]),
  )

  expect(Object.keys(carried).sort()).toEqual(Object.keys(found).sort())
  for (const [table, about] of Object.entries(carried)) {
    if (typeof about === 'string') continue
    const columns = [...about.columns.split(', '), ...Object.keys(about.without ?? {})]
    expect([table, columns.sort()]).toEqual([table, [...(found[table] ?? [])].sort()])
  }
})

/** A board that was just set up: its first admin alone. */
async function emptyBoard(): Promise<TestDatabase> {
  const database = await freshDatabase()
  await database.write(`INSERT INTO users (id, name, name_key, password_hash, role) VALUES
    (1, 'admin', UNHEX(SHA2('admin', 256)), 'x', 'admin')`)
  return database
}

const boardOf = ({ url }: TestDatabase, of?: TestBatcher): Board => ({
  url,
  batchers: of ? ['batcher-1'] : [],
  ask: async (_, path) => (await of?.send(path))?.bytes() ?? new Uint8Array(),
})

async function exported(database: TestDatabase, of?: TestBatcher): Promise<string> {
  const path = join(temporaryFolder(), 'board.tar')
  await exportBoard(boardOf(database, of), path, () => {})
  return path
}

function linesOf(path: string): LineAt[] {
  const file = readBoard(path)
  try {
    return [...linesIn(file, path)]
  } finally {
    file.close()
  }
}

const rowsOf = ({ rows }: TestDatabase, table: string, columns: string) =>
  rows(`SELECT ${columns} FROM ${table} ORDER BY ${columns.split(',').slice(0, 3).join(',')}`)

/** All rows of all tables that an import writes. */
async function everything(database: TestDatabase): Promise<Record<string, unknown[]>> {
  const tables = [...Object.keys(carried), 'imported', 'like_batches', 'post_ranks'].filter(
    // Numbers of tags, and links to end mails, are given anew.
    (name) => !['board_identity', 'tags', 'post_tags', 'tag_follows', 'notice_mails'].includes(name),
  )
  const all: Record<string, unknown[]> = {}
  for (const table of tables) {
    const found = await database.rows<Record<string, unknown>>(`SELECT * FROM ${table}`)
    all[table] = found
      .map(
        ({
          applied_at,
          folded_at,
          begun_at,
          ranked_until,
          hot,
          changed_at,
          guesses_since,
          told_at,
          ...row
        }) => row,
      )
      .map(({ import_id, ...row }) => (table === 'imports' ? { ...row, id: null } : row))
      .map((row) => (table === 'images' ? { ...row, created_at: null } : row))
      .map((row) => JSON.stringify(row))
      .sort()
  }
  return all
}

function refuse(line: string): void {
  if (!/: [\d,]+ of [\d,]+$/.test(line)) throw new Error(`it said: ${line}`)
}
