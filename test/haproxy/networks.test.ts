import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { request } from 'node:http'
import { type Haproxy, type Seen, startHaproxy } from '../support/servers/haproxy.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

/** What strangers of one network cost together, and what they read once that is too much. */
let haproxy: Haproxy
beforeAll(async () => {
  haproxy = await started()
})

async function started(given: Record<string, string> = {}): Promise<Haproxy> {
  const one = await startHaproxy({ RATE_LIMITS: 'all', READ_BUDGET: '1', ...given })
  for (const backend of ['web', 'memory', 'accounts', 'live']) await one.add(backend, backend)
  return one
}

type Answer = { status: number; headers: Record<string, unknown>; text: string; seen: Seen }

function ask(from: string, path: string, headers = {}, { url } = haproxy): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const sent = request(url + path, { headers, localAddress: from, agent: false }, (response) => {
    let text = ''
    response.on('data', (chunk) => {
      text += chunk
    })
    response.on('end', () => {
      const { statusCode: status = 0, headers } = response
      resolve({ status, headers, text, seen: text.startsWith('{"name"') ? JSON.parse(text) : undefined })
    })
  })
  sent.on('error', reject)
  sent.end()
  return promise
}

let last = 0
/** Every address that begins with 127 is this machine; each test is a network of its own. */
const newNetwork = () => `127.7.${++last}.`

const dear = '?say=x-cost:100'
const forAMinute = 'say=cache-control:public, s-maxage=58'.replace(' ', '%20')

/** Ten addresses of a network read once each, for a tenth of a second: all that it may cost. */
async function spend(network: string, on = haproxy): Promise<Answer[]> {
  const answers: Answer[] = []
  for (let host = 1; host <= 10; host++)
    answers.push(await ask(`${network}${host}`, `/posts/${host}${dear}`, {}, on))
  return answers
}

describe('what strangers of a network cost', () => {
  test('is added up, whoever of them asks, and then they read from memory', async () => {
    const network = newNetwork()

    const before = await spend(network)
    const after = await ask(`${network}99`, '/posts/11')
    const elsewhere = await ask(`${newNetwork()}99`, '/posts/11')

    expect(before.map(({ seen }) => seen.name)).toEqual(Array(10).fill('web'))
    expect([after.seen.name, after.seen.headers['x-network-spent']]).toEqual(['memory', 'yes'])
    expect([elsewhere.seen.name, elsewhere.seen.headers['x-network-spent']]).toEqual(['web', undefined])
  })

  test('is nothing where no replica was asked', async () => {
    const network = newNetwork()
    const path = `/${crypto.randomUUID()}${dear}&${forAMinute}`

    for (let host = 1; host <= 30; host++) await ask(`${network}${host}`, path)

    expect((await ask(`${network}99`, '/posts/11')).seen.name).toBe('web')
  })

  test('is said to nobody outside, and nobody outside says that it is spent', async () => {
    const network = newNetwork()
    const answers = [
      ...(await spend(network)),
      await ask(`${network}1`, `/posts/12${dear}`),
      await ask(`${network}1`, `/posts/12${dear}`, { cookie: 'session=x' }),
      await ask(`${network}1`, `/login${dear}`),
    ]
    const posing = await ask(`${newNetwork()}1`, '/', { 'x-network-spent': 'yes', 'x-cost': '5' })

    expect(answers.filter(({ headers }) => 'x-cost' in headers)).toEqual([])
    expect(posing.seen.headers['x-network-spent']).toBeUndefined()
  })

  test('keeps nobody from signing in, from what never changes, and from live pages', async () => {
    const network = newNetwork()
    await spend(network)

    const names = await Promise.all(
      ['/login', '/static/x.css', '/live?posts=1', '/up'].map(
        async (path) => (await ask(`${network}1`, path)).seen?.name ?? 'haproxy',
      ),
    )

    expect(names).toEqual(['accounts', 'web', 'live', 'haproxy'])
  })

  test('is for a replica to judge where somebody may be a member, and costs it nothing more', async () => {
    const network = newNetwork()
    await spend(network)

    const asked = await Promise.all(
      [{ cookie: 'session=abc' }, { cookie: 'session-8080=abc' }, { authorization: 'Bearer abc' }].map(
        async (headers) => (await ask(`${network}1`, '/posts/1', headers)).seen,
      ),
    )

    expect(asked.map(({ name, headers }) => [name, headers['x-network-spent']])).toEqual(
      Array(3).fill(['web', 'yes']),
    )
  })
})

describe('what is remembered', () => {
  const read = async (network: string, path: string, headers = {}) => {
    const { headers: said, seen } = await ask(`${network}7`, path, headers)
    return { cache: said['x-cache'], drawn: seen.requests, headers: seen.headers, age: said.age }
  }

  test('is drawn once for the strangers of all such networks, whatever they send', async () => {
    const [one, other] = [newNetwork(), newNetwork()]
    await spend(one)
    await spend(other)
    const path = `/${crypto.randomUUID()}?${forAMinute}`

    const first = await read(one, path, { cookie: 'wrote=1; theme=dark', 'if-none-match': '"x"' })
    const others = [
      await read(one, path),
      await read(other, path),
      await read(other, path, { 'cache-control': 'no-cache', cookie: 'wrote=1' }),
    ]

    expect(first.cache).toBe('MISS')
    expect([first.headers.cookie, first.headers['if-none-match']]).toEqual([undefined, undefined])
    expect(first.headers.host).toBe(new URL(haproxy.url).host)
    expect(others.map(({ cache, drawn }) => [cache, drawn])).toEqual(Array(3).fill(['MEMORY', first.drawn]))
    expect(others[0]?.age).toMatch(/^\d$/)
  })

  test('is another copy in Arabic, and for a fragment', async () => {
    const network = newNetwork()
    await spend(network)
    const path = `/${crypto.randomUUID()}?${forAMinute}`

    const kinds = [{}, { 'accept-language': 'ar' }, { cookie: 'language=ar' }, { 'hx-request': 'true' }]
    const reads = []
    for (const headers of kinds) reads.push(await read(network, path, headers))

    expect(reads.map(({ cache }) => cache)).toEqual(['MISS', 'MISS', 'MEMORY', 'MISS'])
    expect(reads.map(({ headers }) => headers['accept-language'])).toEqual(['en', 'ar', 'ar', 'en'])
  })

  test('is nothing that sets a cookie or that the replica does not give away', async () => {
    const network = newNetwork()
    await spend(network)

    for (const said of ['', `${forAMinute}&say=set-cookie:a=b`]) {
      const path = `/${crypto.randomUUID()}?${said}`
      await read(network, path)
      expect((await read(network, path)).cache).not.toBe('MEMORY')
    }
  })

  test('is shown to no other network, which reads what is true now', async () => {
    const network = newNetwork()
    await spend(network)
    const path = `/${crypto.randomUUID()}?${forAMinute}`
    await read(network, path)

    const answer = await ask(`${newNetwork()}1`, path)

    expect([answer.seen.name, answer.headers['x-cache']]).toEqual(['web', 'MISS'])
  })

  test('is asked of a replica one at a time, and who waits too long reads why', async () => {
    const network = newNetwork()
    await spend(network)
    const held = ask(`${network}1`, '/hold')
    const lane = (await haproxy.socket.stat()).find(({ backend }) => backend === 'memory')
    const inLane = async (path: string) => (await fetch(`http://${lane?.address}${path}`)).json()
    await until(async () => (await inLane('/holding')) === 1)

    const [page, api] = await Promise.all([
      ask(`${network}2`, '/posts/1'),
      ask(`${network}3`, '/api/posts/1', { 'accept-language': 'ar' }),
    ])
    const free = await ask(`${newNetwork()}1`, '/posts/1')
    const member = await ask(`${network}4`, '/posts/1', { cookie: 'session=abc' })

    expect([page.status, page.headers['retry-after'], api.status]).toEqual([503, '60', 503])
    expect(page.text).toContain('<h1>This page is not in memory.</h1>')
    expect(JSON.parse(api.text).detail).toContain('has been read from your network')
    expect([free.status, member.status]).toEqual([200, 200])
    await inLane('/release')
    await held
  })
})

describe('the network', () => {
  test('of IPv6 is a /48, and of a proxy is that of whom it asks for, never its own', async () => {
    const behind = await started({ TRUSTED_PROXIES: '127.0.0.1 127.9.9.0/24' })
    const asFor = async (visitor: string | undefined, path: string, from = '127.0.0.1') =>
      (await ask(from, path, visitor ? { 'x-forwarded-for': visitor } : {}, behind)).seen.name

    for (let host = 1; host <= 10; host++) {
      await asFor(`2001:db8:1:${host}::7`, `/posts/${host}${dear}`)
      await asFor(`203.0.113.${host}`, `/posts/${host}${dear}`)
      await asFor(undefined, `/posts/${host}${dear}`)
      await asFor(undefined, `/posts/${host}${dear}`, '127.9.9.9')
    }

    expect(await asFor('2001:db8:1:99::1', '/')).toBe('memory')
    expect(await asFor('2001:db8:2:99::1', '/')).toBe('web')
    expect(await asFor('203.0.113.250', '/')).toBe('memory')
    expect(await asFor('203.0.114.250', '/')).toBe('web')
    expect(await asFor('203.0.114.251, 203.0.113.1', '/')).toBe('memory')
    expect(await asFor(undefined, '/')).toBe('web')
    expect(await asFor(undefined, '/', '127.9.9.9')).toBe('web')
  })

  test.each([
    ['this machine', { RATE_LIMITS: 'on' }],
    ['anybody while there are no limits', { RATE_LIMITS: 'off' }],
    ['anybody on a closed board', { READ: 'members' }],
  ])('of %s may cost what it does', async (_, given) => {
    const one = await started(given)
    const network = newNetwork()
    await spend(network, one)

    expect((await ask(`${network}1`, '/', {}, one)).seen.name).toBe('web')
  })
})
