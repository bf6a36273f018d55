import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { openReplica, type Replica } from '../support/servers/replica.ts'
import { find, textsIn } from '../support/site/markup.ts'
import { nextIn } from '../support/site/page.ts'
import type { Visitor } from '../support/site/visitor.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

let replica: Replica
let ana: Visitor

beforeAll(async () => {
  replica = await openReplica()
  for (const name of ['Town square', 'Füße & <Schuhe>']) {
    await replica.database.write('INSERT INTO categories (name, name_key) VALUES (?, UNHEX(SHA2(?, 256)))', [
      name,
      name,
    ])
  }
  ana = await signedUp('ana')
})

async function signedUp(name: string): Promise<Visitor> {
  const accounts = await replica.as('accounts')
  const visitor = accounts.visitor()
  await visitor.post('/signup', { username: name, password: 'correct horse battery' })
  const onBoard = replica.visitor()
  for (const [key, value] of visitor.cookies) onBoard.cookies.set(key, value)
  return onBoard
}

const writePost = async (title: string, category = 'Town square') => {
  const answer = await ana.post('/posts', { category, title, body: `about ${title}` })
  return answer.headers.get('location') ?? ''
}

test('a board without posts says so', async () => {
  const fresh = await openReplica()

  const page = await (await fresh.visitor().get('/')).text()

  expect(page).toContain('Nothing has been written here yet.')
})

test('a new post leads to its page and stands on top of every list it belongs to', async () => {
  await writePost('an older one')
  const location = await writePost('Lamps on the <south> side')

  const post = await (await ana.get(location)).text()
  const lists = await Promise.all(
    ['/', '/c/Town%20square', '/users/ana'].map(async (path) => (await ana.get(path)).text()),
  )

  expect(location).toMatch(/^\/posts\/\d+$/)
  expect(post).toContain('Lamps on the &lt;south&gt; side')
  for (const list of lists) {
    expect(list.indexOf('Lamps on the')).toBeGreaterThan(0)
    expect(list.indexOf('Lamps on the')).toBeLessThan(list.indexOf('an older one'))
  }
})

test('a post written with htmx comes back as a card, with an empty form beside it', async () => {
  const fields = { category: 'Town square', title: 'by htmx', body: 'text' }

  const answer = await ana.post('/posts', fields, { 'hx-request': 'true' })
  const markup = await answer.text()

  expect(answer.status).toBe(200)
  expect(find(markup, 'article[id^="post-"]')).toHaveLength(1)
  expect(find(markup, '[hx-swap-oob="outerHTML:#new-post"]')).toHaveLength(1)
  expect(find(markup, 'html')).toEqual([])
})

test('a form that is sent twice makes one post, and the next form another', async () => {
  const onceIn = (page: string) => page.match(/name="once" value="([^"]+)"/)?.[1] ?? ''
  const once = onceIn(await (await ana.get('/')).text())
  const next = onceIn(await (await ana.get('/')).text())
  const send = async (fields: Record<string, string>, headers = {}) =>
    (
      await ana.post(
        '/posts',
        { category: 'Town square', title: 'sent twice', body: 'text', ...fields },
        headers,
      )
    ).headers.get('location')

  const same = await Promise.all([send({ once }), send({ once }), send({ once })])
  const changedAfterStepBack = await send({ once, body: 'another text' })
  const newForm = await send({ once: next })
  const byScript = [
    await send({}, { 'idempotency-key': 'one post' }),
    await send({}, { 'idempotency-key': 'one post' }),
  ]
  const withoutKey = [await send({}), await send({})]

  expect(once).not.toBe(next)
  expect(new Set(same).size).toBe(1)
  expect(new Set([same[0], changedAfterStepBack, newForm, byScript[0], ...withoutKey]).size).toBe(6)
  expect(byScript[0]).toBe(byScript[1]!)
})

test('the key of one member’s form is nobody else’s', async () => {
  const bo = await signedUp('bo')
  const fields = { category: 'Town square', title: 'same key', body: 'text', once: 'the same' }

  const [first, second] = [await ana.post('/posts', fields), await bo.post('/posts', fields)]

  expect(first.headers.get('location')).not.toBe(second.headers.get('location'))
})

test('the second read of a page comes from Redis and says so', async () => {
  await writePost('read twice')
  await ana.get('/')

  const source = await until(async () => (await ana.get('/')).headers.get('x-source') === 'redis' && 'redis')

  expect(source).toBe('redis')
})

const refusedPosts: [string, Record<string, string>, string][] = [
  ['no title', { title: '' }, 'A post needs a title.'],
  ['too long a title', { title: 'x'.repeat(201) }, 'A title has at most 200 characters.'],
  ['a title of two lines', { title: 'two\nlines' }, 'A title is one line of ordinary characters.'],
  ['no text', { body: '  ' }, 'Write something.'],
  ['too long a text', { body: 'x'.repeat(20_001) }, 'A post has at most 20000 characters.'],
  ['a category that is not there', { category: 'No such' }, 'Choose a category.'],
]

test.each(refusedPosts)(
  'a post with %s is refused at the field and what was typed is kept',
  async (_, wrong, reason) => {
    const before = await replica.database.rows('SELECT id FROM posts')

    const fields = { category: 'Town square', title: 'kept title', body: 'kept body', ...wrong }
    const page = await ana.post('/posts', fields)
    const fragment = await ana.post('/posts', fields, { 'hx-request': 'true' })
    const markup = await fragment.text()

    expect(page.status).toBe(422)
    expect(await page.text()).toContain(reason)
    expect(fragment.status).toBe(422)
    expect(fragment.headers.get('hx-retarget')).toBe('#new-post')
    expect(markup).toContain(reason)
    expect(markup).toContain('kept')
    expect(await replica.database.rows('SELECT id FROM posts')).toEqual(before)
  },
)

test('who is not signed in cannot write', async () => {
  const answer = await replica.visitor().post('/posts', { category: 'Town square', title: 'x', body: 'y' })

  expect(answer.status).toBe(401)
  expect(await answer.text()).toContain('Please sign in to write.')
})

test('lists go on below the last post of a page, each post once', async () => {
  for (let n = 0; n < 25; n++) await writePost(`number ${n}.`, 'Füße & <Schuhe>')
  const path = `/c/${encodeURIComponent('Füße & <Schuhe>')}`

  const first = await (await ana.get(path)).text()
  const second = await (await ana.get(path + nextIn(first))).text()

  const titles = [first, second].map((page) =>
    [...page.matchAll(/>(number \d+\.)</g)].map(([, title]) => title),
  )
  expect(titles[0]).toHaveLength(20)
  expect(titles[1]).toHaveLength(5)
  expect(new Set(titles.flat()).size).toBe(25)
})

test.each([
  '/posts/0',
  '/posts/-1',
  '/posts/abc',
  '/posts/99999999999999999999',
  '/posts/4.5',
  '/c/nowhere',
  '/users/nobody',
  '/nowhere',
  '/posts/123456',
])('%s is not found, with the site around it', async (path) => {
  const answer = await ana.get(path)

  expect(answer.status).toBe(404)
  expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(find(await answer.text(), 'nav[aria-label="Site"]')).toHaveLength(1)
})

test('a like raises the number by one, as fragment, form and JSON', async () => {
  const location = await writePost('likeable')
  const id = Number(location.split('/')[2])
  const bo = replica.visitor()

  const fragment = await bo.post(`${location}/likes`, {}, { 'hx-request': 'true' })
  const form = await bo.post(`${location}/likes`, {}, { referer: 'http://localhost/c/Town%20square' })
  const json = await replica.app.handle(
    new Request(`http://localhost/api/posts/${id}/likes`, { method: 'POST' }),
  )
  const curl = await replica.app.handle(new Request(`http://localhost/posts/${id}/likes`, { method: 'POST' }))

  expect(await fragment.text()).toMatch(
    new RegExp(`^<button id="like-${id}".*<span class="count">1</span></button>$`),
  )
  expect([form.status, form.headers.get('location')]).toEqual([303, '/c/Town%20square'])
  expect(await json.json()).toEqual({ post: id, likes: 3 })
  expect(textsIn(await curl.text(), '.count')).toEqual(['4'])
  expect(await (await bo.get('/')).text()).toContain('Like, 4 so far')
})

test('a like of a post that is not there is not found', async () => {
  const answers = await Promise.all(
    ['/posts/987654/likes', '/api/posts/987654/likes', '/posts/x/likes'].map((path) => ana.post(path)),
  )

  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404])
  expect(await answers[1]!.json()).toMatchObject({ status: 404, detail: 'This post is gone.' })
})

test('an answer sends a form only back to our own pages', async () => {
  const location = await writePost('go back')

  const answer = await ana.post(`${location}/likes`, {}, { referer: 'http://evil.test/steal' })

  expect(answer.headers.get('location')).toBe(location)
})
