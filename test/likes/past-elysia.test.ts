import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'

import { pressPastElysia } from '../../src/likes/routes.ts'
import { closeAfterTests } from '../support/servers/cleanup.ts'
import { openReplica, type Replica } from '../support/servers/replica.ts'
import { attributeIn } from '../support/site/markup.ts'
import { sendText, statusIn } from '../support/site/raw.ts'
import { sessionCookieOf } from '../support/site/visitor.ts'

setDefaultTimeout(60_000)

type Board = Replica & { url: string; post: number; cookies: [string, string] }

let open: Board
let once: Board

beforeAll(async () => {
  ;[open, once] = await Promise.all([openBoard('open'), openBoard('once')])
})

/** Served as a replica serves, with a post and two members. */
async function openBoard(likes: 'open' | 'once'): Promise<Board> {
  const replica = await openReplica({ likes })
  const { database, app } = replica
  await database.write(`INSERT INTO categories (name, name_key) VALUES ('a', UNHEX(SHA2('a', 256)))`)
  const insert = `INSERT INTO posts (category_id, title, body) VALUES (1, 't', 'b')`
  const post = (await database.write(insert)).insertId
  const accounts = await replica.as('accounts')
  const signedUp = async (username: string) => {
    const visitor = accounts.visitor()
    await visitor.post('/signup', { username, password: 'correct horse battery' })
    return sessionCookieOf(visitor)
  }
  const cookies: [string, string] = [await signedUp('ana'), await signedUp('bo')]
  app.listen({ hostname: '127.0.0.1', port: 0, reusePort: false })
  const { server } = closeAfterTests(app, async (it) => void (await it.stop(true)))
  return { ...replica, url: `http://127.0.0.1:${server?.port}`, post, cookies }
}

/** `to` is what stands in place of the post in the address. */
type Press = { method?: string; to?: string; head?: string[]; body?: string; isChunked?: boolean }

/**
 * Returns the answer as it comes from the socket, in any order of its headers, but for its date and counts,
 * and what the replica's metrics have of it. To Elysia it goes by a `?` at the end of its address.
 */
async function pressed({ url, post, context }: Board, way: 'past Elysia' | 'by Elysia', press: Press) {
  const { method = 'POST', to = `${post}`, head = ['HX-Request: true'], body = '', isChunked } = press
  const place = `/posts/${to}/likes${way === 'by Elysia' ? '?' : ''}`
  const lines = [
    `${method} ${place} HTTP/1.1`,
    'Host: board.example',
    'Connection: close',
    isChunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${body.length}`,
    ...head,
  ]
  const piece = body && `${body.length.toString(16)}\r\n${body}\r\n`
  const sent = isChunked ? `${piece}0\r\n\r\n` : body
  const before = await answersBy(context)

  const answer = await sendText(url, `${lines.join('\r\n')}\r\n\r\n${sent}`)

  const after = await answersBy(context)
  const noted = [...after].filter(([labels, count]) => count !== (before.get(labels) ?? 0))
  const [top = '', markup = ''] = answer.split('\r\n\r\n')
  const [status, ...headers] = top.split('\r\n')
  const length = `Content-Length: ${Buffer.byteLength(markup)}`
  return {
    status,
    headers: headers
      .filter((line) => !line.startsWith('Date: '))
      .map((line) => (line === length ? 'Content-Length: as it is' : line))
      .map((line) => line.replace(/^x-cost: \d+$/, 'x-cost: as it is'))
      .sort(),
    markup: markup.replace(/ data-likes="\d+:\d+"|\d+(?= so far|⁩|<)/g, ''),
    noted: noted.map(([labels]) => labels),
  }
}

/** How many requests were answered so far, by route and status. */
async function answersBy({ metrics }: Replica['context']): Promise<Map<string, number>> {
  const lines = (await metrics.text()).matchAll(/^agora_http_request_duration_seconds_count(.*) (\d+)$/gm)
  return new Map([...lines].map(([, labels = '', count]) => [labels, Number(count)]))
}

const htmx = 'HX-Request: true'
const formType = 'application/x-www-form-urlencoded'
const form = `Content-Type: ${formType}`
const json = 'Content-Type: application/json'
const parts = 'Content-Type: multipart/form-data; boundary=b'
const ofBrowser = ['Origin: http://board.example', 'Sec-Fetch-Site: same-origin', 'Accept: */*', htmx]

const presses: [string, number, Press][] = [
  ['of the button', 200, {}],
  ['of a browser', 200, { head: [...ofBrowser, form] }],
  ['of somebody who is signed in', 200, { head: [htmx, `Cookie: session=${'x'.repeat(43)}`] }],
  ['of somebody who has a token', 200, { head: [htmx, 'Authorization: Bearer x'] }],
  ['of somebody who reads Arabic', 200, { head: [htmx, 'Accept-Language: ar'] }],
  ['of a member who reads Arabic', 200, { head: [htmx, 'Accept-Language: ar', 'Cookie: session=x'] }],
  ['of who chose Arabic', 200, { head: [htmx, 'Cookie: language=ar'] }],
  ['of who chose English', 200, { head: [htmx, 'Cookie: language=en', 'Accept-Language: ar'] }],
  ['with a cookie that is none', 200, { head: [htmx, 'Cookie: =;;session'] }],
  ['with a key', 200, { head: [htmx, 'Idempotency-Key: a key'] }],
  ['with a request id', 200, { head: [htmx, `X-Request-Id: ${crypto.randomUUID()}`] }],
  ['with a page that it knows', 200, { head: [htmx, 'If-None-Match: *'] }],
  ['with a form', 200, { head: [htmx, form], body: 'a=b' }],
  ['with a long form', 200, { head: [htmx, form], body: `a=${'b'.repeat(5_000)}` }],
  ['with a form in pieces', 200, { head: [htmx, form], body: 'a=b', isChunked: true }],
  ['with what is no form', 200, { head: [htmx, form], body: '%%%' }],
  ['with no form', 200, { head: [htmx, form] }],
  ['with no JSON', 200, { head: [htmx, json] }],
  ['with no parts', 200, { head: [htmx, parts] }],
  ['with nothing of another type', 200, { head: [htmx, 'Content-Type: text/x'] }],
  ['with nothing in pieces', 200, { head: [htmx, form], isChunked: true }],
  ['with JSON', 200, { head: [htmx, json], body: '{}' }],
  ['with what is no JSON', 400, { head: [htmx, json], body: '{"' }],
  ['with parts', 200, { head: [htmx, parts], body: '--b--\r\n' }],
  ['with what are no parts', 400, { head: [htmx, parts], body: 'x' }],
  ['with a body of no type', 200, { body: 'x' }],
  ['with a key that is too long', 422, { head: [htmx, `Idempotency-Key: ${'k'.repeat(256)}`] }],
  [
    'with a key that is too long, in Arabic',
    422,
    { head: [htmx, `Idempotency-Key: ${'k'.repeat(256)}`, 'Accept-Language: ar'] },
  ],
  ['with an empty key', 422, { head: [htmx, 'Idempotency-Key:'] }],
  ['from another site', 403, { head: [htmx, 'Sec-Fetch-Site: cross-site'] }],
  [
    'from another site, of a member',
    403,
    { head: [htmx, 'Sec-Fetch-Site: cross-site', 'Cookie: session=x'] },
  ],
  ['from another host', 403, { head: [htmx, 'Origin: https://elsewhere.example'] }],
  ['of a post that is not there', 404, { to: '999999' }],
  ['of a post that is not there, in Arabic', 404, { to: '999999', head: [htmx, 'Accept-Language: ar'] }],
  ['of the largest number of a post', 404, { to: '9007199254740991' }],
  ['of a larger one', 404, { to: '99999999999999999999' }],
  ['of no number', 404, { to: 'x' }],
  ['of 0', 404, { to: '0' }],
  ['of 01', 404, { to: '01' }],
  ['of %31', 200, { to: '%31' }],
  ['of too many fields', 400, { head: [htmx, form], body: 'a=b&'.repeat(2_000) }],
  ['with too long a form', 413, { head: [htmx, form], body: `a=${'b'.repeat(70_000)}` }],
  [
    'with too long a form in pieces',
    413,
    { head: [htmx, form], body: `a=${'b'.repeat(70_000)}`, isChunked: true },
  ],
  [
    'with a long body of another type',
    415,
    { head: [htmx, 'Content-Type: text/x'], body: 'x'.repeat(5_000) },
  ],
  ['of a plain form', 303, { head: ['Accept: text/html', form] }],
  ['of a program', 200, { head: ['Accept: application/json'] }],
  ['of who says no to htmx', 200, { head: ['HX-Request: false'] }],
  ['that reads', 405, { method: 'GET' }],
  ['that reads the head', 405, { method: 'HEAD' }],
  ['that puts', 405, { method: 'PUT' }],
  ['that asks what it may', 204, { method: 'OPTIONS' }],
]

test.each(presses)('a press %s is answered %p, whichever way it goes', async (_, status, press) => {
  const past = await pressed(open, 'past Elysia', press)
  const by = await pressed(open, 'by Elysia', press)

  expect(past).toEqual(by)
  expect(statusIn(past.status ?? '')).toBe(status)
})

describe('where members like once, a press', () => {
  test.each<[string, number, string[]]>([
    ['of nobody', 401, []],
    ['of nobody, in Arabic', 401, ['Accept-Language: ar']],
    ['of an unknown session', 401, [`Cookie: session=${'x'.repeat(43)}`]],
    ['of an unknown token', 401, ['Authorization: Bearer x']],
  ])('%s is answered %p, whichever way it goes', async (_, status, head) => {
    const past = await pressed(once, 'past Elysia', { head: [htmx, ...head] })
    const by = await pressed(once, 'by Elysia', { head: [htmx, ...head] })

    expect(past).toEqual(by)
    expect(statusIn(past.status ?? '')).toBe(status)
  })

  test('of a member, and the next, and one in Arabic are answered as by Elysia', async () => {
    const [ana, bo] = once.cookies
    const heads = [[], [], ['Accept-Language: ar'], ['Idempotency-Key: k'], ['Idempotency-Key: k']]

    for (const head of heads) {
      const past = await pressed(once, 'past Elysia', { head: [htmx, `Cookie: ${ana}`, ...head] })
      const by = await pressed(once, 'by Elysia', { head: [htmx, `Cookie: ${bo}`, ...head] })

      expect(past).toEqual(by)
      expect(statusIn(past.status ?? '')).toBe(200)
    }
  })
})

/** Presses the button of the hot post; `end` stands behind its address. */
const press = (end: string, headers: Record<string, string>) =>
  fetch(`${open.url}/posts/${open.post}/likes${end}`, {
    method: 'POST',
    headers: { 'hx-request': 'true', ...headers },
  })

test('a key is one for both ways', async () => {
  const key = { 'idempotency-key': crypto.randomUUID() }
  const label = async (end: string) =>
    attributeIn(await (await press(end, key)).text(), `#like-${open.post}`, 'aria-label')

  const first = await label('')

  expect([await label('?'), await label('')]).toEqual([first, first])
})

test('the log of calls has every press, whichever way it went', async () => {
  for (const end of ['', '?', '']) await press(end, {})

  const { requests } = await open.context.accessLog.read(3)
  const noted = Array.from({ length: 3 }, () => ['POST', `/posts/${open.post}/likes`])
  expect(requests).toEqual(noted as [string, string][])
})

test('an empty press by htmx at the plain address goes past Elysia, and nothing else does', async () => {
  const wrapped = pressPastElysia(open.context, async () => new Response('past'))(() => new Response('by'))
  const wayOf = async (path: string, headers: Record<string, string>, method = 'POST') =>
    (await wrapped(new Request(`http://board.example${path}`, { method, headers }))).text()
  const byHtmx = { 'hx-request': 'true' }
  const plain = '/posts/1/likes'

  const past = [
    wayOf(plain, byHtmx),
    wayOf(plain, { ...byHtmx, 'content-type': formType, 'content-length': '0' }),
  ]
  const by = [
    wayOf(plain, {}),
    wayOf(plain, byHtmx, 'PUT'),
    wayOf(`${plain}/`, byHtmx),
    wayOf(`${plain}?a`, byHtmx),
    wayOf('/posts/01/likes', byHtmx),
    wayOf('/api/posts/1/likes', byHtmx),
    wayOf(plain, { ...byHtmx, 'content-length': '1' }),
    wayOf(plain, { ...byHtmx, 'transfer-encoding': 'chunked' }),
  ]

  expect([new Set(await Promise.all(past)), new Set(await Promise.all(by))]).toEqual([
    new Set(['past']),
    new Set(['by']),
  ])
})

test('a replica that is to break down refuses a press, too', async () => {
  const { lifecycle } = open.context
  const { isFailing } = lifecycle
  lifecycle.isFailing = () => true
  const past = await pressed(open, 'past Elysia', {})
  const by = await pressed(open, 'by Elysia', {})
  lifecycle.isFailing = isFailing

  expect(past).toEqual(by)
  expect(statusIn(past.status ?? '')).toBe(500)
})
