import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { type Haproxy, type Seen, startHaproxy } from '../support/servers/haproxy.ts'

setDefaultTimeout(60_000)

let haproxy: Haproxy
beforeAll(async () => {
  haproxy = await startHaproxy({ RATE_LIMITS: 'off' })
  await haproxy.add('web', 'web-1')
})

const forAMinute = 'cache-control:public, s-maxage=58'

/** An address that was never asked for, whose answer has these headers. */
const address = (...hint: string[]) =>
  `${haproxy.url}/${crypto.randomUUID()}?${new URLSearchParams(hint.map((each) => ['say', each]))}`

async function ask(url: string, init?: RequestInit) {
  const response = await fetch(url, init)
  const { requests } = (await response.json()) as Seen
  return { headers: response.headers, requests, cache: response.headers.get('x-cache') }
}

/** The first answer is cached if it may be; this is how the next one comes. */
async function second(url: string, init?: RequestInit) {
  const first = await ask(url)
  const next = await ask(url, init)
  return { ...next, isCached: next.requests === first.requests }
}

describe('what HAProxy keeps', () => {
  test('is what a replica allows it, for everyone, with its age', async () => {
    const url = address(forAMinute)

    const first = await ask(url)
    const next = await ask(url)

    expect([first.cache, next.cache]).toEqual(['MISS', 'HIT'])
    expect(next.requests).toBe(first.requests)
    expect(next.headers.get('age')).toMatch(/^[01]$/)
  })

  test('is for browsers to ask about each time, unless it never changes', async () => {
    const page = await second(address(forAMinute))
    const picture = await second(address('cache-control:public, max-age=31536000, s-maxage=60, immutable'))

    expect(page.headers.get('cache-control')).toBe('private, no-cache')
    expect(picture.isCached).toBe(true)
    expect(picture.headers.get('cache-control')).toBe('public, max-age=31536000, s-maxage=60, immutable')
  })

  test('is another one with another query', async () => {
    const url = address(forAMinute)
    await ask(url)

    expect((await ask(`${url}&before=7`)).cache).toBe('MISS')
  })

  test('is answered with 304 to whoever has it', async () => {
    const url = address(forAMinute, 'etag:"one"')
    await ask(url)

    const response = await fetch(url, { headers: { 'If-None-Match': 'W/"one"' } })

    expect(response.status).toBe(304)
    expect(response.headers.get('x-cache')).toBe('HIT')
  })

  test('is squeezed for those who want it so, from one copy', async () => {
    const url = address(forAMinute, `x-long:${'long '.repeat(100)}`)
    await ask(url, { headers: { 'Accept-Encoding': 'identity' } })

    const response = await fetch(url, { headers: { 'Accept-Encoding': 'gzip' } })

    expect(response.headers.get('x-cache')).toBe('HIT')
    expect(response.headers.get('content-encoding')).toBe('gzip')
  })
})

test('of a closed board HAProxy keeps nothing', async () => {
  const closed = await startHaproxy({ RATE_LIMITS: 'off', READ: 'members' })
  await closed.add('web', 'web-1')
  const url = `${closed.url}/closed?${new URLSearchParams({ say: forAMinute })}`

  const next = await second(url)

  expect([next.isCached, next.cache]).toEqual([false, 'BYPASS'])
})

describe('behind a proxy that says how a visitor came, what HAProxy caches', () => {
  const [plain, secure] = [{}, { 'X-Forwarded-Proto': 'https' }]
  let behind: Haproxy
  beforeAll(async () => {
    behind = await startHaproxy({ RATE_LIMITS: 'off', TRUSTED_PROXIES: '127.0.0.1' })
    await behind.add('web', 'web-1')
  })

  const come = async (path: string, headers: Record<string, string>) => {
    const response = await fetch(behind.url + path, { headers })
    const seen = ((await response.json()) as Seen).headers
    return `${seen['x-forwarded-proto'] ?? 'http'}://${seen.host} ${response.headers.get('x-cache')}`
  }

  test.each([
    ['https before http', secure, plain, ['https', 'http']],
    ['http before https', plain, secure, ['http', 'https']],
  ])('is one copy for each scheme: %s', async (_, one, other, schemes) => {
    const path = `/${crypto.randomUUID()}?say=${forAMinute}`
    const host = new URL(behind.url).host

    const came = [
      await come(path, one),
      await come(path, other),
      await come(path, one),
      await come(path, other),
    ]

    expect(came).toEqual(
      ['MISS', 'HIT'].flatMap((cache) => schemes.map((scheme) => `${scheme}://${host} ${cache}`)),
    )
  })

  test('is one copy for each host that the proxy names', async () => {
    const path = `/${crypto.randomUUID()}?say=${forAMinute}`
    const ofHost = (host: string) => come(path, { 'X-Forwarded-Host': host })

    expect([await ofHost('one.example'), await ofHost('two.example'), await ofHost('one.example')]).toEqual([
      'http://one.example MISS',
      'http://two.example MISS',
      'http://one.example HIT',
    ])
  })
})

describe('what HAProxy never keeps', () => {
  test.each([
    ['that sets a cookie', [forAMinute, 'set-cookie:session=secret']],
    ['that is for one person', ['cache-control:private, no-store']],
    ['that says nothing of being cached', []],
    ['that only has an ETag', ['etag:"one"']],
  ])('is an answer %s', async (_, hint) => {
    const { isCached, cache } = await second(address(...hint))

    expect(isCached).toBe(false)
    expect(cache).not.toBe('HIT')
  })

  test.each<[string, RequestInit]>([
    ['is signed in', { headers: { Cookie: 'theme=dark; session=abc' } }],
    ['is signed in at another port', { headers: { Cookie: 'session-8081=abc' } }],
    ['wrote within the last minute', { headers: { Cookie: 'wrote=1' } }],
    ['chose a language', { headers: { Cookie: 'language=ar' } }],
    ['reads Arabic', { headers: { 'Accept-Language': 'ar-EG, en;q=0.5' } }],
    ['has a token', { headers: { Authorization: 'Bearer abc' } }],
    ['asks for a fragment', { headers: { 'HX-Request': 'true' } }],
    ['asks for what is new', { headers: { 'Cache-Control': 'no-cache' } }],
    ['asks for what is new as in HTTP/1.0', { headers: { Pragma: 'no-cache' } }],
    ['chose Arabic', { headers: { Cookie: 'theme=dark; language=ar' } }],
    ['asks for Arabic', { headers: { 'Accept-Language': 'ar-EG,en;q=0.5' } }],
    ['chose German', { headers: { Cookie: 'theme=dark; language=de' } }],
    ['asks for German', { headers: { 'Accept-Language': 'de-DE,de;q=0.9' } }],
    ['asks for Arabic, too', { headers: { 'Accept-Language': 'en-GB, en;q=0.9, AR;q=0.1' } }],
    ['writes', { method: 'POST' }],
  ])('is given to whoever %s, nor cached of theirs', async (_, init) => {
    const url = address(forAMinute)
    const theirs = await ask(url, init)
    const anonymous = await ask(url)
    const again = await ask(url, init)

    expect([theirs.cache, anonymous.cache, again.cache]).toEqual(['BYPASS', 'MISS', 'BYPASS'])
    expect(again.requests).toBe(anonymous.requests + 1)
  })

  test('is an answer of its own', async () => {
    const response = await fetch(`${haproxy.url}/admin`)

    expect(response.status).toBe(503)
    expect(response.headers.get('x-cache')).toBe('BYPASS')
  })
})

describe('whoever wrote', () => {
  test('gets a cookie that leads past the cache for a minute', async () => {
    const { headers } = await ask(address(), { method: 'POST' })

    expect(headers.getSetCookie()).toEqual(['wrote=1; Path=/; Max-Age=60; HttpOnly; SameSite=Lax'])
  })

  test('keeps the cookies that the replica sets, too', async () => {
    const { headers } = await ask(address('set-cookie:session=mine'), { method: 'POST' })

    expect(headers.getSetCookie().map((each) => each.split('=')[0])).toEqual(['session', 'wrote'])
  })

  test('gets none for a write that was refused, and readers get none', async () => {
    const refused = await fetch(`${haproxy.url}/admin`, { method: 'POST' })
    const { headers } = await ask(address(forAMinute))

    expect(refused.headers.getSetCookie()).toEqual([])
    expect(headers.getSetCookie()).toEqual([])
  })
})
