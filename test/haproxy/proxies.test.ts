import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { connect } from 'node:net'
import { type Haproxy, startHaproxy } from '../support/servers/haproxy.ts'
import { freePort } from '../support/servers/services.ts'
import { answersIn, sendRaw, statusIn } from '../support/site/raw.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

const limits = { RATE_LIMITS: 'on', RATE_SIGN_IN: '2', RATE_ALL: '10', RATE_CONNECTIONS: '3' }
/** Every address that begins with 127 is this machine. Two proxies, and one that nobody trusts. */
const [near, far, stranger] = ['127.0.0.9', '127.1.2.3', '127.0.0.10']
const trusted = { ...limits, TRUSTED_PROXIES: `${near} 127.1.0.0/16 2001:db8:ffff::/48 ::1` }

type Seen = { status: number; headers: Record<string, string>; text: string }

/** Asks on one connection, as a proxy at `from` does, each time with the same `head`. */
async function ask(url: string, lines: string[], from: string, head: string[] = []): Promise<Seen[]> {
  const text = await sendRaw(url, lines, { from, head: head.map((line) => `${line}\r\n`).join('') })
  return answersIn(text).map((answer) => {
    const json = answer.match(/\{"name".*\}/)?.[0]
    return { status: statusIn(answer), headers: json ? JSON.parse(json).headers : {}, text: answer }
  })
}

const times = (count: number, line: string): string[] => Array(count).fill(line)
const statuses = (answers: Seen[]) => answers.map(({ status }) => status)

/** A bind of IPv6 takes IPv4 too. */
async function startWith(env: Record<string, string>): Promise<Haproxy & { url6: string; inner: string }> {
  const [port, innerPort] = [await freePort(), await freePort()]
  const haproxy = await startHaproxy({
    HTTP_BIND: `[::]:${port}`,
    INNER_BIND: `127.0.0.1:${innerPort}`,
    ...env,
  })
  for (const pool of ['web', 'accounts']) await haproxy.add(pool, `${pool}-1`)
  return { ...haproxy, url6: `http://[::1]:${port}`, inner: `http://127.0.0.1:${innerPort}` }
}

describe('behind proxies that are trusted to name visitors', () => {
  let haproxy: Awaited<ReturnType<typeof startWith>>
  beforeAll(async () => {
    haproxy = await startWith(trusted)
  })

  const seenAs = async (from: string, ...head: string[]) =>
    (await ask(haproxy.url, ['GET /'], from, head))[0]?.headers['x-forwarded-for']

  test('a visitor has the address that the last of them saw', async () => {
    expect(await seenAs(near, 'X-Forwarded-For: 6.6.6.6, 192.0.2.7')).toBe('192.0.2.7')
    expect(await seenAs(near, 'X-Forwarded-For: 6.6.6.6', 'X-Forwarded-For: 192.0.2.8')).toBe('192.0.2.8')
    expect(await seenAs(near, 'X-Forwarded-For: 2001:db8::7')).toBe('2001:db8::7')
  })

  test('proxies in a row are passed over, those that nobody trusts are not', async () => {
    expect(await seenAs(near, `X-Forwarded-For: 6.6.6.6, 192.0.2.7, ${far}`)).toBe('192.0.2.7')
    expect(await seenAs(near, `X-Forwarded-For: 192.0.2.7, 2001:db8:ffff::1, ${far}`)).toBe('192.0.2.7')
    expect(await seenAs(near, `X-Forwarded-For: 192.0.2.7, ${stranger}`)).toBe(stranger)
  })

  test('an IPv4 address that a proxy writes as one of IPv6 is what it is, of visitors and of proxies', async () => {
    expect(await seenAs(near, 'X-Forwarded-For: ::ffff:192.0.2.7')).toBe('192.0.2.7')
    expect(await seenAs(near, `X-Forwarded-For: ::ffff:192.0.2.7, ::ffff:${far}, ::FFFF:7f01:0204`)).toBe(
      '192.0.2.7',
    )
    expect(await seenAs(near, 'X-Forwarded-For: 192.0.2.7:4711')).toBe('192.0.2.7')
  })

  test('a proxy that names nobody, or nonsense, is the visitor', async () => {
    expect(await seenAs(near)).toBe(near)
    expect(await seenAs(near, 'X-Forwarded-For: nonsense')).toBe(near)
    for (const nonsense of ['unknown', 'unix:', '[2001:db8::7]:4711', ''])
      expect(await seenAs(near, `X-Forwarded-For: 6.6.6.6, ${nonsense}`)).toBe(near)
    expect(await seenAs(near, `X-Forwarded-For: 6.6.6.6, unknown, ${far}`)).toBe(far)
  })

  test('nobody else is believed, over IPv4 or IPv6', async () => {
    const lies = ['X-Forwarded-For: 192.0.2.7', 'X-Forwarded-Proto: https', 'X-Forwarded-Host: evil.example']
    const [answer] = await ask(haproxy.url, ['POST /'], stranger, lies)

    expect(answer?.headers).toMatchObject({ 'x-forwarded-for': stranger, host: 'site.example' })
    expect(answer?.headers).not.toHaveProperty('x-forwarded-proto')
    expect(answer?.text).not.toMatch(/strict-transport-security|; Secure/i)
  })

  test('a proxy is believed over IPv6, too', async () => {
    const [answer] = await ask(haproxy.url6, ['GET /'], '::1', ['X-Forwarded-For: 2001:db8::8'])

    expect(answer?.headers['x-forwarded-for']).toBe('2001:db8::8')
  })

  test('it says whether the visitor speaks TLS, and with which host', async () => {
    const head = ['X-Forwarded-For: 192.0.2.9', 'X-Forwarded-Proto: https', 'X-Forwarded-Host: board.example']
    const [tls] = await ask(haproxy.url, ['POST /'], near, head)
    const [plain] = await ask(haproxy.url, ['POST /'], near, ['X-Forwarded-Proto: http'])

    expect(tls?.headers).toMatchObject({ 'x-forwarded-proto': 'https', host: 'board.example' })
    expect(tls?.headers).not.toHaveProperty('x-forwarded-host')
    expect(tls?.text).toMatch(/^strict-transport-security: /im)
    expect(tls?.text).toMatch(/^set-cookie: wrote=1;.*; Secure\r$/im)
    expect(plain?.headers).not.toHaveProperty('x-forwarded-proto')
    expect(plain?.text).not.toMatch(/strict-transport-security|; Secure/i)
  })

  test('limits are each visitor’s own, also on one connection of the proxy', async () => {
    const signIn = (visitor: string) =>
      ask(haproxy.url, times(3, 'POST /login'), near, [`X-Forwarded-For: ${visitor}`])

    expect(statuses(await signIn('198.51.100.1'))).toEqual([200, 200, 429])
    expect(statuses(await signIn('198.51.100.2'))).toEqual([200, 200, 429])
    expect(statuses(await signIn('::ffff:198.51.100.11'))).toEqual([200, 200, 429])
    expect(statuses(await signIn('::ffff:198.51.100.12'))).toEqual([200, 200, 429])
    // By /64 of IPv6.
    expect(statuses(await signIn('2001:db8:1::1'))).toEqual([200, 200, 429])
    expect(statuses(await signIn('2001:db8:1::2'))).toEqual([429, 429, 429])
    expect(statuses(await signIn('2001:db8:2::1'))).toEqual([200, 200, 429])
    // This machine is free as itself, not by what a proxy says or leaves out.
    expect(statuses(await signIn('127.0.0.1'))).toEqual([200, 200, 429])
    expect(statuses(await ask(haproxy.url, times(3, 'POST /login'), near))).toEqual([200, 200, 429])
    expect(statuses(await ask(haproxy.url, times(3, 'POST /login'), stranger))).toEqual([200, 200, 200])
  })

  test('requests of all kinds are counted by visitor', async () => {
    const ten = [...Array(10).fill(200), 429]

    for (const visitor of ['198.51.100.3', '198.51.100.4'])
      expect(
        statuses(await ask(haproxy.url, times(11, 'GET /'), near, [`X-Forwarded-For: ${visitor}`])),
      ).toEqual(ten)
  })

  test('one visitor holds only so many requests at a time, and the proxy is not shut out for it', async () => {
    const head = ['X-Forwarded-For: 198.51.100.5']
    const held = [1, 2, 3].map(() => ask(haproxy.url, ['GET /hold'], near, head))
    await until(async () => (await haproxy.socket.stat()).some(({ sessions }) => sessions === 3))

    const fourth = await ask(haproxy.url, ['GET /'], near, head)
    const other = await ask(haproxy.url, ['GET /'], near, ['X-Forwarded-For: 198.51.100.6'])
    await ask(haproxy.url, ['GET /release'], near, ['X-Forwarded-For: 198.51.100.7'])

    expect(statuses([...fourth, ...other])).toEqual([429, 200])
    expect(statuses((await Promise.all(held)).flat())).toEqual([200, 200, 200])
  })

  test('the log has the visitor’s address', async () => {
    await ask(haproxy.url, ['GET /posts/4711'], near, ['X-Forwarded-For: 198.51.100.8'])

    const line = await until(() =>
      haproxy
        .log()
        .split('\n')
        .find((each) => each.includes(String.raw`\/posts\/4711`)),
    )
    expect(JSON.parse(line).ip).toBe('198.51.100.8')
  })
})

describe('behind proxies that speak the PROXY protocol', () => {
  let haproxy: Awaited<ReturnType<typeof startWith>>
  beforeAll(async () => {
    haproxy = await startWith({ ...trusted, PROXY_PROTOCOL: 'on' })
  })

  const through = (proxy: string, line: string, lines?: string[], head?: string[]) =>
    speak(haproxy.url, proxy, line, lines, head)

  test('a visitor has the address that they say', async () => {
    expect(await through(near, tcp4('192.0.2.7'))).toEqual([{ status: 200, address: '192.0.2.7' }])
    expect(await through(near, tcp6('2001:db8::7'))).toEqual([{ status: 200, address: '2001:db8::7' }])
    expect(await through('::1', tcp4('192.0.2.8'))).toEqual([{ status: 200, address: '192.0.2.8' }])
    expect(await through(near, tcp6('::ffff:192.0.2.9'))).toEqual([{ status: 200, address: '192.0.2.9' }])
  })

  test('what the visitor says of himself through them is not believed', async () => {
    const lie = ['X-Forwarded-For: 6.6.6.6\r\n']

    expect(await through(near, tcp4('192.0.2.7'), ['GET /'], lie)).toEqual([
      { status: 200, address: '192.0.2.7' },
    ])
  })

  test('limits are each visitor’s own', async () => {
    const signIn = (visitor: string) => through(near, visitor, times(3, 'POST /login'))

    for (const visitor of [tcp4('198.51.100.1'), tcp4('198.51.100.2'), tcp6('2001:db8:1::1')])
      expect((await signIn(visitor)).map(({ status }) => status)).toEqual([200, 200, 429])
    expect((await signIn(tcp6('2001:db8:1::2'))).map(({ status }) => status)).toEqual([429, 429, 429])
  })

  test('a stranger who speaks it is not understood, and one who does not is served', async () => {
    expect(await through(stranger, tcp4('192.0.2.7'))).toEqual([{ status: 400, address: undefined }])
    expect(await through(stranger, '')).toEqual([{ status: 200, address: stranger }])
  })

  test('a proxy that says nothing is not served, replicas that call one another are', async () => {
    expect(await through(near, '')).toEqual([])
    expect(statuses(await ask(haproxy.inner, ['GET /'], near))).toEqual([200])
  })
})

test.each([
  ['a board on loopback spares Docker’s gateway', '', [503, 503, 503]],
  ['one that others reach does not: they may come as it', '80', [503, 503, 429]],
])('in containers %s', async (_, PUBLISHED, expected) => {
  const haproxy = await startHaproxy({ ...trusted, PROXY_PROTOCOL: 'on', AGORA_MODE: 'docker', PUBLISHED })

  const statuses: unknown[] = []
  for (const line of times(3, 'POST /login')) {
    const [answer] = await speak(haproxy.url, near, tcp4('172.18.0.1'), [line])
    statuses.push(answer?.status)
  }

  expect(statuses).toEqual(expected)
})

const tcp4 = (visitor: string) => `PROXY TCP4 ${visitor} 203.0.113.1 5000 80\r\n`
const tcp6 = (visitor: string) => `PROXY TCP6 ${visitor} 2001:db8:9::1 5000 80\r\n`

/** Connects from `proxy`, says `line`, then asks. */
async function speak(url: string, proxy: string, line: string, lines = ['GET /'], head: string[] = []) {
  const { promise, resolve } = Promise.withResolvers<string>()
  const host = proxy.includes(':') ? '::1' : '127.0.0.1'
  const socket = connect({ host, port: Number(new URL(url).port), localAddress: proxy })
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk
  })
  socket.on('close', () => resolve(text))
  socket.on('error', () => undefined)
  socket.write(line)
  lines.forEach((each, index) => {
    const connection = index < lines.length - 1 ? 'keep-alive' : 'close'
    socket.write(
      `${each} HTTP/1.1\r\nHost: a\r\nConnection: ${connection}\r\nContent-Length: 0\r\n${head}\r\n`,
    )
  })
  return answersIn(await promise).map((answer) => ({
    status: statusIn(answer),
    address: answer.match(/"x-forwarded-for":"([^"]*)"/)?.[1],
  }))
}
