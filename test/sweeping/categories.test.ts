import { beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { memberNamed, type Viewer } from '../../src/accounts/queries.ts'
import { removeCategoryWithPosts, removeEmptyCategory } from '../../src/categories/service.ts'
import { commentThere, removeCommentBy } from '../../src/comments/service.ts'
import { unreadOf } from '../../src/notices/queries.ts'
import { removePost, removePostBy } from '../../src/posts/removal.ts'
import { type Piece, sweep, sweepSome } from '../../src/sweeping/sweeper.ts'
import { openApiSite } from '../support/api/site.ts'
import { origin, type Replica } from '../support/servers/replica.ts'
import { addCategory, newMember } from '../support/site/members.ts'
import type { Visitor } from '../support/site/visitor.ts'
import { patiently } from '../support/sweeping.ts'

setDefaultTimeout(120_000)

const manyPosts = 1_500
const manyComments = 3_000
const sweepOne = patiently(sweepSome)
const piece: Piece = { posts: 100, rows: 500, retentionSeconds: 0 }

let web: Replica
let other: Omit<Replica, 'as'>
let ana: Visitor
let category: number
let posts: number[]

beforeAll(async () => {
  ;({ web } = await openApiSite())
  other = await web.as('web')
  ana = await newMember(web, 'ana')
  await newMember(web, 'ruth', 'admin')
  await addCategory(web, 'Stays')
  await ana.post('/posts', { category: 'Stays', title: 'This one stays', body: 'kept #zebra' })
})

/**
 * A category whose posts have a picture, a tag, an act and many comments, and everything of it remembered.
 */
beforeEach(async () => {
  const { database } = web
  await database.write("DELETE FROM categories WHERE name = 'Large' OR removed_at IS NOT NULL")
  category = (await addCategory(web, 'Large')).insertId
  await web.context.cache.invalidate([
    'categories',
    'categories:removed',
    'posts:newest',
    'posts:full:all:all',
  ])
  await act('POST', '/acts', anAct)
  const texts = Array.from({ length: manyPosts }, (_, n) => [
    category,
    1,
    `Soon gone ${n}`,
    'about zebras',
    hash,
  ])
  await database.write("INSERT IGNORE INTO images VALUES (?, 1, 1, 's', 'l', NOW(3))", [hash])
  const { insertId } = await database.write(
    'INSERT INTO posts (category_id, author_id, title, body, image_hash) VALUES ?',
    [texts],
  )
  posts = texts.map((_, n) => insertId + n)
  await database.write('INSERT INTO post_ranks SELECT id, category_id, likes, id FROM posts WHERE id >= ?', [
    insertId,
  ])
  await database.write("INSERT IGNORE INTO tags (name) VALUES ('zebra')")
  await database.write(
    "INSERT INTO post_tags SELECT (SELECT id FROM tags WHERE name = 'zebra'), id, 0, id FROM posts WHERE id >= ?",
    [insertId],
  )
  await database.write('UPDATE categories SET posts = posts + ? WHERE id = ?', [manyPosts, category])
  const said = Array.from({ length: manyComments }, (_, n) => [last(), 1, `comment ${n} on giraffes`])
  await database.write('INSERT INTO comments (post_id, author_id, body) VALUES ?', [said])
  await database.write('UPDATE posts SET comments = ? WHERE id = ?', [manyComments, last()])
  await web.context.cache.invalidate(['categories', 'posts:newest', 'posts:full:all:all', 'posts:by:1'])
  await web.context.cache.invalidate(['posts:top:all', 'posts:hot:all'])
  await web.search.caughtUp()
  for (const path of [...lists, `/posts/${last()}`, `/posts/${posts[0]}`]) await read(path)
})

const hash = 'ab'.repeat(32)
const anAct = {
  ...{ actId: 7, username: 'ana', timestamp: '01-01-2020:00-00-00', caption: 'Soon gone' },
  ...{ categoryName: 'Large', imgB64: 'aGVsbG8=' },
}
const last = () => posts.at(-1)!

const lists = [
  ...['/', '/?sort=hot', '/?sort=top', '/tags/zebra', '/tags/zebra?sort=top', '/users/ana', '/feed'],
  ...['/search?q=zebras', '/search?q=giraffes&in=comments', '/api/posts', '/api/posts?sort=hot&limit=100'],
  ...['/api/posts?user=ana', '/api/posts?tag=zebra', '/api/posts?q=zebras', '/api/categories', '/categories'],
]
const read = async (path: string, at = web.app) => at.handle(new Request(origin + path))
const textOf = async (path: string, at = web.app) => (await read(path, at)).text()
const act = (method: string, path: string, body?: unknown) =>
  web.app.handle(
    new Request(`${origin}/api/v1${path}`, { method, ...(body ? { body: JSON.stringify(body) } : {}) }),
  )
const left = async (table: string, column = 'post_id') => {
  const [row] = await web.database.rows<{ rows: number }>(
    `SELECT COUNT(*) AS \`rows\` FROM ${table} WHERE ${column} IN (?)`,
    [posts],
  )
  return row!.rows
}

/** Whatever could still show one of these posts. */
async function shown(gone: number[], says: RegExp) {
  const seen = []
  for (const at of [web.app, other.app]) {
    for (const path of lists) if (says.test(await textOf(path, at))) seen.push(path)
    for (const id of gone) {
      for (const path of [
        `/posts/${id}`,
        `/api/posts/${id}`,
        `/posts/${id}/feed`,
        `/api/posts/${id}/comments`,
      ]) {
        const { status } = await read(path, at)
        if (status !== 404 && status !== 410) seen.push(`${path} ${status}`)
      }
    }
  }
  return seen
}

describe('a category with more posts than are deleted at once', () => {
  test('is gone for every reader at once, while all of it is still stored', async () => {
    const [comment] = await web.database.rows<{ id: number }>('SELECT MAX(id) AS id FROM comments')

    await removeCategoryWithPosts(web.context, { id: category, name: 'Full' }, undefined)

    expect(await left('posts', 'id')).toBe(manyPosts)
    expect(await shown([posts[0]!, last()], /Soon gone|comment \d+ on|Large/)).toEqual([])
    expect(await textOf('/')).toContain('This one stays')
    expect((await read(`/images/${hash}-large.webp`)).status).toBe(404)
    expect((await read('/c/Large')).status).toBe(404)
    expect((await read(`/api/comments/${comment!.id}`)).status).toBe(404)
    expect((await ana.post('/posts', { category: 'Large', title: 'x', body: 'y' })).status).toBe(422)
    await sweep(web.context, piece, sweepOne)
  })

  test('frees its name and the ids of its acts at once, as the acts API has it', async () => {
    await removeCategoryWithPosts(web.context, { id: category, name: 'Full' }, undefined)

    expect((await act('GET', '/list_act_user/ana')).status).toBe(204)
    expect(await (await act('GET', '/acts/count')).json()).toEqual([0])
    expect((await act('DELETE', '/acts/7')).status).toBe(400)
    expect((await act('POST', '/categories', ['Large'])).status).toBe(201)
    expect((await act('POST', '/acts', anAct)).status).toBe(201)
    expect(await (await act('GET', '/categories/Large/acts/size')).json()).toEqual([1])
    await sweep(web.context, piece, sweepOne)
    expect((await act('GET', '/categories/Large/acts')).status).toBe(200)
    await act('DELETE', '/categories/Large')
  })

  test('is swept in pieces, by one replica at a time, wherever the one before was killed', async () => {
    await removeCategoryWithPosts(web.context, { id: category, name: 'Full' }, undefined)
    const sizes = [manyPosts]

    for (let isMore = true; isMore; sizes.push(await left('posts', 'id'))) {
      const [one, two] = await Promise.all([sweepOne(web.context, piece), sweepOne(other.context, piece)])
      isMore = one || two
    }

    const steps = sizes.slice(1).map((size, index) => sizes[index]! - size)
    expect(Math.max(...steps)).toBeLessThanOrEqual(2 * piece.posts)
    expect([await left('posts', 'id'), await left('comments'), await left('post_tags')]).toEqual([0, 0, 0])
    const rows = await web.database.rows('SELECT id FROM categories WHERE id = ? OR removed_at IS NOT NULL', [
      category,
    ])
    expect(rows).toEqual([])
    expect(await web.database.rows('SELECT hash FROM images WHERE hash = ?', [hash])).toEqual([])
  })

  test('stays hidden for as long as something of it may be remembered', async () => {
    await removeCategoryWithPosts(web.context, { id: category, name: 'Full' }, undefined)
    await sweep(web.context, { ...piece, retentionSeconds: 120 }, sweepOne)

    expect(await left('posts', 'id')).toBe(0)
    expect(await web.database.rows('SELECT id FROM categories WHERE id = ?', [category])).toHaveLength(1)
    const { insertId: next } = await addCategory(web, 'Large')
    await web.database.write("INSERT INTO posts (category_id, title, body) VALUES (?, 'x', 'y')", [next])
    await web.database.write('UPDATE categories SET removed_at = NOW(3) WHERE id = ?', [next])
    expect(await sweepOne(web.context, { ...piece, retentionSeconds: 120 })).toBe(true)
    await sweep(web.context, piece, sweepOne)
  })

  test('lets no batcher count for its posts, and the audit finds nothing wrong', async () => {
    const sendLike = () =>
      web.app.handle(new Request(`${origin}/api/posts/${last()}/likes`, { method: 'POST' }))
    await sendLike()
    await removeCategoryWithPosts(web.context, { id: category, name: 'Full' }, undefined)
    await sendLike()

    await sweep(web.context, piece, sweepOne)
    await web.batcher.send('/flush', {})

    expect((await sendLike()).status).toBe(404)
    expect(await (await read('/api/audit')).json()).toMatchObject({ drift: 0 })
  })
})

describe('a post with more comments than are deleted at once', () => {
  test('that its author removes is gone at once, and swept', async () => {
    await removePost(web.context, { id: last(), categoryId: category })

    expect(await left('comments')).toBe(manyComments)
    expect(await shown([last()], new RegExp(`Soon gone ${manyPosts - 1}\\b|comment \\d+ on`))).toEqual([])
    expect(await textOf('/api/categories/Large')).toContain(`"posts":${manyPosts}`)
    expect((await web.visitor().post(`/posts/${last()}/likes`)).status).toBe(404)
    await sweep(web.context, piece, sweepOne)
    expect([await left('comments'), await left('posts', 'id')]).toEqual([0, manyPosts - 1])
    await removeCategoryWithPosts(web.context, { id: category, name: 'Full' }, undefined)
  })

  test('that an admin hides is gone at once, never swept, and counts its likes', async () => {
    const admin = await web.as('admin')
    const ruth = (await memberNamed(admin.context.db, 'ruth'))!
    const post = { id: last(), categoryId: category, authorId: null }

    await removePostBy(admin.context, ruth, post, { rule: '', reason: 'Too long a talk' })

    expect(await shown([last()], new RegExp(`Soon gone ${manyPosts - 1}\\b|comment \\d+ on`))).toEqual([])
    expect((await web.visitor().post(`/posts/${last()}/likes`)).status).toBe(303)
    await sweep(web.context, piece, sweepOne)
    expect([await left('comments'), await left('posts', 'id')]).toEqual([manyComments, manyPosts])
    await removeCategoryWithPosts(web.context, { id: category, name: 'Full' }, undefined)
  })
})

describe('a post with more likes of members than are deleted at once', () => {
  const manyLikes = 1_200

  beforeEach(async () => {
    const { write } = web.database
    const members = Array.from({ length: manyLikes }, (_, n) => [`liker ${n}`, `liker ${n}`.padEnd(32)])
    await write("DELETE FROM users WHERE name LIKE 'liker %'")
    await write('INSERT INTO users (name, name_key) VALUES ?', [members])
    await write("INSERT INTO likes (post_id, user_id) SELECT ?, id FROM users WHERE name LIKE 'liker %'", [
      posts[0]!,
    ])
  })

  test('that its author removes is gone at once, and swept', async () => {
    await removePost(web.context, { id: posts[0]!, categoryId: category })

    expect(await left('likes')).toBe(manyLikes)
    expect(await shown([posts[0]!], /Soon gone 0\b/)).toEqual([])
    await sweep(web.context, piece)
    expect([await left('likes'), await left('posts', 'id')]).toEqual([0, manyPosts - 1])
    await removeCategoryWithPosts(web.context, { id: category, name: 'Full' }, undefined)
  })

  test('goes with its category at once, and is swept', async () => {
    await web.database.write('DELETE FROM posts WHERE id IN (?)', [posts.slice(1)])

    await removeCategoryWithPosts(web.context, { id: category, name: 'Full' }, undefined)

    expect(await left('likes')).toBe(manyLikes)
    expect(await shown([posts[0]!], /Soon gone/)).toEqual([])
    await sweep(web.context, piece)
    expect([await left('likes'), await left('posts', 'id')]).toEqual([0, 0])
  })
})

describe('what more members follow or have read than rows are deleted at once', () => {
  const many = 1_200
  const write = (text: string, values: number[]) => web.database.write(text, values)
  const readers = "FROM users WHERE name LIKE 'reader %'"

  beforeEach(async () => {
    const members = Array.from({ length: many }, (_, n) => [`reader ${n}`, `reader ${n}`.padEnd(32)])
    await web.database.write("DELETE FROM users WHERE name LIKE 'reader %'")
    await web.database.write('INSERT INTO users (name, name_key) VALUES ?', [members])
  })

  test.each([
    ['post_follows', 'subject_id', `INSERT INTO post_follows SELECT ?, id, 'all' ${readers}`],
    [
      'thread_reads',
      'post_id',
      `INSERT INTO thread_reads (post_id, user_id, comment_id) SELECT ?, id, 0 ${readers}`,
    ],
  ])('a post of %s is gone at once, and swept', async (table, column, insert) => {
    await write(insert, [posts[0]!])

    await removePost(web.context, { id: posts[0]!, categoryId: category })

    expect(await left(table, column)).toBe(many)
    expect(await shown([posts[0]!], /Soon gone 0\b/)).toEqual([])
    await sweep(web.context, piece)
    expect([await left(table, column), await left('posts', 'id')]).toEqual([0, manyPosts - 1])
    await removeCategoryWithPosts(web.context, { id: category, name: 'Full' }, undefined)
  })

  test('a category, with posts or without, is gone at once, and swept', async () => {
    const admin = await web.as('admin')
    const ruth = await memberNamed(admin.context.db, 'ruth')
    const followers = async () => {
      const [row] = await web.database.rows<{ n: number }>('SELECT COUNT(*) AS n FROM category_follows')
      return row!.n
    }
    const empty = (await addCategory(web, 'Empty')).insertId
    await write('DELETE FROM posts WHERE category_id = ?', [category])
    await write('UPDATE categories SET posts = 0 WHERE id = ?', [category])
    for (const id of [category, empty])
      await write(`INSERT INTO category_follows SELECT ?, id, 'all' ${readers}`, [id])

    await removeCategoryWithPosts(web.context, { id: category, name: 'Full' }, undefined)
    await removeEmptyCategory(admin.context, ruth as Viewer, empty)

    expect(await followers()).toBe(2 * many)
    expect(await textOf('/categories')).not.toMatch(/Large|Empty/)
    await sweep(web.context, piece)
    expect(await followers()).toBe(0)
    expect(await web.database.rows('SELECT id FROM categories WHERE id IN (?)', [[category, empty]])).toEqual(
      [],
    )
  })

  test('a comment of which they were told is gone at once, and nobody has a notice of it', async () => {
    await ana.post(`/posts/${last()}/comments`, { body: 'told to all' })
    const [{ id } = { id: 0 }] = await web.database.rows<{ id: number }>('SELECT MAX(id) AS id FROM comments')
    const { context } = web
    await write(
      `INSERT INTO notices (user_id, cause, kind, post_id, comment_id)
       SELECT id, CONCAT('many ', ?), 'follow', ?, ? ${readers}`,
      [id, last(), id],
    )
    const [{ n: reader } = { n: 0 }] = await web.database.rows<{ n: number }>(
      `SELECT MIN(id) AS n ${readers}`,
    )
    expect(await unreadOf(context.db, [reader])).toEqual([{ user: reader, unread: 1 }])
    const viewer = (await memberNamed(context.db, 'ana')) as Viewer

    await removeCommentBy(context, viewer, await commentThere(context, `${id}`), { rule: '', reason: '' })

    expect(await left('notices')).toBeGreaterThan(0)
    expect(await textOf(`/posts/${last()}?from=${id}`)).not.toContain('told to all')
    expect(await unreadOf(context.db, [reader])).toEqual([{ user: reader, unread: 0 }])
  })

  test('a comment of which they were told goes after its notices, of which so many go at a time', async () => {
    await write(
      `INSERT INTO notices (user_id, cause, kind, post_id, comment_id)
       SELECT id, 'many', 'follow', ?, (SELECT MAX(id) FROM comments) ${readers}`,
      [last()],
    )
    await write(
      'DELETE FROM comments WHERE post_id = ? AND id < (SELECT * FROM (SELECT MAX(id) FROM comments) AS it)',
      [last()],
    )
    await removePost(web.context, { id: last(), categoryId: category })

    const steps: [notices: number, comments: number][] = []
    for (let isMore = true; isMore; steps.push([await left('notices'), await left('comments')]))
      isMore = await sweepOne(web.context, piece)

    expect(steps.slice(0, 2)).toEqual([
      [many - piece.rows, 1],
      [many - 2 * piece.rows, 1],
    ])
    expect(steps.at(-1)).toEqual([0, 0])
    await removeCategoryWithPosts(web.context, { id: category, name: 'Full' }, undefined)
  })
})
