import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { sha1 } from '../support/acts/client.ts'
import { type ApiSite, openApiSite } from '../support/api/site.ts'
import { attributeIn, find, textsIn } from '../support/site/markup.ts'
import { newName, newToken, password } from '../support/site/page.ts'
import { newVisitor, type Visitor } from '../support/site/visitor.ts'
import { forgetTexts, longestTurn } from '../support/turns.ts'

setDefaultTimeout(120_000)

const manyCategories = 10_000
const smallBytes = 64 * 1_024

let site: ApiSite
let root: Visitor
let admin: Visitor

/** Names as `/api/v1` takes them, with posts and comments below them. */
const long = { category: `c\n${'x'.repeat(2_000_000)}`, user: `u\n${'y'.repeat(300_000)}` }

beforeAll(async () => {
  site = await openApiSite()
  const { database, context, as } = site.web
  await act('/users', { username: long.user, password: sha1('x') })
  await act('/categories', [long.category])
  for (let actId = 1; actId <= 20; actId++)
    await act('/acts', {
      ...{ actId, username: long.user, categoryName: long.category },
      ...{ timestamp: '01-01-2020:00-00-00', caption: `caption ${actId}`, imgB64: 'aGVsbG8=' },
    })
  await database.write("INSERT INTO comments (post_id, author_id, body) SELECT 1, id, 'hello' FROM users")
  const names = Array.from({ length: manyCategories }, (_, n) => `category ${n}`)
  await database.write('INSERT INTO categories (name, name_key) VALUES ?', [
    names.map((name) => [name, sha256(name)]),
  ])
  const items = Array.from({ length: 250 }, (_, n) => [`item ${n}`, 1, '1.00'])
  await database.write('INSERT INTO items (name, quantity, price) VALUES ?', [items])
  await database.write('INSERT INTO moderators (user_id, category_id) SELECT 1, id FROM categories LIMIT 2')
  await context.cache.invalidate(['categories', 'items', 'posts:newest'])

  root = newVisitor(site.url)
  await root.post('/signup', { username: 'ruth', password })
  await database.write("UPDATE users SET role = 'admin' WHERE name = 'ruth'")
  admin = (await as('admin')).visitor()
  await site.web.search.caughtUp()
  for (const value of root.cookies.values()) admin.cookies.set('session', value)
})

const act = async (path: string, body: unknown) => {
  const { status } = await fetch(`${site.url}/api/v1${path}`, { method: 'POST', body: JSON.stringify(body) })
  expect(status).toBe(201)
}
const sha256 = (text: string) => new Bun.CryptoHasher('sha256').update(text).digest() as Buffer

describe('beside names of megabytes and ten thousand categories', () => {
  test.each([
    '/',
    '/?sort=hot',
    '/c/category%201',
    '/categories',
    '/posts/1',
    '/search?q=caption',
    '/search?q=hello&in=comments',
    '/feed',
    '/posts/1/feed',
    '/api/posts',
    '/api/posts/1',
    '/api/posts/1/comments',
    '/api/categories',
    '/api/users',
    '/api/items',
    '/market',
  ])('%s is small', async (path) => {
    const text = await (await root.get(path)).text()

    expect(text).not.toBe('')
    expect(Buffer.byteLength(text)).toBeLessThan(smallBytes)
  })

  const ofAdmins = ['/admin', '/admin/members', '/admin/posts', '/admin/categories'].concat([
    ...['/admin/moderators', '/admin/joining', '/admin/rules', '/moderation/queue'],
    ...['/admin/windows', '/admin/payment'],
    ...['/api/moderators', '/api/moderation/reports', '/api/invites'],
  ])
  test.each(ofAdmins)('%s is small', async (path) => {
    const answer = await admin.get(path)
    const text = await answer.text()

    expect(answer.status).toBe(200)
    // A form for each category and item.
    expect(Buffer.byteLength(text)).toBeLessThan(4 * smallBytes)
  })

  test('as much of a name as people read stands on its own page, to which lists lead', async () => {
    const front = await (await root.get('/')).text()

    const user = await (await root.get(attributeIn(front, 'a[href^="/user/"]', 'href'))).text()
    const category = await (await root.get(attributeIn(front, 'a[href^="/categories/"]', 'href'))).text()

    expect(user).toContain('y'.repeat(19_000))
    expect(Buffer.byteLength(user)).toBeLessThan(smallBytes)
    expect(category).toContain('x'.repeat(19_000))
    expect(category).not.toContain(`c␊${'x'.repeat(20_000)}`)
    // As much as the page of another category, of twenty posts, beside the name itself.
    expect(Buffer.byteLength(category) - 20_000).toBeLessThan(48 * 1_024)
    expect((await root.get('/categories/2')).headers.get('location')).toBe('/c/category%200')
  })
})

/** Which category the form for a post has chosen. */
const chosenIn = (page: string) =>
  find(page, 'select[name=category] option[selected]').map(({ attributes }) => attributes.value)

test('every category is reached, from the front page and for programs', async () => {
  const follow = async (path: string, next: (answer: Response, text: string) => string | undefined) => {
    let pages = 0
    let found = 0
    for (let index: string | undefined = path; index; pages++) {
      const answer = await root.get(index)
      const text = await answer.text()
      found += text.match(/"category \d+"|>category \d+</g)?.length ?? 0
      index = next(answer, text)
    }
    return { pages, found }
  }
  const ofPages = await follow('/categories', (_, text) => {
    const [next] = find(text, 'a[rel=next]')
    return next && `/categories${next.attributes.href}`
  })
  const ofApi = await follow(
    '/api/categories',
    ({ headers }) => /^<([^>]+)>/.exec(headers.get('link') ?? '')?.[1],
  )

  expect(find(await (await root.get('/')).text(), 'a[href="/categories"]')).not.toEqual([])
  expect([ofPages, ofApi]).toEqual(Array(2).fill({ pages: 101, found: manyCategories }))
})

test('a post is written into a category by as much of its name as its page has', async () => {
  const [page, other] = [await root.get('/categories/1'), `c\n${'x'.repeat(99)}`]
  await act('/categories', [other])
  const [value] = chosenIn(await page.text())
  const form = { of: '1', category: value!.replace('\n', '\r\n'), body: 'text' }

  const refused = await root.post('/posts', { ...form, title: '' })
  const again = await refused.text()
  const written = await root.post('/posts', { ...form, title: 'Long' })
  const whole = await root.post('/posts', { ...form, category: long.category, title: 'By a megabyte' })
  const posts = await site.web.database.rows(
    "SELECT title, category_id AS category FROM posts WHERE title IN ('Long', 'By a megabyte') ORDER BY id",
  )

  expect([refused.status, written.status, whole.status]).toEqual([422, 303, 413])
  expect(Buffer.byteLength(again)).toBeLessThan(smallBytes)
  expect(find(again, 'input[type=hidden][name=of][value="1"]')).toHaveLength(1)
  expect(chosenIn(again)).toEqual([value])
  expect(posts).toEqual([{ title: 'Long', category: 1 }])
})

test('a post is written into and moved within categories that no menu lists', async () => {
  const last = `category ${manyCategories - 1}`
  const page = await (await root.get(`/c/${encodeURIComponent(last)}`)).text()

  const written = await root.post('/posts', { category: last, title: 'Deep down', body: 'text' })
  const edit = await (await root.get(`${written.headers.get('location')}/edit`)).text()

  expect(chosenIn(page)).toEqual([last])
  expect(chosenIn(edit)).toEqual([last])
  expect(written.status).toBe(303)
})

test('items are read a page at a time, and the stock too', async () => {
  const first = await root.get('/api/items?limit=100')
  const last = await root.get('/api/items?limit=100&page=3')

  expect([(await first.json()).length, (await last.json()).length]).toEqual([100, 50])
  expect(first.headers.get('link')).toBe('</api/items?limit=100&page=2>; rel="next"')
  expect(last.headers.get('link')).toBeNull()
  expect(await (await admin.get('/admin')).text()).toContain('Page 1 of 3')
  expect(await (await admin.get('/admin?page=3')).text()).toContain('item 249')
})

test('who signs in once more than a member may ends the session that was used longest ago', async () => {
  const bo = newVisitor(site.url)
  const username = newName('bo')
  await bo.post('/signup', { username, password })
  const { database } = site.web
  const [user] = await database.rows<{ id: number }>('SELECT id FROM users WHERE name = ?', [username])
  const before = (await bo.get('/account')).status
  const others = Array.from({ length: 99 }, (_, n) => [sha256(`${n}`), user!.id, '2050-01-01'])
  await database.write('UPDATE sessions SET used_at = ? WHERE user_id = ?', ['2020-01-01', user!.id])
  await database.write('INSERT INTO sessions (token_key, user_id, expires_at) VALUES ?', [others])

  await newVisitor(site.url).post('/login', { username, password })

  const [row] = await database.rows<{ sessions: number }>(
    'SELECT COUNT(*) AS sessions FROM sessions WHERE user_id = ?',
    [user!.id],
  )
  expect(row!.sessions).toBe(100)
  expect([before, (await bo.get('/account')).status]).toEqual([200, 401])
})

test('a member has a hundred tokens and no more, however many are asked for at once', async () => {
  const [user] = await site.web.database.rows<{ id: number }>("SELECT id FROM users WHERE name = 'ruth'")
  const tokens = Array.from({ length: 98 }, (_, n) => [sha256(`token ${n}`), user!.id, 'many'])
  await site.web.database.write('INSERT INTO tokens (token_key, user_id, name) VALUES ?', [tokens])

  const answers = await Promise.all(
    Array.from({ length: 4 }, () => root.post('/tokens', newToken('one more'))),
  )

  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 422, 422])
})

describe('an act with a caption of megabytes', () => {
  const caption = `c\n${'x'.repeat(99_997)}\u{1f600}${'y'.repeat(4_000_000)}`
  let id: number
  let cem: Visitor

  beforeAll(async () => {
    cem = newVisitor(site.url)
    await cem.post('/signup', { username: 'cem', password })
    const more = { username: 'cem', categoryName: long.category, imgB64: 'aGVsbG8=' }
    await act('/acts', { actId: 99, caption, timestamp: '01-01-2020:00-00-00', ...more })
    const [post] = await site.web.database.rows<{ id: number }>('SELECT MAX(id) AS id FROM posts')
    id = post!.id
  })

  const bodyOf = async () => (await root.get(`/api/posts/${id}/body`)).text()

  test('shows on its page as much as people read, and says where all of it is', async () => {
    const path = `/posts/${id}`
    const english = await (await root.get(path)).text()
    const arabic = await (await root.get(path, { 'accept-language': 'ar' })).text()

    for (const page of [english, arabic]) {
      expect(page).toContain(`${'x'.repeat(99_997)}\u{1f600}</div>`)
      expect(textsIn(page, `a[href="/api${path}/body"]`)).toEqual([`/api${path}/body`])
      expect(Buffer.byteLength(page)).toBeLessThan(100_000 + smallBytes)
    }
    expect(english).toContain('This text goes on. All of it is at')
    expect(arabic).toContain('لهذا النص بقية.')
    expect(await (await root.get('/posts/1')).text()).not.toContain('This text goes on.')
  })

  test('says to programs where all of it is', async () => {
    const one = await (await root.get(`/api/posts/${id}`)).json()
    const [listed] = await (await root.get('/api/posts?user=cem')).json()
    const short = await (await root.get('/api/posts/1')).json()
    const answer = await root.get(one.wholeBody)

    expect([...one.body]).toHaveLength(100_000)
    expect(caption.startsWith(one.body)).toBe(true)
    expect(listed).toMatchObject({ id, wholeBody: `/api/posts/${id}/body` })
    expect(listed.body).toHaveLength(20_000)
    expect(short.wholeBody).toBeNull()
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect((await answer.text()) === caption).toBe(true)
  })

  test.each(['', '/edit', '/feed'])('holds up nobody at /posts/ID%s', async (end) => {
    await expectShortTurns(`/posts/${id}${end}`)
  })
  test.each(['', '/body'])('holds up nobody at /api/posts/ID%s', async (end) => {
    await expectShortTurns(`/api/posts/${id}${end}`)
  })

  async function expectShortTurns(path: string) {
    const { ms, isLong } = await longestTurn(
      async () => {
        await site.web.context.cache.invalidate([`post:${id}`])
        await (await cem.get(path)).arrayBuffer()
      },
      50,
      forgetTexts,
    )

    expect({ ms, isLong }).toMatchObject({ isLong: false })
  }

  test('is moved and called otherwise in a small form, and its text stays', async () => {
    const form = await (await cem.get(`/posts/${id}/edit`)).text()
    const [, version = ''] = /name="version" value="([^"]+)"/.exec(form) ?? []
    const start = `c\r\n${'x'.repeat(19_998)}`
    const fields = { category: 'category 1', title: 'Called otherwise', version, body: start }

    const saved = await cem.post(`/posts/${id}/edit`, fields)
    const page = await (await root.get(`/posts/${id}`)).text()
    const whole = await bodyOf()
    const changed = await cem.post(`/posts/${id}/edit`, {
      ...fields,
      version: '',
      body: `${start.slice(0, -1)}y`,
    })

    expect(Buffer.byteLength(form)).toBeLessThan(20_000 + smallBytes)
    expect(form).toContain('All of it stays unless you change this.')
    expect([saved.status, changed.status]).toEqual([303, 409])
    expect(page).toContain('Called otherwise')
    expect(whole === caption).toBe(true)
  })

  test('is changed to what its author writes', async () => {
    const moved = await send('PATCH', { category: 'category 2' })
    const stays = await bodyOf()
    const changed = await send('PATCH', { body: 'short' })

    expect(moved.body).toHaveLength(100_001)
    expect(stays === caption).toBe(true)
    expect(changed).toMatchObject({ body: 'short', wholeBody: null })
    expect(await bodyOf()).toBe('short')
  })

  const send = async (method: string, fields: unknown) =>
    (
      await fetch(`${site.url}/api/posts/${id}`, {
        method,
        body: JSON.stringify(fields),
        headers: {
          origin: site.url,
          cookie: [...cem.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        },
      })
    ).json()
})
