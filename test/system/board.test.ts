import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { type Stack, sharedStack } from '../support/servers/stack.ts'
import { find, textsIn } from '../support/site/markup.ts'
import {
  categoryIn,
  fresh,
  likesShown,
  newName,
  password,
  postsShown,
  servedBy,
} from '../support/site/page.ts'
import { newVisitor } from '../support/site/visitor.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(120_000)

let stack: Stack
beforeAll(async () => {
  stack = await sharedStack()
})

const pageAt = async (path: string) => (await fetch(stack.url + path, fresh)).text()

describe('the front page', () => {
  test('shows posts, and at its top left which replica drew it', async () => {
    const response = await fetch(stack.url)
    const page = await response.text()

    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toMatch(/^text\/html\b/)
    expect(postsShown(page).length).toBeGreaterThan(5)
    expect(servedBy(page)).toMatch(/^web-\d$/)
    expect(response.headers.get('x-served-by')).toBe(servedBy(page)!)
  })

  test('comes from every web replica in turn', async () => {
    const names = await until(async () => {
      const responses = await Promise.all(
        Array.from({ length: 10 }, (_, index) => fetch(`${stack.url}/?turn=${index}`, fresh)),
      )
      const seen = new Set(responses.map(({ headers }) => headers.get('x-served-by')))
      return seen.size === 2 && seen
    })

    expect([...names].sort()).toEqual(['web-1', 'web-2'])
  })

  test('leads to each category and to each post', async () => {
    const front = await pageAt('/')
    const [category] = front.match(/\/c\/[^"]+/) ?? []
    const [post] = postsShown(front)

    const answers = await Promise.all([fetch(stack.url + category), fetch(`${stack.url}/posts/${post}`)])

    expect(answers.map(({ status }) => status)).toEqual([200, 200])
  })
})

describe('likes', () => {
  test('twenty-five likes at once add exactly twenty-five, on the page and in MySQL', async () => {
    const post = postsShown(await pageAt('/'))[3]!
    const before = await likesInMysql(post)
    const sendLike = () => fetch(`${stack.url}/api/posts/${post}/likes`, { method: 'POST' })

    const answers = await Promise.all(Array.from({ length: 25 }, sendLike))

    expect(answers.map(({ status }) => status)).toEqual(Array(25).fill(200))
    const totals = (await Promise.all(answers.map((answer) => answer.json()))).map(({ likes }) => likes)
    expect(Math.max(...totals)).toBe(before + 25)
    await until(async () => likesShown(await pageAt('/'), post) === before + 25)
    await until(async () => (await likesInMysql(post)) === before + 25, { everyMs: 200 })
  })

  test('a like without JavaScript leads back to where it was made, with the new number', async () => {
    const ana = newVisitor(stack.url)
    const post = postsShown(await pageAt('/'))[4]!
    const before = likesShown(await pageAt('/'), post)

    const answer = await ana.post(`/posts/${post}/likes`, {}, { referer: `${stack.url}/` })
    const page = await (await ana.get('/')).text()

    expect(answer.status).toBe(303)
    expect(answer.headers.get('location')).toBe('/')
    expect(likesShown(page, post)).toBe(before + 1)
  })

  test('a like that comes twice under one Idempotency-Key counts once', async () => {
    const post = postsShown(await pageAt('/'))[5]!
    const sendLike = () =>
      fetch(`${stack.url}/api/posts/${post}/likes`, {
        method: 'POST',
        headers: { 'idempotency-key': `like-${post}` },
      }).then((answer) => answer.json())

    const first = await sendLike()
    const second = await sendLike()

    expect(second).toEqual(first)
  })

  test('a post that does not exist cannot be liked', async () => {
    const answer = await fetch(`${stack.url}/api/posts/999999/likes`, { method: 'POST' })

    expect(answer.status).toBe(404)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(await answer.json()).toMatchObject({ status: 404 })
  })
})

describe('a member', () => {
  test('joins, writes, signs out and comes back, all with plain forms', async () => {
    const ana = newVisitor(stack.url)
    const username = newName('ana')

    const newMember = await ana.post('/signup', { username, password })
    const front = await (await ana.get('/')).text()
    const written = await ana.post('/posts', {
      category: categoryIn(front),
      title: 'Hello from ana',
      body: 'Is <b>this</b> thing on?',
    })
    const post = await (await ana.get(written.headers.get('location')!)).text()
    const left = await ana.post('/session/end')
    const refused = await ana.post('/posts', { category: categoryIn(front), title: 'Again', body: 'x' })
    const back = await ana.post('/login', { username, password })

    expect([newMember.status, newMember.headers.get('location')]).toEqual([303, '/'])
    expect(front).toContain(username)
    expect([written.status, left.status, refused.status, back.status]).toEqual([303, 303, 401, 303])
    expect(post).toContain('Is &lt;b&gt;this&lt;/b&gt; thing on?')
    expect(await (await ana.get('/')).text()).toContain(username)
  })

  test('sees a new post in the list at once, and so does everyone else', async () => {
    const bo = newVisitor(stack.url)
    await bo.post('/signup', { username: newName('bo'), password })
    const category = categoryIn(await (await bo.get('/')).text())
    const title = `News ${crypto.randomUUID()}`

    await bo.post('/posts', { category, title, body: 'Read me' })

    expect(await (await bo.get('/')).text()).toContain(title)
    await until(async () => (await pageAt('/')).includes(title))
  })

  test('does not read which part of a sign-in was wrong', async () => {
    const cem = newVisitor(stack.url)
    const username = newName('cem')
    await cem.post('/signup', { username, password })

    const wrongPassword = await newVisitor(stack.url).post('/login', { username, password: 'not this one' })
    const wrongName = await newVisitor(stack.url).post('/login', { username: newName('bo'), password })

    expect([wrongPassword.status, wrongName.status]).toEqual([422, 422])
    expect(errorIn(await wrongPassword.text())).toBe(errorIn(await wrongName.text()))
  })

  test('finds what is wrong with a form beside the field, and what was typed still there', async () => {
    const ana = newVisitor(stack.url)

    const tooShort = await ana.post('/signup', { username: newName('ana'), password: 'short' })
    await ana.post('/signup', { username: newName('ana'), password })
    const noTitle = await ana.post('/posts', { category: 'no such one', title: ' ', body: 'Kept text' })
    const page = await noTitle.text()

    expect([tooShort.status, noTitle.status]).toEqual([422, 422])
    expect(find(page, '#title-error')).toHaveLength(1)
    expect(find(page, '#category-error')).toHaveLength(1)
    expect(page).toContain('Kept text')
  })
})

describe('what cannot be done', () => {
  test.each([
    '/nothing/here',
    '/posts/0',
    '/posts/abc',
    '/posts/999999',
    '/c/nothing',
    '/users/nobody-at-all',
  ])('%s is a 404 page with the site around it', async (path) => {
    const response = await fetch(stack.url + path)
    const page = await response.text()

    expect(response.status).toBe(404)
    expect(response.headers.get('content-type')).toMatch(/^text\/html\b/)
    expect(find(page, 'a[href="/"]')).not.toEqual([])
    expect(servedBy(page)).toMatch(/^web-\d$/)
  })

  test('a body that says it is over the limit is refused at the edge', async () => {
    const head = `POST /posts HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${17 * 1024 * 1024}\r\n\r\n`

    expect(await rawAnswer(head)).toMatch(/^HTTP\/1.1 413 /)
  })

  test('a write that comes from another site is refused', async () => {
    const stranger = newVisitor(stack.url)

    const answer = await stranger.post(
      '/signup',
      { username: newName('bo'), password },
      { origin: 'https://evil.test' },
    )

    expect(answer.status).toBe(403)
    expect(stranger.cookies.size).toBe(0)
  })
})

async function likesInMysql(post: number): Promise<number> {
  const [likes] = await stack.sql(`SELECT likes FROM posts WHERE id = ${post}`)
  return Number(likes)
}

const errorIn = (page: string) => textsIn(page, '.error')[0]

async function rawAnswer(request: string): Promise<string> {
  const socket = connect(stack.port, '127.0.0.1')
  socket.write(request)
  setTimeout(() => socket.end(), 2_000)
  return text(socket)
}
