import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import fc from 'fast-check'
import { sha1 } from '../support/acts/client.ts'
import { type ApiSite, openApiSite } from '../support/api/site.ts'
import { password } from '../support/site/page.ts'

setDefaultTimeout(180_000)

let site: ApiSite
let token: Record<string, string>

beforeAll(async () => {
  site = await openApiSite()
  const { api } = site
  await api('POST', '/api/users', { username: 'ana', password })
  const { headers } = await api('POST', '/api/session', { username: 'ana', password })
  const cookie = headers.getSetCookie()[0]!.split(';')[0]!
  const { body } = await api('POST', '/api/tokens', { name: 'fuzz', password }, { cookie })
  token = { authorization: `Bearer ${(body as { token: string }).token}` }
  await api('POST', '/api/categories', { name: 'park' }, token)
  await api('POST', '/api/posts', { category: 'park', title: 'first', body: 'post' }, token)
})

/** Routes of the document, and the pages that take something from their visitor. */
const routes = () => [
  ...Object.entries(site.document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => [method.toUpperCase(), path] as const),
  ),
  ['POST', '/add_user'] as const,
  ['POST', '/signup'] as const,
  ['POST', '/posts'] as const,
  ['POST', '/posts/{id}/likes'] as const,
  ['GET', '/user/{id}'] as const,
  ['GET', '/posts/{id}'] as const,
  ['GET', '/c/{category}'] as const,
  ['GET', '/users/{name}'] as const,
]

const deep = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
const awkward = fc.constantFrom(
  '',
  '{',
  'null',
  '[]',
  '[[]]',
  '{}',
  '0',
  '-1',
  '1e999',
  '1e-999',
  '[1e400]',
  '[123456789012345678901234567890]',
  '"\\ud800"',
  '["\\ud800"]',
  '{"__proto__":{"admin":true}}',
  '{"constructor":1,"name":"x"}',
  '["a\\u0000b"]',
  `{"username":"a\\u0000b","password":"${'a'.repeat(40)}"}`,
  deep(500),
  deep(200_000),
)

const field = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom('park', 'ana', '01-01-2020:00-00-00', 'aGVsbG8=', '\u0000', 'x'.repeat(70_000), sha1('x')),
  fc.array(fc.string(), { maxLength: 3 }),
  fc.object({ maxDepth: 2 }),
)
const names = [
  'actId',
  'username',
  'password',
  'timestamp',
  'caption',
  'categoryName',
  'imgB64',
  'category',
  'title',
  'body',
  'name',
]
const plausible = fc
  .dictionary(fc.constantFrom(...names), field, { maxKeys: 8 })
  .map((value) => JSON.stringify(value))
const bytes = fc.uint8Array({ maxLength: 200 })
const anyBody = fc.oneof(awkward, plausible, fc.json(), bytes)

// An object may have a `toString` of its own, which String() would call.
const textOf = (value: unknown) => (typeof value === 'object' ? JSON.stringify(value) : String(value))

const segment = fc.oneof(
  fc.constantFrom(
    '1',
    '0',
    '-1',
    '99999999999999999999999',
    'park',
    'ana',
    '%00',
    '%ff',
    '%',
    '%2F',
    '..%2F',
    '%E2%80%AE',
    "'",
    '%22',
  ),
  fc
    .string({ unit: 'binary', minLength: 1, maxLength: 40 })
    .filter((text) => text.isWellFormed())
    .map(encodeURIComponent),
)
const query = fc.oneof(
  fc.constant(''),
  fc
    .dictionary(
      fc.constantFrom('start', 'end', 'limit', 'before', 'after', 'sort', 'q', 'category', 'user', 'filter'),
      field,
      { maxKeys: 4 },
    )
    .map(
      (all) =>
        `?${new URLSearchParams(Object.entries(all).map(([name, value]) => [name, textOf(value).slice(0, 500)]))}`,
    ),
)
const type = fc.constantFrom(
  'application/json',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'application/json; charset=utf-16',
  'x',
)
const method = fc.constantFrom(
  undefined,
  undefined,
  undefined,
  'GET',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'HEAD',
)

/** Neither what would cost a real password hash each time, nor what would end our own sign-in. */
const isSpared = (how: string, path: string) =>
  path.includes('_crash') || (how === 'DELETE' && /^\/api\/(v1\/)?(tokens|session|users)/.test(path))

async function ask(how: string, path: string, body: string | Uint8Array, headers: Record<string, string>) {
  const hasBody = how !== 'GET' && how !== 'HEAD'
  const response = await fetch(site.url + path, {
    method: how,
    headers,
    redirect: 'manual',
    // An answer that takes longer is none.
    signal: AbortSignal.timeout(30_000),
    ...(hasBody ? { body: body as BodyInit } : {}),
  })
  const text = await response.text()
  return {
    status: response.status,
    text,
    type: response.headers.get('content-type') ?? '',
  }
}

test('whatever is sent, every route gives a clear answer soon, and none of them is a fault of ours', async () => {
  const every = routes()
  const cases = fc.record({
    at: fc.nat({ max: every.length - 1 }),
    method,
    segments: fc.array(segment, { minLength: 2, maxLength: 2 }),
    query,
    body: anyBody,
    type,
    isSignedIn: fc.boolean(),
  })

  await fc.assert(
    fc.asyncProperty(cases, async (given) => {
      const [usual, pattern] = every[given.at]!
      const how = given.method ?? usual
      let next = 0
      const path = pattern.replaceAll(/\{\w+\}/g, () => given.segments[next++] ?? '1') + given.query
      fc.pre(!isSpared(how, path))

      const headers = { 'content-type': given.type, ...(given.isSignedIn ? token : {}) }
      const { status, text, type: answered } = await ask(how, path, given.body, headers)

      const where = `${how} ${path} -> ${status} ${text.slice(0, 200)}`
      expect(status, where).toBeLessThan(500)
      if (status >= 400 && how !== 'HEAD' && path.startsWith('/api/'))
        expect(JSON.parse(text), where).toBeObject()
      if (status >= 400 && how !== 'HEAD') expect(answered, where).not.toBe('')
    }),
    { numRuns: 1_500, endOnFailure: false },
  )
})

test('strings of a megabyte and a body that is too large are answered at once', async () => {
  const long = 'x'.repeat(1024 * 1024)
  const bodies: [string, string, string][] = [
    ['POST', '/api/posts', JSON.stringify({ category: 'park', title: long, body: long })],
    ['POST', '/api/categories', JSON.stringify({ name: long })],
    ['POST', '/api/users', JSON.stringify({ username: long, password: long })],
    ['POST', '/api/session', JSON.stringify({ username: long, password: long })],
    ['POST', '/api/v1/validate_user', JSON.stringify({ username: long, password: long })],
    ['POST', '/api/v1/acts', JSON.stringify({ actId: long })],
    ['POST', '/add_user', `username=${long}`],
    ['POST', '/api/v1/acts', long.repeat(17)],
  ]

  const answers = []
  for (const [how, path, body] of bodies) answers.push((await ask(how, path, body, token)).status)

  expect(answers).toEqual([413, 413, 413, 413, 400, 400, 413, 413])
})

test('a category, a user and an act may have names of a megabyte in the acts API', async () => {
  const long = 'ü'.repeat(500_000)
  const { url } = site
  const post = (path: string, body: unknown) =>
    fetch(`${url}/api/v1${path}`, { method: 'POST', body: JSON.stringify(body) }).then(({ status }) => status)

  const answers = [
    await post('/categories', [long]),
    await post('/categories', [long]),
    await post('/users', { username: long, password: sha1('x') }),
    await post('/acts', {
      actId: 1,
      username: long,
      timestamp: '01-01-2020:00-00-00',
      caption: long,
      categoryName: long,
      imgB64: 'aGVsbG8=',
    }),
  ]

  expect(answers).toEqual([201, 400, 201, 201])
  expect(Object.keys((await (await fetch(`${url}/api/v1/categories`)).json()) as object)).toContain(long)
})

test('memory does not grow with what was refused', async () => {
  const refused = () =>
    Promise.all(Array.from({ length: 200 }, () => ask('POST', '/api/v1/acts', deep(50_000), token)))
  await refused()
  Bun.gc(true)
  const before = process.memoryUsage().rss

  for (let n = 0; n < 10; n++) await refused()
  Bun.gc(true)

  expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024)
})
