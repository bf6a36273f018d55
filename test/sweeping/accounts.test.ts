import { beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { memberNamed } from '../../src/accounts/queries.ts'
import { removeAccount } from '../../src/accounts/removal.ts'
import { accountById, newestAccounts, setDisabled } from '../../src/moderation/queries.ts'
import { type Piece, sweep, sweepAccount } from '../../src/sweeping/sweeper.ts'
import { type ApiSite, openApiSite } from '../support/api/site.ts'
import { origin, type Replica } from '../support/servers/replica.ts'
import { addCategory, newMember } from '../support/site/members.ts'
import { password } from '../support/site/page.ts'
import { newVisitor, sessionCookieOf, type Visitor } from '../support/site/visitor.ts'
import { patiently } from '../support/sweeping.ts'

setDefaultTimeout(120_000)

const manyPosts = 1_200
const sweepOne = patiently(sweepAccount)
const piece: Piece = { posts: 100, rows: 300, retentionSeconds: 0 }
const hash = 'cd'.repeat(32)
const face = 'ef'.repeat(32)

let site: ApiSite
let web: Replica
let other: Omit<Replica, 'as'>
let accounts: Omit<Replica, 'as'>
let ana: Visitor
let bo: Visitor
let id: number
let posts: number[]
let stays: number
let said: { leaf: number; answered: number }

beforeAll(async () => {
  site = await openApiSite()
  ;({ web, accounts } = site)
  other = await web.as('web')
  ana = await newMember(web, 'ana')
  await addCategory(web, 'Books')
  const { headers } = await ana.post('/posts', { category: 'Books', title: 'This one stays', body: 'kept' })
  stays = Number(headers.get('location')!.split('/').at(-1))
})

/** A member with many posts, and one of everything else that refers to one; all of it remembered. */
beforeEach(async () => {
  const { write, rows } = web.database
  await write("DELETE FROM users WHERE name <> 'ana'")
  await write('DELETE FROM posts WHERE id <> ?', [stays])
  await write('DELETE FROM orders')
  await write('DELETE FROM comments')
  await write('UPDATE posts SET comments = 0')
  await write('UPDATE categories SET posts = 1, acts = 0')
  bo = await newMember(web, 'bo')
  id = (await memberNamed(web.context.db, 'bo'))!.id
  await write("INSERT IGNORE INTO images VALUES (?, 1, 1, 's', 'l', NOW(3))", [hash])
  await write("INSERT INTO avatars VALUES (?, ?, 'x')", [id, face])
  const texts = Array.from({ length: manyPosts }, (_, n) => [1, id, `By bo ${n}`, 'about zebras', hash])
  const { insertId } = await write(
    'INSERT INTO posts (category_id, author_id, title, body, image_hash) VALUES ?',
    [texts],
  )
  posts = texts.map((_, n) => insertId + n)
  await write('UPDATE categories SET posts = posts + ?', [manyPosts])
  await write('INSERT INTO post_ranks SELECT id, category_id, likes, id FROM posts WHERE author_id = ?', [id])
  await write("INSERT IGNORE INTO tags (name) VALUES ('zebra')")
  await write(
    'INSERT INTO post_tags SELECT (SELECT MAX(id) FROM tags), id, 0, id FROM posts WHERE author_id = ?',
    [id],
  )
  expect((await act('POST', '/acts', anAct)).status).toBe(201)
  await write("UPDATE posts SET title = 'By bo as an act' WHERE body = 'By bo as an act'")
  said = {
    leaf: (
      await write("INSERT INTO comments (post_id, author_id, body) VALUES (?, ?, 'giraffes by bo')", [
        stays,
        id,
      ])
    ).insertId,
    answered: (
      await write("INSERT INTO comments (post_id, author_id, body) VALUES (?, ?, 'giraffes by bo')", [
        stays,
        id,
      ])
    ).insertId,
  }
  await write(
    "INSERT INTO comments (post_id, root_id, parent_id, author_id, body) VALUES (?, ?, ?, 1, 'an answer')",
    [stays, said.answered, said.answered],
  )
  await write('UPDATE posts SET comments = 3 WHERE id = ?', [stays])
  await write('INSERT INTO likes (post_id, user_id) VALUES (?, ?)', [stays, id])
  await write("INSERT INTO orders (user_id, request_key, request_hash) VALUES (?, 'k', 'h')", [id])
  const keys = ['categories', 'removed', 'posts:newest', 'posts:full:all:all', 'posts:in:1', `post:${stays}`]
  await web.context.cache.invalidate([...keys, `comments:${stays}`, 'posts:top:all', 'posts:hot:all'])
  expect((await rows('SELECT id FROM posts WHERE author_id = ?', [id])).length).toBe(manyPosts + 1)
  await web.search.caughtUp()
  for (const path of [...lists, ...pages()]) await read(path)
})

const anAct = {
  ...{ actId: 7, username: 'bo', timestamp: '01-01-2020:00-00-00', caption: 'By bo as an act' },
  ...{ categoryName: 'Books', imgB64: 'aGVsbG8=' },
}
const lists = [
  ...[
    '/',
    '/?sort=hot',
    '/?sort=top',
    '/c/Books',
    '/c/Books?sort=top',
    '/tags/zebra',
    '/tags/zebra?sort=top',
  ],
  ...['/feed', '/c/Books/feed', '/search?q=zebras', '/search?q=giraffes&in=comments'],
  ...[
    '/api/posts',
    '/api/posts?sort=hot&limit=100',
    '/api/posts?tag=zebra',
    '/api/posts?q=zebras',
    '/api/users',
  ],
  ...['/api/posts?category=Books', '/api/posts?category=Books&sort=top', '/api/v1/users'],
  ...['/api/v1/categories/Books/acts', '/api/v1/list_act_user/bo'],
]
const pages = () => [
  ...[
    `/posts/${stays}`,
    `/posts/${stays}/feed`,
    `/api/posts/${stays}/comments`,
    `/comments/${said.answered}/replies`,
  ],
  ...[`/posts/${last()}`, `/api/posts/${last()}`, `/posts/${last()}/feed`, `/api/comments/${said.answered}`],
]
const last = () => posts.at(-1)!
const read = async (path: string, at = web.app) => at.handle(new Request(origin + path))
const textOf = async (path: string, at = web.app) => (await read(path, at)).text()
const act = (method: string, path: string, body?: unknown) =>
  web.app.handle(
    new Request(`${origin}/api/v1${path}`, { method, ...(body ? { body: JSON.stringify(body) } : {}) }),
  )
const countOf = async (text: string, values: number[] = [id]) => {
  const [row] = await web.database.rows<{ n: number }>(`SELECT COUNT(*) AS n FROM ${text}`, values)
  return row!.n
}
const left = () => countOf('posts WHERE author_id = ?')

/** The pages and lists, on either replica, that say this. */
async function saying(words: RegExp) {
  const found = []
  for (const at of [web.app, other.app])
    for (const path of [...lists, ...pages()]) if (words.test(await textOf(path, at))) found.push(path)
  return found
}

const leave = (stored: 'keep' | 'remove') =>
  onAccounts(bo).post('/account/delete', { confirm: password, posts: stored })

function onAccounts(visitor: Visitor): Visitor {
  const there = newVisitor(origin, (request) => accounts.app.handle(request))
  for (const [key, value] of visitor.cookies) there.cookies.set(key, value)
  return there
}

const signedIn = async () => (await bo.get('/')).text()

describe('an account with more posts than change at once that takes them along', () => {
  test('is gone for every reader at once, while all of it is still stored', async () => {
    expect(await signedIn()).toContain('>bo<')

    expect((await leave('remove')).status).toBe(303)

    expect(await left()).toBe(manyPosts + 1)
    expect(await saying(/By bo|by bo|"bo"|>bo</)).toEqual([])
    for (const path of [
      `/posts/${last()}`,
      `/api/posts/${last()}`,
      `/posts/${posts[0]}`,
      '/users/bo',
      '/api/users/bo',
    ])
      expect([path, (await read(path)).status]).toEqual([path, 404])
    for (const path of [`/images/${hash}-small.webp`, `/avatars/${face}.webp`, '/users/bo/feed'])
      expect([path, (await read(path)).status]).toEqual([path, 404])
    expect((await web.visitor().post(`/posts/${last()}/likes`)).status).toBe(404)
    expect(await signedIn()).not.toContain('>bo<')
    expect(await textOf('/')).toContain('This one stays')
    expect(await textOf(`/posts/${stays}`)).toContain('an answer')
  })

  test('leaves no gap in lists that were remembered: the posts of others follow', async () => {
    expect((await leave('remove')).status).toBe(303)

    for (const path of [
      ...['/', '/?sort=top', '/?sort=hot', '/c/Books', '/c/Books?sort=top', '/c/Books?sort=hot'],
      ...['/api/posts', '/api/posts?category=Books', '/feed', '/c/Books/feed'],
    ])
      expect([path, (await textOf(path)).includes('This one stays')]).toEqual([path, true])
  })

  test('is swept in pieces, by one replica at a time, wherever the one before was killed', async () => {
    const second = await web.as('accounts')
    await leave('remove')
    const sizes = [manyPosts + 1]

    for (let isMore = true; isMore; sizes.push(await left())) {
      const [one, two] = await Promise.all([
        sweepOne(accounts.context, piece),
        sweepOne(second.context, piece),
      ])
      isMore = one || two
    }

    const steps = sizes.slice(1).map((size, index) => sizes[index]! - size)
    expect(Math.max(...steps)).toBeLessThanOrEqual(2 * piece.posts)
    expect([
      await left(),
      await countOf('users WHERE id = ?'),
      await countOf('post_tags WHERE post_id > 1', []),
    ]).toEqual([...[0, 0, 0]])
    expect(await countOf("categories WHERE name = 'Books' AND posts = 1 AND acts = 0", [])).toBe(1)
    expect(await countOf('comments WHERE post_id = ?', [stays])).toBe(2)
    expect(await countOf('posts WHERE id = ? AND comments = 1', [stays])).toBe(1)
    expect(await countOf('likes WHERE user_id = ?')).toBe(0)
    expect(await countOf('orders WHERE user_id IS NULL', [])).toBe(1)
    expect(await countOf(`images WHERE hash = '${hash}'`, [])).toBe(0)
    expect(await (await read('/api/audit')).json()).toMatchObject({ drift: 0 })
  })

  test('frees its name at once, for somebody who has nothing of it', async () => {
    await leave('remove')
    await newMember(web, 'bo')

    expect((await read('/users/bo')).status).toBe(200)
    expect(await textOf('/users/bo')).not.toContain('By bo')
    await sweep(accounts.context, piece, sweepOne)
    expect((await read('/users/bo')).status).toBe(200)
  })

  test('stays hidden for as long as something of it may be remembered', async () => {
    await leave('remove')
    await sweep(accounts.context, { ...piece, retentionSeconds: 120 }, sweepOne)

    expect([await left(), await countOf('users WHERE id = ? AND posts_removed')]).toEqual([0, 1])
  })
})

describe('an account with more posts than change at once that leaves them', () => {
  const ways: Record<string, () => Promise<{ status: number }>> = {
    'on its page': () => leave('keep'),
    'over REST': () =>
      accounts.app.handle(
        new Request(`${origin}/api/users/bo`, {
          method: 'DELETE',
          headers: { cookie: sessionCookieOf(bo), origin, 'content-type': 'application/json' },
          body: JSON.stringify({ password }),
        }),
      ),
    'over the acts API': () =>
      accounts.app.handle(new Request(`${origin}/api/v1/users/bo`, { method: 'DELETE' })),
  }

  test.each(Object.entries(ways))('%s is gone at once, and its posts say nobody', async (_, remove) => {
    expect((await remove()).status).toBeLessThan(400)

    expect(await left()).toBe(manyPosts + 1)
    expect((await read('/users/bo')).status).toBe(404)
    expect(await textOf('/search?q=bo')).not.toContain('/users/bo')
    expect(await saying(/>bo<|"author":"bo"|<name>bo<|\["ana","bo"\]/)).toEqual([])
    for (const path of ['/', `/posts/${last()}`, `/posts/${stays}`])
      expect(await textOf(path)).toContain('a deleted account')
    expect(await textOf(`/posts/${last()}`)).not.toContain(face)
    expect(await textOf('/api/v1/list_act_user/bo')).toContain('By bo as an act')
    expect(await signedIn()).not.toContain('>bo<')

    await sweep(accounts.context, piece, sweepOne)
    expect([await left(), await countOf('users WHERE id = ?')]).toEqual([0, 0])
    expect(await countOf('posts WHERE author_id IS NULL', [])).toBe(manyPosts + 1)
    expect(await countOf("comments WHERE author_id IS NULL AND body = 'giraffes by bo'", [])).toBe(2)
    expect(await textOf('/')).toContain('a deleted account')
    expect(await countOf("categories WHERE name = 'Books' AND acts = 1", [])).toBe(1)
  })

  test('gets no mail that waits, and nothing of those is kept but that they were sent', async () => {
    const { write, rows } = web.database
    for (const state of ['waiting', 'failed', 'sent'])
      await write(
        `INSERT INTO outbox (kind, user_id, address, recipient_key, language, content, state)
         VALUES ('security', ?, 'bo@example.org', REPEAT('k', 32), 'en', '{"name":"bo"}', ?)`,
        [id, state],
      )
    await leave('keep')
    const mails = () => rows('SELECT state, user_id AS user, address, content FROM outbox ORDER BY id')
    const nobodys = { user: null, address: null, content: '' }

    expect(await mails()).toEqual([
      { state: 'dropped', ...nobodys },
      { state: 'dropped', ...nobodys },
      { state: 'sent', ...nobodys },
    ])
  })

  test('is not found by admins, nor opened again', async () => {
    await leave('keep')

    const admin = await web.as('admin')
    await newMember(web, 'ruth', 'admin')
    const ruth = (await memberNamed(web.context.db, 'ruth'))!
    expect(ruth.role).toBe('admin')
    expect(await accountById(admin.context.db, id)).toBeUndefined()
    expect((await newestAccounts(admin.context.db, '99999', 10)).map(({ name }) => name)).toEqual([
      'ruth',
      'ana',
    ])
    await setDisabled(admin.context.db, id, false)
    expect(await countOf('users WHERE id = ? AND disabled_at IS NOT NULL')).toBe(1)
    expect(await removeAccount(accounts.context, { id, name: 'bo', role: 'member' }).catch(String)).toMatch(
      /Nobody/,
    )
  })
})

describe('an account with more follows, followers or threads read than are deleted at once', () => {
  const many = 1_200

  test.each([
    ['category_follows', 'user_id', 'subject_id, level', "id, 'all' FROM categories"],
    ['tag_follows', 'user_id', 'subject_id, level', "id, 'all' FROM tags"],
    ['member_follows', 'user_id', 'subject_id, level', "id, 'all' FROM users"],
    ['member_follows', 'subject_id', 'user_id, level', "id, 'all' FROM users"],
    ['thread_reads', 'user_id', 'post_id, comment_id', 'id, 0 FROM posts'],
  ])('is gone at once, and swept: %s by %s', async (table, column, columns, others) => {
    const { write } = web.database
    const keys = Array.from({ length: many }, (_, n) => [`many ${n}`, `many ${n}`.padEnd(32)])
    if (others.endsWith('users')) await write('INSERT INTO users (name, name_key) VALUES ?', [keys])
    if (others.endsWith('categories')) await write('INSERT INTO categories (name, name_key) VALUES ?', [keys])
    if (others.endsWith('tags'))
      await write('INSERT INTO tags (name) VALUES ?', [keys.map(([name]) => [name])])
    await write(`INSERT INTO ${table} (${column}, ${columns}) SELECT ?, ${others}`, [id])
    await write('UPDATE posts SET author_id = 1 WHERE author_id = ?', [id])

    // Not on its page: what somebody has read goes when they come again.
    await removeAccount(accounts.context, { id, name: 'bo', role: 'member' })

    expect(await countOf(`${table} WHERE ${column} = ?`)).toBeGreaterThanOrEqual(many)
    expect((await read('/users/bo')).status).toBe(404)
    await sweep(accounts.context, piece, sweepOne)
    expect([await countOf(`${table} WHERE ${column} = ?`), await countOf('users WHERE id = ?')]).toEqual([
      0, 0,
    ])
    await write("DELETE FROM users WHERE name LIKE 'many %'")
    await write("DELETE FROM categories WHERE name LIKE 'many %'")
    await write("DELETE FROM tags WHERE name LIKE 'many %'")
  })
})
